"""The formatter: a patch put into the repository's own style, by its own formatter, in a room."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.decisions.editing.formatters import Tool
from bot.decisions.editing.formatting import formatted_where_changed, same_code
from bot.programs.sources import plain
from bot.programs.tools.answer import cut
from bot.sentences.finishing import not_formatted
from bot.words.patch import FileChange, Patch
from sandbox.files import File, Tree
from sandbox.layout import DEPENDENCIES, PYTHON
from sandbox.room import Limits, Outcome, Room, Sandbox, SandboxError

SECONDS = 60
#: Files of a patch that are formatted, and characters of one.
MOST_FILES, LARGEST = 20, 400_000

RUFF = f"{DEPENDENCIES}/bin/ruff"
CAREFULLY = ("--quiet", "--no-cache", "--force-exclude")  # what the repository excludes stays as it is
#: By name and by what it does; the file's path follows.
COMMANDS: dict[tuple[str, bool], tuple[str, ...]] = {
    ("ruff", True): (RUFF, "check", "--select", "I", "--fix", "--exit-zero", *CAREFULLY),
    ("ruff", False): (RUFF, "format", *CAREFULLY),
    ("isort", True): (PYTHON, "-m", "isort", "--quiet", "--filter-files"),
    ("black", False): (PYTHON, "-m", "black", "--quiet"),
    ("yapf", False): (PYTHON, "-m", "yapf", "--in-place"),
    ("autopep8", False): (PYTHON, "-m", "autopep8", "--in-place"),
}
#: The formatter's own packages are found, and those of the repository can't stand in for them.
ENVIRONMENT = {"PYTHONPATH": DEPENDENCIES, "PYTHONSAFEPATH": "1"}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A patch in the repository's style.

    Attributes:
        patch: the patch; as it was where it could not be formatted.
        notes: what could not be done, one sentence each.
    """

    patch: Patch
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formatter:
    """Runs a repository's tools over the Python files of a patch. It opens one room and closes it.

    Args:
        tools: in the order in which they run.
        base: the files of the base branch: their settings count, whatever a patch or a pull request has.
        sandbox: the maker of rooms.
        environment: where the tools are installed.
        limits: limits of the room; the sandbox's own when None.
    """

    tools: Sequence[Tool]
    base: Tree
    sandbox: Sandbox
    environment: str
    limits: Limits | None = None

    def format(self, patch: Patch, current: Tree) -> Formatted:
        """The patch with its changed lines formatted. It is never lost: what fails leaves a note.

        Args:
            patch: against the base.
            current: the files from which the patch went on; lines that are as there stay.
        """
        # Of an existing test nothing may change but what the plan says.
        wanted = [each for each in patch.changes if self._is_wanted(each) and not (each.test and each.path in current)]
        wanted = wanted[:MOST_FILES]
        if not wanted or not self.tools:
            return Formatted(patch)
        notes: list[str] = []
        new: dict[str, str] = {}
        try:
            with self.sandbox.open(self.base, limits=self.limits, environment=self.environment) as room:
                for change in wanted:
                    before = current.get(change.path)
                    new[change.path] = self._one(room, change, before, notes)
        except SandboxError as error:
            notes.append(not_formatted(self.tools[-1].name, wanted[0].path, str(error)))
        changes = tuple(
            change.model_copy(update={"after": new.get(change.path, change.after)}) for change in patch.changes
        )
        return Formatted(patch.model_copy(update={"changes": changes}), tuple(dict.fromkeys(notes)))

    def _is_wanted(self, change: FileChange) -> bool:
        text = change.after
        return text is not None and change.path.endswith(".py") and bool(text.strip()) and len(text) <= LARGEST

    def _one(self, room: Room, change: FileChange, before: File | None, notes: list[str]) -> str:
        """The new text of one file."""
        text, old = change.after or "", _text(before)
        for tool in self.tools:
            try:
                if tool.sorts and old is not None and self._run(room, tool, change.path, plain(old)) != plain(old):
                    continue  # its imports never were sorted: a reader would see all of them move
                made = self._run(room, tool, change.path, plain(text))
            except _Failed as why:
                notes.append(not_formatted(tool.name, change.path, str(why)))
                continue
            text = formatted_where_changed(old if not tool.sorts else None, text, made)
        return text

    def _run(self, room: Room, tool: Tool, path: str, text: str) -> str:
        """What a tool makes of a text. Raises _Failed."""
        room.put({path: File(text.encode())})
        done = room.run([*COMMANDS[tool.name, tool.sorts], path], seconds=SECONDS, environment=ENVIRONMENT)
        if done.outcome is not Outcome.FINISHED or done.exit_code:
            raise _Failed(cut(" ".join(done.stderr.split()), 200) or str(done.outcome))
        made = room.read(path, limit=8 * LARGEST)
        try:
            new = made.decode() if made is not None else ""
        except UnicodeDecodeError:
            raise _Failed("it left no UTF-8 text") from None
        if not same_code(text, new):
            raise _Failed("its text would mean something else")
        return new


class _Failed(Exception):
    """A tool could not do its work; the message says why, in a few words."""


def _text(file: File | None) -> str | None:
    """The text as it was; None for a new file and for what is no text."""
    try:
        return file.data.decode() if file is not None else None
    except UnicodeDecodeError:
        return None
