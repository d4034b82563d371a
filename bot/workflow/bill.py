"""Bill: what a piece of work in the workshop cost, and what it gave."""

from bot.words.budget import Usage
from bot.words.evidence import Evidence
from bot.words.generated import GeneratedCode
from bot.words.patch import Patch
from bot.words.plan import Plan
from bot.words.reproduction import Reproduction
from bot.words.value import Value
from sandbox.suite.report import SuiteReport


class Bill(Value):
    """What a piece of work cost, and what kept it from being finished.

    Attributes:
        usage: spent on the model and in rooms.
        seconds: wall time.
        spent: which part of the budget ended it ("80 of 80 model calls"); "" when none did.
        of_day: whether that was the day's budget; `spent` is a whole sentence then.
        cancelled: whether the job was stopped meanwhile.
        trouble: why a model could not do it, in one sentence; "" when it could.
        refused: why it is not to be done at all, in one sentence; "" where that is not so.
    """

    usage: Usage = Usage()
    seconds: float = 0.0
    spent: str = ""
    of_day: bool = False
    cancelled: bool = False
    trouble: str = ""
    refused: str = ""


class Planned(Bill):
    """A plan and its cost.

    Attributes:
        plan: None where there is none.
        stronger: name of the model that may be asked where this one failed; "" for none. Kept here, with
            `candidates`, so that a job goes on after a restart as it began.
        candidates: how many patches an attempt may try.
        reproduction: a test that was seen to fail because of the fault, also where there is no plan.
        doubted: whether tests were tried that should have failed because of it, and all passed.
        again: how often the job may plan again; 0 in jobs that an earlier version began, which must go on as they did.
    """

    plan: Plan | None = None
    stronger: str = ""
    candidates: int = 1
    reproduction: Reproduction | None = None
    doubted: bool = False
    again: int = 0


class Written(Bill):
    """A patch, the claims that came with it, what a reader should know of it, and their cost.

    Without a patch `elsewhere` says whether the model sees nothing to change in the plan's files.
    """

    patch: Patch | None = None
    claims: tuple[GeneratedCode, ...] = ()
    notes: tuple[str, ...] = ()
    elsewhere: bool = False


class Prepared(Bill):
    """What was found before anything is changed: the dependency environment and the suite's own state.

    Attributes:
        environment: name of what is installed for the tests; "" for nothing.
        needed: the repository's files that said what to install.
        notes: what could not be installed or understood, for a reader.
        formatter: name of the environment that has the repository's own formatter; "" for none.
        suite: the existing tests.
    """

    environment: str = ""
    formatter: str = ""
    needed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    suite: SuiteReport


class Observed(Bill):
    """Evidence and its cost."""

    evidence: Evidence
