"""Mutation: what the new tests say of copies of the patch that have one small fault each."""

from enum import StrEnum

from bot.words.value import Value


class Fate(StrEnum):
    """What became of one mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"
    NOT_TRIED = "not tried"


class TriedMutant(Value):
    """One fault in a line that the patch changes.

    Attributes:
        path: the file.
        line: the line with the fault, from 1, in the file as the patch leaves it.
        what: the fault in words ("`<` became `<=`").
        fate: whether a new test noticed it. A run that doesn't end any more is noticed, too.
    """

    path: str
    line: int
    what: str
    fate: Fate


class Mutation(Value):
    """The new tests run against mutants of the patch, each in a fresh room.

    Attributes:
        mutants: in the order in which they were tried.
        control: how the new tests went on the patch spelled differently, which means the same ("passed", or what
            was wrong). Where they don't pass, no mutant says anything.
        seconds: wall time of all of it.
        box: wall time that it was allowed.
    """

    mutants: tuple[TriedMutant, ...] = ()
    control: str = "passed"
    seconds: float = 0.0
    box: float = 0.0

    @property
    def tried(self) -> tuple[TriedMutant, ...]:
        """The mutants that were run."""
        return tuple(mutant for mutant in self.mutants if mutant.fate is not Fate.NOT_TRIED)

    @property
    def survivors(self) -> tuple[TriedMutant, ...]:
        """The mutants that no new test noticed."""
        return tuple(mutant for mutant in self.mutants if mutant.fate is Fate.SURVIVED)

    @property
    def killed(self) -> int:
        """How many mutants were noticed."""
        return len(self.tried) - len(self.survivors)
