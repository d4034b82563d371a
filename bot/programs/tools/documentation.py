"""fetch_documentation: what is known about a name, from the repository itself and from installed packages.

There is no network in it: installed packages are asked in a room, by Python's own pydoc
(https://docs.python.org/3/library/pydoc.html). Pages of the web come from a function that the toolbox was given.
"""

import ast
import re
from collections.abc import Sequence

from bot.decisions.code.parsing import syntax_tree
from bot.programs.tools.answer import cut, text_of
from sandbox.files import Tree
from sandbox.room import Outcome, Room

PAGE = re.compile(r"(?:page )?\[?(\d{1,3})\]?\b[:,. ]*(.*)\Z", re.IGNORECASE | re.DOTALL)
NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\Z")
PROSE = (".md", ".rst", ".txt")
IN_ROOM = "import pydoc, sys; print(pydoc.plain(pydoc.render_doc(sys.argv[1]))[:6000])"
SECONDS = 20.0


def in_repository(files: Tree, name: str) -> str:
    """Docstrings of definitions with that name, then paragraphs of the documentation that mention it."""
    found: list[str] = []
    for path in sorted(files):
        text = text_of(files[path].data[:300_000]) or ""
        if name.rsplit(".", 1)[-1] not in text:
            continue
        if path.endswith(".py"):
            found += docstrings(path, text, name.rsplit(".", 1)[-1])
        elif path.lower().endswith(PROSE):
            found += paragraphs(path, text, name)
        if len(found) > 8:
            break
    return cut("\n\n".join(found[:8]), 2000)


def docstrings(path: str, text: str, name: str) -> list[str]:
    """Definitions of that name with their first lines and docstrings."""
    try:
        nodes = list(ast.walk(syntax_tree(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    wanted = [node for node in nodes if isinstance(node, kinds) and node.name == name]
    lines = text.splitlines()
    return [
        f"{path}:{node.lineno}: {lines[node.lineno - 1].strip()}\n{cut(ast.get_docstring(node) or '', 800)}"
        for node in wanted[:3]
    ]


def paragraphs(path: str, text: str, name: str) -> list[str]:
    """Paragraphs of prose that mention the name."""
    return [f"{path}: {cut(part.strip(), 600)}" for part in re.split(r"\n\s*\n", text) if name in part][:3]


def in_room(room: Room, name: str, python: str = "python") -> str:
    """What pydoc says in the room; "" for nothing."""
    run = room.run([python, "-c", IN_ROOM, name], seconds=SECONDS)
    if run.outcome is not Outcome.FINISHED or run.exit_code != 0:
        return ""
    return cut(run.stdout.strip(), 2500)


def told_pages(pages: Sequence[str]) -> str:
    """The pages that may be asked for, by number; "" for none."""
    listed = "\n".join(f"{number}: {url}" for number, url in enumerate(pages, 1))
    return f"Pages that fetch_documentation reads by their number:\n{listed}" if listed else ""


def in_page(text: str, about: str) -> str:
    """Of a page the paragraphs that mention one of the words, or its beginning where none does."""
    words = [word.lower() for word in re.findall(r"[\w.]{3,}", about)][:10]
    parts = re.split(r"\n\s*\n", text) if words else []
    found = [part.strip() for part in parts if any(word in part.lower() for word in words)]
    return cut("\n\n".join(cut(part, 900) for part in found) or text)
