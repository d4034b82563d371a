"""The changed-test writer: ChainOfThought that writes one existing test anew, where the plan says so."""

import ast
import textwrap
from collections.abc import Sequence
from typing import Any

import dspy

from bot.decisions.code.definitions import UNPARSABLE, Function, first_line, lines_of, named
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.code.source import extract_code
from bot.decisions.testing.changed_tests import file_of, function_of, objections_to, text_of, with_text
from bot.programs.asked import told_task
from bot.programs.replies import told_reply
from bot.programs.signatures import REASONING, ChangedTestSignature
from bot.programs.sources import plain, source_of
from bot.programs.tools.answer import cut_middle
from bot.words.patch import FileChange
from bot.words.plan import ChangedTest
from bot.words.task import Task
from sandbox.files import Tree

TRIES = 2
LONGEST_ISSUE, LONGEST_INTERFACE, LONGEST_FAILURES = 4000, 3000, 2000


def changed_test_program() -> Any:
    """The program that writes one test."""
    return dspy.ChainOfThought(ChangedTestSignature, rationale_field=dspy.OutputField(desc=REASONING, default=""))


def changed_test_file(
    task: Task,
    change: ChangedTest,
    allowed: Sequence[ChangedTest],
    files: Tree,
    interface: str,
    *,
    failures: str = "",
    left: str | None = None,
) -> str | None:
    """The test file with that test written anew and nothing else in it changed; None when no try was usable.

    Args:
        task: what was asked.
        change: the test, and why it changes.
        allowed: all tests that the plan says to change.
        files: the repository with the new code.
        interface: how the changed code is used.
        failures: what was wrong with the last try.
        left: the file as people left it; None for what it is in `files`.

    Raises:
        dspy.LMError: the model's server failed.
    """
    source = source_of(files, file_of(change.test))
    text = text_of(source, change.test) if source is not None else None
    if source is None or text is None:
        return None
    write = changed_test_program()
    reason = failures
    for _try in range(TRIES):
        reply, problem = told_reply(
            write,
            issue=cut_middle(told_task(task), LONGEST_ISSUE),
            why=change.reason or "the issue asks for something else",
            interface=cut_middle(interface, LONGEST_INTERFACE),
            current_test=textwrap.dedent(plain(text)),
            failures=cut_middle(reason, LONGEST_FAILURES) or "none",
        )
        if reply is None:
            reason = problem
            continue
        new = as_function(extract_code(reply.changed_test), change.test, text)
        after = with_text(source, change.test, new) if new else None
        reason = trouble_with(change, after, source if left is None else left, allowed)
        if not reason:
            return after
    return None


def trouble_with(change: ChangedTest, after: str | None, left: str, allowed: Sequence[ChangedTest]) -> str:
    """Why a file with a new text of that test can't be used, in one sentence for the model; "" when it can."""
    if after is None:
        name = function_of(change.test).rpartition(".")[2]
        return f"There is no function {name} in your reply, or it is no Python."
    whole = FileChange(path=file_of(change.test), before=left, after=after, test=True)
    objections = list(objections_to(whole, allowed))
    return f"That can't be taken: {'; '.join(objections)}." if objections else ""


def as_function(code: str, test: str, old: str) -> str:
    """The function of a reply for the place of the old one: as far indented, with its line ends and decorators.

    "" where the reply has no such function, or several.
    """
    flat = textwrap.dedent(code.strip("\r\n"))
    name = function_of(test).rpartition(".")[2]
    try:
        found = [
            node
            for known, node in named(syntax_tree(flat).body)
            if known.rpartition(".")[2] == name and isinstance(node, Function)
        ]
    except UNPARSABLE:
        return ""
    if len(found) != 1:
        return ""
    node = found[0]
    lines = lines_of(flat)[first_line(node) - 1 : node.end_lineno]
    text = textwrap.dedent("".join(lines)).rstrip() + "\n"
    own = [] if node.decorator_list else decorators_of(old)
    indent = old[: len(old) - len(old.lstrip(" \t"))]
    ending = "\r\n" if "\r\n" in old else "\n"
    whole = "".join(own) + textwrap.indent(plain(text), indent).replace("\n", ending)
    return whole if old.endswith(("\n", "\r")) else whole.rstrip("\r\n")


def decorators_of(text: str) -> list[str]:
    """The lines above the `def` of a function."""
    head = "if True:\n" if text[:1] in " \t" else ""
    try:
        nodes = [node for node in ast.walk(syntax_tree(head + text)) if isinstance(node, Function)]
    except UNPARSABLE:
        return []
    return lines_of(text)[: min(node.lineno for node in nodes) - 1 - len(head.splitlines())] if nodes else []
