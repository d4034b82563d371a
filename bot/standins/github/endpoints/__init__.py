"""The operations of GitHub's REST API that the stand-in offers, one file per kind of object."""

from bot.standins.github.call import OPERATIONS, Operation
from bot.standins.github.endpoints import apps, checks, contents, gitdata, issues, pulls, repositories, talk

__all__ = [
    "OPERATIONS",
    "Operation",
    "apps",
    "checks",
    "contents",
    "gitdata",
    "issues",
    "pulls",
    "repositories",
    "talk",
]
