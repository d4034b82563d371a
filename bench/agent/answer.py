"""Answer: a task's known solution as replies of a model, in the form that each program asks for."""

import ast
import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.decisions.code.definitions import named
from bot.standins.replayed_model import Reply

FILE = re.compile(r"^File: (\S+\.py)", re.MULTILINE)
#: What only the prompt of one kind of program has, and what is said then.
Kind = tuple[str, Callable[["Answer", str], dict[str, str]]]


@dataclass(frozen=True)
class Answer:
    """What a model would say that knows the solution and makes no mistake.

    Attributes:
        before: the repository's text files, path to text.
        after: the files of the solution.
        tests: the text of a test file that is red before and green after.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    tests: str

    def reply(self, prompt: str) -> Reply:
        """The reply to a prompt. Raises ValueError for one of a program that is not known."""
        for mark, say in KINDS:
            if mark in prompt:
                return Reply(sections(**say(self, prompt)))
        raise ValueError(f"no program is known that asks: {prompt[:200]}")

    def looking(self, prompt: str) -> dict[str, str]:
        """The planner looks at one file, then it knows enough."""
        path = next(iter(sorted(self.after)))
        if "read_file" in prompt.rpartition("##### trajectory")[2].rpartition("[[ ## trajectory ## ]]")[2]:
            return {"next_thought": "That is the place.", "next_tool_name": "finish", "next_tool_args": "{}"}
        known = path if path in self.before else next(iter(sorted(self.before)))
        return {
            "next_thought": "See the code.",
            "next_tool_name": "read_file",
            "next_tool_args": json.dumps({"path": known}),
        }

    def plan(self, _: str) -> dict[str, str]:
        """The files of the solution, with the definitions that change."""
        modules = [
            {"path": path, "purpose": "Do what the issue asks.", "definitions": self.changed(path)}
            for path in sorted(self.after, key=lambda path: path in self.before)
        ]
        return {
            "reasoning": "The issue says it.",
            "summary": "Do what the issue asks.",
            "modules": json.dumps(modules),
            "test_strategy": "What the issue asks for fails today and works afterwards.",
        }

    def whole_or_parts(self, prompt: str) -> dict[str, str]:
        """For ProgramOfThought: a new file whole, of an old one what changes."""
        path = asked_for(prompt)
        code = "\n".join(f"<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE" for old, new in self.edits(path))
        return {"reasoning": "As planned.", "generated_code": code or self.after[path], "check": check(path)}

    def acting(self, prompt: str) -> dict[str, str]:
        """For CodeAct: all edits and a check in one script."""
        path = asked_for(prompt)
        lines = [f"edit({old!r}, {new!r})" for old, new in self.edits(path)] or [f"edit('', {self.after[path]!r})"]
        return {"reasoning": "As planned.", "generated_code": "\n".join([*lines, f"run({check(path)!r})"])}

    def recursive(self, prompt: str) -> dict[str, str]:
        """For RLM: the new text made from the old one, checked and submitted."""
        path = asked_for(prompt)
        lines = ["code = current_code"]
        lines += [f"code = replaced(code, {old!r}, {new!r})" for old, new in self.edits(path)]
        lines += [] if path in self.before else [f"code = {self.after[path]!r}"]
        return {
            "reasoning": "As planned.",
            "generated_code": "\n".join([*lines, f"check(code, {check(path)!r})", "SUBMIT(code, 'As planned.')"]),
        }

    def testing(self, _: str) -> dict[str, str]:
        """The tests."""
        return {"reasoning": "Exact values.", "tests": self.tests}

    def changed(self, path: str) -> list[str]:
        """Qualified names of functions and classes that the solution adds or changes in a file; none of a new one."""
        if path not in self.before:
            return []
        old, new = _nodes(self.before[path]), _nodes(self.after[path])
        return [name for name, text in new.items() if old.get(name) != text][:20]

    def edits(self, path: str) -> Iterator[tuple[str, str]]:
        """Old and new lines, with as many around them that the old ones stand there once; none of a new file."""
        if path not in self.before:
            return
        old, new = (text.splitlines(keepends=True) for text in (self.before[path], self.after[path]))
        blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(n=3)
        for block in blocks:
            _, first, _, start, _ = block[0]
            _, _, last, _, end = block[-1]
            yield "".join(old[first:last]), "".join(new[start:end])


KINDS: tuple[Kind, ...] = (
    ("next_tool_name", Answer.looking),
    ("Write pytest tests for the change", Answer.testing),
    ("[[ ## test_strategy ## ]]", Answer.plan),
    ("SUBMIT(code, plan)", Answer.recursive),
    ("edit(old", Answer.acting),
    ("Python code of one file", Answer.whole_or_parts),
)


def sections(**fields: str) -> str:
    """A reply in the sections that the programs ask for."""
    return "\n\n".join(f"[[ ## {name} ## ]]\n{text}" for name, text in fields.items()) + "\n\n[[ ## completed ## ]]\n"


def asked_for(prompt: str) -> str:
    """The file that a prompt is about: the last one that is told so, as examples may stand before it."""
    return str(FILE.findall(prompt)[-1])


def check(path: str) -> str:
    """A check that runs through when the file can be imported."""
    name = path.removesuffix(".py").removesuffix("/__init__").removeprefix("src/").replace("/", ".")
    return f"import {name}\nassert {name}.__name__ == {name!r}"


def _nodes(text: str) -> dict[str, str]:
    return {name: ast.dump(node) for name, node in named(ast.parse(text).body) if not isinstance(node, ast.ClassDef)}
