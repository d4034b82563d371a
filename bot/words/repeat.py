"""Repeats: the same tests run again, to learn whether they agree with themselves."""

from bot.words.value import Value
from sandbox.suite.report import SuiteReport


class Repeat(Value):
    """The new tests once more, in another fresh room.

    Attributes:
        seed: of the order in which they ran, and of Python's hashes (PYTHONHASHSEED); 0 for the usual order.
        report: what happened.
    """

    seed: int
    report: SuiteReport


class Disputed(Value):
    """Existing tests that passed without the patch and not with it, alone and again, each run in a fresh room.

    Attributes:
        tests: their ids.
        on_base: the runs on the base commit.
        on_patch: the runs on the patch.
    """

    tests: tuple[str, ...]
    on_base: tuple[SuiteReport, ...]
    on_patch: tuple[SuiteReport, ...]


class Company(Value):
    """Existing tests that fail with the patch only among the others: the whole suite again, each run in fresh rooms.

    Attributes:
        tests: their ids.
        on_base: the runs on the base commit.
        on_patch: the runs on the patch; none where it makes no difference any more.
    """

    tests: tuple[str, ...]
    on_base: tuple[SuiteReport, ...]
    on_patch: tuple[SuiteReport, ...] = ()
