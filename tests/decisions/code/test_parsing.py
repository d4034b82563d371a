"""Parsing: the same trees in one thread and in several at once."""

import ast
import sys
import threading
import time

import pytest

from bot.decisions.code.parsing import syntax_tree


class Cyclic:
    """Garbage that runs Python code when it is collected, in the middle of whatever is going on."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        for _ in range(200):
            pass


def test_threads_that_parse_at_once_do_not_disturb_each_other() -> None:
    source = ("x = a" + ".b" * 50 + "\n") * 100
    problems: list[str] = []
    end = time.monotonic() + 3

    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        else:
            syntax_tree(source)

    def work(levels: int) -> None:
        while time.monotonic() < end:
            for _ in range(50):
                Cyclic()
            try:
                deep(levels)
            except SystemError as problem:
                problems.append(str(problem))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work, args=(10 * number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert problems == []


def test_the_tree_is_pythons_own() -> None:
    assert ast.dump(syntax_tree("x = 1")) == ast.dump(ast.parse("x = 1"))


@pytest.mark.parametrize("source", ["x = (", "\0", "x = " + "(" * 300])
def test_what_is_no_python_raises(source) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        syntax_tree(source)
