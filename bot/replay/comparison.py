"""Comparison: whether a replayed job came to the same, and where it first did not. Pure."""

from collections.abc import Sequence

from bot.replay.recorded_model import Deviation
from bot.words.attempt import Attempt
from bot.workflow.ending import End


def differences(
    end: End | None, attempts: Sequence[Attempt], end_now: End, attempts_now: Sequence[Attempt]
) -> list[str]:
    """What is not as it was, a sentence each, in the order of the job.

    Args:
        end: how the job ended; None where it was killed.
        attempts: of that job.
        end_now: how its replay ended.
        attempts_now: of the replay.
    """
    found = []
    for number, (before, now) in enumerate(zip(attempts, attempts_now, strict=False), 1):
        found += [f"Attempt {number}: {what}." for what in _between(before, now)]
    if len(attempts) != len(attempts_now):
        found.append(f"There were {len(attempts)} attempts, now there are {len(attempts_now)}.")
    if end is not end_now:
        found.append(f"It ended as {end.value if end else 'killed'}, now as {end_now.value}.")
    return found


def _between(before: Attempt, now: Attempt) -> list[str]:
    found = []
    if before.patch is None or now.patch is None:
        if (before.patch is None) != (now.patch is None):
            found.append("a patch then, none now" if now.patch is None else "no patch then, one now")
    elif before.patch.digest != now.patch.digest:
        old = {change.path: change.after for change in before.patch.changes}
        new = {change.path: change.after for change in now.patch.changes}
        paths = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
        found.append(f"another patch ({', '.join(paths) or 'on another base'})")
    was, is_now = _verdict(before), _verdict(now)
    if was != is_now:
        found.append(f"it was {was}, now it is {is_now}")
    return found


def _verdict(attempt: Attempt) -> str:
    verdict = attempt.verdict
    if verdict is None:
        return f"not judged ({attempt.trouble})" if attempt.trouble else "not judged"
    return "proven" if verdict.proven else f"not proven ({verdict.reasons[0] if verdict.reasons else 'no reason'})"


def prompts(same: int, asked: int, unused: int, deviation: Deviation | None) -> list[str]:
    """How the prompts compare with the recorded ones, in a sentence or two."""
    found = [f"{same} of {asked} prompts were exactly as recorded; {unused} recorded replies were not asked for."]
    if deviation is not None:
        where = f"call {deviation.number}" + (f" ({deviation.purpose})" if deviation.purpose else "")
        found.append(f"The first other prompt is {where}. Recorded: {_shown(deviation.recorded)}")
        found.append(f"Now: {_shown(deviation.now)}")
    return found


def _shown(line: str) -> str:
    return repr(line[:200]) if line else "nothing"
