"""The text writer: ChainOfThought that writes a file which is no Python: documentation, data, a template."""

import re
from dataclasses import dataclass
from typing import Any

import dspy

from bot.decisions.code.source import without_thinking
from bot.decisions.editing.edits import EditError, UnchangedError, apply_whole_file
from bot.decisions.editing.replacements import apply_replacements, has_replacements
from bot.decisions.editing.text_files import malformed, suffix_of
from bot.programs.asked import told_task
from bot.programs.form import REPLACEMENTS, WHOLE
from bot.programs.ledger import prompt_limit
from bot.programs.near import near
from bot.programs.replies import told_reply
from bot.programs.signatures import REASONING, TextFileSignature
from bot.programs.sources import original_of, plain
from bot.programs.tools.answer import cut_middle
from bot.words.plan import ModuleSpec
from bot.words.task import Task
from sandbox.files import Tree

TRIES = 3
#: Lines of a file that is written as a whole: of prose a model changes more than it should when it writes it again.
SMALL = 40
LONGEST_TASK, LONGEST_CODE, LONGEST_FAILURES = 4000, 4000, 2500
PARTS = " Only parts of the file are shown, each below a line `# lines ...` that is not in it."
FENCE = re.compile(r"(`{3,}|~{3,})[\w+.-]{0,20}[ \t]*")
NONE = "none"


@dataclass(frozen=True)
class Written:
    """What became of a file.

    Attributes:
        text: its new text; None where nothing usable was written, or nothing has to change.
        why: the model's own words.
        trouble: what was wrong with the last try.
        unchanged: whether the model saw nothing to change.
    """

    text: str | None
    why: str = ""
    trouble: str = ""
    unchanged: bool = False


def text_program() -> Any:
    """The program that writes one text file."""
    return dspy.ChainOfThought(TextFileSignature, rationale_field=dspy.OutputField(desc=REASONING, default=""))


def write_text(spec: ModuleSpec, task: Task, files: Tree, code: str, failures: str = "") -> Written:
    """A file's new text; what can't be taken is asked for again, with the reason.

    Args:
        spec: the file's part of the plan.
        task: what was asked.
        files: the repository with what was written so far.
        code: the changed code, as those who use it see it.
        failures: what was wrong with the file as it is; "" where it is written for the first time.

    Raises:
        dspy.LMError: the model's server failed.
    """
    source = original_of(files, spec.path)
    write = text_program()
    reason, why = failures, ""
    for _try in range(TRIES):
        reply, problem = told_reply(write, **_prompt(spec, task, source, code, reason))
        if reply is None:
            reason = problem
            continue
        why = reply.reasoning
        try:
            return Written(applied(spec.path, source, reply.new_text), why)
        except UnchangedError as error:
            return Written(None, why, str(error), unchanged=True)
        except EditError as error:
            reason = str(error)
    return Written(None, why, reason)


def applied(path: str, source: str | None, reply: str) -> str:
    """The file's new text.

    Args:
        path: of the file.
        source: its present text; None for a new file.
        reply: what the model wrote.

    Raises:
        EditError: it can't be taken; tells why. UnchangedError: nothing changes.
    """
    text = inside_fence(without_thinking(reply.replace("\r\n", "\n").replace("\r", "\n")))
    if has_replacements(text):
        new = apply_replacements(source, text, python=False)
    elif source is not None and not is_small(source):
        raise EditError("There is no block in your reply. Write SEARCH/REPLACE blocks: the file is long.")
    else:
        new = apply_whole_file(source, text, python=False)
        _refuse_losses(source or "", new)
    if (trouble := malformed(path, new)) and not (source and malformed(path, source)):
        raise EditError(f"The file would be no valid {suffix_of(path)[1:].upper()}: {trouble}.")
    return new


def is_small(source: str) -> bool:
    """Whether a text is written as a whole."""
    return source.count("\n") < SMALL and len(source) <= prompt_limit() * 2 // 10


def inside_fence(text: str) -> str:
    """The text without a fence around all of it; fences in it, which Markdown has, stay."""
    lines = text.strip("\n").split("\n")
    opening = FENCE.fullmatch(lines[0].strip())
    if not opening or len(lines) < 2 or lines[-1].strip() != opening[1]:
        return text
    inner = [line for line in lines[1:-1] if line.lstrip().startswith(opening[1])]
    return "\n".join(lines[1:-1]) if len(inner) % 2 == 0 and not _is_one_of_two(lines, opening[1]) else text


def _is_one_of_two(lines: list[str], sign: str) -> bool:
    """Whether the first fence closes before the last line: then the text begins and ends with a fence of its own."""
    bare = [number for number, line in enumerate(lines[1:-1], 1) if line.strip() == sign]
    infos = [number for number, line in enumerate(lines[1:-1], 1) if line.strip() != sign and FENCE.match(line.strip())]
    return bool(bare) and (not infos or bare[0] < infos[0])


def _refuse_losses(old: str, new: str) -> None:
    """Refuse a whole text that leaves out most of the file: a small model forgets what it was not asked for."""
    before = {line.strip() for line in old.split("\n")} - {""}
    after = {line.strip() for line in new.split("\n")}
    if len(before) > 3 and len(before - after) * 2 > len(before):
        lost = next(line.strip() for line in old.split("\n") if line.strip() and line.strip() not in after)
        raise EditError(
            f"More than half of the file's lines are gone, as `{lost[:60]}`. Write all of it that stays, or "
            "SEARCH/REPLACE blocks."
        )


def _prompt(spec: ModuleSpec, task: Task, source: str | None, code: str, reason: str) -> dict[str, str]:
    whole = source is None or is_small(source)
    limit = prompt_limit() * 4 // 10
    about = f"{spec.purpose}\n{spec.interface}\n{told_task(task)}"
    shown = f"{spec.path} does not exist yet." if source is None else plain(source)
    cut = len(shown) > limit
    shown = near(shown, (), about, limit, outlined=False) if cut else shown
    form = (WHOLE if whole else REPLACEMENTS).format(path=spec.path).replace("current_code", "current_text")
    asked = task.model_copy(update={"reproduction": None})
    parts = [f"File: {spec.path}", f"Purpose: {spec.purpose}" if spec.purpose else "", spec.interface]
    told = "\n".join(part for part in parts if part)
    return {
        "specification": f"{told}\n\nWhat was asked; this file does its part of it:\n"
        f"{cut_middle(told_task(asked), LONGEST_TASK)}",
        "code": cut_middle(code, LONGEST_CODE) or NONE,
        "current_text": shown,
        "failures": cut_middle(reason, LONGEST_FAILURES) or NONE,
        "form": form + (PARTS if cut else ""),
    }
