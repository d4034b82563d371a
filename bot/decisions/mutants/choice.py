"""Mutants: copies of a patch with one small fault each, to learn whether its tests notice any.

A test that passes whatever the changed lines do proves nothing (https://en.wikipedia.org/wiki/Mutation_testing).
Faults are made where `ast` says that something stands, by a splice of bytes: the rest of the file is left as it is,
and no file is read or written. Only lines that the patch changes are touched, in code that is no test; what nobody
is expected to test is left out: docstrings, annotations, what is logged, the words of an error, `__repr__`.

Why no library: mutmut 3 rewrites whole files on disk around its own trampolines and brings a user interface,
cosmic-ray mutates a text but brings a database and a git client for nine kinds of fault, none of them of statements.
Both lack the faults that matter most here: a value not returned, an error not raised, a condition that always holds.
"""

import ast
import warnings
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.decisions.code.definitions import UNPARSABLE, Function
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.mutants.expressions import Fault, faults_of_expression, is_table
from bot.decisions.mutants.statements import faults_of_statement, is_talk
from bot.decisions.mutants.text import Splice, Text
from bot.decisions.proof.changed_lines import changed_lines, kept_spans, places
from bot.words.patch import FileChange, Patch

MOST = 20

#: Files over this are left alone: a hostile one is not to cost more than it is worth, in characters.
LONGEST = 400_000


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault in one changed line.

    Attributes:
        path: the file.
        line: where the fault stands, from 1, in the file as the patch leaves it.
        what: the fault in words ("`<` became `<=` in `a < b`").
        splice: what makes it, in bytes of the file's UTF-8, a byte order mark left out.
    """

    path: str
    line: int
    what: str
    splice: Splice


@dataclass(frozen=True, slots=True)
class _Candidate:
    rank: int
    mutant: Mutant


def mutants(patch: Patch, missed: Mapping[str, Collection[int]] | None = None, most: int = MOST) -> tuple[Mutant, ...]:
    """The faults that tell most, spread over the changes; the same for the same patch. Each of them compiles.

    Args:
        patch: the patch; its deleted files, tests and files that are no Python have no mutants.
        missed: lines that its tests are known not to run, by path. A fault there can't be noticed, and is told as a
            line that never ran: so such lines have no mutants, unless there are no others.
        most: how many at most.
    """
    found = {change.path: _candidates(change) for change in patch.changes if _is_code(change)}
    if missed:
        run = {path: [one for one in few if one.mutant.line not in missed.get(path, ())] for path, few in found.items()}
        found = run if any(run.values()) else found
    sources = {change.path: change.after or "" for change in patch.changes}
    queues = [queue for path, few in found.items() if few for queue in _queues(patch, path, few)]
    return tuple(_chosen(queues, sources, most))


def mutated(source: str, mutant: Mutant) -> str:
    """The file with the fault in it; everything else is byte for byte as it was."""
    plain = source.removeprefix("\ufeff")
    data, splice = plain.encode(), mutant.splice
    return source[: len(source) - len(plain)] + (data[: splice.start] + splice.new + data[splice.end :]).decode()


def _is_code(change: FileChange) -> bool:
    text = change.after
    return not change.test and change.path.endswith(".py") and text is not None and len(text) <= LONGEST


def _candidates(change: FileChange) -> list[_Candidate]:
    source = (change.after or "").removeprefix("\ufeff")
    try:
        tree, text = syntax_tree(source), Text(source)
    except UNPARSABLE:
        return []
    lines, kept = changed_lines(change), kept_spans(change)
    found = []
    for rank, splice, what in _faults(tree, text):
        line = text.line_of(splice.start)
        old = any(start <= splice.start < splice.end <= end for start, end in kept)
        if line in lines and not old and text.data[splice.start : splice.end] != splice.new:
            found.append(_Candidate(rank, Mutant(change.path, line, what, splice)))
    return found


def _faults(tree: ast.Module, text: Text) -> Iterator[Fault]:
    """Every fault of a file, in no order. Not recursive: hostile code may be deep."""
    left: list[ast.AST] = [tree]
    while left:
        node = left.pop()
        if isinstance(node, ast.If) and _is_never_tested(node.test):
            left += node.orelse
            continue
        if isinstance(node, ast.stmt):
            yield from faults_of_statement(node, text)
        elif isinstance(node, ast.expr):
            yield from faults_of_expression(node, text)
        left += _parts(node)


def _parts(node: ast.AST) -> Sequence[ast.AST]:
    """The parts of a node in which a fault could be noticed."""
    match node:
        case ast.FunctionDef(name="__repr__") | ast.AsyncFunctionDef(name="__repr__") | ast.JoinedStr():
            return ()
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults), *node.body]
        case ast.AnnAssign(value=value):
            return [value] if value else ()
        case ast.Expr(value=ast.Constant()) | ast.Raise() | ast.Import() | ast.ImportFrom():
            return ()  # a docstring, and the words of an error
        case ast.Expr() if is_talk(node):
            return ()
        case ast.Assign(targets=[ast.Name(id="__all__" | "__version__" | "__slots__")]):
            return ()
        case ast.Assert(test=test):
            return [test]
        case ast.Dict() | ast.List() | ast.Set() | ast.Tuple() if is_table(node):
            return ()
        case _:
            return list(ast.iter_child_nodes(node))


def _is_never_tested(test: ast.expr) -> bool:
    """Whether this is `TYPE_CHECKING` or `__name__ == "__main__"`."""
    name = test.left if isinstance(test, ast.Compare) else test
    said = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
    return said in ("TYPE_CHECKING", "__name__")


def _queues(patch: Patch, path: str, candidates: Sequence[_Candidate]) -> Iterator[list[_Candidate]]:
    """The candidates of each place, and of each function in it, so that a long one doesn't take all."""
    change = next(one for one in patch.changes if one.path == path)
    starts = sorted(_function_lines(change.after or ""))
    spots = {line: number for number, place in enumerate(places(changed_lines(change))) for line in place}
    groups: dict[tuple[int, int], list[_Candidate]] = {}
    for one in candidates:
        inside = sum(start <= one.mutant.line for start in starts)
        groups.setdefault((spots[one.mutant.line], inside), []).append(one)
    yield from (groups[key] for key in sorted(groups))


def _function_lines(source: str) -> list[int]:
    tree = syntax_tree(source.removeprefix("\ufeff"))
    return [node.lineno for node in ast.walk(tree) if isinstance(node, Function)]


def _chosen(queues: list[list[_Candidate]], sources: Mapping[str, str], most: int) -> Iterator[Mutant]:
    """One of each queue in turn: from the line with the fewest so far, the most telling, the first."""
    used: Counter[tuple[str, int]] = Counter()

    def order(one: _Candidate) -> tuple[int, int, int, int, bytes]:
        mutant = one.mutant
        times = used[mutant.path, mutant.line]
        return times + one.rank, one.rank, mutant.line, mutant.splice.start, mutant.splice.new

    count = 0
    while any(queues) and count < most:
        for queue in queues:
            while queue and count < most:
                best = min(queue, key=order)
                queue.remove(best)
                if _compiles(mutated(sources[best.mutant.path], best.mutant)):
                    used[best.mutant.path, best.mutant.line] += 2
                    count += 1
                    yield best.mutant
                    break


def _compiles(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of `is` beside a constant, say: it is a fault on purpose
            compile(source.removeprefix("\ufeff"), "<mutant>", "exec", dont_inherit=True)
    except UNPARSABLE:
        return False
    return True
