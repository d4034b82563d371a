"""Wheels and change logs as data: what a hostile build may bring to a room, and what not."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from sandbox.environment.failure import BuildFailed
from sandbox.environment.needs import Project
from sandbox.environment.project_tree import project_tree
from sandbox.environment.project_version import UNKNOWN, variables_of, version_of
from sandbox.environment.wheel import Wheel
from sandbox.files import File
from tests.sandbox.environment.package_server import zipped


def tree(**texts: str) -> dict[str, File]:
    return {path: File(text.encode()) for path, text in texts.items()}


def project(**texts: str) -> dict[str, File]:
    told = {"p-1.0.dist-info/METADATA": "Name: p\nVersion: 1.0\n", **texts}
    repository = tree(**{"src/p/__init__.py": "", "src/p/a.py": "", "q/__init__.py": "", "tests/p/__init__.py": ""})
    return project_tree(Wheel(zipped(told)), "p", repository)


def test_only_metadata_scripts_and_generated_files_below_its_own_packages_are_taken() -> None:
    found = project(
        **{
            "p-1.0.dist-info/RECORD": "lies",
            "p-1.0.dist-info/entry_points.txt": "[console_scripts]\nGo = p.cli:main\nbad/name = p:x\nx = no target\n",
            "p-1.0.data/scripts/tool": "#!python\nprint()\n",
            "p/__init__.py": "another text",
            "p/a.py": "",
            "p/_version.py": "generated",
            "p/deep/_gen.json": "{}",
            "q/__init__.py": "",
            "q/_q.py": "generated",
            "sitecustomize.py": "evil",
            "evil.pth": "import os",
            "numpy/__init__.py": "evil",
        }
    )

    assert sorted(found) == [
        "bin/Go",
        "bin/tool",
        "site/p-1.0.dist-info/METADATA",
        "site/p-1.0.dist-info/entry_points.txt",
        "workspace/q/_q.py",
        "workspace/src/p/_version.py",
        "workspace/src/p/deep/_gen.json",
    ]
    assert found["bin/Go"].data.decode() == (
        "#!/opt/py/bin/python\nimport sys\nfrom p.cli import main\nsys.argv[0] = 'Go'\nsys.exit(main())\n"
    )
    assert found["bin/Go"].executable
    assert found["bin/tool"].data.startswith(b"#!/opt/py/bin/python\n")


@pytest.mark.parametrize(
    "texts",
    [
        {"../evil.py": ""},
        {"/etc/evil": ""},
        {"p/../../evil": ""},
        {"a\nb": ""},
        {"other-2.0.dist-info/METADATA": "Name: other\nVersion: 2.0\n"},
        {"p-1.0.dist-info/METADATA": "Name: p\nVersion: not one\n"},
        {"p-1.0.dist-info/METADATA": "Name: other\nVersion: 1.0\n"},
        {"p-1.0.dist-info/METADATA": "Name: p\nVersion: 1.0\n" + "x" * 2**21},
        {"p/__init__.py": "", "p/big.bin": "x" * 5 * 2**20},
        {"p/__init__.py": "", **{f"p/g{number}.py": "" for number in range(300)}},
        {"p/__init__.py": "", **{f"p/g{number}.py": "x" * 4 * 2**20 for number in range(5)}},
        {f"p/{number}": "" for number in range(20_100)},
    ],
    ids=lambda texts: next(iter(texts))[:20].replace("\n", "n") + str(len(texts)),
)
def test_a_hostile_wheel_is_refused(texts: Mapping[str, str]) -> None:
    with pytest.raises(BuildFailed):
        project(**texts)


def test_a_listing_that_lies_is_refused_before_it_is_read() -> None:
    good = zipped({"p-1.0.dist-info/METADATA": "Name: p\nVersion: 1.0\n"})
    assert list(Wheel(good).paths) == ["p-1.0.dist-info/METADATA"]
    many = good[:-12] + b"\xff\xff" + good[-10:]
    wide = good[:-10] + b"\xff\xff\xff\x7f" + good[-6:]
    for data in (
        b"",
        b"PK",
        good[:-1],
        good + b"x",
        many,
        wide,
        b"PK\5\6" + bytes(18)[:17],
        good[:-22] + b"PK\6\7" + bytes(16) + good[-22:],
    ):
        with pytest.raises(BuildFailed):
            Wheel(data)


def test_a_member_that_is_a_bomb_is_read_to_the_limit_only() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p-1.0.dist-info/METADATA", "x" * 300 * 2**20)
    with pytest.raises(BuildFailed, match="larger than"):
        Wheel(target.getvalue()).read("p-1.0.dist-info/METADATA")


@pytest.mark.parametrize(
    ("version", "log", "expected"),
    [
        ("1.5", "# 9.9\n", "1.5"),
        ("", "# Changes\n\n## v2.10.1 (2026-03-04)\n## 2.9.0\n", "2.10.1"),
        ("", "Version 4.0rc1\n==============\n", "4.0rc1"),
        ("", "## [Unreleased]\n## 2026.3.4\nText about 7.7 in a line\n", "2026.3.4"),
        ("", "nothing here\n", UNKNOWN),
        ("", "", UNKNOWN),
    ],
)
def test_a_version_that_git_would_know_is_read_from_the_change_log(version: str, log: str, expected: str) -> None:
    told = Project(name="a.b-c", version=version, version_from_git=True)

    found = version_of(told, tree(**{"CHANGELOG.md": log, "src/CHANGES": "# 99.0\n"}))

    assert found == expected
    if not version:
        assert variables_of(told, found)["SETUPTOOLS_SCM_PRETEND_VERSION_FOR_A_B_C"] == expected
