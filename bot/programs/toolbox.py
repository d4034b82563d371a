"""Toolbox: what the planner may look at and try. Answers are short texts; nothing raises to the model."""

import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from bot.decisions.admission.pages import PageError
from bot.programs.asked import told_task
from bot.programs.ledger import current_ledger, note
from bot.programs.tools import analysis, calls, documentation, files, search, snippet, tests
from bot.programs.tools.answer import cut
from bot.programs.tools.reproduction import Reproducer
from bot.words.budget import Usage
from bot.words.repository_settings import TestSettings
from bot.words.reproduction import Reproduction
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from sandbox.files import Tree
from sandbox.room import Limits, Room, Sandbox, SandboxError
from sandbox.suite.run import run_pytest

log = logging.getLogger(__name__)

LONGEST_RUN = 120.0
MOST_FETCHED = 10


class Toolbox:
    """The planner's tools over one snapshot.

    Reading goes to the mapping in memory. Running goes to a room that is opened when it is first needed,
    holds a copy of the snapshot, and is closed with the toolbox; nothing comes back from it but text.

    Args:
        snapshot: the repository.
        sandbox: the maker of rooms.
        settings: how the repository's tests are run.
        limits: the room's limits; the sandbox's own when None.
        environment: the dependency environment of the room.
        pages: addresses that people named and the operator allows; the model asks for them by their number.
        fetch: reads one of them. Raises PageError. At most MOST_FETCHED are read.
        task: what was asked, by which a reproduction is judged.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        sandbox: Sandbox,
        *,
        settings: TestSettings = TestSettings(),  # noqa: B008 - a frozen value
        limits: Limits | None = None,
        environment: str | None = None,
        pages: Sequence[str] = (),
        fetch: Callable[[str], str] | None = None,
        task: Task = Task(number=0, title=""),  # noqa: B008 - a frozen value
    ) -> None:
        self.files = snapshot.files
        self._sandbox = sandbox
        self._limits = limits
        self._settings = settings
        self._environment = environment
        self._room: Room | None = None
        self.pages = tuple(pages) if fetch else ()
        self._fetch = fetch
        self._fetched: dict[str, str] = {}
        self._reproducer = Reproducer(self.files, self._fresh, settings, task.number, told_task(task))

    def list_files(self, pattern: str = "") -> str:
        """List paths that match a pattern, as "tests/*.py"."""
        return files.list_files(self.files, pattern)

    def search_code(self, text: str) -> str:
        """Find lines with a text, else by a regex."""
        return search.search_code(self.files, text)

    def read_file(self, path: str, first_line: int = 1, last_line: int = 80) -> str:
        """Read lines (3,000 characters at most), or a definition: "a.py::Class.method"."""
        return files.read_file(self.files, path, first_line, last_line)

    def who_calls(self, name: str) -> str:
        """Where a name is defined and used."""
        return calls.who_calls(self.files, name)

    def analyze_code(self, path: str) -> str:
        """Signatures, imports, complexity of a Python file."""
        return analysis.analyze_code(self.files, path)

    def fetch_documentation(self, name: str) -> str:
        """Documentation of a name, as "json.dumps"."""
        name = name.strip().strip("`").removesuffix("()")[:100]
        if page := documentation.PAGE.match(name):
            return self._page(int(page[1]), page[2])
        if not documentation.NAME.match(name):
            return "Give a dotted name, as json.dumps."
        own = documentation.in_repository(self.files, name)
        installed = documentation.in_room(self._opened(), name)
        return cut("\n\n".join(part for part in (own, installed) if part)) or f"Nothing is known about {name}."

    def run_tests(self, selection: str = "") -> str:
        """Run existing tests, all or as "tests/test_a.py::test_b"."""
        ledger = current_ledger()
        seconds = min(self._settings.seconds, LONGEST_RUN, ledger.check() if ledger else LONGEST_RUN)
        paths = tests.selected(selection) or self._settings.paths
        report = run_pytest(self._opened(), paths=paths, args=self._settings.args, seconds=seconds)
        if ledger:
            ledger.add(Usage(room_seconds=report.seconds))
        return tests.told(report)

    def run_snippet(self, code: str) -> str:
        """Run Python beside the repository; print what you want to see."""
        return snippet.run_snippet(self._fresh, self.files, code)

    def reproduce(self, test: str) -> str:
        """Run a new pytest test that should fail today because of the fault."""
        return self._reproducer.reproduce(test)

    @property
    def reproduction(self) -> Reproduction | None:
        """The best test so far that fails because of the fault."""
        return self._reproducer.best

    @property
    def doubted(self) -> bool:
        """Whether tests were tried that should have failed because of the fault, and all passed."""
        return self._reproducer.best is None and self._reproducer.passed

    def _page(self, number: int, about: str) -> str:
        """A page by its number in `pages`, as far as it is about something."""
        if self._fetch is None or not 0 < number <= len(self.pages):
            return documentation.told_pages(self.pages) or "No page can be read; give a dotted name, as json.dumps."
        url = self.pages[number - 1]
        if url not in self._fetched:
            if len(self._fetched) >= MOST_FETCHED:
                return "No more pages can be read."
            note({"kind": "page", "url": url})
            try:
                self._fetched[url] = self._fetch(url)
            except PageError as error:
                self._fetched[url] = str(error)
        return documentation.in_page(self._fetched[url], about) or "The page is empty."

    @property
    def tools(self) -> tuple[Callable[..., str], ...]:
        """The tools, as functions with names, docstrings and types that a model can read."""
        reading = (self.read_file, self.search_code, self.who_calls, self.list_files, self.analyze_code)
        return (*reading, self.fetch_documentation, self.run_tests, self.run_snippet, self.reproduce)

    def use(self, name: str, arguments: dict[str, object]) -> str:
        """Use a tool as a model asked for it: whatever is wrong comes back as a sentence."""
        tool = {tool.__name__: tool for tool in self.tools}.get(name)
        if tool is None:
            return f"There is no tool {name[:50]!r}."
        try:
            return tool(**fitted(tool, arguments)) or "(nothing)"
        except (TypeError, ValueError) as error:
            return f"{name} was called wrongly: {str(error).replace('Toolbox.', '')[:200]}"
        except SandboxError as error:
            log.warning("a tool lost its room: %s", error)
            self.close()
            return f"{name} could not run: the sandbox failed."

    def _fresh(self, files: Tree | None = None) -> Room:
        return self._sandbox.open(files or self.files, limits=self._limits, environment=self._environment)

    def _opened(self) -> Room:
        self._room = self._room or self._fresh()
        return self._room

    def close(self) -> None:
        """Close the room, if there is one."""
        if self._room is not None:
            self._room.close()
            self._room = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def fitted(tool: Callable[..., str], arguments: dict[str, object]) -> dict[str, object]:
    """Arguments in the types that the tool declares ("80" is 80). Raises TypeError or ValueError."""
    kinds = {name: kind for name, kind in tool.__annotations__.items() if name != "return"}
    unknown = sorted(set(arguments) - set(kinds))
    if unknown:
        raise TypeError(f"it takes {', '.join(kinds)}, not {', '.join(unknown)[:100]}")
    for name, value in arguments.items():
        if not isinstance(value, str | int | float):
            raise TypeError(f"{name} must be {kinds[name].__name__}")
    return {name: kinds[name](value) for name, value in arguments.items()}
