"""GitHub's limits of rate: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api."""

from dataclasses import dataclass, field
from email.utils import formatdate

from bot.standins.github.refusal import Refusal
from bot.standins.github.world import HOUR, World

MINUTE = 60.0
PRIMARY = "API rate limit exceeded for {}."
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@dataclass
class Limits:
    """How much one token may ask.

    Attributes:
        primary: requests per hour.
        points: points per minute; reading costs 1, writing 5.
        writes_per_minute: requests per minute that write.
        writes_per_hour: requests per hour that write.
        retry_after: seconds that an answer about a secondary limit names; None leaves the header out.
    """

    primary: int = 5000
    points: int = 900
    writes_per_minute: int = 80
    writes_per_hour: int = 500
    retry_after: int | None = 60


@dataclass
class Bucket:
    """What one token has used; `recent` holds (time, points) of the last hour."""

    reset: float
    used: int = 0
    recent: list[tuple[float, int]] = field(default_factory=list)


def secondary(retry_after: int | None, status: int = 403) -> Refusal:
    """Too much at once; documented to come as 403 or 429."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Refusal(status, SECONDARY, headers=headers)


class Meter:
    """Counts requests and refuses what is too much."""

    def __init__(self, world: World, limits: Limits) -> None:
        self._world = world
        self.limits = limits
        self._buckets: dict[str, Bucket] = {}

    def bucket(self, owner: str) -> Bucket:
        """What this owner has used in the current hour."""
        now = self._world.clock()
        found = self._buckets.setdefault(owner, Bucket(now + HOUR))
        if now >= found.reset:
            found.reset, found.used = now + HOUR, 0
        found.recent = [(when, points) for when, points in found.recent if when > now - HOUR]
        return found

    def exhaust(self, owner: str) -> None:
        """Use up the primary limit until its reset."""
        self.bucket(owner).used = self.limits.primary

    def admit(self, owner: str, *, writes: bool) -> None:
        """Count one request.

        Raises:
            Refusal: 403, a limit is exceeded.
        """
        bucket, limits, now = self.bucket(owner), self.limits, self._world.clock()
        if bucket.used >= limits.primary:
            raise Refusal(403, PRIMARY.format(owner))
        bucket.used += 1
        bucket.recent.append((now, 5 if writes else 1))
        minute = [points for when, points in bucket.recent if when > now - MINUTE]
        hour = [points for _, points in bucket.recent]
        too_much = (
            sum(minute) > limits.points,
            minute.count(5) > limits.writes_per_minute,
            hour.count(5) > limits.writes_per_hour,
        )
        if any(too_much):
            raise secondary(limits.retry_after)

    def headers(self, owner: str) -> dict[str, str]:
        """The `X-RateLimit-*` headers of an answer, and the time by which they are to be read."""
        facts = self.overview(owner)
        shown = {f"X-RateLimit-{name.title()}": str(value) for name, value in facts.items()}
        return {**shown, "X-RateLimit-Resource": "core", "Date": formatdate(self._world.clock(), usegmt=True)}

    def overview(self, owner: str) -> dict[str, int]:
        """`limit`, `remaining`, `used` and `reset` (seconds since 1970)."""
        bucket, limit = self.bucket(owner), self.limits.primary
        used = min(bucket.used, limit)
        return {"limit": limit, "remaining": limit - used, "reset": int(bucket.reset), "used": used}
