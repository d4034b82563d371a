import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.editing.edits import EditError, apply_definitions, apply_whole_file

SOURCE = '''\
#!/usr/bin/env python
"""Doc."""
import os

LIMIT = 3


class Parser:
    """A parser."""

    size: int = 1

    @property
    def state(self) -> int:
        return 1

    # about feed
    @cached
    def feed(self, text):
        return 1  # one


def parse(text: str) -> str:
    return text


if __name__ == "__main__":
    parse("x")
'''


def edited(blocks: str, source: str = SOURCE) -> tuple[list[str], list[str]]:
    """The lines that an edit takes away and brings."""
    import difflib

    lines = list(difflib.ndiff(source.splitlines(), apply_definitions(source, blocks).splitlines()))
    return [x[2:] for x in lines if x.startswith("- ")], [x[2:] for x in lines if x.startswith("+ ")]


def test_a_method_is_replaced_and_keeps_what_stands_above_it() -> None:
    gone, new = edited("# >>> Parser.feed\ndef feed(self, text):\n    return 2\n")
    assert (gone, new) == (["        return 1  # one"], ["        return 2"])


@pytest.mark.parametrize("margin", ["", "    ", "\t", "        "])
def test_the_margin_of_a_block_does_not_matter(margin: str) -> None:
    block = f'# >>> Parser.feed\n{margin}def feed(self, text):\n{margin}    return """\nkept\n  as it is"""\n'
    _, new = edited(block)
    assert new == ['        return """', "kept", '  as it is"""']


@pytest.mark.parametrize(
    "heading", ["#>>> parse", "  # >>> def parse():", "# >>> `parse`", "# >>> parse()", "# >>> async def parse:"]
)
def test_headings_are_read_with_tolerance(heading: str) -> None:
    assert edited(f"{heading}\ndef parse(text: str) -> str:\n    return 1\n")[1] == ["    return 1"]


def test_docstrings_move_along() -> None:
    result = apply_definitions(SOURCE, '# >>> Parser.run\ndef run(self):\n    """Run.\n\n    Long.\n    """\n')
    assert '\n\n    def run(self):\n        """Run.\n\n        Long.\n        """\n\n\ndef parse' in result


def test_a_method_inside_of_its_class_is_understood() -> None:
    gone, new = edited("# >>> Parser.feed\nclass Parser:\n    def feed(self, text):\n        return 2\n")
    assert (gone, new) == (["        return 1  # one"], ["        return 2"])


def test_new_definitions_go_to_the_end_but_above_the_script() -> None:
    result = apply_definitions(SOURCE, "# >>> more\ndef more():\n    pass\n# >>> Parser.last\ndef last(self): ...\n")
    assert result.index("    def last(self)") < result.index("def parse(")
    assert result.index("def parse(") < result.index("def more()") < result.index("if __name__")
    assert "    return text\n\n\ndef more():\n    pass\n\n\nif __name__" in result


def test_what_is_needed_at_import_goes_above_its_user() -> None:
    blocks = "# >>> Token\nclass Token: ...\n# >>> parse\ndef parse(text: str) -> Token:\n    return Token()\n"
    namespace: dict[str, object] = {"cached": lambda f: f, "__name__": "m"}
    exec(apply_definitions(SOURCE, blocks), namespace)  # noqa: S102 - our own text
    assert "Token" in namespace


def test_constants_go_below_the_imports_or_what_they_use() -> None:
    _, new = edited("# >>> MORE\nMORE = LIMIT + 1\n# >>> Parser.color\ncolor = 2\n# >>> TABLE\nTABLE = {1: parse}\n")
    result = apply_definitions(SOURCE, "# >>> TABLE\nTABLE = {1: parse}\n# >>> MORE\nMORE = LIMIT + 1\n")
    assert {"MORE = LIMIT + 1", "    color = 2", "TABLE = {1: parse}"} <= set(new)
    assert "LIMIT = 3\nMORE = LIMIT + 1\n" in result
    assert result.index("def parse") < result.index("TABLE =") < result.index("if __name__")


def test_imports_are_added_once() -> None:
    blocks = "# >>> imports\nimport os\nimport re\nfrom a import b, c\nfrom __future__ import annotations\n"
    result = apply_definitions(SOURCE, blocks)
    assert result.count("import os\n") == 1
    assert '"""Doc."""\n\nfrom __future__ import annotations\nimport os\nimport re\nfrom a import b, c\n' in result
    with pytest.raises(EditError, match="nothing changes"):
        apply_definitions(result, blocks)


def test_imports_on_top_of_a_block_are_understood() -> None:
    gone, new = edited("# >>> parse\nimport re\n\ndef parse(text: str) -> str:\n    return re.escape(text)\n")
    assert (gone, new) == (["    return text"], ["import re", "    return re.escape(text)"])


def test_a_setter_is_added_to_its_property() -> None:
    setter = "# >>> Parser.state\n@state.setter\ndef state(self, value: int) -> None:\n    pass\n"
    gone, _ = edited(setter)
    assert not gone
    result = apply_definitions(SOURCE, setter)
    again = apply_definitions(result, "# >>> Parser.state\n@property\ndef state(self) -> int:\n    return 2\n")
    assert "@state.setter" in again
    assert "return 2" in again


def test_one_of_two_equal_definitions_can_not_be_meant() -> None:
    source = "try:\n    def f(): return 1\nexcept E:\n    def f(): return 2\n"
    with pytest.raises(EditError, match="2 times"):
        apply_definitions(source, "# >>> f\ndef f(): return 3\n")


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ("def f(): ...", "# >>>"),
        ("", "# >>>"),
        ("# >>> Parsr.g\ndef g(self): ...", "`Parser`"),
        ("# >>> parse.g\ndef g(): ...", "`# >>> parse`"),
        ("# >>> parse\ndef prase(): ...", "prase"),
        ("# >>> parse\ndef parse(): ...\nx = 1", "x = 1"),
        ("# >>> parse\n", "no code"),
        ("# >>> parse\ndef parse(text):\n    return (text", "cut off"),
        ("# >>> parse\ndef parse(text):\n", "cut off"),
        ("# >>> parse\ndef parse(text):\n    return '''text\n", "cut off"),
        ("# >>> parse\ndef parse(text):\n    # ... existing code ...\n    return 1\n", "leaves code out"),
        ("# >>> feed\ndef feed(self): ...", "Parser.feed"),
        ("# >>> parse\ndef parse(text: str) -> str:\n    return text", "nothing changes"),
        ("# >>> imports\nx = 1", "Only imports"),
        ("# >>> parse\ndef parse(text):\n    return '\u202e'\n", r"\\u202e"),
        ("# >>> parse\ndef parse(text):\n    return '\ud800'\n", "parse"),
    ],
)
def test_what_can_not_be_applied_is_told_shortly(blocks: str, told: str) -> None:
    with pytest.raises(EditError, match=told) as caught:
        apply_definitions(SOURCE, blocks)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("source", [SOURCE, SOURCE.rstrip(), "\ufeff" + SOURCE, SOURCE + "\f\n# end \x0c page\n"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_everything_else_stays_byte_for_byte(source: str, ending: str) -> None:
    source = source.replace("\n", ending)
    result = apply_definitions(source, "# >>> LIMIT\nLIMIT = 4\n")
    assert result == source.replace("LIMIT = 3", "LIMIT = 4")


def test_a_whole_file_keeps_line_ends_mark_and_last_line() -> None:
    assert apply_whole_file(None, "x = 1") == "x = 1\n"
    assert apply_whole_file("\ufeffx = 1\r\ny = 2", "x = 2\ny = 2\n") == "\ufeffx = 2\r\ny = 2"
    assert apply_whole_file("x = 1\n", "x = 2\r\n\r\n") == "x = 2\n"


def test_blocks_for_a_whole_file_do_not_lose_the_rest() -> None:
    assert apply_whole_file(SOURCE, "# >>> LIMIT\nLIMIT = 4\n") == SOURCE.replace("LIMIT = 3", "LIMIT = 4")


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("", "empty"),
        (SOURCE, "nothing changes"),
        ("def f():\n    return (\n", "cut off"),
        ("x = 1\n# ... rest of the file unchanged ...\n", "leaves code out"),
        ("x = '\u200b'\n", r"\\u200b"),
        ("x = 1\0\n", "null bytes"),
        ("(" * 5000, "."),
        ("x = " + "1+" * 50_000 + "1\n", "."),
    ],
)
def test_a_whole_file_that_can_not_be_is_refused(new: str, told: str) -> None:
    with pytest.raises(EditError, match=told) as caught:
        apply_whole_file(SOURCE, new)
    assert len(str(caught.value)) < 300


@given(st.text(alphabet=st.sampled_from("# >\nfd:e()=1\"' \tPars.\\@"), max_size=60))
def test_any_blocks_give_python_or_an_edit_error(text: str) -> None:
    try:
        compile(apply_definitions(SOURCE, f"# >>> parse\n{text}"), "m", "exec")
    except EditError:
        pass
    except SyntaxError as error:  # what only the compiler sees, such as `return` outside of a function
        assert "outside" in str(error)  # noqa: PT017


def test_imports_are_set_in_at_once_each_in_its_place() -> None:
    blocks = "# >>> imports\nimport re\nfrom __future__ import annotations\nimport os, sys\nimport re\n"
    assert apply_definitions('"""Doc."""\n\n\ndef f():\n    pass\n', blocks).startswith(
        '"""Doc."""\n\nfrom __future__ import annotations\nimport re\nimport os, sys\n\n\ndef f'
    )
    assert apply_definitions(SOURCE, blocks).split("\n\nLIMIT")[0] == (
        '#!/usr/bin/env python\n"""Doc."""\n\nfrom __future__ import annotations\nimport os\nimport re\nimport sys'
    )


def test_many_imports_cost_one_look_at_the_file() -> None:
    source = "x = 1\n" * 20_000
    blocks = "# >>> imports\n" + "".join(f"import m{i}\n" for i in range(500))
    started = time.process_time()
    assert apply_definitions(source, blocks).startswith("import m0\nimport m1\n")
    assert time.process_time() - started < 10  # one look takes about 0.1 s, 500 of them take a minute


@pytest.mark.parametrize(
    "blocks",
    [
        "".join(f"# >>> f{i}\ndef f{i}():\n    pass\n" for i in range(41)),
        "# >>> f\n" + "@overload\ndef f():\n    pass\n" * 41,
    ],
)
def test_more_than_forty_definitions_are_refused(blocks: str) -> None:
    with pytest.raises(EditError, match="more than 40 definitions"):
        apply_definitions(SOURCE, blocks)
