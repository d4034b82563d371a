"""Tasks: exercises that stand in a folder each, as in `bench/tasks/`."""

import ast
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from bot.errors import ConfigurationError
from bot.solve.directory import read_directory
from bot.solve.request import read_issue
from bot.words.exercise import Exercise, ExerciseKind
from bot.words.place import Place
from bot.words.snapshot import Snapshot
from bot.words.value import Value

#: The parts of a task's folder. What a person left, file by file, is laid over the repository.
REPOSITORY, HIDDEN, SOLUTION, ISSUE, ABOUT = "repository", "hidden", "solution", "issue.md", "task.yml"


class About(Value):
    """`task.yml`: what of an exercise does not stand in its other files; `deletes` belongs to its solution."""

    kind: ExerciseKind
    must_refuse: bool = False
    must_pass: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    source: Annotated[str, Field(min_length=1)]
    licence: Annotated[str, Field(min_length=1)]


class Tasks:
    """The tasks in the folders of one folder.

    Args:
        folder: where they are.
        only: words that a task's name must have in it, one of them; none for all tasks.

    Raises:
        ConfigurationError: the folder, or a task in it, can't be used; says which and why.
    """

    def __init__(self, folder: Path, only: Sequence[str] = ()) -> None:
        if not folder.is_dir():
            raise ConfigurationError(f"--tasks {folder} is not a directory.")
        found = [one for one in sorted(folder.iterdir()) if (one / ABOUT).is_file()]
        if not found:
            raise ConfigurationError(f"--tasks {folder} holds no task: a folder with {ABOUT}, {ISSUE}, {REPOSITORY}/.")
        self._folders = {one.name: one for one in found if not only or any(word in one.name for word in only)}
        if not self._folders:
            raise ConfigurationError(
                f"--only {' '.join(only)} fits none of the tasks: {', '.join(f.name for f in found)}."
            )
        self.exercises = tuple(_exercise(one) for one in self._folders.values())

    def base(self, exercise: Exercise) -> Snapshot:
        """The files of `repository/`."""
        return read_directory(self._folders[exercise.name] / REPOSITORY, named="")

    def place(self, exercise: Exercise) -> Place:
        """The folder `repository/`."""
        return Place(root=os.path.realpath(self._folders[exercise.name] / REPOSITORY))

    def answer(self, exercise: Exercise) -> Snapshot | None:
        """The same with `solution/` laid over them, without what that deletes; None where there is no such folder."""
        folder = self._folders[exercise.name] / SOLUTION
        if not folder.is_dir():
            return None
        left, deletes = read_directory(folder, named=""), _about(self._folders[exercise.name] / ABOUT).deletes
        kept = {path: file for path, file in self.base(exercise).files.items() if path not in deletes}
        return Snapshot(commit=left.commit, files={**kept, **left.files})

    def issue(self, exercise: Exercise) -> int:  # noqa: ARG002 (one shape)
        """A task's issue has no number."""
        return 0


def _exercise(folder: Path) -> Exercise:
    about, (title, body) = _about(folder / ABOUT), read_issue(folder / ISSUE, named="")
    base = read_directory(folder / REPOSITORY, named="")
    for path in about.deletes:
        if path not in base.files:
            raise ConfigurationError(f"{folder / ABOUT} can't be used: it deletes {path}, which is not there.")
    hidden = _texts(folder / HIDDEN) if (folder / HIDDEN).is_dir() else {}
    try:
        return Exercise(
            name=folder.name,
            kind=about.kind,
            title=title,
            body=body,
            place=str(folder),
            base=base.commit,
            hidden=hidden,
            must_pass=() if about.must_refuse else about.must_pass or tuple(tests_of(hidden)),
            must_refuse=about.must_refuse,
            source=about.source,
            licence=about.licence,
        )
    except ValidationError as error:
        raise ConfigurationError(f"{folder} is no task: {_first(error)}.") from None


def _about(path: Path) -> About:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return About.model_validate_json(json.dumps(data))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, RecursionError, ValueError) as error:
        why = (
            _first(error) if isinstance(error, ValidationError) else "it must be UTF-8 text in YAML, with plain values"
        )
        raise ConfigurationError(f"{path} can't be used: {why}.") from None


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, in a few words."""
    one = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = ".".join(str(part) for part in one["loc"])
    return f"{name}: {one['msg']}" if name else str(one["msg"])


def _texts(folder: Path) -> dict[str, str]:
    found = read_directory(folder, named="")
    try:
        return {path: file.data.decode("utf-8") for path, file in found.files.items()}
    except UnicodeDecodeError:
        raise ConfigurationError(f"{folder} may hold UTF-8 text only.") from None


def tests_of(hidden: dict[str, str]) -> Iterator[str]:
    """Ids of the test functions in these files, without parameters, by pytest's default names.

    https://docs.pytest.org/en/stable/explanation/goodpractices.html#conventions-for-python-test-discovery
    """
    for path, text in sorted(hidden.items()):
        name = path.rpartition("/")[2]
        if not (name.endswith("_test.py") or (name.startswith("test_") and name.endswith(".py"))):
            continue
        try:
            yield from (f"{path}::{test}" for test in _functions(ast.parse(text).body))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue


def _functions(body: Sequence[ast.stmt], prefix: str = "") -> Iterator[str]:
    for one in body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test"):
            yield prefix + one.name
        elif isinstance(one, ast.ClassDef) and one.name.startswith("Test"):
            yield from _functions(one.body, f"{prefix}{one.name}::")
