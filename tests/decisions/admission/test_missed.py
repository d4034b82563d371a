"""Which deliveries are asked for once more, and when."""

from bot.decisions.admission.missed import MOST, PAUSES, WINDOW, given_up, missed, tries_of
from bot.words.delivery_attempt import DeliveryAttempt

NOW = 1_800_000_000.0
HOUR = 3600.0


def attempt(guid: str, ago: float, number: int = 0) -> DeliveryAttempt:
    return DeliveryAttempt(
        id=number or int(NOW - ago),
        guid=guid,
        event="issues",
        action="labeled",
        moment=NOW - ago,
        arrived=False,
        status="timed out",
    )


def due(*attempts: DeliveryAttempt, asked: dict[str, list[float]] | None = None) -> list[str]:
    return [found.guid for found in missed(tries_of(attempts), asked or {}, NOW)]


def test_the_first_time_at_once_and_then_after_longer_and_longer_pauses() -> None:
    assert due(attempt("a", 1)) == ["a"]
    assert due(attempt("a", 2 * HOUR), attempt("a", HOUR - 60)) == []
    assert due(attempt("a", 2 * HOUR), attempt("a", HOUR + 60)) == ["a"]
    three = (attempt("a", 12 * HOUR), attempt("a", 11 * HOUR), attempt("a", 9 * HOUR))
    assert due(*three) == ["a"]
    assert due(*three[:2], attempt("a", 7 * HOUR)) == []


def test_only_a_few_times() -> None:
    many = [attempt("a", 60 * HOUR - 10 * hour * HOUR) for hour in range(len(PAUSES) + 1)]
    assert due(*many) == []
    assert given_up(tries_of(many)["a"])
    assert not given_up(tries_of(many[:-1])["a"])


def test_what_was_asked_for_counts_though_no_try_of_it_is_listed_yet() -> None:
    assert due(attempt("a", HOUR), asked={"a": [NOW - 60]}) == []
    assert due(attempt("a", 3 * HOUR), asked={"a": [NOW - 2 * HOUR]}) == ["a"]
    assert due(attempt("a", 60 * HOUR), asked={"a": [NOW - 50 * HOUR] * len(PAUSES)}) == []


def test_nothing_that_github_keeps_no_more_and_only_so_many_the_oldest_first() -> None:
    assert due(attempt("a", WINDOW + 1)) == []
    assert due(attempt("a", WINDOW - 1)) == ["a"]
    crowd = [attempt(f"g{number}", HOUR + number, number + 1) for number in range(MOST + 20)]
    found = due(*crowd)
    assert len(found) == MOST
    assert found[0] == f"g{MOST + 19}"


def test_the_newest_try_is_the_one_that_is_repeated() -> None:
    found = missed(tries_of([attempt("a", HOUR, 9), attempt("a", 5 * HOUR, 3)]), {}, NOW)
    assert [one.id for one in found] == [9]
