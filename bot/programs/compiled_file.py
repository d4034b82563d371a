"""The file of a compiled program: JSON as dspy's `save` writes it, with a Compilation. Never a pickle.

Whoever can write into the operator's folder is trusted with the words that a model is told, and with nothing more:
of a file only instructions and examples are taken, within bounds, and what would steer a prompt in them is made
harmless. The model, its address and the rooms that a file may speak of are not even read.
"""

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue, StringConstraints, TypeAdapter, ValidationError

from bot.programs.defused import defused
from bot.words.compilation import Compilation

LARGEST_FILE = 1_000_000
LONGEST_INSTRUCTION = 6_000
MOST_EXAMPLES = 8
#: The key of the Compilation, beside dspy's own keys: the predictors' names, and "metadata".
ABOUT, METADATA = "compilation", "metadata"

#: One example of a predictor: the values of its fields.
Demo = dict[str, JsonValue]


class UnusableFileError(Exception):
    """A file that is no compiled program; the message is the end of a sentence."""


class _Signature(BaseModel):
    instructions: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_INSTRUCTION)]


class _Predictor(BaseModel):
    """What is taken of dspy's state of a predictor. Its other keys, "lm" among them, are left where they are."""

    signature: _Signature
    demos: Annotated[list[Demo], Field(max_length=MOST_EXAMPLES)] = []


_PREDICTORS = TypeAdapter(dict[str, _Predictor])


@dataclass(frozen=True, slots=True)
class Taught:
    """What a predictor was taught: its instruction, and examples to show in each prompt."""

    instruction: str
    demos: tuple[Demo, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledProgram:
    """A compiled program as it was read: what is known of it, and what each predictor was taught, by its name."""

    about: Compilation
    taught: Mapping[str, Taught]


def signature_digest(program: Any) -> str:
    """SHA-256 of a program's signatures: instructions, and each field's name, kind, type, description and default.

    dspy loads a file by position into whatever signature is there (3.4.1): after a change of a signature it would
    describe one field with the words of another, and tell nobody.
    """
    known = [
        (
            name,
            predictor.signature.instructions,
            [
                (field, repr(info.annotation), info.json_schema_extra, repr(info.default))
                for field, info in predictor.signature.fields.items()
            ],
        )
        for name, predictor in program.named_predictors()
    ]
    return hashlib.sha256(json.dumps(known, sort_keys=True, default=repr).encode()).hexdigest()


def file_name(about: Compilation) -> str:
    """Its name in the folder: one for each program, its signatures and its model."""
    key = hashlib.sha256(f"{about.signatures}\0{about.model}".encode()).hexdigest()
    return f"{about.program}-{key[:16]}.json"


def write_compiled(folder: Path, program: Any, about: Compilation) -> Path:
    """Save a program, whole or not at all. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".json", prefix=".new-", dir=folder)
    os.close(handle)
    draft = Path(name)
    try:
        program.save(str(draft))
        state = json.loads(draft.read_bytes())
        draft.write_text(json.dumps({ABOUT: about.model_dump(mode="json"), **state}, indent=2) + "\n", encoding="utf-8")
        return draft.replace(folder / file_name(about))
    finally:
        draft.unlink(missing_ok=True)


def read_compiled(path: Path) -> CompiledProgram:
    """Read one file. Raises UnusableFileError."""
    data = _json(path)
    try:
        about = Compilation.model_validate(data.get(ABOUT))
        parts = {name: part for name, part in data.items() if name not in (ABOUT, METADATA)}
        predictors = _PREDICTORS.validate_python(parts)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"][:4]) or "a part of it"
        raise UnusableFileError(f"is not what `intern optimize` saves: {place[:80]}: {first['msg'][:120]}") from None
    taught = {
        name: Taught(str(defused(part.signature.instructions)), tuple(defused(demo) for demo in part.demos))
        for name, part in predictors.items()
    }
    return CompiledProgram(about, taught)


def _json(path: Path) -> dict[str, Any]:
    """What a file holds."""
    try:
        content = _content(path)
        data = json.loads(content)
    except OSError as error:
        raise UnusableFileError(f"can't be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UnusableFileError("is no JSON") from None
    if not isinstance(data, dict):
        raise UnusableFileError("is not what `intern optimize` saves")
    return data


def _content(path: Path) -> bytes:
    """The bytes of a regular file of bounded size. A pipe of its name is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise UnusableFileError("is no regular file")
        if about.st_size > LARGEST_FILE:
            raise UnusableFileError(f"is larger than {LARGEST_FILE // 1000} kB")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST_FILE)
    finally:
        os.close(descriptor)


def teach(predictor: Any, taught: Taught, space: int) -> None:
    """Give a predictor its instruction, and of its examples those that fit into so many characters, the first first."""
    predictor.signature = predictor.signature.with_instructions(taught.instruction)
    demos = []
    for demo in taught.demos:
        known = {name: value for name, value in demo.items() if name in predictor.signature.fields}
        size = sum(len(value if isinstance(value, str) else json.dumps(value)) for value in known.values())
        if known and size <= space:
            space -= size
            demos.append(known)
    predictor.demos = demos
