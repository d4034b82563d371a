"""Parsing: Python's own parser, safe to use from several threads."""

import ast
import threading

_one_at_a_time = threading.RLock()
TRIES = 3


def syntax_tree(source: str) -> ast.Module:
    """The syntax tree.

    Python 3.11 counts the depth of all trees that are being built with one counter, so two threads that parse at
    once can disturb each other (https://github.com/python/cpython/issues/106905). Hence the lock; and another try
    for the threads that don't know of it.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: the source is no Python.
    """
    for _try in range(TRIES):
        try:
            with _one_at_a_time:
                return ast.parse(source)
        except SystemError:
            continue
    raise ValueError("the parser is disturbed by another thread")
