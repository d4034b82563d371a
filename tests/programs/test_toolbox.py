"""The planner's tools: short answers, from memory, and never an exception."""

import pytest

from bot.programs.toolbox import Toolbox
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


def test_a_search_is_no_regular_expression() -> None:
    evil = snapshot_of({"a.py": "a" * 5000})
    assert "Nothing contains" in use("search_code", evil, text="(a+)+$")


def test_lines_are_read() -> None:
    assert "3:     return a * a" in use("read_file", path="shapes/square.py", first_line=2, last_line="3")
    assert "1:" not in use("read_file", path="shapes/square.py", first_line=2)


def test_a_path_without_its_folder_is_understood_when_it_is_unambiguous() -> None:
    assert use("read_file", path="./square.py").startswith("shapes/square.py, 3 lines")
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


@pytest.mark.docker
def test_the_tests_run_in_a_room(sandbox) -> None:
    files = snapshot_of(FILES | {"tests/test_bad.py": "def test_bad():\n    assert 1 + 1 == 3\n"})
    with Toolbox(files, sandbox) as toolbox:
        told = toolbox.use("run_tests", {})
        assert "1 passed" in told
        assert "1 failed" in told
        assert "assert (1 + 1) == 3" in told or "assert 2 == 3" in told
        assert "1 passed" in toolbox.use("run_tests", {"selection": "tests/test_square.py"})
        assert "1 passed" in toolbox.use("run_tests", {"selection": "--rootdir=/ tests/test_square.py::test_area"})


@pytest.mark.docker
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
    following = int(told.rsplit(" ", 1)[-1])
    assert told.splitlines()[-1] == f"... read on from line {following}"
    assert use("read_file", long, path="a.py", first_line=following, last_line=following).endswith(
        f"{following}: x = 'some text of some length'"
    )
