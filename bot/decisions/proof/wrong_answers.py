"""Wrong answers: the new tests under their own names, each with one expectation that can't be right.

Such a test has to fail. One that passes compares with something that equals everything, or it runs where somebody
makes it pass because of its name. Only what a test is sure to come to is changed: a comparison for equality that
stands in its body itself, in a test that does not leave early.
"""

import ast
import math
from collections.abc import Iterator
from string import ascii_lowercase

from bot.decisions.chance import Chance
from bot.decisions.code.definitions import UNPARSABLE, Function, named
from bot.decisions.code.integers import written
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.mutants.text import Splice, Text
from bot.words.evidence import Evidence
from bot.words.tamper import WrongAnswers

NAMED = 3


def wrong_answers(source: str, chance: Chance) -> tuple[str, dict[str, str]]:
    """A test file with a wrong answer in each test that can have one. Never raises.

    Args:
        source: the file's text.
        chance: what chooses answers, and which comparison of a test gets one.

    Returns:
        The text, and by qualified name of a test ("TestParts.test_sum") the wrong answer in words.
    """
    plain = source.removeprefix("\ufeff")
    try:
        tests = [(name, node) for name, node in named(syntax_tree(plain).body) if _is_test(name, node)]
        text = Text(plain)
    except UNPARSABLE:
        return source, {}
    told: dict[str, str] = {}
    splices: list[Splice] = []
    for name, node in tests:
        answers = [] if _leaves_early(node) or name in told else list(_answers(node))
        if answers:
            answer = chance.choice(answers)
            wrong = _other_than(answer, chance)
            told[name] = f"`{text.shown(answer).replace('`', '')}` became `{wrong}`"
            splices.append(text.replaced(answer, wrong.encode()))
    data = text.data
    for splice in sorted(splices, key=lambda one: one.start, reverse=True):
        data = data[: splice.start] + splice.new + data[splice.end :]
    return source[: len(source) - len(plain)] + data.decode(), told


def qualified(test: str) -> str:
    """The qualified name in an id: "TestParts.test_sum" of "tests/test_a.py::TestParts::test_sum[1]"."""
    return test.partition("::")[2].partition("[")[0].replace("::", ".")


def believed(evidence: Evidence) -> Iterator[str]:
    """Why the patch is not proven, as far as wrong answers passed for right ones."""
    if evidence.wrong_answers is not None:
        yield from _believed(evidence.wrong_answers, "new test")
    for runs in evidence.reproductions:
        if runs.wrong_answers is not None and not runs.replaced:
            yield from _believed(runs.wrong_answers, "test that showed the fault")


def _believed(seen: WrongAnswers, kind: str) -> Iterator[str]:
    """Of tests of one kind."""
    if seen.trouble:
        yield f"The {kind}s, run with wrong answers in them, {seen.trouble}."
        return
    passed = [one for one in seen.tests if not one.noticed]
    if passed:
        listed = "; ".join(f"{one.test[:200]} ({one.what})" for one in passed[:NAMED])
        more = f"; and {len(passed) - NAMED} more" if len(passed) > NAMED else ""
        what = f"A {kind} does" if len(passed) == 1 else f"{len(passed)} {kind}s do"
        yield (
            f"{what} not fail when its answer is made a wrong one: {listed}{more}. What it compares equals everything, "
            "or the run was tampered with."
        )


def _is_test(name: str, node: ast.AST) -> bool:
    return isinstance(node, Function) and name.rpartition(".")[2].startswith("test") and name.count(".") <= 1


def _leaves_early(node: ast.AST) -> bool:
    """Whether a test may end before its last line, skipping or returning."""
    for part in ast.walk(node):
        if isinstance(part, ast.Return | ast.Yield | ast.YieldFrom):
            return True
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute | ast.Name):
            name = part.func.attr if isinstance(part.func, ast.Attribute) else part.func.id
            if "skip" in name.lower() or name in ("xfail", "exit"):
                return True
    return False


def _answers(node: ast.AST) -> Iterator[ast.expr]:
    """What the comparisons of a test's own body expect."""
    for statement in getattr(node, "body", ()):
        match statement:
            case ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
                yield left if _is_literal(left) and not _is_literal(right) else right
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="assertEqual"), args=[left, right, *_])):
                yield left if _is_literal(left) and not _is_literal(right) else right


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (*UNPARSABLE, TypeError):
        return False
    return True


def _other_than(answer: ast.expr, chance: Chance) -> str:
    """Python text of a value of the same kind that is not the answer; of a text where the kind is not known."""
    value = ast.literal_eval(answer) if _is_literal(answer) else ""
    number = chance.randint(10_007, 9_999_991)
    match value:
        case bool() | None:
            return str(number)
        case int():
            return written(value + number)
        case float():
            return repr(value + number if math.isfinite(value) and abs(value) < number * 1e6 else float(number))
        case bytes():
            return repr(_word(chance, len(value)).encode())
        case str():
            return f'"{_word(chance, len(value))}"'
        case list():
            return f"[{number}]"
        case tuple():
            return f"({number},)"
        case set():
            return f"{{{number}}}"
        case dict():
            return f"{{{number}: {number}}}"
    return str(number)


def _word(chance: Chance, length: int) -> str:
    """Letters that nobody expects; about as many as asked for."""
    return "".join(chance.choices(ascii_lowercase, k=max(8, min(length, 24))))
