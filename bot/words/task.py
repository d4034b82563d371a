"""Task: what the programs are told to do. All of its text is from outside: data without authority."""

from bot.words.reproduction import Reproduction
from bot.words.value import Value


class Task(Value):
    """A job as the programs see it: no token, no setting, no name of a repository's owner.

    Attributes:
        number: the issue's number, for naming the new test file.
        title: the issue's title, made safe for prompts.
        body: the issue's text, made safe for prompts and cut.
        request: for a refinement: what a person wants changed, else "".
        remarks: for a refinement: review comments of writers and failing checks, one each.
        style: how the repository wants its code written, made safe for prompts and cut; "" where nothing says so.
        learned: what an earlier plan for it showed, when planning again, made safe for prompts and cut.
        reproduction: a test that fails today because of the fault; None where the planner found none.
    """

    number: int
    title: str
    body: str = ""
    request: str = ""
    remarks: tuple[str, ...] = ()
    style: str = ""
    learned: str = ""
    reproduction: Reproduction | None = None
