"""Whole repositories of well-known shapes, and what their tests need."""

import pytest

from sandbox.environment.detect import detect
from sandbox.environment.needs import Needs, Project
from sandbox.room import SandboxError
from tests.sandbox.environment.trees import names_of, needs_of, said, tree

FLASK_LIKE = {
    "pyproject.toml": """
        [project]
        name = "Crockery"
        version = "3.1.0"
        requires-python = ">=3.10"
        dependencies = ["blinker>=1.9", "click>=8.1.3", "importlib-metadata>=3.6; python_version < '3.10'"]
        [project.optional-dependencies]
        async = ["asgiref>=3.2"]
        dotenv = ["python-dotenv"]
        [dependency-groups]
        dev = ["ruff", "tox"]
        tests = [{include-group = "tests-base"}, "greenlet"]
        tests-base = ["pytest", "crockery[async]"]
        docs = ["sphinx"]
        [build-system]
        requires = ["flit_core>=3.11,<4"]
        build-backend = "flit_core.buildapi"
        [tool.pytest.ini_options]
        testpaths = ["tests"]
    """,
    "src/crockery/__init__.py": "",
    "tests/test_basic.py": "import pytest\nimport crockery\n",
    ".python-version": "3.13\n",
}


def test_a_library_with_dependency_groups() -> None:
    needs = needs_of(FLASK_LIKE)

    assert needs == Needs(
        python="==3.13.*",
        requirements=(
            "asgiref>=3.2",
            "blinker>=1.9",
            "click>=8.1.3",
            "greenlet",
            'importlib-metadata>=3.6 ; python_version < "3.10"',
            "pytest",
        ),
        project=Project(
            name="Crockery",
            version="3.1.0",
            backend="flit_core.buildapi",
            build_requires=("flit-core<4,>=3.11",),
            python=">=3.10",
        ),
        sources=("pyproject.toml", ".python-version"),
        notes=(
            "no extras used; not used: async, dotenv",
            "dependency groups used: tests; not used: dev, docs, tests-base",
        ),
    )


def test_a_django_site_with_requirement_files() -> None:
    needs = needs_of(
        {
            "manage.py": "",
            "shop/settings.py": "",
            "shop/urls.py": "",
            "cart/tests/test_views.py": "import pytest\npytestmark = pytest.mark.django_db\nimport shop\nimport yaml\n",
            "requirements/base.txt": "Django==5.1.2  # https://www.djangoproject.com/\npsycopg[c]==3.2.3\n",
            "requirements/local.txt": "-r base.txt\nipdb\npytest==6.2.5\npytest-django==4.9.0\n-e git+https://x.example/y.git#egg=y\n",
            "requirements/production.txt": "-r base.txt\ngunicorn==23.0.0\n",
            "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\naddopts = --reuse-db\n",
            "runtime.txt": "python-3.12.7",
        }
    )

    assert needs.project is None
    assert needs.python == "==3.12.*"
    assert needs.requirements == ("django==5.1.2", "ipdb", "psycopg[c]==3.2.3", "pytest-django==4.9.0", "pytest==6.2.5")
    assert said(needs, "requirements/local.txt: '-e git+https://x.example/y.git#egg=y' is left out")
    assert said(needs, "the tests import yaml")
    assert said(needs, "want pytest==6.2.5 (requirements/local.txt); the sandbox runs pytest 7 to 9")


def test_a_library_whose_version_is_in_git() -> None:
    needs = needs_of(
        {
            "pyproject.toml": """
                [build-system]
                requires = ["setuptools>=64", "setuptools_scm[toml]>=8"]
                build-backend = "setuptools.build_meta"
                [tool.setuptools_scm]
            """,
            "setup.cfg": """
                [metadata]
                name = scientific-thing
                [options]
                packages = find:
                python_requires = >=3.9
                install_requires =
                    numpy>=1.24
                    # a comment
                    tomli; python_version<"3.11"
                [options.extras_require]
                test =
                    pytest>=7
                    scientific-thing[fast]
                fast = numba
                docs = sphinx
            """,
            "scientific_thing/__init__.py": "",
            "scientific_thing/tests/test_it.py": "def test_it(mocker, tmp_path): pass\n",
        }
    )

    assert needs.requirements == (
        "numba",
        "numpy>=1.24",
        "pytest-mock",
        "pytest>=7",
        'tomli ; python_version < "3.11"',
    )
    assert needs.project == Project(
        name="scientific-thing",
        backend="setuptools.build_meta",
        build_requires=("setuptools-scm[toml]>=8", "setuptools>=64"),
        version_from_git=True,
        python=">=3.9",
    )
    assert said(needs, "pytest-mock is added: the tests use the fixture mocker, and nothing else names it")


def test_an_old_library_with_nothing_but_setup_py() -> None:
    needs = needs_of(
        {
            "setup.py": """
                import os, sys
                from setuptools import setup, find_packages
                REQUIRES = ["six"] + ["attrs>=17"]
                extras = {"redis": ["redis"], "test": ["nose2", "mock"]}
                extras["test"] += ["freezegun"]
                extras["test:python_version<'3.8'"] = ["typing-extensions"]
                if sys.version_info < (3, 8):
                    REQUIRES.append("typing_extensions")
                here = os.path.dirname(__file__)
                setup(
                    name="old-thing", version="1.4", packages=find_packages(),
                    install_requires=REQUIRES, extras_require=extras, python_requires=">=3.6",
                    long_description=open("README").read(), tests_require=["pytest<8"],
                )
            """,
            "tox.ini": "[tox]\nenvlist = py36,py312\n[testenv]\ndeps = pytest-cov\n",
        }
    )

    assert needs.requirements == (
        "attrs>=17",
        "freezegun",
        "mock",
        "nose2",
        "pytest<8",
        "six",
        'typing-extensions ; python_version < "3.8"',
    )
    assert needs.project == Project(
        name="old-thing", version="1.4", build_requires=("setuptools>=40.8.0",), python=">=3.6"
    )
    assert needs.python == ">=3.6"


def test_what_setup_py_computes_is_told() -> None:
    needs = needs_of(
        {
            "setup.py": "from setuptools import setup\nsetup(name='x', install_requires=read('reqs'), **more())\n",
        }
    )

    assert needs.requirements == ()
    assert needs.notes == ("setup.py computes install_requires: not run, so not known",)


def test_a_poetry_application() -> None:
    needs = needs_of(
        {
            "pyproject.toml": """
                [tool.poetry]
                name = "billing"
                version = "0.3.0"
                [tool.poetry.dependencies]
                python = "^3.11"
                fastapi = "^0.115"
                sqlalchemy = {version = "~2.0.30", extras = ["asyncio"]}
                uvloop = {version = "*", markers = "sys_platform != 'win32'", python = ">=3.12"}
                redis = {version = ">=5 <6", optional = true}
                internal = {git = "https://git.example/internal.git"}
                secret = {version = "1.0", source = "private"}
                [tool.poetry.extras]
                test = ["redis"]
                [tool.poetry.dev-dependencies]
                black = "24.1.0"
                [tool.poetry.group.test.dependencies]
                pytest = "^8.0"
                [tool.poetry.group.docs]
                optional = true
                [tool.poetry.group.docs.dependencies]
                mkdocs = "*"
                [build-system]
                requires = ["poetry-core"]
                build-backend = "poetry.core.masonry.api"
            """,
            "billing/__init__.py": "",
        }
    )

    assert needs.python == "<4,>=3.11"
    assert needs.requirements == (
        "fastapi<0.116,>=0.115",
        "pytest<9,>=8.0",
        "redis<6,>=5",
        "sqlalchemy[asyncio]<2.1,>=2.0.30",
        'uvloop ; sys_platform != "win32" and python_version >= "3.12"',
    )
    assert needs.project == Project(
        name="billing",
        version="0.3.0",
        backend="poetry.core.masonry.api",
        build_requires=("poetry-core",),
        python="<4,>=3.11",
    )
    assert said(needs, "internal comes from git: not installed")
    assert said(needs, "secret comes from another index: not installed")


def test_a_folder_of_scripts() -> None:
    needs = needs_of(
        {"wordcount.py": "", "test_wordcount.py": "import os, wordcount\nimport numpy as np\n", "README": ""}
    )

    assert needs == Needs(
        notes=("the tests import numpy: no requirement has that name, so perhaps it is missing; nothing is guessed",)
    )


def test_an_application_that_is_no_package() -> None:
    files = {
        "pyproject.toml": """
            [project]
            name = "crawler"
            version = "0.1.0"
            dependencies = ["httpx"]
        """,
        "main.py": "",
    }

    assert needs_of(files).project is None
    assert said(needs_of(files), "has no [build-system]")
    assert needs_of(files).requirements == ("httpx",)
    project = needs_of({**files, "src/crawler/__init__.py": ""}).project
    assert project == Project(name="crawler", version="0.1.0", build_requires=("setuptools>=40.8.0",))


def test_projects_in_folders_are_told_and_not_taken() -> None:
    needs = needs_of(
        {
            "backend/pyproject.toml": '[project]\nname = "backend"\ndependencies = ["flask"]\n',
            "backend/tests/test_app.py": "import backend\n",
            "services/mail/setup.py": "setup(name='mail')\n",
            "tests/fixtures/sample/setup.py": "setup(name='sample')\n",
            "environment.yml": "dependencies: [numpy]\n",
        }
    )

    assert needs.requirements == ()
    assert needs.project is None
    assert said(needs, "there are projects in backend, services/mail: name their requirement files")
    assert said(needs, "environment.yml is conda's: not used")


def test_what_the_settings_say_is_all_that_is_used() -> None:
    files = tree({**FLASK_LIKE, "needed.txt": "attrs>=23\n-r more/extra.txt\n-e .\n", "more/extra.txt": "rich\n"})

    needs = detect(files, python="3.12", requirements=["needed.txt"], packages=["numpy>=2"], debian=["libpq5", "git"])

    assert needs.python == "==3.12.*"
    assert needs.requirements == ("attrs>=23", "numpy>=2", "rich")
    assert needs.debian == ("git", "libpq5")
    assert needs.sources == ("needed.txt", "more/extra.txt", "pyproject.toml")
    assert needs.project is not None
    assert needs.notes == ()


def test_python_and_debian_alone_leave_the_packages_to_be_found() -> None:
    needs = detect(tree(FLASK_LIKE), python=">=3.11,<3.13", debian=["libpq5"])

    assert needs.python == "<3.13,>=3.11"
    assert "greenlet" in names_of(needs)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"python": "three"}, "python 'three' is no version"),
        ({"requirements": ["none.txt"]}, "none.txt is not in the repository"),
        ({"requirements": ["bad.txt"]}, "bad.txt: 'git\\+https://x.example/y' is left out"),
        ({"packages": ["x==1 --hash=md5:00"]}, "only sha256 hashes are used"),
        ({"packages": ["x @ https://x.example/x.whl"]}, "the repository's settings: 'x @ https"),
        ({"packages": ["--index-url=https://x.example"]}, "is left out"),
        ({"packages": ["-r ../../etc/passwd"]}, "is outside of the repository"),
        ({"packages": ["-e ../other"]}, "is left out"),
        ({"debian": ["libpq5; reboot"]}, "not the name of a Debian package"),
    ],
)
def test_what_the_settings_can_not_mean_is_an_error(settings: dict[str, list[str]], sentence: str) -> None:
    files = tree({"bad.txt": "six\ngit+https://x.example/y\n"})

    with pytest.raises(SandboxError, match=sentence) as told:
        detect(files, **settings)  # type: ignore[arg-type]  # one of several kinds

    assert "\n" not in str(told.value)
