"""Again: `/intern retry`, the same wish once more, where it ended without success."""

from collections.abc import Sequence

from bot.sentences import replies
from bot.words.budget import Budget
from bot.words.job import Kind
from bot.workflow.admission import AboutJobs, Admission, Answered, Desire, refine, start
from bot.workflow.counter import Counter
from bot.workflow.known_job import KnownJob


def again(about: AboutJobs, desire: Desire, known: Sequence[KnownJob], counter: Counter, budget: Budget) -> Admission:
    """Decide about a wish to try again.

    On an issue a new job takes the issue's text as it is now. On a pull request of ours the last refinement is
    repeated, with the words of its request.

    Args:
        about: the command.
        desire: who gave it, and where.
        known: the jobs of the issue, the oldest first.
        counter: answers about people, issues and pull requests.
        budget: the operator's limits, for reading the repository's settings.

    Raises:
        GitHubError: GitHub could not be asked.
    """

    def answered(text: str) -> Answered:
        return Answered(issue=desire.number, text=text, comment=desire.comment)

    if any(one.goes_on for one in known):
        return answered(replies.already_working())
    if about.pull:
        refinements = [one for one in known if one.job.pull == about.pull]
        if not refinements or refinements[-1].proven:
            return answered(replies.no_refinement_to_repeat())
        return refine(desire, refinements[-1].job.request, counter)
    solutions = [one for one in known if one.job.kind is Kind.SOLVE]
    if not solutions:
        return answered(replies.nothing_to_repeat())
    proposed = next((one.pull for one in reversed(solutions) if one.pull), 0)
    if proposed and counter.pull_is_open(proposed):
        return answered(replies.already_proposed(proposed))
    return start(desire, counter, budget)
