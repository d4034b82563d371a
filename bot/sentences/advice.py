"""What would help a job that ended without proof: derived by rule from what went wrong, for whoever asked."""

from collections.abc import Sequence

from bot.decisions.proof.reproduced import stands_alone
from bot.words.attempt import Attempt
from bot.words.evidence import Red, Verdict

#: How many pieces of advice are given; the first ones are the surest.
MOST = 3

#: What our own sentences about a failure hold, and what would help.
SIGNS = (
    ("cut off", "a larger `INTERN_MODEL_REPLY`, which whoever runs me sets: the model's reply was cut off"),
    ("longer than its context window", "a model with a larger window (`INTERN_MODEL_WINDOW`)"),
    ("form asked for", "a larger model (`INTERN_MODEL`): the replies of this one could not be read"),
    ("replies were empty", "`intern doctor`, run by whoever runs me: the model (`INTERN_MODEL`) replied with nothing"),
    ("no usable code", "a larger model (`INTERN_MODEL`): this one did not write Python that can be read"),
    ("touched what it may not", "allow those paths in `.github/intern.yml`, or do that part by hand"),
    ("existing test may not be changed", "change those tests by hand first, if they fix what should not be"),
)


def what_helps(attempts: Sequence[Attempt], said: str = "") -> str:
    """One to three pieces of advice as a paragraph of Markdown.

    Args:
        attempts: all of them, in order.
        said: why the job ended, in our own words; "" where the attempts were just used up.
    """
    verdict = next((attempt.verdict for attempt in reversed(attempts) if attempt.verdict), None)
    text = "\n".join([said, *(attempt.trouble for attempt in attempts)])
    found = [advice for sign, advice in SIGNS if sign in text]
    found += _about(verdict) if verdict else []
    if came_closer(attempts):
        found.append("more attempts (`INTERN_ATTEMPTS`): the last one came closest, and no attempt was left")
    if not found:
        found = ["name the file and the function that should change, and split a large wish into smaller issues"]
    return _told(list(dict.fromkeys(found))[:MOST])


def _about(verdict: Verdict) -> list[str]:
    """What the last verdict asks for."""
    tests, found = verdict.tests, []
    if stands_alone(verdict):
        found.append(
            "look at the test that showed the fault: it alone is in the way of the last change. If it is right, that "
            "change was half of one; if it asks for what you do not want, say in the issue what should come out"
        )
    elif tests and all(test.base is Red.GREEN for test in tests):
        found.append("show an input that goes wrong today; every test that I wrote passes already without a change")
    elif verdict.gaps and not verdict.failures:
        found.append("say how one sees from outside that it works: an input, and what should come out")
    elif tests and all(test.patch == "passed" for test in tests):
        found.append("say which existing behaviour may change; the new tests pass, but existing ones stand against it")
    else:
        found.append("add an example to the issue: the exact input, what comes out today, and what should come out")
    red = sum(verdict.suite_before.get(outcome, 0) for outcome in ("failed", "error"))
    if red:
        found.append(
            f"repair the {red} test{' that fails' if red == 1 else 's that fail'} without any change: "
            f"what {'it guards' if red == 1 else 'they guard'} can't be watched"
        )
    return found


def came_closer(attempts: Sequence[Attempt]) -> bool:
    """Whether the last attempt was better than each before it, so that a further one is worth its price."""
    scores = [attempt.verdict.score if attempt.verdict else 0.0 for attempt in attempts]
    return len(scores) > 1 and scores[-1] > max(scores[:-1]) and scores[-1] > 0


def _told(advice: Sequence[str]) -> str:
    if len(advice) == 1:
        return f"What would help: {advice[0]}. Then ask again."
    listed = "\n".join(f"- {one}" for one in advice)
    return f"What would help:\n\n{listed}\n\nThen ask again."
