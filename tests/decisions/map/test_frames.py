"""Frames: tracebacks in an issue, and the repository's files that they mean."""

import time

import pytest

from bot.decisions.map.frames import MOST, Frame, frames_in, located
from tests.decisions.map.shop import ISSUE, tree, tree_of


def test_a_traceback_is_read_in_the_order_of_its_calls() -> None:
    assert [(frame.line, frame.function) for frame in frames_in(ISSUE)] == [
        (3, ""),
        (5, "printed"),
        (14, "total"),
        (7, "price_of"),
    ]


def test_pytests_short_form_is_read() -> None:
    text = "tests/test_a.py:9: in test_it\n    feed()\nsrc\\pkg\\a.py:3: in feed\nE   pkg/b.py:4: ValueError"
    assert frames_in(text) == [
        Frame("tests/test_a.py", 9, "test_it"),
        Frame("src/pkg/a.py", 3, "feed"),
        Frame("pkg/b.py", 4, ""),
    ]


def test_frames_are_found_in_the_repository_by_the_end_of_their_path() -> None:
    assert [path for path, _ in located(frames_in(ISSUE), tree())] == [
        "src/shop/receipt.py",
        "src/shop/cart.py",
        "src/shop/prices.py",
    ]


@pytest.mark.parametrize(
    ("asked", "home"),
    [
        ("shop/cart.py", "src/shop/cart.py"),
        ("/build/src/shop/cart.py", "src/shop/cart.py"),
        ("./src/shop/cart.py", "src/shop/cart.py"),
        ("cart.py", "src/shop/cart.py"),
        ("/usr/lib/python3.12/shop/cart.py", ""),
        ("/venv/lib/python3.12/site-packages/other/shop/cart.py", ""),
        ("/venv/lib/python3.12/site-packages/cart.py", ""),
        ("/x/other/cart.py", ""),
        ("<stdin>", ""),
        ("../../etc/passwd", ""),
    ],
)
def test_only_the_file_that_was_meant_is_found(asked, home) -> None:
    assert [path for path, _ in located([Frame(asked, 1, "f")], tree())] == ([home] if home else [])


def test_a_name_that_two_files_have_means_neither() -> None:
    assert located([Frame("x.py", 1, "")], tree_of({"a/x.py": "", "b/x.py": ""})) == []


def test_ten_thousand_lines_of_a_traceback_cost_little() -> None:
    fake = "".join(f'  File "/x/shop/cart{i}.py", line {i}, in f{i}\n    pass\n' for i in range(10_000))
    began = time.thread_time()
    found = frames_in(fake + ISSUE)
    assert len(found) == MOST
    assert found[-1].function == "price_of", "the end of a long text is what counts"
    assert [path for path, _ in located(found, tree())][-1] == "src/shop/prices.py"
    assert time.thread_time() - began < 2


@pytest.mark.parametrize("text", ['File "' * 50_000, "a" * 300_000 + ".p", ("x" * 299 + "/") * 1000, "E " * 100_000])
def test_time_grows_with_the_length_alone(text) -> None:
    began = time.thread_time()
    assert frames_in(text) == []
    assert time.thread_time() - began < 2
