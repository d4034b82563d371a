"""Which deliveries never arrived, and are to be delivered once more now."""

from collections.abc import Iterable, Mapping

from bot.words.delivery_attempt import DeliveryAttempt

#: GitHub delivers again what is at most three days old.
#: https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks
WINDOW = 3 * 24 * 3600.0

#: Seconds after the last of so many failed tries until the next; after the last of these, none.
PAUSES = (0.0, 3600.0, 8 * 3600.0, 24 * 3600.0)

#: Deliveries that are asked for at once.
MOST = 50


def tries_of(failed: Iterable[DeliveryAttempt]) -> dict[str, list[DeliveryAttempt]]:
    """The failed tries by their delivery's guid, each list with the oldest first."""
    found: dict[str, list[DeliveryAttempt]] = {}
    for attempt in sorted(failed, key=lambda attempt: (attempt.moment, attempt.id)):
        found.setdefault(attempt.guid, []).append(attempt)
    return found


def missed(
    tries: Mapping[str, list[DeliveryAttempt]], asked: Mapping[str, list[float]], now: float
) -> list[DeliveryAttempt]:
    """The last try of each delivery that is due, those that wait longest first.

    Args:
        tries: of the deliveries that never arrived, as `tries_of` gives them.
        asked: when each was asked for before, in seconds since the epoch: a try is listed only after a while.
        now: GitHub's idea of the time.
    """
    due = [failed[-1] for guid, failed in tries.items() if _is_due(failed, asked.get(guid, []), now)]
    return due[:MOST]


def given_up(failed: list[DeliveryAttempt]) -> bool:
    """Whether a delivery failed so often that nobody asks for it any more."""
    return len(failed) > len(PAUSES)


def _is_due(failed: list[DeliveryAttempt], asked: list[float], now: float) -> bool:
    times = max(len(failed) - 1, len(asked))
    if times >= len(PAUSES) or now - failed[0].moment > WINDOW:
        return False
    return now - max([failed[-1].moment, *asked]) >= PAUSES[times]
