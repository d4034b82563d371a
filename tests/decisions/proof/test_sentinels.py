"""Sentinels: two tests of our own that can't be told from those around them, and what follows from how they went."""

from pathlib import Path
from random import Random

import pytest

from bot.decisions.proof.judge import has_promise, judge
from bot.decisions.proof.protection import is_test_module
from bot.decisions.proof.sentinels import WORDS, path_beside, seen, sentinel_beside, without
from bot.words.tamper import SentinelRun, Sentinels
from sandbox.suite.report import SuiteReport, TestOutcome, TestResult
from tests.decisions.observations import NEW, broken, but, result, run

SOURCE = "def test_two_parts():\n    pass\n\n\nclass TestNonsense:\n    async def test_nonsense_is_refused(self): ...\n"


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - to be had again


@pytest.mark.parametrize("seed", range(40))
def test_one_passes_and_one_fails_by_its_assertion(seed: int, tmp_path: Path) -> None:
    made = sentinel_beside(NEW, SOURCE, (), chance(seed))
    space: dict[str, object] = {}
    exec(compile(made.text, str(tmp_path), "exec"), space)  # noqa: S102 - our own text is what is tried
    run_passing, run_failing = (space[one.partition("::")[2]] for one in (made.passing, made.failing))
    assert callable(run_passing)
    assert callable(run_failing)
    run_passing()
    with pytest.raises(AssertionError):
        run_failing()


@pytest.mark.parametrize("module", ["tests/test_a.py", "tests/deep/a_test.py", "test_a.py"])
def test_it_lies_beside_the_new_tests_and_is_found_by_the_same_rule(module: str) -> None:
    taken = {module}
    for seed in range(200):
        made = sentinel_beside(module, "", taken, chance(seed))
        assert made.path not in taken
        assert made.path.rpartition("/")[0] == module.rpartition("/")[0]
        assert made.path.endswith("_test.py") == module.endswith("_test.py")
        assert is_test_module(made.path)
        taken.add(made.path)


def test_a_repository_that_has_all_short_names_keeps_nobody_waiting() -> None:
    taken = {f"{NEW.removesuffix('.py')}_{word}{number}" for word in WORDS for number in ("", *range(1000))}
    names = {path_beside(NEW, "", taken, chance(seed)) for seed in range(20)}
    assert len(names) == 20


def test_no_two_are_alike_and_names_are_made_of_the_words_around() -> None:
    made = [sentinel_beside(NEW, SOURCE, (), chance(seed)) for seed in range(50)]
    assert len({one.text for one in made}) == 50
    text = "".join(one.text for one in made)
    assert "_parts" in text
    assert "_refused" in text
    assert "def test_two_parts(" not in text
    assert all("sentinel" not in one.text and "intern" not in one.text for one in made)


def test_words_that_python_folds_or_no_file_name_has_room_for_are_left_out() -> None:
    long = "a" * 265
    source = f"def test_\ufb01x_gr\u00f6\u00dfe_{long}_short():\n    pass\n"
    for seed in range(100):
        made = sentinel_beside(f"tests/test_{'b' * 245}.py", source, (), chance(seed))
        assert made.text.isascii()
        assert long not in made.text + made.path
        assert len(made.path.rpartition("/")[2]) < 255
        assert is_test_module(made.path)
    assert "short" in "".join(sentinel_beside(NEW, source, (), chance(seed)).text for seed in range(50))


MADE = sentinel_beside(NEW, SOURCE, (), chance(1))
PASSES, FAILS = result(MADE.passing), result(MADE.failing, "failed")


def test_nothing_of_it_stays_in_the_report() -> None:
    report = run(result(f"{NEW}::one"), PASSES, FAILS, errors=(broken(MADE.path), broken("tests/test_x.py")))
    plain = without(report.model_copy(update={"text": "1 failed"}), MADE)
    assert plain == run(result(f"{NEW}::one"), errors=(broken("tests/test_x.py"),))


@pytest.mark.parametrize(
    ("report", "how"),
    [
        (run(PASSES, FAILS), ("passed", "failed")),
        (run(PASSES, result(MADE.failing)), ("passed", "passed")),
        (run(PASSES), ("passed", "")),
        (run(result(f"{NEW}::one")), ("", "")),
        (run(errors=(broken(MADE.path),)), ("", "")),
        (run(result(MADE.passing, "error"), FAILS), ("error", "failed")),
        (run(PASSES, result(MADE.failing, "failed", "KeyError")), ("passed", "failed by KeyError")),
        (run(PASSES, TestResult(id=MADE.failing, outcome=TestOutcome.FAILED)), ("passed", "failed by nothing")),
    ],
)
def test_how_it_went(report: SuiteReport, how: tuple[str, str]) -> None:
    told = seen(report, MADE, [NEW], "the suite")
    assert told
    assert (told.passing, told.failing) == how
    assert told.regular == (how == ("passed", "failed"))


def test_where_nobody_looks_for_new_tests_nobody_finds_it() -> None:
    assert seen(run(result("other/test_a.py::a")), MADE, [NEW], "the suite") is None
    assert seen(run(PASSES, FAILS).model_copy(update={"finished": False}), MADE, [NEW], "the suite") is None


GOOD = SentinelRun(run="the suite", passing="passed", failing="failed")
GREEN = GOOD.model_copy(update={"failing": "passed"})
AWAY = GOOD.model_copy(update={"passing": "", "failing": ""})


def test_a_run_in_which_what_must_fail_passed_proves_nothing() -> None:
    assert judge(but(sentinels=Sentinels(on_patch=(GOOD, GOOD)))).proven
    for bad in (GREEN, AWAY, GOOD.model_copy(update={"passing": "error"})):
        evidence = but(sentinels=Sentinels(on_patch=(GOOD, bad), control=GOOD))
        assert "tampered with" in judge(evidence).reasons[0]
        assert not has_promise(evidence)


def test_where_the_repository_itself_keeps_it_away_it_says_nothing() -> None:
    assert judge(but(sentinels=Sentinels(on_patch=(AWAY, AWAY), control=AWAY))).proven
