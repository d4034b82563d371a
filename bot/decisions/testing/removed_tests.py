"""Removed tests: existing tests that go because a plan deletes what they test, and nothing else in their files.

Which tests those can be is read from the base: only what uses a deleted module. What is left of a file is made here,
letter by letter as it was, so that no word of a model gets into it. That they could not live on is measured: as they
were, none of them passes with the change.
"""

import ast
from collections.abc import Collection, Iterator, Sequence

from bot.decisions.code.definitions import UNPARSABLE, Function, first_line, lines_of, named, own_name
from bot.decisions.code.modules import above, import_name, paths_of
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.code.undefined import undefined_names
from bot.decisions.proof.expected import name_of
from bot.decisions.proof.runs import irregularity
from bot.decisions.testing.changed_tests import file_of, function_of, objections_to
from bot.words.evidence import Evidence
from bot.words.patch import FileChange, Patch
from bot.words.plan import ChangedTest
from sandbox.files import Tree
from sandbox.suite.report import TestOutcome

Import = ast.Import | ast.ImportFrom


def users_of(files: Tree, deleted: Collection[str], texts: Tree | None = None) -> list[str]:
    """Python files that import one of these modules, or a name that a package has from it, in order.

    Args:
        files: the repository with these modules.
        deleted: their paths; they are left out.
        texts: the files that are asked, where they are others.
    """
    texts = files if texts is None else texts
    names = {name.rpartition(".")[2] for path in deleted if (name := import_name(files, path))}
    names |= {name for path in deleted for name in _defined(_text(files, path))}
    found = []
    for path in sorted(texts):
        data = texts[path].data
        if path in deleted or not path.endswith(".py") or not any(name.encode() in data for name in names):
            continue
        try:
            tree = syntax_tree(_text(texts, path))
        except UNPARSABLE:
            continue
        if any(_bound(node, files, path, deleted, texts) for node in ast.walk(tree) if isinstance(node, Import)):
            found.append(path)
    return found


def using_tests(files: Tree, path: str, deleted: Collection[str], now: Tree | None = None) -> tuple[str, ...]:
    """Ids of the tests of a file that use what is deleted, directly or by a function of the same file.

    With the files as they will be, `now`, what can be imported as before counts no more.
    """
    try:
        tree = syntax_tree(_text(files, path))
    except UNPARSABLE:
        return ()
    using = _using(tree, files, path, deleted, now)
    tests = [name for name, node in named(tree.body) if isinstance(node, Function) and _is_test(name)]
    return tuple(f"{path}::{name.replace('.', '::')}" for name in tests if name in using)


def without_tests(files: Tree, path: str, tests: Collection[str], deleted: Collection[str]) -> str | None:
    """A test file without some of its tests, and without the imports and functions that only they could need.

    Args:
        files: the repository as people left it, with the modules that are to go.
        path: of the test file.
        tests: ids of the tests that are to go.
        deleted: paths of the modules.

    Returns:
        The text that is left; "" where no test is left, so that the file goes as well; None where that can't be done:
        one of them does not use a deleted module, or what is left still needs one.
    """
    source = _text(files, path)
    try:
        tree = syntax_tree(source)
    except UNPARSABLE:
        return None
    going = {function_of(test) for test in tests}
    nodes = dict(named(tree.body))
    using = _using(tree, files, path, deleted)
    if not going <= using or not all(_is_test(name) for name in going):
        return None
    going |= {name for name in using if "." not in name and not _is_test(name) and isinstance(nodes[name], Function)}
    tree_lines = lines_of(source)
    for node, text in _cuts(tree, going, files, path, deleted):
        start = first_line(node) - 1
        tree_lines[start : node.end_lineno] = [text] if text else []
        _close_gap(tree_lines, start)
    left = "".join(tree_lines)
    return _sound(left, source, files, path, deleted)


def removal_objections(
    change: FileChange, allowed: Sequence[ChangedTest], files: Tree, deleted: Collection[str]
) -> Iterator[str]:
    """Why an existing test file may not be changed or taken away like this, a few words each; see `objections_to`.

    Args:
        change: the file, as people left it and as it would be.
        allowed: what the plan says.
        files: the repository as people left it.
        deleted: paths that the patch deletes.
    """
    ours = [one for one in allowed if file_of(one.test) == change.path]
    removed = [one.test for one in ours if one.removed]
    staying = [one for one in ours if not one.removed]
    if not removed:
        yield from objections_to(change, staying)
        return
    left = without_tests(files, change.path, removed, deleted)
    if left is None:
        yield "only tests of what is deleted may be taken away"
    elif (left or None) != change.after:
        if change.after is None or not staying or not left:
            yield f"nothing but {', '.join(map(function_of, removed))} may be taken away from it"
        else:
            yield from objections_to(change.model_copy(update={"before": left}), staying)


def still_imported(patch: Patch, on_patch: Tree, base: Tree) -> Iterator[str]:
    """Which files need a module that the patch deletes: tests may never import them, and so not notice.

    Args:
        patch: the patch.
        on_patch: the repository with it.
        base: without it.
    """
    gone = [c.path for c in patch.changes if c.after is None and c.path.endswith(".py") and c.path not in on_patch]
    known = {**base, **{path: file for path, file in on_patch.items() if path not in base}}
    for path in users_of(known, gone, on_patch) if gone else ():
        yield f"`{path}` still imports what the patch deletes ({', '.join(gone[:3])})."


def lives_on(patch: Patch, provides: Collection[str]) -> Iterator[str]:
    """What of a deleted module the patch defines elsewhere: its tests are no reason less needed than before.

    Args:
        patch: which takes tests away.
        provides: what it adds, as "module:name".
    """
    added = {name.partition(":")[2] for name in provides} - {"", "main"}
    for change in patch.changes:
        if change.after is not None or change.test or not change.path.endswith(".py"):
            continue
        if moved := sorted(_defined(change.before or "") & added):
            yield f"`{change.path}` was moved rather than deleted ({', '.join(moved[:3])}): its tests may not go."


def not_outlived(evidence: Evidence) -> Iterator[str]:
    """Why the patch is not proven, as far as it takes tests away that could have stayed."""
    removed = [one.test for one in evidence.changed_tests if one.removed]
    if not removed:
        return
    report = evidence.changed_runs.removed_on_patch if evidence.changed_runs else None
    if report is None:
        yield "It takes existing tests away, and nobody has looked whether they could stay."
        return
    if trouble := irregularity(report):
        yield f"As they were, the tests that were taken away, run with the change, {trouble}."
        return
    passed = {name_of(result.id) for result in report.results if result.outcome is TestOutcome.PASSED}
    for test in removed:
        if test in passed:
            yield f"{test} need not be taken away: as it was, it passes with the change."


def _using(tree: ast.Module, files: Tree, path: str, deleted: Collection[str], now: Tree | None = None) -> set[str]:
    """Qualified names of functions that need a deleted module, be it by another function or fixture of the file."""
    bound = {name for node in tree.body if isinstance(node, Import) for name in _bound(node, files, path, deleted, now)}
    functions = {name: node for name, node in named(tree.body) if isinstance(node, Function)}
    imports = {
        name
        for name, node in functions.items()
        if any(isinstance(part, Import) and _bound(part, files, path, deleted, now) for part in ast.walk(node))
    }
    using = set(imports)
    while True:
        known = bound | {name for name in using if "." not in name}
        more = {name for name, node in functions.items() if name not in using and known & _names(node)}
        if not more:
            return using
        using |= more


def _names(node: ast.AST) -> set[str]:
    """Names that a function uses, its arguments included: pytest takes them for fixtures."""
    found = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return found | {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}


def _bound(node: Import, files: Tree, path: str, deleted: Collection[str], now: Tree | None = None) -> list[str]:
    """The names that an import takes from deleted modules, directly or from a package that has them from there.

    `now`: the files as they will be; what a package has from elsewhere by then is fine.
    """
    now = files if now is None else now
    found = []
    for alias in node.names:
        if isinstance(node, ast.Import):
            targets, name = paths_of(files, alias.name), alias.asname or alias.name.partition(".")[0]
        else:
            origin = above(import_name(files, path), path, node.level, node.module or "")
            homes = paths_of(files, origin)
            anew = now is not files and any(home in now and _origins(now, home, alias.name, now) for home in homes)
            targets = ([] if anew else paths_of(files, f"{origin}.{alias.name}")) or [
                source
                for home in homes
                for source in _sources(now if now is not files and home in now else files, home, alias.name, files)
            ]
            name = alias.asname or alias.name
        found += [name] if set(targets) & set(deleted) else []
    return found


def _sources(now: Tree, path: str, name: str, files: Tree) -> list[str]:
    """Where a name of a module comes from, itself included; one that it has no more, from where it had it."""
    return _origins(now, path, name, files) or _origins(files, path, name, files) or [path]


def _origins(now: Tree, path: str, name: str, files: Tree) -> list[str]:
    try:
        body = syntax_tree(_text(now, path)).body
    except UNPARSABLE:
        return [path]
    if any(own_name(node) == name for node in body):
        return [path]
    for node in body:
        names = [
            a.name for a in getattr(node, "names", ()) if isinstance(a, ast.alias) and (a.asname or a.name) == name
        ]
        if isinstance(node, ast.ImportFrom) and names:
            origin = above(import_name(files, path), path, node.level, node.module or "")
            return [path, *paths_of(files, f"{origin}.{names[0]}"), *paths_of(files, origin)]
    return []


def _defined(source: str) -> set[str]:
    """Functions and classes of a module."""
    try:
        body = syntax_tree(source.removeprefix("\ufeff")).body
    except UNPARSABLE:
        return set()
    return {node.name for node in body if isinstance(node, Function | ast.ClassDef)}


def _cuts(
    tree: ast.Module, going: set[str], files: Tree, path: str, deleted: Collection[str]
) -> list[tuple[ast.stmt, str]]:
    """Statements that go, the last first, each with what stays of it."""
    gone: list[ast.stmt] = [one for name, one in named(tree.body) if name in going and isinstance(one, Function)]
    classes = [one for _, one in named(tree.body) if isinstance(one, ast.ClassDef)]
    empty = [one for one in classes if all(part in gone for part in one.body)]
    whole = [*(one for one in gone if not any(one in each.body for each in empty)), *empty]
    cuts: list[tuple[ast.stmt, str]] = [(one, "") for one in whole]
    for node in tree.body:
        if isinstance(node, Import) and (bound := _bound(node, files, path, deleted)):
            node.names = [a for a in node.names if (a.asname or a.name.partition(".")[0]) not in bound]
            cuts.append((node, ast.unparse(node) + "\n" if node.names else ""))
    return sorted(cuts, key=lambda cut: -cut[0].lineno)


def _close_gap(lines: list[str], at: int) -> None:
    """Blank lines below what went are gone as well, where blank lines or the head of a class stand above it."""
    above = lines[at - 1].strip() if at else ""
    while at < len(lines) and not lines[at].strip() and (not above or above.endswith(":")):
        del lines[at]
    while at == len(lines) and lines and not lines[-1].strip():
        del lines[-1]
        at -= 1


def _sound(left: str, source: str, files: Tree, path: str, deleted: Collection[str]) -> str | None:
    """What is left of a file, if it can live on; "" where no test is in it."""
    try:
        tree = syntax_tree(left)
    except UNPARSABLE:
        return None
    if not any(isinstance(node, Function) and _is_test(name) for name, node in named(tree.body)):
        return ""
    imports = [node for node in ast.walk(tree) if isinstance(node, Import)]
    if any(_bound(node, files, path, deleted) for node in imports) or undefined_names(left) - undefined_names(source):
        return None
    return left


def _is_test(name: str) -> bool:
    """Whether pytest takes a function for a test, by its defaults."""
    return name.rpartition(".")[2].startswith("test")


def _text(files: Tree, path: str) -> str:
    return files[path].data.decode("utf-8", "replace") if path in files else ""
