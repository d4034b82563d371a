"""What single project files say, in all the ways that they can say it."""

import pytest

from sandbox.environment.declaration.poetry_version import to_specifier
from tests.sandbox.environment.trees import names_of, needs_of, said

ROOT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask"]\n'
SOCKS = '[project.optional-dependencies]\nsocks = ["pysocks"]\n'


def pyproject(rest: str) -> dict[str, str]:
    return {"pyproject.toml": ROOT + rest}


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("*", ""),
        ("", ""),
        ("1.2", "==1.2"),
        ("=1.2", "==1.2"),
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.2.3", "~=1.2.3"),
        ("1.2.*", "==1.2.*"),
        ("!=1.2.*", "!=1.2.*"),
        ("==1.*", "==1.*"),
        (">= 1.0, < 2.0", ">=1.0,<2.0"),
        (">=1.0 <2.0 !=1.5", ">=1.0,<2.0,!=1.5"),
        ("^1!2.3", ">=1!2.3,<1!3"),
        ("^2.0b1", ">=2.0b1,<3"),
        ("v1.0", "==1.0"),
        ("^1.0 || ^2.0", ">=2.0,<3"),
    ],
)
def test_constraints_of_poetry_as_specifiers(constraint: str, specifier: str) -> None:
    assert to_specifier(constraint) == specifier


@pytest.mark.parametrize("constraint", ["^", "latest", ">=", "1.0 beta", "^x.y", "^" + "9" * 5000, "@1"])
def test_what_is_no_constraint_of_poetry(constraint: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        to_specifier(constraint)


def test_groups_include_each_other_and_themselves() -> None:
    needs = needs_of(
        pyproject(
            """
            [dependency-groups]
            Test_Group = ["pytest", {include-group = "more"}, {include-group = "nowhere"}, 3]
            more = ["rich", {include-group = "test.group"}, {include-group = "more"}]
            """
        )
    )

    assert needs.requirements == ("flask", "pytest", "rich")
    assert said(needs, "an entry of the dependency group 'test-group' is not understood")


def test_thirty_groups_that_include_each_other_twice() -> None:
    links = "".join(f'g{n} = [{{include-group = "g{n + 1}"}}, {{include-group = "g{n + 1}"}}]\n' for n in range(30))
    needs = needs_of(pyproject(f'[dependency-groups]\n{links}g30 = ["six"]\ntest = [{{include-group = "g0"}}]\n'))

    assert needs.requirements == ("flask", "six")


def test_old_groups_of_uv_and_pdm() -> None:
    uv = needs_of(pyproject('[tool.uv]\ndev-dependencies = ["pytest"]\n'))
    pdm = needs_of(
        pyproject('[tool.pdm.dev-dependencies]\ntest = ["pytest", "-e file:///${PROJECT_ROOT}/libs/x#egg=x"]\n')
    )

    assert uv.requirements == pdm.requirements == ("flask", "pytest")
    assert said(pdm, "'-e file:///${PROJECT_ROOT}/libs/x#egg=x' is left out")


def test_sources_of_uv_are_not_the_index() -> None:
    needs = needs_of(
        pyproject(
            """
            [project.optional-dependencies]
            test = ["inner", "mine", "torch", "six", "shop"]
            [tool.uv.sources]
            inner = {git = "https://git.example/inner"}
            mine = {workspace = true}
            torch = [{index = "other", marker = "sys_platform == 'linux'"}]
            unused = {path = "../unused"}
            """
        )
    )

    assert needs.requirements == ("flask", "six")
    assert said(needs, "inner comes from git")
    assert said(needs, "mine comes from workspace")
    assert said(needs, "torch comes from another index")
    assert not said(needs, "unused")


def test_environments_of_hatch() -> None:
    needs = needs_of(
        {
            **pyproject(
                """
            [project.optional-dependencies]
            socks = ["pysocks"]
            cli = ["click"]
            [tool.hatch.envs.default]
            dependencies = ["rich"]
            [tool.hatch.envs.lint]
            dependencies = ["ruff"]
            """
            ),
            "hatch.toml": """
            [envs.hatch-test]
            extra-dependencies = ["trustme"]
            features = ["socks"]
            """,
        }
    )

    assert needs.requirements == ("flask", "pysocks", "rich", "trustme")


def test_old_metadata_of_flit() -> None:
    needs = needs_of(
        {
            "pyproject.toml": """
            [build-system]
            requires = ["flit"]
            build-backend = "flit.buildapi"
            [tool.flit.metadata]
            module = "shop"
            requires = ["flask"]
            requires-python = ">=3.8"
            [tool.flit.metadata.requires-extra]
            test = ["pytest"]
            """,
            "shop.py": '"""Shop"""\n__version__ = "1"\n',
        }
    )

    assert needs.requirements == ("flask", "pytest")
    assert needs.python == ">=3.8"
    assert needs.project is not None
    assert (needs.project.name, needs.project.version, needs.project.backend) == ("shop", "", "flit.buildapi")


def test_all_is_for_those_who_have_nothing_better() -> None:
    only_all = needs_of(pyproject('[project.optional-dependencies]\nall = ["rich"]\nfast = ["orjson"]\n'))
    both = needs_of(pyproject('[project.optional-dependencies]\nall = ["rich"]\ntesting = ["pytest"]\n'))

    assert only_all.requirements == ("flask", "rich")
    assert said(only_all, "extras used: all; not used: fast")
    assert both.requirements == ("flask", "pytest")


def test_development_is_taken_when_the_tests_bring_no_pytest() -> None:
    needs = needs_of(
        pyproject('[dependency-groups]\ntests-extra = ["rich"]\ndev = ["pytest-cov"]\ndev-docs = ["sphinx"]\n')
    )

    assert needs.requirements == ("flask", "pytest-cov", "rich")


def test_files_that_stand_for_lists() -> None:
    needs = needs_of(
        {
            "pyproject.toml": """
            [project]
            name = "shop"
            dynamic = ["dependencies", "optional-dependencies", "version"]
            [build-system]
            requires = ["setuptools"]
            [tool.setuptools.dynamic]
            dependencies = {file = ["deps/run.txt"]}
            optional-dependencies.test = {file = "deps/test.txt"}
            optional-dependencies.docs = {file = ["deps/docs.txt"]}
            """,
            "deps/run.txt": "flask\n",
            "deps/test.txt": "pytest\nmissing-file\n",
            "deps/docs.txt": "sphinx\n",
        }
    )
    classic = needs_of(
        {
            "setup.cfg": "[metadata]\nname = shop\n[options]\ninstall_requires = file: deps/run.txt, deps/none.txt\n",
            "deps/run.txt": "flask\n",
        }
    )

    assert needs.requirements == ("flask", "missing-file", "pytest")
    assert classic.requirements == ("flask",)
    assert said(classic, "deps/none.txt is not in the repository")


TOX = """
    [tox]
    envlist = py{38,312}-django{42,50}, lint
    [base]
    deps =
        pytest
        -r{toxinidir}/tests/requirements.txt
    [testenv]
    extras = socks, gpu-less
    dependency_groups =
        more
    deps =
        {[base]deps}
        {[testenv]deps}
        coverage[toml]>=7  # measures
        py38: importlib-metadata
        py38,py39: zipp
        django42: Django~=4.2
        {env:EXTRA:}
    commands = pytest
    [testenv:lint]
    deps = ruff
    [testenv:coverage]
    deps = coverage
"""


def test_tox_helps_those_who_say_nothing_else() -> None:
    files = {
        **pyproject(SOCKS + '[dependency-groups]\nmore = ["rich"]\nother = ["ruff"]\n'),
        "tox.ini": TOX,
        "tests/requirements.txt": "trustme\n",
    }
    needs = needs_of({path: text for path, text in files.items() if path != "tests/requirements.txt"})

    assert "coverage[toml]>=7" in needs.requirements
    assert 'importlib-metadata ; python_version == "3.8"' in needs.requirements
    assert 'zipp ; python_version == "3.8" or python_version == "3.9"' in needs.requirements
    assert {"pysocks", "rich", "pytest"} <= set(names_of(needs))
    assert not {"ruff", "django"} & set(names_of(needs))
    assert said(needs, "what is for one of several environments is left out (django42)")
    assert said(needs, "tests/requirements.txt is not in the repository")
    assert "trustme" in names_of(needs_of(files))


def test_tox_in_toml_and_in_other_files() -> None:
    modern = {
        "tox.toml": '[env_run_base]\ndeps = ["pytest", "-r {tox_root}/more.txt", {replace = "ref"}]\n',
        "more.txt": "rich",
    }
    legacy = pyproject('[tool.tox]\nlegacy_tox_ini = """\n[testenv]\ndeps = pytest\n"""\n')
    classic = {"setup.cfg": "[tox:tox]\nenvlist = py3\n[testenv]\ndeps = pytest\n"}

    assert needs_of(modern).requirements == ("pytest", "rich")
    assert needs_of(legacy).requirements == ("flask", "pytest")
    assert needs_of(classic).requirements == ("pytest",)


def test_nox_says_what_it_installs_in_literals() -> None:
    needs = needs_of(
        {
            **pyproject(SOCKS + '[dependency-groups]\nmore = ["rich"]\nold = ["six"]\n'),
            "noxfile.py": """
            import nox
            PYPROJECT = nox.project.load_toml()
            @nox.session(python=["3.12"])
            def tests(session):
                session.install("pytest", "-r", "more.txt", "-e", ".[socks]", f"x=={1}", "--upgrade")
                session.install(*nox.project.dependency_groups(PYPROJECT, "more"))
                session.run("poetry", "install", "--with", "old")
                session.run("pytest")
            @nox.session
            def lint(session):
                session.install("ruff")
            def test_not_a_session(session):
                session.install("nothing")
            """,
            "more.txt": "trustme\n",
        }
    )

    assert needs.requirements == ("flask", "pysocks", "pytest", "rich", "six", "trustme")


@pytest.mark.parametrize(
    ("version", "requires", "python"),
    [
        ("3.12.1", "", "==3.12.*"),
        ("# mine\n\n3.11\n3.10\n", "", "==3.11.*"),
        ("cpython-3.13.0-linux-x86_64", "", "==3.13.*"),
        ("3.14t", "", ""),
        ("3", "", "==3.*"),
        ("pypy3.10-7.3.12", ">=3.9", ">=3.9"),
        ("system", "", ""),
        ("3.9.1", ">=3.10", ">=3.10"),
        ("3.12", "about three", "==3.12.*"),
        ("", ">=3.10, <4", "<4,>=3.10"),
        ("", "", ""),
    ],
)
def test_which_python(version: str, requires: str, python: str) -> None:
    project = f'[project]\nname = "shop"\nversion = "1"\nrequires-python = "{requires}"\n'
    needs = needs_of({"pyproject.toml": project, ".python-version": version})

    assert needs.python == python


def built_by(backend: str, rest: str = "") -> dict[str, str]:
    return {"pyproject.toml": f'[project]\nname = "x"\n[build-system]\nrequires = ["{backend}"]\n{rest}\n'}


@pytest.mark.parametrize(
    ("files", "by_git"),
    [
        (pyproject('[build-system]\nrequires = ["setuptools", "setuptools-scm"]\n'), False),  # its version is written
        (built_by("setuptools_scm>=8"), True),
        (built_by("setuptools", "[tool.setuptools_scm]"), True),
        (built_by("setuptools", "[tool.versioningit]"), True),
        (built_by("hatchling", '[tool.hatch.version]\nsource = "vcs"'), True),
        (built_by("hatchling", '[tool.hatch.version]\npath = "x.py"'), False),
        (built_by("hatch-vcs", '[tool.hatch.version]\npath = "x.py"'), False),
        ({**built_by("hatch-vcs"), "hatch.toml": '[version]\nsource = "vcs"\n'}, True),
        (built_by("pdm-backend", '[tool.pdm.version]\nsource = "scm"'), True),
        (built_by("pdm-backend", '[tool.pdm.version]\nsource = "file"'), False),
        (
            built_by(
                "poetry-core", '[tool.poetry]\nversion = "0.0.0"\n[tool.poetry-dynamic-versioning]\nenable = true'
            ),
            True,
        ),
        ({"setup.py": "from setuptools import setup\nsetup(name='x', use_scm_version=True)\n"}, True),
        ({"setup.py": "setup(setup_requires=['pbr'], pbr=True)\n", "setup.cfg": "[metadata]\nname = x\n"}, True),
        ({"setup.py": "setup(name='x', version=versioneer.get_version())\n", "versioneer.py": ""}, True),
        ({"setup.py": "setup(name='x', version='1')\n"}, False),
    ],
)
def test_whose_version_is_in_git(files: dict[str, str], by_git: bool) -> None:
    project = needs_of(files).project

    assert project is not None
    assert project.version_from_git is by_git


@pytest.mark.parametrize(
    "table",
    ["[tool.uv]\npackage = false", "[tool.poetry]\npackage-mode = false", "[tool.pdm]\ndistribution = false"],
)
def test_what_says_that_it_is_no_package(table: str) -> None:
    assert needs_of(pyproject(f'[build-system]\nrequires = ["setuptools"]\n{table}\n')).project is None


def test_the_build_is_taken_as_plain_lines() -> None:
    needs = needs_of(
        {
            "pyproject.toml": """
            [project]
            name = "shop"
            version = "1.0.0"
            [build-system]
            requires = ["setuptools>=61", "Cython", "numpy; python_version>='3.9'", "x @ https://x.example/x", "shop"]
            build-backend = "backend; import os"
            backend-path = ["tools", "../other", "/etc"]
            """,
            "setup.cfg": "[options]\nsetup_requires = cffi\n",
        }
    )

    assert needs.project is not None
    assert needs.project.build_requires == ("cffi", "cython", 'numpy ; python_version >= "3.9"', "setuptools>=61")
    assert needs.project.backend == "setuptools.build_meta:__legacy__"
    assert needs.project.backend_path == ("tools",)
    assert said(needs, "'x @ https://x.example/x' of the build is left out")
    assert said(needs, "backend-path leaves the repository")
