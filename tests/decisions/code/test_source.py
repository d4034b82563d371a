import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.code.source import complexity_of, extract_code, imports_of, public_names

CODE = '''\
import os


def f(text):
    """Do it.

    ```python
    f("x")
    ```
    """
    return f"{text}" or "```"
'''
OPENINGS = ["```python", "```py", "```", "~~~", "~~~python", "````python", '``` python title="x.py"']
LINES = st.sampled_from(
    [
        "x = 1",
        "def f(x): return x",
        "",
        "",
        "# ```",
        's = """',
        '"""',
        "```",
        "~~~",
        "```python",
        "    y",
        "# é",
    ]
)


def fenced(code: str, opening: str = "```python") -> str:
    """Fence a code as a model does."""
    sign = opening[0]
    return f"{opening}\n{code}{sign * (len(opening) - len(opening.lstrip(sign)))}"


def is_python(code: str) -> bool:
    try:
        return bool(ast.parse(code).body)
    except SyntaxError:
        return False


@pytest.mark.parametrize("opening", OPENINGS)
def test_the_outer_fence_goes_and_inner_ones_stay(opening: str) -> None:
    assert extract_code(fenced(CODE, opening)) == CODE


def test_chatter_thinking_and_windows_line_ends_go() -> None:
    reply = f"<think>maybe\n```python\nbad()\n```\n</think>\nSure! Here it is:\n\n{fenced(CODE)}\n\nIt does it."
    assert extract_code(reply) == CODE
    assert extract_code(reply.replace("\n", "\r\n")) == CODE
    assert extract_code(f"Sure.\n{reply}") == CODE


def test_thinking_that_a_template_opened_goes_too() -> None:
    assert extract_code(f"hm\n```python\nbad()\n```\n</think>\n\n{fenced(CODE)}") == CODE


def test_thinking_that_never_ends_is_no_code() -> None:
    assert extract_code("<think>I could\n```python\nx = 1\n```") == ""


@pytest.mark.parametrize("wrap", [str, fenced])
def test_think_tags_inside_of_the_code_belong_to_it(wrap) -> None:  # type: ignore[no-untyped-def]
    code = 'OPEN = "<think>"\nCLOSE = """\n</think>\n"""\n'
    assert extract_code(wrap(code)) == code


def test_code_without_a_fence_is_taken_as_it_is() -> None:
    assert extract_code(f"\n{CODE}\n\n") == CODE


def test_broken_code_is_not_replaced_by_the_example_in_its_docstring() -> None:
    broken = CODE + "x = (\n"
    assert extract_code(broken) == broken
    assert extract_code(fenced(broken)) == broken


def test_a_closing_fence_alone_goes() -> None:
    assert extract_code("x = 1\n```\n") == "x = 1\n"
    assert extract_code("import os\n```\nThat is all.") == "import os\n"


def test_a_cut_off_reply_stays_cut_off_for_the_parser_to_see() -> None:
    assert extract_code("```python\nx = (") == "x = (\n"


def test_a_command_before_the_code_is_passed_over() -> None:
    assert extract_code(f"```bash\npip install x\n```\n{fenced(CODE)}") == CODE


def test_blocks_in_several_fences_are_joined() -> None:
    blocks = [f"# >>> A.f{n}\n    def f{n}(self):\n        return {n}\n" for n in range(3)]
    reply = "\nThen:\n".join(fenced(block) for block in blocks)
    assert extract_code(f"First:\n{reply}\nDone.") == "".join(block for block in blocks)


def test_a_fence_in_a_list_loses_its_margin() -> None:
    assert extract_code("1. so:\n   ```python\n   if x:\n       y()\n   ```") == "if x:\n    y()\n"


def test_nothing_is_nothing() -> None:
    assert extract_code("") == extract_code("```python\n```") == extract_code(" \n\n") == ""


@given(st.lists(LINES, max_size=12), st.sampled_from(OPENINGS))
def test_any_python_survives_any_fence(lines: list[str], opening: str) -> None:
    code = "\n".join(lines).strip() + "\n"
    if is_python(code):
        assert extract_code(fenced(code, opening)) == code


@given(st.text(alphabet=st.sampled_from("`~\n\r\"'<>/ thinkx=():#")))
def test_any_text_gives_some_text(text: str) -> None:
    assert "\r" not in extract_code(text)


def test_thousands_of_fences_take_no_long() -> None:
    extract_code("```python\nx = (\n```\n" * 5000)
    extract_code("import os (\n" + "```\n" * 20_000)
    extract_code("a <think></think>" * 300)


def test_a_thousand_blocks_each_in_a_fence_of_its_own_are_joined() -> None:
    blocks = [f"# >>> f{n}\ndef f{n}(): pass" for n in range(900)]
    assert extract_code("\n".join(f"```python\n{block}\n```" for block in blocks)) == "\n".join(blocks) + "\n"
    assert extract_code("```\n# >>> f\n```\n" * 9000) == "```\n# >>> f\n```\n" * 9000, "nothing is lost unseen"


def test_imports_are_top_level_names() -> None:
    source = "import os.path, re\nfrom a.b import c\nfrom . import d\ndef f():\n    import json as j\n"
    assert imports_of(source) == ("a", "json", "os", "re")


def test_complexity_is_that_of_the_worst_function() -> None:
    assert complexity_of("x = 1\n") == 1
    assert complexity_of("def f(a, b):\n    if a and b or not a:\n        return 1\n    return 0\n") == 4
    assert complexity_of("def f(a):\n    def g():\n        if a: pass\n    while a: pass\n") == 2
    assert complexity_of("def f(a):\n    return [x for x in a if x]\n") == 3


def test_public_names() -> None:
    assert public_names("import os\nA = 1\n_b = 2\ndef c(): ...\nclass _D: ...\nclass E: ...\n") == (
        "A",
        "c",
        "E",
    )
    assert public_names("__all__ = ['x']\ny = 1\n") == ("x",)


@pytest.mark.parametrize("text", ["def f(:", "x = 1\0", "x = '\ud800'", "x = " + "-" * 100_000 + "1"])
def test_of_text_that_is_no_python_nothing_is_known(text: str) -> None:
    assert (imports_of(text), complexity_of(text), public_names(text)) == ((), 1, ())
