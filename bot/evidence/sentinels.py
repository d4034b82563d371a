"""Runs with sentinels among their tests, and the new tests with wrong answers in them."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from bot.decisions.proof.runs import by_id, irregularity
from bot.decisions.proof.sentinels import Sentinel, seen, sentinel_beside, without
from bot.decisions.proof.wrong_answers import qualified, wrong_answers
from bot.evidence.suite import Suites
from bot.words.tamper import SentinelRun, Sentinels, WrongAnswer, WrongAnswers
from sandbox.files import File, Tree
from sandbox.suite.report import SuiteReport, TestResult

NEW, WHOLE, AGAIN = "the new tests on the patch", "the suite on the patch", "the suite on the patch, run again"


@dataclass(frozen=True, slots=True)
class Guarded:
    """A run from which the sentinel was taken out again.

    Attributes:
        report: of everything else.
        sentinel: how the sentinel went; None where that says nothing.
    """

    report: SuiteReport
    sentinel: SentinelRun | None = None


def guard(
    suites: Suites, run: Callable[[Suites, Tree, str], SuiteReport], files: Tree, new: Sequence[str], name: str
) -> Guarded:
    """Run tests with a sentinel among them, made for this run.

    Args:
        suites: runs tests.
        run: is given `suites`, the files with the sentinel, and the sentinel's path; "" where there is none.
        files: the workspace.
        new: the new test files, beside which it lies; without any there is no sentinel.
        name: what the run is called in a sentence.

    Raises:
        SandboxError: no room could be had.
    """
    if not new:
        return Guarded(run(suites, files, ""))
    source = files[new[0]].data.decode("utf-8", "replace")
    sentinel = sentinel_beside(new[0], source, files, chance())
    report = run(_silent(suites, sentinel), {**files, sentinel.path: File(sentinel.text.encode())}, sentinel.path)
    return Guarded(without(report, sentinel), seen(report, sentinel, new, name))


def guarded_new(suites: Suites, files: Tree, new: Sequence[str]) -> Guarded:
    """The new tests, in a fresh room. Raises SandboxError."""
    return guard(suites, lambda some, tree, path: some.run(tree, [*new, *([path] if path else [])]), files, new, NEW)


def guarded_suite(suites: Suites, files: Tree, new: Sequence[str], before: SuiteReport, name: str = WHOLE) -> Guarded:
    """The whole suite, in as many fresh rooms as before. Raises SandboxError."""
    return guard(suites, lambda some, tree, _: some.whole(tree, before), files, new, name)


def told(suites: Suites, base: Tree, new: Sequence[str], runs: Sequence[Guarded]) -> Sentinels:
    """All sentinels; where one did not go as it has to, with a control on the base commit. Raises SandboxError."""
    on_patch = tuple(one.sentinel for one in runs if one.sentinel is not None)
    if not new or all(one.regular for one in on_patch):
        return Sentinels(on_patch=on_patch)
    sentinel = sentinel_beside(new[0], "", base, chance())
    report = suites.run({**base, sentinel.path: File(sentinel.text.encode())}, [sentinel.path])
    control = seen(report, sentinel, (), "the base commit") or SentinelRun(
        run="the base commit", passing="", failing=""
    )
    return Sentinels(on_patch=on_patch, control=control)


def answer_wrongly(suites: Suites, files: Tree, new: Sequence[str], tests: Sequence[str]) -> WrongAnswers:
    """The new tests on the patch, with a wrong answer in each, and with a sentinel beside them.

    Without it the run would look like none in which the right answers have to pass, and a patch could tell them apart.

    Args:
        suites: runs tests.
        files: the workspace with the patch.
        new: the new test files.
        tests: ids of the new tests, all of which pass.

    Raises:
        SandboxError: no room could be had.
    """
    changed: dict[str, File] = {}
    answers: dict[tuple[str, str], str] = {}
    for path in new:
        text, named = wrong_answers(files[path].data.decode("utf-8", "replace"), chance())
        if named:
            changed[path] = replace(files[path], data=text.encode())
            answers |= {(path, name): what for name, what in named.items()}
    if not answers:
        return WrongAnswers()
    sentinel = sentinel_beside(new[0], files[new[0]].data.decode("utf-8", "replace"), files, chance())
    beside = {sentinel.path: File(sentinel.text.encode())}
    report = without(suites.run({**files, **changed, **beside}, [*new, sentinel.path], workers=0), sentinel)
    results = by_id(report)
    found = []
    for test in tests:
        what = answers.get((test.partition("::")[0], qualified(test)))
        if what is not None:
            outcome = results[test].outcome.value if test in results else ""
            found.append(WrongAnswer(test=test, what=what, outcome=outcome))
    return WrongAnswers(tests=tuple(found), trouble=irregularity(report))


def chance() -> Random:
    """What nobody can foresee."""
    return Random(secrets.randbits(128))  # noqa: S311 - seeded with a secret, which is all that is asked of it


def _silent(suites: Suites, sentinel: Sentinel) -> Suites:
    """The same, but nobody is told of the sentinel."""
    tell = suites.on_result
    if tell is None:
        return suites

    def told_of(result: TestResult) -> None:
        if not result.id.startswith(f"{sentinel.path}::"):
            tell(result)

    return replace(suites, on_result=told_of)
