"""The repository's own settings, `.github/intern.yml`: a closed schema with a good default for every key."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.words.budget import Budget
from bot.words.value import Value

Glob = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]

#: How the code of a file comes about; "" for what fits the file.
Strategy = Literal["", "program_of_thought", "codeact", "rlm"]


class TestSettings(Value):
    """How the repository's tests are run.

    Attributes:
        args: further arguments for pytest (["-m", "not slow"]).
        paths: files or folders of the suite; empty means what pytest finds by itself.
        seconds: wall time of one run of the suite.
    """

    __test__ = False

    args: tuple[Word, ...] = Field(default=(), max_length=50)
    paths: tuple[Glob, ...] = Field(default=(), max_length=50)
    seconds: float = Field(default=300.0, gt=0, le=3600)


class EnvironmentSettings(Value):
    """What the tests need.

    Attributes:
        python: version of Python ("3.12"); empty means the sandbox image's own.
        requirements: requirement files to install (["requirements-dev.txt"]). With these or `packages` nothing is
            found out from the repository's other files.
        packages: further packages to install (["numpy>=2"]).
        debian: Debian packages that the tests need (["libpq5"]).
    """

    python: Annotated[str, StringConstraints(pattern=r"^(3\.\d{1,2})?$")] = ""
    requirements: tuple[Glob, ...] = Field(default=(), max_length=20)
    packages: tuple[Word, ...] = Field(default=(), max_length=100)
    debian: tuple[Word, ...] = Field(default=(), max_length=50)


class RepositorySettings(Value):
    """`.github/intern.yml`, read from the default branch only.

    Attributes:
        label: the label that starts a job; has "intern" in it, so that other labels cost nothing.
        allowed_paths: globs of what a patch may touch; empty means everything that is not protected.
        protected_paths: globs of what it may not touch, beyond the built-in list.
        changed_tests: whether a plan may name existing tests that are to promise something else, or go with what it
            deletes.
        budget: smaller limits than the operator's; larger ones are cut to the operator's.
        tests: how the tests are run.
        environment: what the tests need.
        strategy: how code is written; empty means codeact for a file that exists, program_of_thought for a new one.
    """

    label: Annotated[str, StringConstraints(max_length=50, pattern=r"(?i)intern")] = "intern"
    allowed_paths: tuple[Glob, ...] = Field(default=(), max_length=100)
    protected_paths: tuple[Glob, ...] = Field(default=(), max_length=100)
    changed_tests: bool = True
    budget: Budget = Budget()
    tests: TestSettings = TestSettings()
    environment: EnvironmentSettings = EnvironmentSettings()
    strategy: Strategy = ""
