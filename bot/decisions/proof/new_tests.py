"""New tests: how each test that a patch brings went without and with the patch."""

from bot.decisions.proof.runs import by_id, collection_errors, irregularity
from bot.words.evidence import Evidence, NewTest, Red
from sandbox.suite.report import CollectionError, TestOutcome, TestResult

#: Exceptions that say that something is not there.
ABSENCES = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "NameError"})


def judge_new_tests(evidence: Evidence) -> tuple[NewTest, ...]:
    """Every new test that was found on the patch, with its results there, without it, and before a refinement."""
    on_base, on_patch = by_id(evidence.new_on_base), by_id(evidence.new_on_patch)
    errors = collection_errors(evidence.new_on_base)
    files = set(evidence.tests)
    found = []
    for test in dict.fromkeys((*evidence.new_on_patch.collected, *on_patch)):
        path = test.partition("::")[0]
        if path not in files:
            continue
        base, detail = _on_base(on_base.get(test), errors.get(path), evidence.provides)
        result = on_patch.get(test)
        now, then = result.outcome.value if result else "", _before_refinement(test, evidence)
        found.append(NewTest(id=test, base=base, patch=now, detail=detail, former=then))
    return tuple(found)


def _before_refinement(test: str, evidence: Evidence) -> Red | None:
    """How a test went on the pull request as it was; None where a run can't be relied on, or there was none."""
    former = evidence.former
    if former is None or irregularity(former.new_tests):
        return None
    error = collection_errors(former.new_tests).get(test.partition("::")[0])
    return _on_base(by_id(former.new_tests).get(test), error, former.provides)[0]


def is_provided(missing: str, exception: str, provides: tuple[str, ...]) -> bool:
    """Whether what was missing is something that the patch adds.

    Args:
        missing: "pkg.new", "pkg.mod:name", or for a NameError or AttributeError "name", "Class.name".
        exception: name of the exception's type; only absences can be about something missing.
        provides: as in `Evidence.provides`.
    """
    if not missing or exception not in ABSENCES:
        return False
    names = set(provides)
    module, colon, name = missing.partition(":")
    if missing in names or (colon and f"{module}.{name}" in names):
        return True
    if not colon and any(known.startswith(f"{missing}.") for known in names):
        return True  # the package around a module that the patch adds
    if colon or exception not in ("AttributeError", "NameError"):
        return False
    definitions = {entry.partition(":")[2] for entry in provides if ":" in entry}
    return missing in definitions or any(known.endswith(f".{missing}") for known in definitions)


def _on_base(result: TestResult | None, error: CollectionError | None, provides: tuple[str, ...]) -> tuple[Red, str]:
    if result is None:
        return _uncollected(error, provides)
    if result.outcome is TestOutcome.PASSED:
        return Red.GREEN, ""
    if result.outcome in (TestOutcome.SKIPPED, TestOutcome.XFAILED, TestOutcome.XPASSED):
        return Red.BROKEN, f"it is {result.outcome.value} there, and a test must run to show anything"
    detail = _line(result.exception, result.message)
    if is_provided(result.missing, result.exception, provides):
        return Red.MISSING, detail
    if not result.exception:
        return Red.BROKEN, f"it fails there, but nothing was raised: {detail}".rstrip(": ")
    return Red.ASSERTION, detail


def _uncollected(error: CollectionError | None, provides: tuple[str, ...]) -> tuple[Red, str]:
    if error is None:
        return Red.BROKEN, "it is not found there"
    detail = _line(error.exception, error.message)
    if is_provided(error.missing, error.exception, provides):
        return Red.MISSING, detail
    return Red.BROKEN, f"its file can't be collected there, and not for want of the patch: {detail}"


def _line(exception: str, message: str) -> str:
    """The failure in one line: pytest's first "E" line, else its last line."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    marked = [line[1:].strip() for line in lines if line.startswith("E ")]
    said = marked[0] if marked else (lines[-1] if lines else "")
    text = said if not exception or exception in said else f"{exception}: {said}".rstrip(": ")
    return text[:200]
