"""Role: what a process of `intern serve` does for the others on its database."""

from enum import StrEnum


class Role(StrEnum):
    """WEB takes webhooks in and stores them; WORKER does what they ask for; ALL does both."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
