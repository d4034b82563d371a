"""What a status comment says of a job that was interrupted: until the next thing is to be told, and no longer."""

from bot.sentences.status import status_comment
from bot.words.progress import Phase, State
from tests.sentences import day

SAID = "### Code Intern is working on this issue\n\nI was interrupted, and go on with what is marked ⏳.\n\n- ✅ Read"


def test_it_says_that_it_goes_on_until_it_has_come_further() -> None:
    interrupted = day.PROGRESS.model_copy(update={"interrupted": True})
    assert status_comment(interrupted, day.SOLVE).startswith(SAID)
    further = interrupted.mark(Phase.VERIFY, State.DONE, "proven")
    for later in (further, interrupted.ended("It ended.", proven=True)):
        assert "interrupted" not in status_comment(later, day.SOLVE)
