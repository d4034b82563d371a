"""Checks: what other services say about a commit. Names and short summaries only, never logs."""

from typing import Any

from bot.github.access import Access, understood
from bot.github.errors import Forbidden, NotFound
from bot.github.redaction import one_line

_FAILED = frozenset({"failure", "timed_out"})
_MOST = 30


class Checks(Access):
    """The check runs and commit statuses of a repository."""

    def failing_checks(self, sha: str) -> list[str]:
        """What failed on a commit, at most 30, as "name: conclusion: summary" in one line of 300 characters.

        Where the App may not read checks or statuses, these are left out.
        https://docs.github.com/rest/checks/runs#list-check-runs-for-a-git-reference
        """
        runs = self._readable("/commits/{sha}/check-runs{?per_page}", "check_runs", sha)
        statuses = self._readable("/commits/{sha}/status{?per_page}", "statuses", sha)
        failed = [understood(_run, run) for run in runs if run.get("conclusion") in _FAILED]
        failed += [understood(_status, s) for s in statuses if s.get("state") in {"failure", "error"}]
        return failed[:_MOST]

    def _readable(self, path: str, key: str, sha: str) -> list[Any]:
        try:
            return self._all(path, key, sha=sha)
        except (Forbidden, NotFound):
            return []


def _run(run: Any) -> str:
    output = run.get("output") or {}
    return _line(run["name"], run["conclusion"], output.get("title") or output.get("summary"))


def _status(status: Any) -> str:
    return _line(status["context"], status["state"], status.get("description"))


def _line(name: str, conclusion: str, summary: str | None) -> str:
    return one_line(": ".join(part for part in (name, conclusion, summary) if part))
