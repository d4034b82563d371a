"""Compiled programs: instructions and examples that `intern optimize` found, for the programs that write.

They are read once, when the bot starts, and given to a session with its model. Each program asks for what was
compiled for it at the place where it is made.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.programs.compiled_file import CompiledProgram, UnusableFileError, read_compiled, signature_digest, teach
from bot.programs.ledger import prompt_space
from bot.words.compilation import Compilation

M = TypeVar("M")

MOST_FILES = 100
#: Of a prompt, the part that examples may take, and their most characters: a window is there for the code at hand.
SHARE_OF_PROMPT, LONGEST_EXAMPLES = 1 / 6, 4_000


class Teacher(Protocol):
    """Who knows what programs were taught."""

    def teach(self, program: Any, name: str) -> None:
        """Give a dspy program of this name what it was taught; nothing, where it was taught nothing."""


_teacher: ContextVar[Teacher | None] = ContextVar("teacher", default=None)


@contextmanager
def taught_by(teacher: Teacher | None) -> Iterator[None]:
    """Let `get_compiled_generator` ask this teacher meanwhile, in this thread."""
    token = _teacher.set(teacher)
    try:
        yield
    finally:
        _teacher.reset(token)


def get_compiled_generator(program: M, name: str) -> M:
    """A program as it was compiled for the session's model; as it is, where it was not compiled.

    Args:
        program: a dspy module that was just made.
        name: which program it is ("program_of_thought"); `bot.programs.compilable` has all of them.

    Returns:
        The same module.
    """
    if teacher := _teacher.get():
        teacher.teach(program, name)
    return program


def example_space() -> int:
    """Characters that the examples of one predictor may take in a prompt of the session's model."""
    return min(LONGEST_EXAMPLES, int(prompt_space() * SHARE_OF_PROMPT))


@dataclass(frozen=True)
class CompiledPrograms:
    """The compiled programs of a folder, as they were when it was read.

    Attributes:
        programs: by program, digest of its signatures, and model.
        refused: why a file is not used, a sentence each.
    """

    programs: Mapping[tuple[str, str, str], CompiledProgram] = field(default_factory=dict)
    refused: tuple[str, ...] = ()

    def of(self, model: str) -> "Teacher":
        """What is known for this model; what was compiled for another one says nothing about it."""
        return _Compiled(self, model)

    def known(self, model: str) -> tuple[Compilation, ...]:
        """What is used with this model, ordered by program."""
        return tuple(found.about for (_, _, made_for), found in sorted(self.programs.items()) if made_for == model)


@dataclass(frozen=True)
class _Compiled:
    """The compiled programs of one model."""

    known: CompiledPrograms
    model: str

    def teach(self, program: Any, name: str) -> None:
        if not any((made, model) == (name, self.model) for made, _, model in self.known.programs):
            return
        if found := self.known.programs.get((name, signature_digest(program), self.model)):
            for predictor, module in program.named_predictors():
                if predictor in found.taught:
                    teach(module, found.taught[predictor], example_space())


def load_compiled(folder: Path | None, signatures: Mapping[str, str]) -> CompiledPrograms:
    """Read the compiled programs of a folder. None of its files can do harm; what can't be used is told and left.

    Args:
        folder: the operator's; None, or one that is not there, holds none.
        signatures: of each program that there is, the digest of its signatures today.
    """
    if folder is None or not folder.is_dir():
        return CompiledPrograms()
    paths = sorted(path for path in folder.iterdir() if path.suffix == ".json" and not path.name.startswith("."))
    found: dict[tuple[str, str, str], CompiledProgram] = {}
    refused = [f"{folder} holds more than {MOST_FILES} files; the rest is not read."] if paths[MOST_FILES:] else []
    for path in paths[:MOST_FILES]:
        try:
            program = read_compiled(path)
            _check(program, signatures)
            found[program.about.program, program.about.signatures, program.about.model] = program
        except UnusableFileError as error:
            refused.append(" ".join(f"{path} is not used: it {error}.".split()))
    return CompiledPrograms(found, tuple(refused))


def _check(program: CompiledProgram, signatures: Mapping[str, str]) -> None:
    """Raise UnusableFileError for what was compiled for another version of the bot."""
    about = program.about
    if about.program not in signatures:
        raise UnusableFileError(f'is for a program "{about.program}", which there is not')
    if about.signatures != signatures[about.program]:
        raise UnusableFileError("was compiled for other signatures than this version has; run `intern optimize` again")
    if about.after <= about.before:
        raise UnusableFileError("scored no better than the uncompiled program")
