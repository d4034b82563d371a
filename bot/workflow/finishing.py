"""Finishing: a written patch put into shape: without what nobody asked for, in the repository's own style."""

from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bot.decisions.editing.asked_only import asked_only
from bot.decisions.editing.formatters import Tool, formatters_of
from bot.decisions.testing.kept_reproduction import not_kept
from bot.programs.formatter import Formatter
from bot.sentences.finishing import also_changed, not_to_be_had, put_back, reproduction_changed
from bot.words.patch import Patch
from bot.words.plan import Plan
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from sandbox.environment.needs import Needs
from sandbox.environment.prepare import prepare
from sandbox.environment.requirement import without_hashes
from sandbox.files import Tree
from sandbox.room import Limits, Sandbox, SandboxError


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the repository's formatter is.

    Attributes:
        environment: whose rooms have it; "" where it could not be had, or there is none.
        notes: why it could not be had.
    """

    environment: str = ""
    notes: tuple[str, ...] = ()


def find_formatter(sandbox: Sandbox, files: Tree, needs: Needs, environment: str) -> Shelf:
    """Find the formatter that a repository configures, or install it in its version. It may fail: then a note says so.

    Args:
        sandbox: the maker of rooms.
        files: the base branch.
        needs: what its tests need; a formatter that is among it is there already.
        environment: where that is installed.
    """
    tools = formatters_of(files)
    if not tools:
        return Shelf()
    names = {_name(line) for line in needs.requirements}
    if environment and all(tool.name in names for tool in tools):
        return Shelf(environment)
    wanted = tuple(sorted({tool.requirement for tool in tools}))
    try:
        return Shelf(prepare(sandbox, Needs(python=needs.python, requirements=wanted, named=True), {}).name)
    except SandboxError as error:
        return Shelf(notes=(not_to_be_had(" and ".join(wanted), _sources(tools), str(error)),))


def _sources(tools: tuple[Tool, ...]) -> str:
    return " and ".join(dict.fromkeys(tool.source for tool in tools))


def _name(line: str) -> str:
    try:
        return canonicalize_name(Requirement(without_hashes(line)).name)
    except InvalidRequirement:
        return ""


@dataclass(frozen=True)
class Finishing:
    """Puts the patches of one job into shape.

    Attributes:
        task: what was asked.
        plan: what was planned.
        base: the repository without the change; its settings count.
        current: the repository where the work goes on from.
        sandbox: the maker of rooms.
        formatter: the environment of the formatter; "" for none.
        limits: limits of its room.
        again: whether an earlier patch was not proven.
    """

    task: Task
    plan: Plan
    base: Snapshot
    current: Snapshot
    sandbox: Sandbox
    formatter: str = ""
    limits: Limits | None = None
    again: bool = False

    def finish(self, patch: Patch) -> tuple[Patch, tuple[str, ...]]:
        """The patch in shape, and what a reader should know of that. At worst it is as it was."""
        patch, also = asked_only(patch, self.current.files, self.plan, self.task, again=self.again)
        notes = (
            *(also_changed(each.path, each.names) for each in also if each.names),
            *(put_back(each.path, each.back) for each in also if each.back),
        )
        notes = (*self._lost(patch), *notes)
        if not self.formatter:
            return patch, notes
        tools = formatters_of(self.base.files)
        formatter = Formatter(tools, self.base.files, self.sandbox, self.formatter, self.limits)
        formatted = formatter.format(patch, self.current.files)
        return formatted.patch, (*notes, *formatted.notes)

    def _lost(self, patch: Patch) -> tuple[str, ...]:
        """Say what the new tests lack of the test that was seen to fail; nothing where none was."""
        if self.task.reproduction is None:
            return ()
        new = [change.after for change in patch.changes if change.test and change.after is not None]
        names = not_kept(self.task.reproduction.test, "\n\n".join(new))
        return (reproduction_changed(names),) if names else ()
