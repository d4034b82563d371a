import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.editing.blocks import EditError, UnchangedError
from bot.decisions.editing.replacements import apply_replacements, has_replacements

SOURCE = '''\
"""Doc."""
import os

LIMITS = {
    "small": 3,
    "large": 30,
}


class Parser:
    def feed(self, text):
        if text:
            return 1

        return 2

    def close(self):
        return 2


register(Parser, os.name)
'''


def block(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


LARGER = block('    "large": 30,\n', '    "large": 300,\n')


def test_a_block_changes_its_lines_and_nothing_else() -> None:
    assert apply_replacements(SOURCE, LARGER) == SOURCE.replace("30,", "300,")


@pytest.mark.parametrize(
    "reply",
    [
        f"pkg/mod.py\n```python\n{LARGER}```\n",
        f"Here it is:\n\npkg/mod.py\n{LARGER}\nThat was all.",
        LARGER.replace("<<<<<<< SEARCH", "<<<<<<< SEARCH pkg/mod.py").replace("=======", "=======  "),
        LARGER.replace("<<<<<<<", "<<<<<").replace(">>>>>>> REPLACE", ">>>>>>>>> updated "),
        LARGER.replace("\n", "\r\n"),
        '<<<<<<< SEARCH\n```python\n    "large": 30,\n```\n=======\n```\n    "large": 300,\n```\n>>>>>>> REPLACE',
        LARGER.replace("30,", "30,   "),
    ],
)
def test_what_models_write_around_a_block_does_not_matter(reply: str) -> None:
    assert has_replacements(reply)
    assert apply_replacements(SOURCE, reply).rstrip() == SOURCE.replace("30,", "300,").rstrip() or "300,   " in reply


def test_several_blocks_are_looked_for_in_the_file_as_it_was() -> None:
    swapped = block("    def close(self):\n", "    def feed(self):\n") + block(
        "    def feed(self, text):\n", "    def close(self, text):\n"
    )
    assert apply_replacements(SOURCE, swapped) == SOURCE.replace("close(self)", "X").replace(
        "feed(self, text)", "close(self, text)"
    ).replace("X", "feed(self)")


@pytest.mark.parametrize("margin", ["", "  ", "\t", "            "])
def test_another_margin_is_forgiven_and_the_file_keeps_its_own(margin: str) -> None:
    search = f"{margin}def close(self):\n{margin}    return 2\n"
    replace = f"{margin}def close(self):\n{margin}    if self:\n\n{margin}        return 3\n"
    new = apply_replacements(SOURCE, block(search, replace))
    changed = "    def close(self):\n        if self:\n\n            return 3\n"
    assert new == SOURCE.replace("    def close(self):\n        return 2\n", changed)


def test_lines_left_of_a_forgotten_margin_move_as_far() -> None:
    new = apply_replacements(SOURCE, block("    return 1\n", "    return 1\nelse:\n    return 5\n"))
    assert "            return 1\n        else:\n            return 5\n\n" in new


def test_empty_lines_are_forgiven_and_those_of_the_file_stay() -> None:
    search = "\n        if text:\n            return 1\n        return 2\n\n"
    new = apply_replacements(SOURCE, block(search, "\n        return 1\n\n"))
    assert new == SOURCE.replace("        if text:\n            return 1\n\n        return 2\n", "        return 1\n")


def test_the_strictest_measure_decides_which_place_is_meant() -> None:
    source = "if a:\n    x = 1\nx = 1\n"
    assert apply_replacements(source, block("x = 1\n", "x = 2\n")) == "if a:\n    x = 1\nx = 2\n"


def test_several_places_are_refused_with_the_lines_of_each() -> None:
    with pytest.raises(EditError, match=r"Block 1 \(`return 2`\) stands in the file 2 times \(lines 15, 18\)"):
        apply_replacements(SOURCE, block("        return 2\n", "        return 3\n"))


def test_the_same_block_twice_means_both_places() -> None:
    twice = block("        return 2\n", "        return 3\n") * 2
    assert apply_replacements(SOURCE, twice) == SOURCE.replace("return 2", "return 3")


def test_what_is_nowhere_is_told_with_what_is_closest() -> None:
    with pytest.raises(EditError) as told:
        apply_replacements(SOURCE, block("    def close(self):\n        return self.two\n", "    pass\n"))
    assert "Block 1 (`def close(self):`) is not in the file. Lines 17-18 are the closest" in str(told.value)
    assert "-         return 2\n+         return self.two" in str(told.value)


def test_the_closest_line_is_found_by_its_letters() -> None:
    with pytest.raises(EditError, match="Line 21 is the closest"):
        apply_replacements(SOURCE, block("register(Parser, os.path)\n", "pass\n"))


def test_nothing_is_close_to_foreign_text() -> None:
    with pytest.raises(EditError, match="Nothing in the file is like it"):
        apply_replacements(SOURCE, block("%%%%%%%%\n", "pass\n"))


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (LARGER.removesuffix(">>>>>>> REPLACE\n"), "no line `>>>>>>> REPLACE`. If it was cut off"),
        (LARGER + LARGER.partition("=======")[0], "Block 2 has no line `>>>>>>> REPLACE`"),
        (LARGER.replace("=======\n", ""), "no line `=======`"),
        (block("\n", "x = 1\n"), "SEARCH of block 1 is empty"),
        (block('    "large": 30,\n', '    "large": (\n'), "is no valid Python"),
        (block('    "large": 30,\n', "    # ... rest of the code remains the same ...\n"), "leaves code out"),
        (block('    "large": 30,\n', '    "lar\u202ege": 30,\n'), "nobody can see"),
        ("nothing", "There is no block"),
        (LARGER + block('    "small": 3,\n    "large": 30,\n', "\n"), "both hold line 6"),
        (block("x\n" * 500, "y\n"), "more than 400 lines"),
        (LARGER * 50, "more than 40 blocks"),
    ],
)
def test_what_can_not_be_applied_is_refused_with_what_to_do(reply: str, told: str) -> None:
    with pytest.raises(EditError, match=re.escape(told)):
        apply_replacements(SOURCE, reply)


def test_a_block_that_changes_nothing_is_told_apart() -> None:
    with pytest.raises(UnchangedError):
        apply_replacements(SOURCE, block("import os\n", "import os\n"))


def test_a_heading_of_the_text_is_no_divider() -> None:
    source = '"""\nTitle\n=======\ntext\n"""\nx = 1\n'
    new = apply_replacements(source, block("Title\n=======\ntext\n", "Name\n=======\ntext\n"))
    assert new == source.replace("Title", "Name")


def test_line_endings_byte_order_mark_and_a_missing_final_newline_stay() -> None:
    source = "\ufeffa = 1\r\nb = 2\r\nc = 3"
    assert apply_replacements(source, block("c = 3\n", "c = 4\nd = 5\n")) == "\ufeffa = 1\r\nb = 2\r\nc = 4\r\nd = 5"
    assert apply_replacements(source, block("a = 1\n", "a = 2\n")) == source.replace("1", "2")


def test_a_new_or_empty_file_is_filled_by_one_block() -> None:
    assert apply_replacements(None, block("", "x = 1\n")) == "x = 1\n"
    assert apply_replacements("", block("\n", "x = 1\n")) == "x = 1\n"
    with pytest.raises(EditError, match="empty or new"):
        apply_replacements(None, LARGER)


def test_other_text_than_python_is_changed_as_well() -> None:
    assert apply_replacements("a: [\nb\n", block("b\n", "c\n"), python=False) == "a: [\nc\n"


@pytest.mark.parametrize("lines", [["x"] * 50_000, [f"line {n}" for n in range(50_000)]])
def test_a_large_file_takes_no_long_time(lines: list[str]) -> None:
    started = time.process_time()
    with pytest.raises(EditError):
        apply_replacements("\n".join(lines) + "\n", block("x\n" * 399 + "line y\n", "z\n"))
    assert time.process_time() - started < 10


WORDS = st.sampled_from(["a = 1", "b = 2", "    c = 3", "", "def d():", "\t", "e = '\u00e9'  ", "x"])
ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])


@given(
    st.lists(st.tuples(WORDS, ENDINGS), min_size=1, max_size=12),
    st.booleans(),
    st.data(),
)
def test_no_byte_outside_of_the_matched_lines_changes(lines: list, finished: bool, data: st.DataObject) -> None:
    texts = [word + ending for word, ending in lines]
    if not finished:
        texts[-1] = texts[-1].rstrip("\r\n")
    start = data.draw(st.integers(0, len(texts) - 1))
    end = data.draw(st.integers(start + 1, len(texts)))
    search = [word.strip() if data.draw(st.booleans()) else word for word, _ in lines[start:end]]
    reply = block("".join(f"{line}\n" for line in search), "NEW\n")
    source = "".join(texts)
    try:
        new = apply_replacements(source, reply, python=False)
    except EditError:
        return
    at = new.index("NEW")
    above, below = new[:at].rstrip(" \t"), new[at:].removeprefix("NEW").lstrip("\r\n")
    assert source.startswith(above)
    assert source.endswith(below)
    gone = source[len(above) : len(source) - len(below)]
    assert [line.strip() for line in gone.split() if line] == [part for line in search for part in line.split()]


def test_lines_that_could_be_the_divider_are_few() -> None:
    rule = "=======\n"
    source = f"Title\n{rule}text\n"
    assert apply_replacements(source, block(f"Title\n{rule}", f"New\n{rule}"), python=False) == f"New\n{rule}text\n"
    with pytest.raises(EditError, match="more than 8 lines `=======`"):
        apply_replacements(source, block("Title\n", rule * 8000), python=False)


def test_of_what_could_be_the_search_only_a_short_one_is_looked_for() -> None:
    long = "x = 1\n" * 500
    assert apply_replacements("a = 1\n", block("a = 1\n", f"a = 2\n{long}=======\n"), python=False).startswith(
        "a = 2\n"
    )
    with pytest.raises(EditError, match="has more than 400 lines"):
        apply_replacements("a = 1\n", block(long, "a = 2\n"))
