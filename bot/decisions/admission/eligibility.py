"""Can this repository be worked on? Each "no" is a Refusal that a person understands from the status comment."""

from bot.errors import Refusal
from bot.words.job import Kind
from bot.words.repository_settings import TestSettings
from bot.words.snapshot import Snapshot
from sandbox.room import Outcome
from sandbox.suite.report import SuiteReport, TestOutcome

#: Only outcomes of a test that ran and did not do what it should.
RED = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})


def check_issue(*, kind: Kind, open_: bool, title: str, body: str) -> None:
    """Refuse an issue that says nothing, or is closed."""
    if not open_:
        what = "issue" if kind is Kind.SOLVE else "pull request"
        raise Refusal(f"This {what} is closed. Reopen it and ask again.")
    if len((title + body).strip()) < 8:
        raise Refusal("This issue says too little. Describe what should change, then add the label again.")


def check_snapshot(snapshot: Snapshot) -> None:
    """Refuse a repository without files or without Python."""
    if not snapshot.files:
        raise Refusal("This repository is empty. Push a first commit, then add the label again.")
    if not any(path.endswith(".py") for path in snapshot.files):
        raise Refusal("There is no Python in this repository, and Python is all that I can prove.")


def check_suite(report: SuiteReport, settings: TestSettings) -> tuple[str, ...]:
    """Refuse a suite that can't be used as a yardstick; a red or missing one is only noted.

    Returns:
        Notes for the reader of the pull request.
    """
    if report.outcome is Outcome.TIMED_OUT:
        raise Refusal(_hang(report, settings))
    if report.outcome is not Outcome.FINISHED:
        raise Refusal(
            f"The existing tests could not be run: {report.outcome.value} after {len(report.results)} tests. "
            "Nothing can be proven on this suite as it is."
        )
    if not report.finished:
        raise Refusal(f"pytest could not start on the existing tests: {_last_lines(report.text)}")
    if report.errors and not report.collected:
        raise Refusal(_no_import(report))
    return _notes(report)


def _hang(report: SuiteReport, settings: TestSettings) -> str:
    ended = {result.id for result in report.results}
    hanging = f" in `{report.running[0]}`" if report.running else ""
    return (
        f"The existing tests did not end within {settings.seconds:g} seconds{hanging} "
        f"({len(ended)} of {len(report.collected)} ended). Set `tests.seconds`, `tests.args` or `tests.paths` in "
        "`.github/intern.yml`, then add the label again."
    )


def _no_import(report: SuiteReport) -> str:
    missing = sorted({error.missing for error in report.errors if error.missing})
    if missing:
        return (
            f"The existing tests can't be imported: {', '.join(f'`{name}`' for name in missing[:5])} not found. "
            "List what they need under `environment` in `.github/intern.yml`."
        )
    first = report.errors[0]
    return f"The existing tests can't be collected: `{first.path}` ends in {first.exception}."


def _notes(report: SuiteReport) -> tuple[str, ...]:
    notes: list[str] = []
    red = sum(result.outcome in RED for result in report.results)
    if red:
        notes.append(f"{red} of the repository's own tests failed before anything was changed")
    if report.errors:
        files = ", ".join(f"`{error.path}`" for error in report.errors[:5])
        notes.append(f"{len(report.errors)} test files could not be imported before anything was changed: {files}")
    if not report.collected and not report.errors:
        notes.append("the repository had no tests of its own")
    return tuple(notes)


def _last_lines(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return " ".join(lines[-3:])[:400] or "it printed nothing."
