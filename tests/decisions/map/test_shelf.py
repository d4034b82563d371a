"""The shelf: what was made of a file is made once, and what is kept is bounded."""

import threading

from bot.decisions.map.shelf import Shelf


def test_a_value_is_made_once() -> None:
    shelf: Shelf[list[int]] = Shelf(10, len)
    first = shelf.get("a", lambda: [1])
    assert shelf.get("a", lambda: [2]) is first


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    shelf: Shelf[str] = Shelf(3, len)
    for key in ("a", "b", "c"):
        shelf.get(key, lambda: "x")
    shelf.get("a", lambda: "never")
    shelf.get("d", lambda: "x")
    assert shelf.get("a", lambda: "again") == "x"
    assert shelf.get("b", lambda: "again") == "again"


def test_what_is_too_heavy_is_not_kept() -> None:
    shelf: Shelf[str] = Shelf(3, len)
    assert shelf.get("a", lambda: "xxxx") == "xxxx"
    assert len(shelf) == 0


def test_threads_do_not_disturb_each_other() -> None:
    shelf: Shelf[str] = Shelf(50, len)
    wrong: list[str] = []

    def work(start: int) -> None:
        for i in range(2000):
            key = str((start * 7 + i) % 80)
            value = shelf.get(key, lambda key=key: key)
            if value != key:
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(shelf) <= 50
