r"""A stateful stand-in for GitHub behind real HTTP on loopback, with real git repositories.

It signs its webhooks, checks the App's JWT and what a token may do, keeps GitHub's limits of length and rate,
and fails when told to. Every request and every answer is compared with GitHub's own OpenAPI description; one
that does not fit is answered by a loud 500 and remembered in `violations`. A day with it::

    async with GitHub(webhook_url=bot.url, webhook_secret="...") as github:
        alice = github.user("alice")
        tally = github.repository("alice/tally", {"tally.py": "def add(a, b): ...\n"})
        issue = tally.issue("Add subtraction", "Please.", by=alice)
        assert await alice.labels(issue, "intern") == 202
        ...
        assert tally.pulls[0].draft
        assert github.violations == []
"""

from bot.standins.github.accounts import App, Installation, Role
from bot.standins.github.faults import Fault
from bot.standins.github.git import executable, submodule, symlink
from bot.standins.github.github import GitHub
from bot.standins.github.issues import Comment, Issue, Pull, Review, ReviewComment
from bot.standins.github.limits import Limits
from bot.standins.github.people import Person
from bot.standins.github.repositories import CheckRun, Repository
from bot.standins.github.service import Recorded
from bot.standins.github.thread import GitHubThread
from bot.standins.github.world import Clock, Delivery

__all__ = [
    "App",
    "CheckRun",
    "Clock",
    "Comment",
    "Delivery",
    "Fault",
    "GitHub",
    "GitHubThread",
    "Installation",
    "Issue",
    "Limits",
    "Person",
    "Pull",
    "Recorded",
    "Repository",
    "Review",
    "ReviewComment",
    "Role",
    "executable",
    "submodule",
    "symlink",
]
