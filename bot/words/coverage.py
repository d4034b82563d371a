"""Coverage: which of the changed lines the new tests run, and which ways out of them they take."""

from bot.words.value import Value


class FileCoverage(Value):
    """One changed file that is no test.

    Attributes:
        path: the file.
        lines: changed lines with code in them, from 1, in the file as the patch leaves it.
        covered: those that ran.
        ways: ways that a changed line can go on, where there are several: the sides of each `if`, loop and `case`.
        taken: those that were gone.
        half: changed lines of which not every way was gone.
    """

    path: str
    lines: tuple[int, ...]
    covered: tuple[int, ...]
    ways: int = 0
    taken: int = 0
    half: tuple[int, ...] = ()

    @property
    def missed(self) -> tuple[int, ...]:
        """Changed lines that never ran."""
        return tuple(sorted(set(self.lines) - set(self.covered)))


class Coverage(Value):
    """The new tests run once more, traced.

    Attributes:
        files: the changed files with code in them.
        trouble: why there is no measurement, in a few words; "" when there is one.
    """

    files: tuple[FileCoverage, ...] = ()
    trouble: str = ""

    @property
    def lines(self) -> int:
        """Changed lines with code in them."""
        return sum(len(file.lines) for file in self.files)

    @property
    def covered(self) -> int:
        """Those that ran."""
        return sum(len(file.covered) for file in self.files)

    @property
    def ways(self) -> int:
        """Ways that changed lines can go on, where there are several."""
        return sum(file.ways for file in self.files)

    @property
    def taken(self) -> int:
        """Those that were gone."""
        return sum(file.taken for file in self.files)
