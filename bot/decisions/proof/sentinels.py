"""Sentinels: two tests of our own among those of a run, one that has to pass and one that has to fail.

Code that makes every test green makes the second one green as well. So that such code can't leave them out, they
look like the tests around them: their names are put together from the words of those, their file lies beside theirs,
and names, values and what is asked are chosen anew for each run. They import nothing of the code under test: then
whatever they say is said of the run alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from bot.decisions.chance import Chance
from bot.decisions.proof.runs import by_id, irregularity
from bot.words.evidence import Evidence
from bot.words.tamper import SentinelRun
from sandbox.suite.report import SuiteReport, TestOutcome

#: Words for names where the tests around have none, and for texts.
WORDS = ("value", "result", "empty", "first", "last", "single", "several", "order", "limit", "name", "text", "number")

#: What is asserted: what goes before, what is looked at, and what comes of it; `{a}`, `{b}`, `{c}` are whole numbers.
CLAIMS = (
    ("values = [{a}, {b}, {c}]", "sum(values)", "{sum}"),
    ("values = [{c}, {a}, {b}]", "max(values) + min(values)", "{ends}"),
    ("counts = {{'{x}': {a}, '{y}': {b}}}", "counts['{y}'] + {c}", "{last}"),
    ("first, second = {a}, {b}", "first * 2 + second", "{twice}"),
    ("text = '{x} {y}' * 3", "len(text) + {a}", "{long}"),
)

#: Letters of a word, and bytes of a file's name before a word and a number come to it: no name has more than 255.
LONGEST_WORD, LONGEST_STEM = 20, 200

TEST_NAME = re.compile(r"^\s*(?:async )?def (test\w*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sentinel:
    """A test file of ours.

    Attributes:
        path: where it lies.
        text: what stands in it.
        passing: id of the test that has to pass.
        failing: id of the test that has to fail.
    """

    path: str
    text: str
    passing: str
    failing: str


def sentinel_beside(module: str, source: str, taken: Iterable[str], chance: Chance) -> Sentinel:
    """A sentinel for one run.

    Args:
        module: path of a new test file; the sentinel lies in the same folder, and pytest finds it by the same rule.
        source: its text.
        taken: paths that are taken.
        chance: what chooses.
    """
    words = _words(source)
    path = path_beside(module, source, taken, chance)
    used: set[str] = set(TEST_NAME.findall(source))
    tests = [_test(words, used, chance, wrong=wrong) for wrong in chance.sample((False, True), 2)]
    ids = {wrong: f"{path}::{name}" for name, _, wrong in tests}
    text = "\n\n".join(text for _, text, _ in tests)
    return Sentinel(path, text, ids[False], ids[True])


def path_beside(module: str, source: str, taken: Iterable[str], chance: Chance) -> str:
    """Where a test file of ours lies, beside a new one; see `sentinel_beside`.

    No file or folder anywhere has its name: two test files of one name in folders that are no packages get in each
    other's way, https://docs.pytest.org/en/stable/explanation/goodpractices.html#test-package-name.
    """
    folder, slash, name = module.rpartition("/")
    stem, ending = (name[: -len("_test.py")], "_test.py") if name.endswith("_test.py") else (name[:-3], ".py")
    stem = stem.encode()[:LONGEST_STEM].decode("utf-8", "ignore")
    names = {part.casefold().removesuffix(".py") for path in taken for part in path.split("/")}
    words = [*_words(source), *WORDS]
    for tries in count(2):  # more numbers each time: a repository may have all of the first ones
        chosen = f"{stem}_{chance.choice(words)}{chance.choice(['', chance.randint(2, max(99, tries**3))])}{ending}"
        if chosen.casefold().removesuffix(".py") not in names:
            break
    return f"{folder}{slash}{chosen}"


def _words(source: str) -> Sequence[str]:
    """Those of the names of its tests."""
    names = TEST_NAME.findall(source)
    return sorted({word for name in names for word in name.split("_")[1:] if _is_usable(word)} - {"test"}) or WORDS


def _is_usable(word: str) -> bool:
    """Whether a name may be made of it: Python folds other letters, and a file's name has an end."""
    return word.isascii() and word.isalpha() and len(word) <= LONGEST_WORD


def _test(words: Sequence[str], used: set[str], chance: Chance, *, wrong: bool) -> tuple[str, str, bool]:
    """Name and text of a test; the name is added to those that are used."""
    name = ""
    while not name or name in used:
        name = "_".join(["test", *chance.choices([*words, *WORDS], k=chance.randint(1, 3))])
    used.add(name)
    before, looked_at, comes = chance.choice(CLAIMS)
    a, b, c = chance.sample(range(2, 10_000), 3)
    x, y = chance.sample(WORDS, 2)
    right = {
        "sum": a + b + c,
        "ends": max(a, b, c) + min(a, b, c),
        "last": b + c,
        "twice": 2 * a + b,
        "long": 3 * len(f"{x} {y}") + a,
    }
    answer = right[comes.strip("{}")] + (chance.randint(1, 10_000) if wrong else 0)
    lines = [
        f"def {name}():",
        f"    {before.format(a=a, b=b, c=c, x=x, y=y)}",
        f"    assert {looked_at.format(a=a, c=c, y=y)} == {answer}",
    ]
    return name, "\n".join(lines) + "\n", wrong


def without(report: SuiteReport, sentinel: Sentinel) -> SuiteReport:
    """The report as if the sentinel had not been there; what pytest printed is left out, as it names the sentinel."""
    ours = f"{sentinel.path}::"
    return report.model_copy(
        update={
            "collected": tuple(one for one in report.collected if not one.startswith(ours)),
            "results": tuple(one for one in report.results if not one.id.startswith(ours)),
            "errors": tuple(one for one in report.errors if one.path != sentinel.path),
            "running": tuple(one for one in report.running if not one.startswith(sentinel.path)),
            "text": report.text if irregularity(report) else "",
        }
    )


def seen(report: SuiteReport, sentinel: Sentinel, modules: Sequence[str], run: str) -> SentinelRun | None:
    """How the sentinel went; None where that says nothing.

    That is so of a run that did not end regularly, and of one that is not told to look where the new tests lie, so
    that it knows neither them nor the sentinel.
    """
    files = {one.partition("::")[0] for one in report.collected} | {error.path for error in report.errors}
    if irregularity(report) or not files & {sentinel.path, *modules}:
        return None
    results = by_id(report)
    passing, failing = results.get(sentinel.passing), results.get(sentinel.failing)
    how = failing.outcome.value if failing else ""
    if failing and failing.outcome is TestOutcome.FAILED and failing.exception != "AssertionError":
        how = f"{how} by {failing.exception or 'nothing'}"
    return SentinelRun(run=run, passing=passing.outcome.value if passing else "", failing=how)


def is_told_by_base(evidence: Evidence) -> bool:
    """Whether the repository itself keeps sentinels from going as they have to: then they say nothing of a patch."""
    sentinels = evidence.sentinels
    return sentinels is not None and sentinels.control is not None and not sentinels.control.regular


def tampered(evidence: Evidence) -> Iterator[str]:
    """Why the patch is not proven, as far as sentinels did not go as they have to."""
    if evidence.sentinels is None or is_told_by_base(evidence):
        return
    for one in evidence.sentinels.on_patch:
        if not one.regular:
            how = f"it {_went(one.failing)}, and one that has to pass {_went(one.passing)}"
            yield f"The run was tampered with: a test of mine that has to fail stood among {one.run}; {how}."


def _went(outcome: str) -> str:
    return {"": "did not run", "error": "ended in an error", "skipped": "was skipped"}.get(outcome, outcome)
