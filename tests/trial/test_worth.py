"""What a score and a result are worth, and how a page tells it."""

from html.parser import HTMLParser

import pytest

from bot.trial.report import page
from bot.trial.result import Result, Worth
from bot.trial.score import scored
from bot.trial.table import by_kind, markdown
from bot.words.budget import Usage
from bot.words.exercise import ExerciseKind, Score
from bot.workflow.ending import End
from sandbox.room import Outcome
from sandbox.suite.report import SuiteReport, TestOutcome, TestResult

ID = "tests/test_a.py::test_a"


def report(*results: tuple[str, str], collected: tuple[str, ...] | None = None, finished: bool = True) -> SuiteReport:
    return SuiteReport(
        outcome=Outcome.FINISHED,
        collected=tuple(name for name, _ in results) if collected is None else collected,
        results=tuple(TestResult(id=name, outcome=TestOutcome(how), message=f"{name} {how}") for name, how in results),
        finished=finished,
    )


@pytest.mark.parametrize(
    ("ran", "passed"),
    [
        (report((ID, "passed")), 1),
        (report((f"{ID}[1]", "passed"), (f"{ID}[2]", "passed")), 1),
        (report((f"{ID}[1]", "passed"), (f"{ID}[2]", "failed")), 0),
        (report((f"{ID}[1]", "passed"), collected=(f"{ID}[1]", f"{ID}[2]"), finished=False), 0),
        (report((ID, "skipped")), 0),
        (report((ID, "xfailed")), 0),
        (report((f"{ID}_more", "passed")), 0),
        (report(), 0),
    ],
)
def test_a_hidden_test_passes_with_all_its_parameters(ran: SuiteReport, passed: int) -> None:
    score = scored([ID], ran)
    assert (score.passed, score.total, score.right) == (passed, 1, passed == 1)
    assert bool(score.feedback) == (not passed)


def result(end: End, passed: int = 0, *, must_refuse: bool = False, **more: object) -> Result:
    given = {
        "name": "one",
        "kind": ExerciseKind.BUG,
        "digest": "0",
        "must_refuse": must_refuse,
        "model": "ollama_chat/x",
        "end": end,
        "sentence": "Done.",
        "attempts": 1,
        "score": Score(passed=passed, total=2),
        "usage": Usage(calls=3, prompt_characters=5000),
        "minutes": 1.5,
        "date": "2026-01-31T12:00:00+00:00",
    }
    return Result(**{**given, **more})


@pytest.mark.parametrize(
    ("one", "worth"),
    [
        (result(End.PROVEN, 2), Worth.SOLVED),
        (result(End.PROVEN, 1), Worth.WRONGLY_PROVEN),
        (result(End.UNPROVEN, 2), Worth.UNPROVEN),
        (result(End.SPENT, 2), Worth.UNPROVEN),
        (result(End.UNPROVEN, 1), Worth.UNSOLVED),
        (result(End.SPENT), Worth.UNSOLVED),
        (result(End.REFUSED), Worth.REFUSED_WRONGLY),
        (result(End.FAILED, 2), Worth.FAILED),
        (result(End.PROVEN, must_refuse=True), Worth.WRONGLY_PROVEN),
        (result(End.REFUSED, 2, must_refuse=True), Worth.REFUSED_RIGHTLY),
        (result(End.UNPROVEN, 2, must_refuse=True), Worth.REFUSED_RIGHTLY),
        (result(End.SPENT, 2, must_refuse=True), Worth.UNSOLVED),
        (result(End.FAILED, 2, must_refuse=True), Worth.FAILED),
    ],
)
def test_worth(one: Result, worth: Worth) -> None:
    assert one.worth is worth


def test_kinds_are_summed_up() -> None:
    some = [result(End.PROVEN, 2), result(End.PROVEN, 1, kind=ExerciseKind.HUGE), result(End.UNPROVEN)]
    bugs, huge, every = by_kind(some)
    assert (bugs[:3], huge[:3], every[:3]) == (("bug", "2", "1"), ("huge file", "1", "0"), ("all", "3", "1"))
    assert every[9:] == ("3", "5,000", "$0.00", "1.5")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "xlink:href"}]


def test_a_page_runs_and_loads_nothing_whatever_was_said() -> None:
    hostile = '</pre><script>alert(1)</script><img src="https://evil.example/x">'
    text = page(
        [
            result(
                End.UNPROVEN,
                1,
                title=hostile,
                sentence=hostile,
                model=hostile,
                score=Score(passed=0, total=1, feedback=hostile),
            )
        ],
        [hostile],
    )
    reader = _Reader()
    reader.feed(text)
    assert reader.tags.isdisjoint({"script", "img", "iframe", "link", "object"})
    assert all(link.startswith("jobs/one/") for link in reader.links)
    assert "default-src 'none'" in text
    assert text.count("<svg") == 2


def test_nothing_was_done() -> None:
    assert "Nothing was done." in page([])
    assert markdown([], ["x is left out: no."]) == "Nothing was done.\n\n- x is left out: no.\n"


def test_a_fix_of_the_history_is_told_with_what_it_is_about() -> None:
    title = "share() loses | cents\nwhen `n` is odd " + "x" * 200
    one = result(End.UNPROVEN, 1, name="53d76bb4d758", title=title, kind=ExerciseKind.HISTORY)
    row = markdown([one]).splitlines()[-1]
    assert row.startswith("| 53d76bb4d758 ``share() loses \\| cents when `n` is odd xxx")
    assert "x" * 80 not in row
    assert page([one]).count("share() loses | cents when `n` is odd xxx") == 2
    assert markdown([result(End.PROVEN, 2, title=title)]).splitlines()[-1].startswith("| one | bug |")
