import pytest

from bot.decisions.code.definitions import definitions, outline

SOURCE = '''\
"""Doc."""
import os

LIMIT: int = 3


@cached
# why
class Parser(Base, strict=True):
    size = 1

    async def feed(self, text: str, *, last: bool = False) -> None:
        def inner(): ...

    class Error(Exception): ...


if os.name == "nt":
    def only_there(): ...
'''


def test_outline_has_one_line_a_definition() -> None:
    assert outline(SOURCE).split("\n") == [
        "LIMIT",
        "class Parser(Base, strict=True)",
        "    size",
        "    async def feed(self, text: str, *, last: bool=False) -> None",
        "    class Error(Exception)",
        "def only_there()",
    ]


def test_definitions_are_found_by_qualified_name_with_decorators() -> None:
    found = {known.name: (known.start, known.end) for known in definitions(SOURCE)}
    assert found["Parser"] == (7, 15)
    assert found["Parser.feed"] == (12, 13)
    assert found["Parser.Error"] == (15, 15)
    assert "Parser.feed.inner" not in found


def test_a_byte_order_mark_and_form_feeds_do_not_confuse() -> None:
    assert outline("\ufeffA = 1\n\fdef f(): ...\n") == "A\ndef f()"


def test_a_very_long_signature_is_cut() -> None:
    assert len(outline(f"def f({', '.join(f'a{n}' for n in range(999))}): ...")) == 200


@pytest.mark.parametrize("text", ["def f(:", "x = 1\0", "x = '\ud800'", "x = " + "-" * 100_000 + "1"])
def test_unreadable_text_raises_what_callers_expect(text: str) -> None:
    with pytest.raises((SyntaxError, ValueError, RecursionError, MemoryError)):
        outline(text)
