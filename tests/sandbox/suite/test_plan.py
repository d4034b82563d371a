"""Which room runs what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.inside.share import MOST_NAMES, Share, marked
from sandbox.room import Outcome
from sandbox.suite.plan import agrees, counts_by_file, rooms_for, seconds_by_file, split
from sandbox.suite.report import CollectionError, SuiteReport, TestOutcome, TestResult
from sandbox.suite.shards import merged, shares_of


def report(*results: str, broken: tuple[str, ...] = (), collected: tuple[str, ...] = (), **fields) -> SuiteReport:
    """A regular run; results like "a.py::one" or "a.py::one failed"."""
    made = []
    for text in results:
        identity, _, outcome = text.partition(" ")
        made.append(TestResult(id=identity, outcome=TestOutcome(outcome or "passed"), seconds=10.0))
    errors = tuple(CollectionError(path=path, exception="E", message="") for path in broken)
    told = {"outcome": Outcome.FINISHED, "finished": True, "exit_code": 0, **fields}
    found = collected or tuple(result.id for result in made)
    return SuiteReport(results=tuple(made), collected=found, errors=errors, **told)


@pytest.mark.parametrize(
    ("files", "seconds", "cpus", "rooms"),
    [(5, 30.0, 8, 1), (5, 31.0, 8, 3), (5, 31.0, 2, 2), (1, 500.0, 8, 1), (5, 500.0, 8, 5), (5, 500.0, 1, 1)],
)
def test_only_a_long_suite_of_several_files_runs_in_several_rooms(
    files: int, seconds: float, cpus: int, rooms: int
) -> None:
    earlier = report(*(f"{number}.py::one" for number in range(files)), seconds=seconds)

    assert rooms_for(earlier, cpus) == rooms
    assert rooms_for(earlier.model_copy(update={"finished": False}), cpus) == 1


def test_weights_of_files() -> None:
    assert seconds_by_file(report("a.py::one", "a.py::two", "b.py::one")) == {"a.py": 20.0, "b.py": 10.0}
    assert counts_by_file(["a.py::one", "a.py::two[::]", "b.py::one"]) == {"a.py": 2, "b.py": 1}


def test_parts_are_about_equally_heavy() -> None:
    weights = {"a": 50.0, "b": 20.0, "c": 20.0, "d": 10.0}

    assert split(["d", "c", "b", "a"], 2, weights) == [["a"], ["d", "c", "b"]]
    assert split(["a", "b", "c"], 3, {}) == [["a"], ["b"], ["c"]]
    assert split(["a"], 3, {}) == [["a"]]
    assert split([], 3, {}) == []


@given(
    st.lists(st.integers(0, 200).map("tests/test_{}.py".format), unique=True),
    st.integers(1, 6),
    st.dictionaries(st.integers(0, 200).map("tests/test_{}.py".format), st.floats(0, 100)),
    st.lists(st.integers(0, 300).map("tests/test_{}.py::test".format)),
)
def test_each_test_belongs_to_exactly_one_share(
    units: list[str], rooms: int, weights: dict[str, float], ids: list[str]
) -> None:
    parts = split(units, rooms, weights)
    shares = [Share.unpacked(share.packed()) for share in shares_of(parts)]

    assert sorted(unit for part in parts for unit in part) == sorted(units)
    for identity in ids:
        assert sum(share.takes(identity) for share in shares) == 1


def test_explicit_ids_are_shared_as_well() -> None:
    share = marked(["a.py::one[::]", "b.py"])

    assert share.takes("a.py::one[::]")
    assert share.takes("b.py::two")
    assert not share.takes("a.py::one")


def test_shares_of_a_huge_suite_fit_one_order() -> None:
    parts = split([f"tests/test_{number}.py" for number in range(30_000)], 4, {})

    shares = shares_of(parts)

    assert max(len(share.packed()) for share in shares) < 32 * 1024
    assert len(shares[0].marks) <= MOST_NAMES


def test_runs_that_see_the_same_agree() -> None:
    before = report("a.py::one", "a.py::two failed", broken=("c.py",))

    assert agrees(before, report("a.py::two failed", "a.py::one", "new.py::three failed", broken=("c.py",)))
    assert not agrees(before, report("a.py::one", "a.py::two", broken=("c.py",)))
    assert not agrees(before, report("a.py::one", broken=("c.py",)))
    assert not agrees(before, report("a.py::one", "a.py::two failed"))
    assert not agrees(before, before.model_copy(update={"finished": False}))


ALL = ("a.py::one", "b.py::two", "b.py::three")


def test_two_rooms_make_one_report_in_the_order_of_collection() -> None:
    first = report("b.py::two", "b.py::three failed", collected=ALL, exit_code=1, seconds=3.0, text="first")
    second = report("a.py::one", collected=ALL, seconds=5.0, text="second")

    whole = merged([first, second])

    assert [result.id for result in whole.results] == list(whole.collected) == list(ALL)
    assert (whole.finished, whole.rooms, whole.seconds, whole.exit_code) == (True, 2, 5.0, 1)
    assert whole.text == "first\nsecond"


def test_what_keeps_several_runs_from_being_one() -> None:
    half = report("a.py::one", collected=ALL)
    rest = report("b.py::two", "b.py::three", collected=ALL)

    assert merged([half, rest]).finished
    assert merged([half, rest, half]).trouble == "1 tests ran in more than one room"
    assert merged([half, half.model_copy(update={"results": ()})]).trouble == "2 tests ran in no room"
    other = rest.model_copy(update={"collected": ALL[1:]})
    assert merged([half, other]).trouble == "the rooms did not collect the same tests"


def test_a_dead_room_is_told_with_what_the_others_saw() -> None:
    dead = SuiteReport(outcome=Outcome.OUT_OF_MEMORY, trouble="out of memory", running=("b.py::two",))

    whole = merged([report("a.py::one", collected=ALL), dead])

    assert (whole.outcome, whole.finished, whole.running) == (Outcome.OUT_OF_MEMORY, False, ("b.py::two",))
    assert [result.id for result in whole.results] == ["a.py::one"]
    assert whole.trouble == "out of memory (room 2 of 2)"
