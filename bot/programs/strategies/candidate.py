"""Candidate: a new text of the file, by the rules that hold for every edit, then tried in a room of its own."""

from dataclasses import dataclass, replace

import dspy

from bot.decisions.editing.edits import EditError, UnchangedError, apply_whole_file
from bot.programs.form import Form
from bot.programs.sources import plain
from bot.programs.tools.answer import cut_middle
from bot.programs.watched import LONGEST_TOLD, Watched, advice
from bot.programs.workbench import Workbench
from sandbox.interpreter import create_interpreter

UNDEFINED = "The file uses names that it neither defines nor imports: {names}."
ALONE = "Where nothing but {path} is changed, it can't be imported:\n{error}"


@dataclass(frozen=True)
class Candidate:
    """What a new text is worth.

    Attributes:
        code: the text as it would be kept; None when it may not be.
        told: what is wrong with it, in words for the model; "" for nothing.
        unchanged: whether it is what the file says already.
        imported: whether a room could import it.
    """

    code: str | None = None
    told: str = ""
    unchanged: bool = False
    imported: bool = False


def examined(form: Form, text: str) -> Candidate:
    """A text as a room or a model gave it, without running it: data that has to follow the rules."""
    try:
        code = apply_whole_file(form.source, plain(text))
    except EditError as error:
        return Candidate(told=str(error), unchanged=isinstance(error, UnchangedError))
    names = ", ".join(form.undefined(code))
    return Candidate(code, UNDEFINED.format(names=names) if names else "")


def tried(bench: Workbench, form: Form, candidate: Candidate) -> Candidate:
    """The candidate after a fresh room imported the file, in which nothing else was touched.

    Where no room can be had, it is taken without a run, and `told` says why.
    """
    if candidate.code is None:
        return candidate
    path = form.spec.path
    bench.put(path, candidate.code)
    opened: list[Watched] = []

    def opening() -> Watched:
        opened.append(bench.open())
        return opened[-1]

    interpreter = create_interpreter(opening)
    try:
        interpreter.execute(bench.importing(path))
        return replace(candidate, imported=True)
    except dspy.CodeExecutionError as error:
        why = advice(opened[-1].last) or str(error)
        return Candidate(told=cut_middle(ALONE.format(path=path, error=why), LONGEST_TOLD))
    except dspy.CodeInterpreterError as error:
        return replace(candidate, told=cut_middle(str(error), LONGEST_TOLD))
    finally:
        interpreter.shutdown()
