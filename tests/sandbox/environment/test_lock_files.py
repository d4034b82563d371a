"""Lock files: what they pin has authority over ranges, and only what the tests need of it is taken."""

import json

import pytest

from sandbox.environment.detect import detect
from sandbox.environment.needs import Needs
from tests.sandbox.environment.trees import needs_of, said, tree

A, B, C = (f"sha256:{letter * 64}" for letter in "abc")
PROJECT = """
    [project]
    name = "shop"
    version = "1"
    requires-python = ">=3.10"
    dependencies = ["flask>=2"]
    [project.optional-dependencies]
    test = ["pytest>=7", "shop[fast]"]
    fast = ["orjson"]
    [dependency-groups]
    docs = ["sphinx"]
    [build-system]
    requires = ["hatchling"]
    build-backend = "hatchling.build"
"""


def uv(*packages: str) -> str:
    return 'version = 1\nrequires-python = ">=3.10"\n' + "".join(f"[[package]]\n{package}\n" for package in packages)


def registry(name: str, version: str, rest: str = "", *, index: str = "https://index.example/simple") -> str:
    return (
        f'name = "{name}"\nversion = "{version}"\nsource = {{ registry = "{index}" }}\n'
        f'sdist = {{ url = "https://x.example/{name}.tar.gz", hash = "{A}", size = 1 }}\n'
        f'wheels = [{{ url = "https://x.example/{name}.whl", hash = "{B}", size = 1 }}]\n{rest}\n'
    )


UV = uv(
    """
    name = "shop"
    version = "1"
    source = { editable = "." }
    dependencies = [{ name = "flask" }, { name = "pywin32", marker = "sys_platform == 'win32'" }]
    [package.optional-dependencies]
    fast = [{ name = "orjson" }]
    test = [{ name = "pytest" }, { name = "shop", extra = ["fast"] }]
    [package.dev-dependencies]
    docs = [{ name = "sphinx" }]
    """,
    registry("flask", "3.0", 'dependencies = [{ name = "werkzeug" }, { name = "local" }]'),
    registry("werkzeug", "3.1"),
    registry("pywin32", "300"),
    registry("orjson", "3.10"),
    registry(
        "pytest",
        "8.3",
        """dependencies = [
            { name = "tomli", marker = "python_full_version < '3.11'" },
            { name = "numpy", version = "1.26", source = { registry = "x" }, marker = "python_full_version < '3.12'" },
            { name = "numpy", version = "2.2", source = { registry = "x" }, marker = "python_full_version >= '3.12'" },
        ]""",
    ),
    registry("tomli", "2.2"),
    registry("numpy", "1.26"),
    registry("numpy", "2.2"),
    registry("sphinx", "8"),
    'name = "local"\nversion = "1"\nsource = { directory = "libs/local" }\ndependencies = [{ name = "idna" }]\n',
    registry("idna", "3.10"),
)


def hashed(*lines: str) -> tuple[str, ...]:
    return tuple(f"{line} --hash={A} --hash={B}" for line in lines)


def test_uv_pins_what_the_tests_reach_on_linux() -> None:
    needs = needs_of({"pyproject.toml": PROJECT, "uv.lock": UV, "requirements.txt": "flask==1.0\n"})

    assert needs.requirements == hashed(
        "flask==3.0",
        "idna==3.10",
        'numpy==1.26 ; python_version < "3.12"',
        'numpy==2.2 ; python_version >= "3.12"',
        "orjson==3.10",
        "pytest==8.3",
        'tomli==2.2 ; python_version < "3.11"',
        "werkzeug==3.1",
    )
    assert needs.sources == ("uv.lock", "pyproject.toml")
    assert said(needs, "uv.lock decides; requirements.txt is not used")


def test_one_python_settles_every_condition() -> None:
    needs = detect(tree({"pyproject.toml": PROJECT, "uv.lock": UV}), python="3.13")

    assert needs.requirements == hashed(
        "flask==3.0", "idna==3.10", "numpy==2.2", "orjson==3.10", "pytest==8.3", "werkzeug==3.1"
    )


def test_a_pin_has_the_extras_that_others_ask_for() -> None:
    """With hashes, pip takes "coverage[toml]" for no answer to a plain "coverage"."""
    lock = uv(
        'name = "shop"\nsource = { editable = "." }\ndependencies = [{ name = "pytest-cov" }]\n',
        registry("pytest-cov", "6", 'dependencies = [{ name = "coverage", extra = ["toml"] }]'),
        registry("coverage", "7", '[package.optional-dependencies]\ntoml = [{ name = "tomli" }]'),
        registry("tomli", "2"),
    )

    needs = needs_of({"pyproject.toml": '[project]\nname = "shop"\n', "uv.lock": lock})
    assert needs.requirements == hashed("coverage[toml]==7", "pytest-cov==6", "tomli==2")


def test_uv_takes_nothing_from_elsewhere_by_its_name_alone() -> None:
    lock = uv(
        """
        name = "shop"
        source = { virtual = "." }
        dependencies = [{ name = "torch" }, { name = "inner" }, { name = "six" }, { name = "idna" }]
        """,
        registry("six", "1.17"),
        registry("idna", "3.10"),
        registry("torch", "2.5", index="https://other.example/simple"),
        """name = "inner"
        version = "1"
        source = { git = "https://git.example/inner" }
        """,
    )
    needs = needs_of({"pyproject.toml": PROJECT, "uv.lock": lock})

    assert "inner" not in " ".join(needs.requirements)
    assert "torch" not in " ".join(needs.requirements)
    assert said(needs, "inner comes from git: not installed")
    assert said(needs, "torch comes from another index: not installed")
    assert needs.project is None  # its lock file says "virtual"


def test_the_members_of_a_uv_workspace_bring_what_their_tests_need() -> None:
    lock = 'version = 1\n[manifest]\nmembers = ["api", "core"]\n' + uv(
        """
        name = "api"
        source = { editable = "packages/api" }
        dependencies = [{ name = "core" }, { name = "flask" }]
        [package.dev-dependencies]
        dev = [{ name = "pytest" }]
        lint = [{ name = "ruff" }]
        """,
        'name = "core"\nsource = { editable = "packages/core" }\ndependencies = [{ name = "idna" }]\n',
        registry("flask", "3"),
        registry("idna", "3.10"),
        registry("pytest", "8"),
        registry("ruff", "1"),
    ).replace("version = 1\n", "", 1)
    needs = needs_of({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n', "uv.lock": lock})

    assert needs.requirements == hashed("flask==3", "idna==3.10", "pytest==8")
    assert needs.project is None
    assert said(needs, "a uv workspace: its members (packages/*) are not installed")


POETRY_PROJECT = """
    [tool.poetry]
    name = "shop"
    version = "1"
    [tool.poetry.dependencies]
    python = "^3.10"
    flask = "^3"
    redis = {version = "^5", optional = true}
    [tool.poetry.extras]
    test = ["redis"]
    cache = ["redis"]
    [tool.poetry.group.test.dependencies]
    pytest = "^8"
    [tool.poetry.group.docs.dependencies]
    sphinx = "*"
    [build-system]
    requires = ["poetry-core"]
    build-backend = "poetry.core.masonry.api"
"""


def poetry_2() -> str:
    def package(name: str, groups: str, rest: str = "") -> str:
        files = f'files = [{{file = "{name}.whl", hash = "{A}"}}, {{file = "{name}.tar.gz", hash = "{B}"}}]'
        return f'[[package]]\nname = "{name}"\nversion = "1.0"\noptional = false\ngroups = {groups}\n{files}\n{rest}\n'

    return "".join(
        [
            package("flask", '["main"]'),
            package("colorama", '["main", "test"]', "markers = \"sys_platform == 'win32'\""),
            package("tomli", '["test", "docs"]', 'markers = {test = "python_version < \'3.11\'", docs = "a"}'),
            package("redis", '["main"]', "markers = \"extra == 'test'\"").replace("false", "true"),
            package("boto3", '["main"]', "markers = \"extra == 'aws'\"").replace("false", "true"),
            package("pytest", '["test"]'),
            package("sphinx", '["docs"]'),
        ]
    )


def poetry_1() -> str:
    """As poetry 1.5 to 1.8 write it: without groups."""

    def package(name: str, rest: str = "", version: str = "1.0") -> str:
        files = f'files = [{{file = "{name}.whl", hash = "{A}"}}, {{file = "{name}.tar.gz", hash = "{B}"}}]'
        return f'[[package]]\nname = "{name}"\nversion = "{version}"\npython-versions = ">=3.8"\n{files}\n{rest}\n'

    return (
        "".join(
            [
                package(
                    "flask", '[package.dependencies]\nwerkzeug = ">=1"\n[package.extras]\nasync = ["asgiref (>=3)"]'
                ),
                package("werkzeug"),
                package("asgiref"),
                package(
                    "pytest", '[package.dependencies]\ntomli = {version = "*", markers = "python_version < \'3.11\'"}'
                ),
                package("tomli"),
                package("redis", version="4.0"),
                package("redis", version="5.1"),
                package("sphinx"),
            ]
        )
        .replace("1.0", "3.0", 1)
        .replace('name = "pytest"\nversion = "1.0"', 'name = "pytest"\nversion = "8.0"')
    )


def test_poetry_2_pins_by_groups_and_markers() -> None:
    needs = needs_of({"pyproject.toml": POETRY_PROJECT, "poetry.lock": poetry_2()})

    assert needs.requirements == hashed(
        "flask==1.0", "pytest==1.0", "redis==1.0", 'tomli==1.0 ; python_version < "3.11"'
    )


def test_poetry_1_pins_what_is_reached() -> None:
    needs = needs_of({"pyproject.toml": POETRY_PROJECT, "poetry.lock": poetry_1()})

    assert needs.requirements == hashed(
        "flask==3.0", "pytest==8.0", "redis==5.1", 'tomli==1.0 ; python_version < "3.11"', "werkzeug==1.0"
    )


def test_the_oldest_poetry_has_its_files_and_conditions_elsewhere() -> None:
    lock = f"""
        [[package]]
        category = "main"
        name = "flask"
        version = "3.0"
        [package.dependencies]
        appnope = "*"
        inner = "*"
        typing = {{version = "*", python = "<3.11"}}
        [[package]]
        category = "main"
        marker = "sys_platform == \\"darwin\\""
        name = "appnope"
        version = "0.1"
        [[package]]
        name = "typing"
        version = "3"
        [[package]]
        name = "inner"
        version = "1"
        [package.source]
        reference = "private"
        url = "https://private.example/simple"
        [metadata.files]
        flask = [{{file = "flask.whl", hash = "{A}"}}]
        typing = [{{file = "typing.whl", hash = "{C}"}}]
        inner = []
    """
    needs = needs_of({"pyproject.toml": POETRY_PROJECT, "poetry.lock": lock})

    assert f"flask==3.0 --hash={A}" not in needs.requirements  # pytest is not locked, so no hashes at all
    assert needs.requirements == (
        "flask==3.0",
        "pytest<9,>=8",
        "redis<6,>=5",
        'typing==3 ; python_version < "3.11"',
    )
    assert said(needs, "inner comes from another index: not installed")
    assert said(needs, "hashes are left out, since pip wants all or none: pytest, redis has none")


PIPFILE = """
    [[source]]
    name = "main"
    url = "https://index.example/simple"
    [packages]
    flask = "*"
    shop = {path = ".", editable = true}
    inner = {git = "https://git.example/inner.git"}
    [dev-packages]
    pytest = "==8.*"
    pywin32 = {version = "*", sys_platform = "== 'win32'"}
    coverage = {version = "7.*", extras = ["toml"]}
    [requires]
    python_version = "3.12"
"""


def test_a_pipfile_and_its_lock() -> None:
    lock = {
        "_meta": {"sources": [{"name": "main", "url": "https://index.example/simple"}]},
        "default": {
            "flask": {"version": "==3.0", "hashes": [A, B], "index": "main"},
            "shop": {"path": ".", "editable": True},
            "inner": {"git": "https://git.example/inner.git", "ref": "0"},
            "other": {"version": "==1", "hashes": [A], "index": "second"},
        },
        "develop": {
            "coverage": {"version": "==7.6", "hashes": [A, B], "extras": ["toml"]},
            "pytest": {"version": "==8.3", "hashes": [A, B], "markers": "python_version >= '3.8'"},
            "pywin32": {"version": "==300", "hashes": [A], "markers": "sys_platform == 'win32'"},
            "tomli": {"version": "==2", "hashes": [A, B], "markers": "python_version < '3.11'"},
        },
    }
    needs = needs_of({"Pipfile": PIPFILE, "Pipfile.lock": json.dumps(lock)})

    assert needs.python == "==3.12.*"
    assert needs.requirements == hashed("coverage==7.6", "flask==3.0", "pytest==8.3")
    assert said(needs, "inner comes from git")
    assert said(needs, "other comes from another index")

    without = needs_of({"Pipfile": PIPFILE})
    assert without.requirements == (
        "coverage[toml]==7.*",
        "flask",
        "pytest==8.*",
        'pywin32 ; sys_platform == "win32"',
    )
    assert said(without, "shop comes from path")
    assert said(needs_of({"Pipfile.lock": json.dumps(lock)}), "there is no Pipfile beside it")


def test_pdm_pins_by_groups() -> None:
    def package(name: str, groups: str, rest: str = "") -> str:
        files = f'files = [{{file = "{name}.whl", hash = "{A}"}}, {{file = "{name}.tar.gz", hash = "{B}"}}]'
        return f'[[package]]\nname = "{name}"\nversion = "1"\ngroups = {groups}\n{files}\n{rest}\n'

    lock = "".join(
        [
            package("flask", '["default"]'),
            package("flask", '["default"]', 'extras = ["async"]'),
            package("orjson", '["fast", "test"]'),
            package("pytest", '["test"]'),
            package("exceptiongroup", '["test"]', "marker = \"python_version < '3.11'\""),
            package("sphinx", '["docs"]'),
            package("inner", '["default"]', 'git = "https://git.example/inner.git"\nrevision = "0"'),
        ]
    )
    needs = needs_of({"pyproject.toml": PROJECT, "pdm.lock": lock})

    assert needs.requirements == hashed(
        'exceptiongroup==1 ; python_version < "3.11"', "flask[async]==1", "orjson==1", "pytest==1"
    )
    assert said(needs, "inner comes from git")


def test_pylock_selects_by_extras_and_groups() -> None:
    def package(name: str, rest: str = "") -> str:
        wheel = f'wheels = [{{name = "{name}.whl", url = "x", hashes = {{sha256 = "{"a" * 64}"}}}}]'
        sdist = f'sdist = {{name = "{name}.tar.gz", url = "x", hashes = {{sha256 = "{"b" * 64}"}}}}'
        return f'[[packages]]\nname = "{name}"\nversion = "1"\n{wheel}\n{sdist}\n{rest}\n'

    lock = (
        'lock-version = "1.0"\ncreated-by = "x"\nextras = ["test", "fast"]\ndependency-groups = ["docs"]\n'
        + package("flask")
        + package("pytest", "marker = \"'test' in extras\"")
        + package("sphinx", "marker = \"'docs' in dependency_groups\"")
        + package("tomli", "marker = \"'test' in extras and python_version < '3.11'\"")
        + '[[packages]]\nname = "shop"\ndirectory = {path = "."}\n'
        + '[[packages]]\nname = "inner"\nvcs = {type = "git", url = "x", commit-id = "0"}\n'
    )
    needs = needs_of({"pyproject.toml": PROJECT, "pylock.toml": lock})

    assert needs.requirements == (
        "flask==1",
        "orjson",
        "pytest==1",
        'tomli==1 ; python_version < "3.11"',
    )
    assert said(needs, "inner comes from git")
    assert said(needs, "orjson has none")


def test_what_pip_tools_wrote_wins_over_what_it_was_made_from() -> None:
    needs = needs_of(
        {
            "pyproject.toml": PROJECT,
            "requirements/test.in": "pytest\nflask\n",
            "requirements/test.txt": f"""
                #
                # This file is autogenerated by pip-compile with Python 3.12
                #
                --no-binary some-package
                flask==2.3 \\
                    --hash={A} \\
                    --hash={B}
                    # via -r test.in
                orjson==3.10 --hash={A} --hash={B}
                pytest==8.3 \\
                    --hash={A} --hash={B}
            """,
        }
    )

    assert needs.requirements == hashed("flask==2.3", "orjson==3.10", "pytest==8.3")
    assert needs.sources == ("requirements/test.txt", "pyproject.toml")


def test_a_pin_that_its_project_does_not_allow_is_told() -> None:
    needs = needs_of({"pyproject.toml": PROJECT, "requirements.txt": "flask==1.0\n"})

    assert "flask==1.0" in needs.requirements
    assert said(needs, "requirements.txt pins flask to 1.0, pyproject.toml wants >=2: the pin counts")


def test_the_tool_that_the_project_names_has_its_lock_file_used() -> None:
    needs = needs_of({"pyproject.toml": POETRY_PROJECT, "poetry.lock": poetry_2(), "uv.lock": UV})

    assert needs.sources[0] == "poetry.lock"
    assert said(needs, "poetry.lock decides; uv.lock is not used")


def test_a_pytest_that_is_locked_for_development_only_brings_development() -> None:
    def package(name: str, marker: str) -> str:
        wheels = (
            f'[{{name = "{name}.whl", hashes = {{sha256 = "{"a" * 64}"}}}}, {{hashes = {{sha256 = "{"b" * 64}"}}}}]'
        )
        return f'[[packages]]\nname = "{name}"\nversion = "1"\nmarker = "{marker}"\nwheels = {wheels}\n'

    files = {
        "pyproject.toml": PROJECT.replace('"shop[fast]"', '"flask"'),
        "Pipfile": '[packages]\nflask = "*"\n[dev-packages]\npytest = "*"\nidna = "*"\n',
        "pylock.toml": 'lock-version = "1.0"\ncreated-by = "pipenv"\n'
        + package("flask", "python_version >= '3.8'")
        + "".join(package(name, "'dev' in dependency_groups") for name in ("pytest", "idna")),
    }

    assert needs_of(files).requirements == hashed("flask==1", "idna==1", "pytest==1")


@pytest.mark.parametrize("path", ["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock"])
@pytest.mark.parametrize(
    "text", ["", "package = 1", "[[package]]\nname = 3", "{", '{"default": []}', "a = [[[[", "\x00"]
)
def test_a_lock_file_that_says_nothing_leaves_the_ranges(path: str, text: str) -> None:
    needs: Needs = needs_of({"pyproject.toml": PROJECT, "Pipfile": "", path: text})

    assert needs.requirements == ("flask>=2", "orjson", "pytest>=7")
