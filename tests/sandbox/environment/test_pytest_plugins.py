"""Plugins of pytest: added when they are in use and well known, told of when they are not."""

import pytest

from sandbox.environment.detect import detect
from tests.sandbox.environment.trees import names_of, needs_of, said, tree

USING = """
    import hypothesis
    import requests
    from numpy.testing import assert_allclose
    import yaml, os
    from . import neighbour
    import shop.views as views
    try:
        import optional
    except ImportError:
        optional = None
    @pytest.mark.asyncio
    async def test_it(
        mocker, benchmark, tmp_path, own,
    ): ...
    '''
    from the beginning on
    '''
"""


@pytest.mark.parametrize(
    ("path", "text", "plugins"),
    [
        ("pytest.ini", "[pytest]\naddopts = --cov=shop --cov-report term -n auto\n", ["pytest-cov", "pytest-xdist"]),
        ("pytest.ini", "[pytest]\naddopts = -n4 --strict-markers -ra\n", ["pytest-xdist"]),
        ("pytest.ini", "[pytest]\naddopts = --no-header -p no:cacheprovider --durations=3\n", []),
        ("tox.ini", "[pytest]\nasyncio_mode = auto\n", ["pytest-asyncio"]),
        ("setup.cfg", "[tool:pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n", ["pytest-django"]),
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = ["--reruns", "2"]\n', ["pytest-rerunfailures"]),
        ("pyproject.toml", '[tool.pytest]\naddopts = ["--numprocesses=2"]\n', ["pytest-xdist"]),
        ("pytest.toml", '[pytest]\naddopts = ["--disable-socket"]\n', ["pytest-socket"]),
        ("pytest.ini", "[pytest]\ntimeout = 10\n", []),  # the sandbox has that one
        (
            "pytest.ini",
            "[pytest]\nrequired_plugins = pytest-randomly>=3 pytest-timeout x@https://x.example\n",
            ["pytest-randomly"],
        ),
        ("pytest.ini", "[pytest]\naddopts = 'unclosed --cov\n", ["pytest-cov"]),
    ],
)
def test_what_the_settings_can_not_do_without(path: str, text: str, plugins: list[str]) -> None:
    needs = needs_of({path: text, "shop/__init__.py": ""})

    assert names_of(needs) == plugins


def test_the_first_file_with_settings_counts() -> None:
    needs = needs_of({"pytest.ini": "[pytest]\n", "tox.ini": "[pytest]\naddopts = --cov\n"})

    assert needs.requirements == ()


def test_what_the_tests_use() -> None:
    needs = needs_of(
        {
            "tests/test_it.py": USING,
            "tests/conftest.py": "import pytest\n@pytest.fixture\ndef own(qtbot2): ...\ndef requests_mock(): ...\n",
            "shop/views.py": "",
            "requirements.txt": "PyYAML\n",
            ".venv/test_other.py": "def test(qtbot): ...\n",
            "{{cookiecutter.name}}/test_other.py": "def test(qtbot): ...\n",
        }
    )

    assert names_of(needs) == ["hypothesis", "pytest-asyncio", "pytest-mock", "pyyaml"]
    assert said(needs, "pytest-asyncio is added: the tests use the mark asyncio, and nothing else names it")
    assert said(needs, "the tests import numpy, requests: no requirement has that name")


def test_what_is_named_or_is_the_repository_itself_is_not_added() -> None:
    tests = {"tests/test_it.py": "def test(mocker): ...\n"}

    assert needs_of({**tests, "requirements.txt": "pytest-mock==3.10\n"}).requirements == ("pytest-mock==3.10",)
    assert needs_of({**tests, "setup.py": "setup(name='pytest-mock')"}).requirements == ()
    assert needs_of({**tests, "conftest.py": "def mocker(): ...\n"}).requirements == ()


def test_a_locked_repository_keeps_its_hashes() -> None:
    line = f"pytest==8.0 --hash=sha256:{'a' * 64}"
    files = {"requirements.txt": line, "tests/test_it.py": "def test(mocker): ...\n"}
    needs = needs_of(files)

    assert needs.requirements == (line,)
    assert said(needs, "pytest-mock is not among what is locked for the tests, yet the tests use the fixture mocker")
    configured = needs_of({**files, "pytest.ini": "[pytest]\naddopts = --cov\n"})
    assert configured.requirements == ("pytest-cov", "pytest==8.0")
    assert said(configured, "hashes are left out, since pip wants all or none: pytest-cov has none")


def test_settings_that_name_packages_get_no_plugin() -> None:
    files = tree({"pytest.ini": "[pytest]\naddopts = --cov\n", "tests/test_it.py": USING})

    assert detect(files, packages=["six"]).requirements == ("six",)
