"""reproduce: run a small test of the model's on the unchanged code, and say whether it shows the fault."""

import ast
from collections.abc import Callable

from bot.decisions.code.parsing import syntax_tree
from bot.decisions.code.source import extract_code
from bot.decisions.editing.text_files import is_documentation
from bot.decisions.naming import new_test_path
from bot.decisions.testing.reproductions import better, showing_tests, shown
from bot.programs.ledger import current_ledger
from bot.programs.test_check import READS, TEMPORARY, mentions, trouble_with
from bot.programs.tools.answer import cut, cut_middle
from bot.words.budget import Usage
from bot.words.repository_settings import TestSettings
from bot.words.reproduction import FAULTS, Reproduction, Showing
from sandbox.files import File, Tree
from sandbox.room import Room
from sandbox.suite.run import run_pytest

LONGEST_RUN, LONGEST_TEST, LONGEST_OUTPUT = 60.0, 8000, 1500

ADVICE = {
    Showing.RAISED: "It fails as the issue tells. This test is kept.",
    Showing.ASSERTION: "It fails. If that is the issue's fault, go on; this test is kept.",
    Showing.CRASH: "The repository's code raises. If that is the issue's fault, go on; this test is kept.",
    Showing.PASSES: "It passes today, so it shows no fault. Use the issue's own input, or finish without.",
    Showing.ABSENT: "What is asked for is not there yet: nothing to reproduce. Plan it.",
    Showing.BROKEN: "The test itself is at fault, that shows nothing. Correct it, or finish without.",
}


class Reproducer:
    """Tries tests on the unchanged code, and keeps the best that failed for a good reason, and whether one passed.

    Args:
        files: the repository.
        opened: a room with such files; it is closed after each run.
        settings: how the repository's tests are run.
        number: the issue's number, for the test's name.
        issue: what was asked.
    """

    def __init__(
        self, files: Tree, opened: Callable[[Tree], Room], settings: TestSettings, number: int, issue: str
    ) -> None:
        self._files, self._opened, self._settings, self._issue = files, opened, settings, issue
        self._path = new_test_path(files, number)
        self.best: Reproduction | None = None
        self.passed = False

    def reproduce(self, test: str) -> str:
        """What one test shows, in words for the model. Raises SandboxError."""
        text = extract_code(test)
        if len(text) > LONGEST_TEST:
            return f"Give a test of at most {LONGEST_TEST} characters."
        if trouble := trouble_with(text):
            return trouble.replace("The section tests is empty", "Give the text of a pytest test")
        if prose := documentation_read(text, self._files):
            return f"Nothing but people read {prose}: no test shows a fault in it. Show one of code, or finish without."
        ledger = current_ledger()
        seconds = min(self._settings.seconds, LONGEST_RUN, ledger.check() if ledger else LONGEST_RUN)
        with self._opened({**self._files, self._path: File(text.encode("utf-8", "replace"))}) as room:
            report = run_pytest(room, paths=[self._path], args=self._settings.args, seconds=seconds, workers=0)
        if ledger:
            ledger.add(Usage(room_seconds=report.seconds))
        showing, result, failure = shown(report, self._issue, self._files)
        output = cut_middle(result.message.strip(), LONGEST_OUTPUT) if result else ""
        self.passed = self.passed or showing is Showing.PASSES
        if showing in FAULTS:
            tests = showing_tests(report, self._issue, self._files)
            found = Reproduction(
                path=self._path, test=text, showing=showing, failure=failure, output=output, tests=tests
            )
            self.best = better(self.best, found)
        return cut("\n".join(part for part in (ADVICE[showing], output or failure) if part))


def documentation_read(test: str, files: Tree) -> str:
    """The path of documentation that a test opens, "" where it opens none.

    It would fail with every patch: what shows a fault runs without a patch's documentation, as all tests of code do.
    """
    nodes = list(ast.walk(syntax_tree(test)))
    opens = any(isinstance(node, ast.Call) and mentions(node.func, *READS) for node in nodes)
    if not opens or any(mentions(node, *TEMPORARY) for node in nodes):
        return ""
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    named = (path for path in files if any(text.endswith(path.rpartition("/")[2]) for text in texts))
    return next((path for path in named if is_documentation(path, files)), "")
