"""Asked: what a plan names of one file, and what was said about it."""

import ast
import re
from dataclasses import dataclass, field

from bot.decisions.code.segments import Segment

#: Words by which a text for readers is asked for: then docstrings are part of the change.
DOCUMENTS = re.compile(r"doc(?:string|ument|s\b)|__doc__|\bhelp\b|\busage\b", re.IGNORECASE)

#: Words by which another order is asked for.
ORDER = re.compile(r"\b(?:re-?)?order|\bsort|\bmov(?:e|ing)|\b(?:above|below|ahead of)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What is named of one file.

    Attributes:
        definitions: qualified names.
        words: what else was said about it. A definition whose name is among these words is named, too; so is a
            statement without a name of its own that uses one of them.
        whole: whether the file is named as a whole. Then only the looks of code that means the same go back.
        again: whether a patch was tried before and was not proven: what went back may have been the reason, so that
            only looks go back now.
        documented: whether docstrings mean something here.
    """

    definitions: tuple[str, ...] = ()
    words: str = ""
    whole: bool = False
    again: bool = False
    documented: bool = False
    _spoken: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_spoken", frozenset(re.findall(r"\w+", self.words)))

    @property
    def restores(self) -> bool:
        """Whether what was left out without need goes back."""
        return not self.whole and not self.again

    @property
    def documents(self) -> bool:
        """Whether a docstring that was changed stays."""
        return self.documented or not self.restores or asks_for_documents(self.words)

    @property
    def orders(self) -> bool:
        """Whether another order is asked for."""
        return bool(ORDER.search(self.words))

    def has(self, part: Segment) -> bool:
        """Whether a statement, or what it is part of or what is part of it, is named."""
        names = {name for name in {part.name, *part.names} if name}
        if names:
            return any(self._names(name) for name in names)
        used = {word for top in part.nodes for node in ast.walk(top) for word in _used(node)}
        return bool(used & (self._spoken | {name.rpartition(".")[2] for name in self.definitions}))

    def speaks_of(self, text: str) -> bool:
        """Whether a comment shares a word with what was said."""
        return bool(self._spoken & set(re.findall(r"\w{3,}", text)))

    def _names(self, name: str) -> bool:
        scopes = [".".join(name.split(".")[:count]) for count in range(1, name.count(".") + 2)]
        return name.rpartition(".")[2] in self._spoken or any(scope in self.definitions for scope in scopes)


def _used(node: ast.AST) -> list[str]:
    """Names that a piece of syntax looks up or imports, word by word."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
        case ast.alias(name=name, asname=other):
            return [*name.split("."), other or name]
        case _:
            return []


def asks_for_documents(words: str) -> bool:
    """Whether texts for readers are asked for."""
    return bool(DOCUMENTS.search(words))
