import ast
import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.code.encoding import declared_encoding, encoding_trouble, keeps_ascii
from bot.decisions.editing.blocks import EditError
from bot.decisions.editing.edits import apply_definitions, apply_whole_file
from bot.decisions.editing.replacements import apply_replacements

LATIN = "# -*- coding: latin-1 -*-\nname = 'x'\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("", ""),
        ("x = 1  # coding: latin-1\n", ""),
        ("# -*- coding: latin-1 -*-\n", "latin-1"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n", "cp1252"),
        ("#!/usr/bin/python\r\n# coding=cp1252\r\n", "cp1252"),
        ("import os\n# coding: latin-1\n", ""),
        ("\n\n# coding: latin-1\n", ""),
        ("# coding: utf-8\n", ""),
        ("# coding: UTF8\n", ""),
        ("\ufeff# coding: utf-8\n", ""),
        ("# " + "a" * 2100 + "\n# coding: utf-7\n", "utf-7"),
        ("#" + " " * 2100 + "coding: utf-7\nx = 1\n", "utf-7"),
        ("\r# coding: utf-7\nx = 1\n", "utf-7"),
        ("#\r\r# coding: utf-7\n", ""),
        ("# coding: utf-7", "utf-7"),
    ],
)
def test_the_declaration_is_read_where_python_reads_it(text: str, encoding: str) -> None:
    assert declared_encoding(text) == encoding


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("above", ["", "#", "# " + "a" * 3000, "x = 1", "\f"])
def test_it_is_what_pythons_parser_reads(above: str, end: str) -> None:
    text = f"{above}{end}# coding: utf-7{end}x = '+AOk-'{end}"
    name = ast.parse(text.encode()).body[-1]
    assert isinstance(name, ast.Assign)
    assert isinstance(name.value, ast.Constant)
    assert (name.value.value == "é") == bool(declared_encoding(text)) == bool(encoding_trouble(text))


@given(
    st.lists(st.sampled_from(["# coding: latin-1", "#", "", "x = 1", "  # coding=cp1252", "\f# -*- coding:koi8-r -*-"]))
)
def test_it_is_what_pythons_tokenizer_finds(lines: list[str]) -> None:
    text = "\n".join(lines)
    found, _ = tokenize.detect_encoding(io.BytesIO(text.encode()).readline)
    assert declared_encoding(text).replace("latin-1", "iso-8859-1") == found.replace("utf-8", "")


def test_what_shares_ascii_and_what_does_not() -> None:
    assert all(keeps_ascii(name) for name in ("latin-1", "cp1252", "ascii", "koi8-r", "shift_jis", "gbk"))
    hostile = (
        "utf-16",
        "utf-7",
        "iso2022_jp",
        "rot13",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "hex",
        "zip",
    )
    assert not any(keeps_ascii(name) for name in (*hostile, "undefined", "nonsense", "..", "a" * 300))


def test_another_encoding_is_kept_while_the_text_is_ascii() -> None:
    assert apply_whole_file(LATIN, LATIN.replace("'x'", "'y'")).encode("latin-1").decode("latin-1").endswith("'y'\n")


@pytest.mark.parametrize(
    "write",
    [
        lambda: apply_whole_file(LATIN, LATIN.replace("x", "é")),
        lambda: apply_definitions(LATIN, "# >>> name\nname = 'é'\n"),
        lambda: apply_replacements(LATIN, "<<<<<<< SEARCH\nname = 'x'\n=======\nname = 'é'\n>>>>>>> REPLACE\n"),
        lambda: apply_whole_file(None, LATIN.replace("x", "é")),
    ],
)
def test_a_character_that_would_be_read_as_another_is_refused(write) -> None:
    with pytest.raises(EditError, match=r"`latin-1`.* line 2 has a character.*`\\xe9`"):
        write()


def test_an_encoding_without_ascii_is_refused() -> None:
    assert "`utf-16`" in encoding_trouble("# coding: utf-16\nx = 1\n")
    assert not encoding_trouble("# coding: utf-8\nx = 'é'\n")
