"""The planner's tools: short answers, from memory, and never an exception."""

import random
import time

import pytest

from bot.decisions.admission.pages import PageError
from bot.programs.toolbox import Toolbox
from bot.programs.tools.search import search_code
from bot.words.snapshot import Snapshot
from sandbox.files import File
from tests.programs.world import FILES, DownSandbox, snapshot, snapshot_of


def use(tool: str, files: Snapshot | None = None, /, **arguments: object) -> str:
    return Toolbox(files or snapshot(), DownSandbox()).use(tool, arguments)


def test_files_are_listed() -> None:
    assert use("list_files").splitlines() == sorted(FILES)
    assert use("list_files", pattern="shapes").splitlines() == [p for p in sorted(FILES) if "shapes/" in p]
    assert use("list_files", pattern="*.md") == "README.md"
    assert "No file matches" in use("list_files", pattern="nothing")


def test_code_is_searched_without_regard_to_case() -> None:
    assert use("search_code", text="CLASS circle") == "shapes/circle.py:4: class Circle:"
    assert "Nothing contains" in use("search_code", text="zzz")


def test_a_plain_text_comes_first_and_a_pattern_is_tried_where_nothing_contains_it() -> None:
    files = snapshot_of({"a.py": "def f(x):\n    return x[0]\n\n\nclass F:\n    x = f\n"})
    assert use("search_code", files, text="f(x)") == "a.py:1: def f(x):"
    assert use("search_code", files, text="x[0]") == "a.py:2: return x[0]"
    assert use("search_code", files, text="^(def|class) f").splitlines() == ["a.py:1: def f(x):", "a.py:5: class F:"]
    assert use("search_code", files, text=r"return\s+\w$") == r"Nothing contains or matches 'return\\s+\\w$'."
    assert use("search_code", files, text="x$") == "Nothing contains or matches 'x$'."
    assert use("search_code", files, text=r":\n") == r"Nothing contains or matches ':\\n'.", (
        "a pattern stays in its line"
    )


@pytest.mark.parametrize(
    "text", ["(", "[a", "a**", "(?=x)x", r"(y)\1", "(?P<n", "x{1000}{1000}", ".{900}.{900}z", "\ud800*"]
)
def test_what_is_no_valid_pattern_or_too_large_a_one_is_a_text(text) -> None:
    assert use("search_code", snapshot_of({"a.py": "a" * 100}), text=text).startswith("Nothing contains '")
    if text.isascii():
        assert use("search_code", snapshot_of({"a.py": f"# {text}"}), text=text) == f"a.py:1: # {text}"


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$z", "(a|a)*z", "(a|aa)+z", "(.*)(.*)(.*)(.*)z", "(a?){50}a{50}z", r"(\w+\s?)+z", "^(([a-z])+.)+[A-Z]z"],
)
def test_no_pattern_takes_long(pattern) -> None:
    evil = snapshot_of({f"m{i}.py": "a" * 400_000 + "\n" + "aa aa " * 10_000 for i in range(4)})
    began = time.thread_time()
    assert "Nothing contains or matches" in use("search_code", evil, text=pattern)
    assert time.thread_time() - began < 5


def test_a_search_that_takes_too_long_ends_and_says_so() -> None:
    noise = random.Random(1)  # noqa: S311 - the same noise every time
    files = {f"m{i}.py": "".join(noise.choices("ab", k=400_000)) for i in range(20)}
    began = time.monotonic()
    told = search_code(snapshot_of(files).files, "(?:a|b)*a(?:a|b){400}z", seconds=0.5)
    assert told == "The pattern '(?:a|b)*a(?:a|b){400}z' takes too long; search for a plain text."
    assert time.monotonic() - began < 5


def test_lines_are_numbered_beyond_the_first_piece_of_a_file() -> None:
    files = snapshot_of({"a.py": "".join(f"line {i} of the file\n" for i in range(1, 20_001))})
    assert use("search_code", files, text=r"^line 1999\d of").splitlines()[-1] == "a.py:19999: line 19999 of the file"
    assert use("search_code", files, text="line.20000") == "a.py:20000: line 20000 of the file"


def test_lines_are_read() -> None:
    assert "3:     return a * a" in use("read_file", path="shapes/square.py", first_line=2, last_line="3")
    assert "1:" not in use("read_file", path="shapes/square.py", first_line=2)


def test_a_path_without_its_folder_is_understood_when_it_is_unambiguous() -> None:
    assert use("read_file", path="./square.py").startswith("shapes/square.py, lines 1-3 of 3:")
    two = snapshot_of({"a/x.py": "", "b/x.py": ""})
    assert "Did you mean a/x.py, b/x.py?" in use("read_file", two, path="x.py")


@pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "~/.ssh/id_rsa", "/proc/1/environ", ""])
def test_no_file_of_the_host_can_be_read(path) -> None:
    assert "There is no file" in use("read_file", path=path)


def test_code_is_analysed_without_running_it() -> None:
    told = use("analyze_code", path="shapes/circle.py")
    assert "Circle" in told
    assert "imports math" in told
    broken = snapshot_of({"x.py": "def broken(:\n"})
    assert "x.py" in use("analyze_code", broken, path="x.py")


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("launch", {}, "There is no tool"),
        ("read_file", {"file": "x"}, "not file"),
        ("read_file", {}, "called wrongly"),
        ("read_file", {"path": "README.md", "first_line": "two"}, "called wrongly"),
        ("read_file", {"path": ["README.md"]}, "called wrongly"),
        ("run_tests", {"selection": ""}, "sandbox failed"),
        ("fetch_documentation", {"name": "os; import x"}, "dotted name"),
    ],
)
def test_a_wrong_call_is_a_sentence(name, arguments, told) -> None:
    answer = use(name, **arguments)
    assert told in answer
    assert "Traceback" not in answer
    assert "/work" not in answer


def test_every_answer_is_short() -> None:
    files = {f"pkg/module_{i}.py": f"def f_{i}():\n    return 'needle' * 100\n" * 40 for i in range(400)}
    big = snapshot_of(files | {"wide.py": "x = '" + "y" * 500_000 + "'"})
    for name, arguments in (
        ("list_files", {}),
        ("search_code", {"text": "needle"}),
        ("read_file", {"path": "wide.py"}),
        ("read_file", {"path": "pkg/module_1.py", "last_line": 100000}),
        ("analyze_code", {"path": "pkg/module_1.py"}),
        ("analyze_code", {"path": "wide.py"}),
    ):
        assert len(use(name, big, **arguments)) <= 3100, name


def test_files_that_are_no_text_do_no_harm() -> None:
    odd = Snapshot("x", {"a.bin": File(b"\0\xff" * 100), "latin.py": File("# ä".encode("latin-1"))})
    assert "binary" in use("read_file", odd, path="a.bin")
    assert "latin.py" in use("read_file", odd, path="latin.py")
    assert "no readable Python file" in use("analyze_code", odd, path="latin.py")
    assert "latin.py" in use("search_code", odd, text="#")


@pytest.mark.rooms
def test_the_tests_run_in_a_room(sandbox) -> None:
    files = snapshot_of(FILES | {"tests/test_bad.py": "def test_bad():\n    assert 1 + 1 == 3\n"})
    with Toolbox(files, sandbox) as toolbox:
        told = toolbox.use("run_tests", {})
        assert "1 passed" in told
        assert "1 failed" in told
        assert "assert (1 + 1) == 3" in told or "assert 2 == 3" in told
        assert "1 passed" in toolbox.use("run_tests", {"selection": "tests/test_square.py"})
        assert "1 passed" in toolbox.use("run_tests", {"selection": "--rootdir=/ tests/test_square.py::test_area"})


@pytest.mark.rooms
def test_documentation_comes_from_the_repository_and_from_installed_packages(sandbox) -> None:
    with Toolbox(snapshot(), sandbox) as toolbox:
        own = toolbox.use("fetch_documentation", {"name": "area"})
        assert "The area of a square." in own
        assert "README.md" in own
        assert "Serialize ``obj``" in toolbox.use("fetch_documentation", {"name": "json.dumps"})
        assert "Nothing is known" in toolbox.use("fetch_documentation", {"name": "no_such_thing_anywhere"})


def test_a_long_file_is_read_on_from_the_line_that_is_told() -> None:
    long = snapshot_of({"a.py": "x = 'some text of some length'\n" * 500})
    told = use("read_file", long, path="a.py", last_line=500)
    following = int(told.rsplit("=", 1)[-1])
    assert told.splitlines()[-1] == f"... read on with first_line={following}"
    assert use("read_file", long, path="a.py", first_line=following, last_line=following) == (
        f"a.py, lines {following}-{following} of 500:\n{following}: x = 'some text of some length'\n"
        f"... read on with first_line={following + 1}"
    )
    assert use("read_file", snapshot_of({"b.txt": "y" * 400}), path="b.txt").endswith("y ... 100 more characters")


TWO = {
    "pkg/__init__.py": "",
    "pkg/parser.py": (
        "from pkg.reader import Reader\n\n\nclass Parser:\n"
        "    @property\n    def text(self):\n        return self._text\n\n"
        "    def feed(self, chunk):\n        self._text = chunk\n"
    ),
    "pkg/reader.py": (
        "class Reader:\n    def feed(self):\n        return 1\n\n    def run(self, parser):\n        parser.feed(\n"
        "            self.feed()\n        )\n\n\nx = Reader().feed\n"
    ),
    "tests/test_parser.py": "from pkg.parser import Parser\n\n\ndef test_feed():\n    Parser().feed('x')\n",
    "broken.py": "def broken(:\n    parser.feed(1)\n",
}


def test_a_definition_is_read_by_its_name() -> None:
    two = snapshot_of(TWO)
    whole = "pkg/parser.py::Parser.feed, lines 9-10 of 10:\n9:     def feed(self, chunk):\n"
    whole += "10:         self._text = chunk"
    for path in ("pkg/parser.py::Parser.feed", "Parser.feed", "parser.py::Parser.feed()", "pkg/parser.py::feed"):
        assert use("read_file", two, path=path) == whole
    assert "5:     @property\n6:     def text(self):" in use("read_file", two, path="Parser.text")


def test_several_definitions_of_a_name_are_listed() -> None:
    assert use("read_file", snapshot_of(TWO), path="feed") == (
        "2 definitions have that name; read one of them:\n"
        "pkg/parser.py::Parser.feed, line 9\npkg/reader.py::Reader.feed, line 2"
    )


def test_a_name_that_nothing_has_is_said() -> None:
    assert use("read_file", snapshot_of(TWO), path="pkg/parser.py::gone") == "pkg/parser.py has no definition 'gone'."
    assert "There is no file 'gone'" in use("read_file", snapshot_of(TWO), path="gone")


def test_who_calls_tells_definitions_then_uses_with_the_function_around_them() -> None:
    assert use("who_calls", snapshot_of(TWO), name="feed").splitlines() == [
        "defined pkg/parser.py:9: def feed(self, chunk)",
        "defined pkg/reader.py:2: def feed(self)",
        "broken.py:2 in broken: parser.feed(1)",
        "pkg/reader.py:6 in Reader.run: parser.feed(",
        "pkg/reader.py:7 in Reader.run: self.feed()",
        "pkg/reader.py:11: x = Reader().feed",
        "tests/test_parser.py:5 in test_feed: Parser().feed('x')",
    ]
    told = use("who_calls", snapshot_of(TWO), name="`Parser.feed()`").splitlines()
    assert told[0] == "defined pkg/parser.py:9: def feed(self, chunk)"
    assert "defined pkg/reader.py:2" not in "".join(told)


def test_a_mention_that_is_no_use_is_left_out() -> None:
    files = snapshot_of({"a.py": "# feed\n'feed'\ndef feed(): ...\nfrom b import feed\n"})
    assert use("who_calls", files, name="feed").splitlines() == [
        "defined a.py:3: def feed()",
        "a.py:4: from b import feed",
    ]


@pytest.mark.parametrize(
    ("name", "told"), [("nothing_like_it", "Nothing defines or uses"), ("a b", "Give a name"), ("", "Give a name")]
)
def test_who_calls_says_when_there_is_nothing_to_say(name, told) -> None:
    assert told in use("who_calls", snapshot_of(TWO), name=name)


def test_analysis_warns_of_complex_functions_and_of_names_that_are_defined_again() -> None:
    branches = "".join(f"    if a == {i}:\n        return {i}\n" for i in range(9))
    source = f"import os\n\n\ndef big(a):\n{branches}\n\ndef twice(): ...\n\n\ndef twice(a): ...\n"
    told = use("analyze_code", snapshot_of({"a.py": source}), path="a.py").splitlines()
    assert told[0] == "a.py, 28 lines, complexity 10, imports os"
    assert told[1] == "Defined again: twice (lines 25, 28)"
    assert told[2:] == ["4: def big(a), complexity 10", "25: def twice()", "28: def twice(a)"]


def pages(fetch, count: int = 12) -> Toolbox:
    urls = [f"https://docs.example.org/{i}" for i in range(1, count + 1)]
    return Toolbox(snapshot(), DownSandbox(), pages=urls, fetch=fetch)


def test_a_page_is_read_by_its_number_once_and_ten_at_most() -> None:
    asked: list[str] = []

    def fetch(url: str) -> str:
        asked.append(url)
        return f"Text of {url}."

    toolbox = pages(fetch)
    for number in (1, 2, 1):
        assert toolbox.use("fetch_documentation", {"name": number}) == f"Text of https://docs.example.org/{number}."
    for number in range(3, 13):
        toolbox.use("fetch_documentation", {"name": f"page {number}"})
    assert asked == [f"https://docs.example.org/{i}" for i in range(1, 11)]
    assert toolbox.use("fetch_documentation", {"name": "12"}) == "No more pages can be read."
    assert toolbox.use("fetch_documentation", {"name": "[2]"}) == "Text of https://docs.example.org/2."


def test_of_a_page_the_part_that_is_asked_for_is_told() -> None:
    text = "Intro.\n\n" + "\n\n".join(f"Function number{i} does {i}." for i in range(500))
    told = pages(lambda _url: text).use("fetch_documentation", {"name": "1 number321"})
    assert told == "Function number321 does 321."
    assert pages(lambda _url: text).use("fetch_documentation", {"name": "1, nowhere"}).startswith("Intro.")


@pytest.mark.parametrize("name", ["0", "13", "999", "1000", "https://evil.example/?q=code", "docs.example.org/1"])
def test_nothing_but_a_number_of_the_list_is_ever_fetched(name) -> None:
    def fetch(url: str) -> str:
        raise AssertionError(url)

    assert "Text" not in pages(fetch).use("fetch_documentation", {"name": name})


def test_a_page_that_fails_is_a_sentence_and_counts() -> None:
    def fetch(url: str) -> str:
        raise PageError("The page answered with status 404.")

    toolbox = pages(fetch)
    assert toolbox.use("fetch_documentation", {"name": "1"}) == "The page answered with status 404."
    for number in range(2, 11):
        toolbox.use("fetch_documentation", {"name": number})
    assert toolbox.use("fetch_documentation", {"name": "11"}) == "No more pages can be read."


def test_without_pages_a_number_is_no_name() -> None:
    assert "No page can be read" in use("fetch_documentation", name="1")


@pytest.mark.rooms
def test_a_snippet_sees_the_repository_and_leaves_nothing_behind(sandbox) -> None:
    with Toolbox(snapshot_of(TWO | {"src/app/__init__.py": "NAME = 'app'\n"}), sandbox) as toolbox:
        run = "import app, pkg.parser\nopen('left.txt', 'w').write('x')\nkept = 1\nprint(app.NAME, pkg.parser.Parser)"
        assert toolbox.use("run_snippet", {"code": f"```python\n{run}\n```"}) == "app <class 'pkg.parser.Parser'>"
        after = toolbox.use("run_snippet", {"code": "import os\nprint(os.path.exists('left.txt'))\nprint(kept)"})
        assert after.splitlines()[0] == "False"
        assert "NameError: name 'kept' is not defined" in after
        assert "line 3" in after


@pytest.mark.rooms
def test_a_snippet_is_bounded(sandbox) -> None:
    with Toolbox(snapshot(), sandbox) as toolbox:
        began = time.monotonic()
        assert "did not end in time" in toolbox.use("run_snippet", {"code": "while True: pass"})
        assert time.monotonic() - began < 40
        assert len(toolbox.use("run_snippet", {"code": "print('x' * 100_000)"})) <= 3100
        assert toolbox.use("run_snippet", {"code": "pass"}) == "It printed nothing."


def test_a_snippet_that_is_none_is_refused_before_a_room_is_opened() -> None:
    assert "sandbox failed" in use("run_snippet", code="print(1)")
    assert "at most 8000 characters" in use("run_snippet", code=" ")
    assert "at most 8000 characters" in use("run_snippet", code="x = 1\n" * 2000)
