"""run_snippet: a few lines of a model's, run in a room of their own beside the repository."""

from collections.abc import Callable

from bot.decisions.code.modules import import_root
from bot.decisions.code.source import extract_code
from bot.programs.tools.answer import cut, cut_middle
from bot.programs.watched import Watched, advice
from bot.programs.workbench import WORKSPACE
from sandbox.files import Tree
from sandbox.room import Outcome, Room

SECONDS, LONGEST = 10.0, 8000
#: The folders from which the repository's own modules are imported, before anything else.
ROOTS = "import sys; sys.path[:0] = {roots!r}"


def run_snippet(opened: Callable[[], Room], files: Tree, code: str) -> str:
    """What the code printed, and how it ended.

    Args:
        opened: a fresh room with the files; it is closed in the end, and everything that the code left goes with it.
        files: the repository.
        code: what to run.

    Raises:
        SandboxError: no room could be had.
    """
    code = extract_code(code)
    if not code or len(code) > LONGEST:
        return f"Give Python code of at most {LONGEST} characters."
    with opened() as room:
        watched = Watched(room)
        watched.execute(ROOTS.format(roots=roots_of(files)), seconds=SECONDS)
        ran = watched.execute(code, seconds=SECONDS)
    ended = advice(ran) or ("" if ran.outcome is Outcome.FINISHED else f"It was ended: {ran.outcome.value}.")
    parts = (cut_middle(ran.stdout.strip(), 2000), cut_middle((ran.error or ran.stderr).strip(), 900), ended)
    return cut("\n".join(part for part in parts if part)) or "It printed nothing."


def roots_of(files: Tree) -> list[str]:
    """The workspace and the folders below it that packages are imported from, these first."""
    roots = {import_root(files, path) for path in files if path.endswith("/__init__.py")} - {""}
    return [*(f"{WORKSPACE}/{root}" for root in sorted(roots)[:20]), WORKSPACE]
