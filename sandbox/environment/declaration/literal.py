"""Literals: what an expression is when it is built of constants alone, without running it."""

import ast

#: A list that is added to itself forty times would fill the memory.
LARGEST = 2_000

Names = dict[str, object]


def names_of(tree: ast.Module) -> Names:
    """The module's names that hold literals, None for those that are computed."""
    names: Names = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _assign(target, node.value, names)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            _assign(node.target, node.value, names)
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            _assign(node.target, ast.BinOp(_loaded(node.target), ast.Add(), node.value), names)
    return names


def _assign(target: ast.expr, value: ast.expr, names: Names) -> None:
    if isinstance(target, ast.Name):
        names[target.id] = evaluate(value, names)
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        holder, key = names.get(target.value.id), evaluate(target.slice, names)
        if isinstance(holder, dict) and isinstance(key, str) and len(holder) < LARGEST:
            holder[key] = evaluate(value, names)


def _loaded(target: ast.expr) -> ast.expr:
    """An expression that reads what a target names."""
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    return target


def evaluate(node: ast.expr, names: Names) -> object:
    """A text, a list or a dictionary; None when it is computed. Raises RecursionError."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return _list(node.elts, names)
    if isinstance(node, ast.Dict):
        return _dictionary(node, names)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _sum(evaluate(node.left, names), evaluate(node.right, names))
    if isinstance(node, ast.Subscript):
        holder, key = evaluate(node.value, names), evaluate(node.slice, names)
        return holder.get(key) if isinstance(holder, dict) and isinstance(key, str) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        return {word.arg: evaluate(word.value, names) for word in node.keywords if word.arg}
    return None


def _list(nodes: list[ast.expr], names: Names) -> object:
    found: list[object] = []
    for node in nodes[:LARGEST]:
        if isinstance(node, ast.Starred):
            inner = evaluate(node.value, names)
            if not isinstance(inner, list) or len(found) + len(inner) > LARGEST:
                return None
            found += inner
        else:
            found.append(evaluate(node, names))
    return found if None not in found else None


def _dictionary(node: ast.Dict, names: Names) -> object:
    found: dict[str, object] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        known = evaluate(value, names)
        name = evaluate(key, names) if key is not None else None
        if isinstance(name, str):
            found[name] = known
        elif key is None and isinstance(known, dict):
            found.update(known)
    return found


def _sum(left: object, right: object) -> object:
    if isinstance(left, list) and isinstance(right, list) and len(left) + len(right) <= LARGEST:
        return left + right
    if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) <= LARGEST:
        return left + right
    return None
