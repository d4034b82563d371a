"""Blocks: what a model wrote as `# >>> Qualified.name` sections, read into pieces to set in a file."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from bot.decisions.code.definitions import UNPARSABLE, Defining, first_line, kind_of, lines_of, own_name
from bot.decisions.code.parsing import syntax_tree

HOW = "Write a line `# >>> Qualified.name` and below it the whole new function, class, method or constant."

#: What models write where they leave code out.
OMISSIONS = ("existing code", "rest of the", "rest of code", "remains the same", "remain the same",
             "unchanged", "same as before", "previous code", "other methods")  # fmt: skip

#: Definitions in one reply; the whole file is parsed for each.
MOST = 40

#: What the parser says of text that ends too early.
CUT_OFF = ("never closed", "unterminated", "unexpected EOF", "expected an indented block")


class EditError(ValueError):
    """An edit can't be made as it was written. The message tells the model what to write instead."""


class UnchangedError(EditError):
    """An edit is well-formed, but leaves the text as it is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One definition as the model wrote it, without indentation.

    Attributes:
        comments: comment lines directly above it.
        decorators: its decorator lines.
        text: the lines of the definition itself; each line ends with a line feed.
        kind: as in `Definition.kind`.
        node: its syntax, for what it uses.
    """

    comments: str
    decorators: str
    text: str
    kind: str
    node: Defining


def read_blocks(text: str) -> tuple[list[ast.Import | ast.ImportFrom], dict[str, list[Piece]]]:
    """The imports to add and the pieces by qualified name, in the order in which they were written.

    Raises:
        EditError: no section, text outside of sections, a section that holds something else than it says, or
            more than 40 definitions.
    """
    imports: list[ast.Import | ast.ImportFrom] = []
    pieces: dict[str, list[Piece]] = {}
    for name, content in _sections(text):
        refuse_omissions(content, f"The block `{name}`", "")
        if name in ("imports", "import"):
            imports += _imports(content)
        else:
            above, found = _pieces(name, content)
            imports += above
            pieces.setdefault(name, []).extend(found)
        if sum(map(len, pieces.values())) > MOST:
            raise EditError(f"There are more than {MOST} definitions. Change fewer at once.")
    if not imports and not pieces:
        raise EditError(f"There is no block. {HOW}")
    return imports, pieces


def refuse_omissions(text: str, where: str, known: str) -> None:
    """Refuse comments that stand for code which was left out ("# ... existing code ...").

    Args:
        text: what the model wrote.
        where: what it is, for the message.
        known: the present text; a comment that stands there already may stay.
    """
    before = {line.strip() for line in known.split("\n")}
    for line in text.split("\n"):
        words = line.strip()
        stands_in = words.startswith("#") and ("..." in words or "…" in words) and words not in before
        if stands_in and any(omission in words.casefold() for omission in OMISSIONS):
            raise EditError(f"{where} leaves code out: `{words[:80]}`. Write every line of it.")


def parsed(text: str, where: str) -> ast.Module:
    """The syntax tree, or an EditError that says where the text stops being Python."""
    try:
        return syntax_tree(text)
    except SyntaxError as error:
        line = (error.text or "").strip()[:80]
        at = f" at line {error.lineno}" if error.lineno else ""
        cut = any(sign in (error.msg or "") for sign in CUT_OFF)
        end = ". If it was cut off, write it to its end" if cut else ""
        told = f": `{line}`" if line else ""
        raise EditError(f"{where} is no valid Python{at}: {error.msg}{told}{end}.") from None
    except UNPARSABLE as error:
        raise EditError(f"{where} can't be parsed: {type(error).__name__}: {str(error)[:80]}") from None


def shifted(text: str, old: str, new: str) -> str:
    """The lines moved from one indentation to another; lines inside of strings stay, save for docstrings."""
    fixed = _lines_inside_strings(text)
    moved = []
    for number, line in enumerate(lines_of(text), start=1):
        if number in fixed or not line.strip():
            moved.append(line if number in fixed else line.lstrip(" \t"))
        else:
            moved.append(new + (line.removeprefix(old) if line.startswith(old) else line.lstrip(" \t")))
    return "".join(moved)


def _sections(text: str) -> Iterator[tuple[str, str]]:
    name, lines = "", list[str]()
    for line in lines_of(text.replace("\r\n", "\n").replace("\r", "\n")):
        heading = _heading(line)
        if heading:
            yield from _section(name, "".join(lines))
            name, lines = heading, []
        else:
            lines.append(line)
    yield from _section(name, "".join(lines))


def begins_with_heading(text: str) -> bool:
    """Whether a text begins with a block."""
    return any(_heading(line) for line in text.lstrip().split("\n", 1)[:1])


def _heading(line: str) -> str:
    """The qualified name in a line `# >>> Qualified.name`; "" when it is no heading.

    Read by hand, in linear time; "def", "class", "()", ":" and backticks around the name are forgiven.
    """
    sign, _, rest = line.strip().partition(">>>")
    if sign.rstrip(" \t") != "#":
        return ""
    words = rest.split()
    while words and words[0] in ("async", "def", "class"):
        words = words[1:]
    name = words[0].removesuffix(":").strip("`").removesuffix("()") if len(words) == 1 else ""
    return name if name and all(part.isidentifier() for part in name.split(".")) else ""


def _section(name: str, content: str) -> Iterator[tuple[str, str]]:
    empty = not any(line.strip() and not line.strip().startswith("#") for line in content.split("\n"))
    if name and empty:
        raise EditError(f"There is no code below `# >>> {name}`.")
    if name:
        yield name, content
    elif not empty:
        if not _only_imports(content):
            first = next(line.strip() for line in content.split("\n") if line.strip())
            raise EditError(f"This stands above the first `# >>>` line: `{first[:80]}`. {HOW}")
        yield "imports", content


def _only_imports(content: str) -> bool:
    try:
        return all(isinstance(node, ast.Import | ast.ImportFrom) for node in syntax_tree(content).body)
    except UNPARSABLE:
        return False


def _imports(content: str) -> list[ast.Import | ast.ImportFrom]:
    tree, _ = _body("imports", content)
    for node in tree:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            raise EditError(f"Only imports may stand below `# >>> imports`, not `{ast.unparse(node)[:80]}`.")
    return [node for node in tree if isinstance(node, ast.Import | ast.ImportFrom)]


def _body(name: str, content: str) -> tuple[list[ast.stmt], str]:
    """The statements of a section at whatever indentation, and their text with an indented one made flush."""
    first = next(line for line in content.split("\n") if line.strip() and not line.strip().startswith("#"))
    indentation = first[: len(first) - len(first.lstrip(" \t"))]
    where = f"The block `{name}`"
    if not indentation:
        return parsed(content, where).body, content
    try:
        flush = shifted(content, indentation, "")
    except (tokenize.TokenError, SyntaxError) as error:
        raise EditError(f"{where} is no valid Python: {error.args[0]}") from None
    return parsed(flush, where).body, flush


def _pieces(name: str, content: str) -> tuple[list[ast.Import | ast.ImportFrom], list[Piece]]:
    """What a section defines, and the imports that were written into it as well."""
    body, text = _body(name, content)
    own = name.rpartition(".")[2]
    parent = name.split(".")[-2] if "." in name else None
    imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    body = [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom)]
    if len(body) == 1 and isinstance(body[0], ast.ClassDef) and body[0].name == parent:
        body, text = _unwrapped(body[0], text)
    if not body:
        raise EditError(f"There is no definition below `# >>> {name}`.")
    lines = lines_of(text if text.endswith("\n") else text + "\n")
    pieces = []
    for node in body:
        if own_name(node) != own or not isinstance(node, Defining):
            found = ast.unparse(node).split("\n")[0][:60]
            raise EditError(f"The block `{name}` must define `{own}` and nothing else, but it has `{found}`.")
        pieces.append(_piece(node, lines))
    return imports, pieces


def _unwrapped(node: ast.ClassDef, text: str) -> tuple[list[ast.stmt], str]:
    """The inside of `class Parser:` around a block headed `Parser.feed`; its docstring doesn't count."""
    lines = lines_of(text)
    inside = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    if not inside or inside[0].lineno == node.lineno:
        return [], ""
    start = first_line(inside[0]) - 1
    while start > node.lineno and lines[start - 1].strip().startswith("#"):
        start -= 1
    content = "".join(lines[start:])
    return _body(node.name, content)


def _piece(node: Defining, lines: list[str]) -> Piece:
    start, end = first_line(node), node.end_lineno or node.lineno
    above = start
    while above > 1 and lines[above - 2].lstrip().startswith("#"):
        above -= 1
    while end < len(lines) and _is_comment_within(lines[end]):
        end += 1
    return Piece(
        comments="".join(lines[above - 1 : start - 1]),
        decorators="".join(lines[start - 1 : node.lineno - 1]),
        text="".join(lines[node.lineno - 1 : end]),
        kind=kind_of(node),
        node=node,
    )


def _is_comment_within(line: str) -> bool:
    """A comment at the end of a body, which the syntax tree doesn't know."""
    return line[:1] in (" ", "\t") and line.strip().startswith("#")


def _lines_inside_strings(text: str) -> set[int]:
    """Numbers of the lines that begin inside of a string which is no docstring."""
    inside: set[int] = set()
    opened: list[int] = []
    fresh = True  # whether a statement begins here, so that a string would be a docstring
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "STRING" and not fresh:
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
        elif kind in ("FSTRING_START", "TSTRING_START"):
            opened.append(token.start[0])
        elif kind in ("FSTRING_END", "TSTRING_END"):
            inside.update(range(opened.pop() + 1, token.end[0] + 1))
        if kind in ("NEWLINE", "INDENT", "DEDENT"):
            fresh = True
        elif kind not in ("NL", "COMMENT"):
            fresh = False
    return inside
