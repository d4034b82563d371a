"""Tamper check: what tests of our own, and the new tests with wrong answers, showed of the runs on the patch."""

from bot.words.value import Value


class SentinelRun(Value):
    """Two tests of ours that stood among the others in one run: one has to pass, one has to fail.

    Attributes:
        run: which run, as it is called in a sentence.
        passing: outcome of the one that has to pass; "" where it did not run.
        failing: of the one that has to fail; with the exception's name where it failed for another reason than ours.
    """

    run: str
    passing: str
    failing: str

    @property
    def regular(self) -> bool:
        """Whether both went as they have to."""
        return (self.passing, self.failing) == ("passed", "failed")


class Sentinels(Value):
    """All runs with sentinels in them.

    Attributes:
        on_patch: the runs on the patch.
        control: sentinels alone on the base commit, where nothing of the patch is; None where they were not needed,
            because on the patch they went as they have to.
    """

    on_patch: tuple[SentinelRun, ...]
    control: SentinelRun | None = None


class WrongAnswer(Value):
    """One new test that was made to expect something else than what is right.

    Attributes:
        test: its id.
        what: the wrong answer in words ("`5400` became `7131`").
        outcome: how it went on the patch; "" where it did not run.
    """

    test: str
    what: str
    outcome: str

    @property
    def noticed(self) -> bool:
        """Whether the test failed, as it has to."""
        return self.outcome in ("failed", "error")


class WrongAnswers(Value):
    """The new tests once more on the patch, under the same names, with an answer in each that can't be right.

    Attributes:
        tests: those that compare something; others can't be given a wrong answer.
        trouble: what kept the run from being relied on; "" when nothing did.
    """

    tests: tuple[WrongAnswer, ...] = ()
    trouble: str = ""
