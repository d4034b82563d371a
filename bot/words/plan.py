"""Plan and ModuleSpec: what to build, file by file, and how it is to be tested."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.words.value import Value

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]

#: Existing tests that a plan may name: those to be changed are five at most; those that go with what is deleted more.
MOST_TESTS = 60


class ModuleSpec(Value):
    """One file to write, change or delete: Python, or other text ("README.md", "pkg/rates.json").

    Attributes:
        path: the file, relative to the repository's root ("src/pkg/mod.py").
        purpose: what it has to do, in a few sentences.
        definitions: qualified names to add or change ("parse", "Parser.feed"); empty means the whole file.
        interface: signatures and behaviour that the tests may rely on, as plain text.
        delete: the file is to go.
    """

    path: Line
    purpose: Text
    definitions: tuple[Line, ...] = Field(default=(), max_length=20)
    interface: Text = ""
    delete: bool = False

    @property
    def python(self) -> bool:
        """Whether it is Python that has to be written."""
        return self.path.endswith(".py") and not self.delete


class ChangedTest(Value):
    """An existing test that promises what the issue wants otherwise, or that tests only what the plan deletes.

    Attributes:
        test: its id, without values ("tests/test_a.py::TestParts::test_sum").
        reason: what it promises today and what it is to promise, in a sentence.
        removed: it goes, with what it tests.
    """

    test: Line
    reason: Text
    removed: bool = False


class Plan(Value):
    """What will be done about an issue.

    Attributes:
        summary: one or two sentences for a maintainer.
        modules: one to eight files, in the order in which they are written.
        test_strategy: what the new tests must show (fails today, works afterwards).
        changed_tests: existing tests that may be changed or removed, and nothing else in their files; mostly none.
    """

    summary: Text
    modules: tuple[ModuleSpec, ...] = Field(min_length=1, max_length=8)
    test_strategy: Text
    changed_tests: tuple[ChangedTest, ...] = Field(default=(), max_length=MOST_TESTS)
