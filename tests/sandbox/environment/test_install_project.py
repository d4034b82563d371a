"""The repository's own package: its tests find it as if it were installed, and nothing of its build is believed."""

from collections.abc import Mapping
from inspect import cleandoc

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.environment.needs import Needs, Project
from sandbox.environment.prepare import Prepared, prepare
from sandbox.environment.project_version import UNKNOWN
from sandbox.files import File, Tree
from sandbox.room import SandboxError
from sandbox.suite.run import run_pytest
from tests.sandbox.environment.package_server import PackageServer, new_name
from tests.sandbox.environment.test_install_sources import BACKEND

SETUPTOOLS = {
    "pyproject.toml": """
        [build-system]
        requires = ["setuptools>=70", "setuptools-scm>=8"]
        build-backend = "setuptools.build_meta"
        [project]
        name = "Odd.Name"
        dynamic = ["version"]
        [project.scripts]
        odd = "odd.cli:main"
        [project.entry-points.pytest11]
        odd = "odd.plugin"
        [tool.setuptools_scm]
        version_file = "src/odd/_version.py"
        """,
    "CHANGELOG.md": "# Changes\n\n## Unreleased\n\n## [3.1.4] - 2026-01-02\n\n## 3.1.3\n",
    "src/odd/__init__.py": "from odd._version import __version__\n",
    "src/odd/cli.py": "def main():\n    print('said by the script')\n",
    "src/odd/plugin.py": "import pytest\n\n\n@pytest.fixture\ndef odd_value():\n    return 41\n",
    "tests/test_odd.py": """
import importlib.metadata, subprocess
import odd

def test_version():
    assert odd.__version__ == importlib.metadata.version("odd-name") == "3.1.4"

def test_own_plugin(odd_value):
    assert odd_value == 41

def test_script():
    assert subprocess.run(["odd"], capture_output=True, text=True, check=True).stdout == "said by the script\\n"
""",
}
HATCH = {
    "pyproject.toml": """
        [build-system]
        requires = ["hatchling", "hatch-vcs"]
        build-backend = "hatchling.build"
        [project]
        name = "ns-part"
        dynamic = ["version"]
        [tool.hatch.version]
        source = "vcs"
        [tool.hatch.build.hooks.vcs]
        version-file = "ns/part/_version.py"
        [tool.hatch.build.targets.wheel]
        packages = ["ns"]
        """,
    "ns/part/__init__.py": "",
    "tests/test_part.py": f"""
import importlib.metadata
from ns.part._version import __version__


def test_version():
    assert importlib.metadata.version("ns.part") == __version__ == "{UNKNOWN}"
""",
}
LEGACY = {
    "setup.py": "from setuptools import setup\nsetup(name='old', version='0.3', packages=['old'], use_2to3=False)\n",
    "old/__init__.py": "",
    "tests/test_old.py": "import importlib.metadata as m\ndef test_it():\n    assert m.version('old') == '0.3'\n",
}
POETRY = {
    "pyproject.toml": """
        [build-system]
        requires = ["poetry-core"]
        build-backend = "poetry.core.masonry.api"
        [tool.poetry]
        name = "verse"
        version = "1.2"
        description = ""
        authors = []
        """,
    "verse/__init__.py": "",
    "tests/test_verse.py": "import importlib.metadata as m\ndef test_it():\n    assert m.version('verse') == '1.2'\n",
}
SCM = Project(
    name="Odd.Name",
    backend="setuptools.build_meta",
    build_requires=("setuptools>=70", "setuptools-scm>=8"),
    version_from_git=True,
)
VCS = Project(
    name="ns-part",
    backend="hatchling.build",
    build_requires=("hatchling", "hatch-vcs"),
    version_from_git=True,
)


def files_of(texts: Mapping[str, str], **more: str) -> Tree:
    told = {**texts, **more}
    return {path: File((cleandoc(text) if path == "pyproject.toml" else text).encode()) for path, text in told.items()}


@pytest.mark.docker
@pytest.mark.parametrize(
    ("project", "texts"),
    [
        (SCM, SETUPTOOLS),
        (VCS, HATCH),
        (Project(name="old"), LEGACY),
        (Project("verse", "1.2", backend="poetry.core.masonry.api", build_requires=("poetry-core",)), POETRY),
    ],
    ids=["setuptools-scm, src, plugin, script", "hatch-vcs, namespace", "setup.py alone", "poetry"],
)  # fmt: skip
def test_a_repositorys_tests_find_its_own_package_installed(
    sandbox: DockerSandbox, project: Project, texts: Mapping[str, str]
) -> None:
    files = files_of(texts)

    prepared = prepare(sandbox, Needs(project=project), files)

    assert prepared.notes == ()
    assert prepare(sandbox, Needs(project=project), files) == prepared
    with sandbox.open(files, environment=prepared.name) as room:
        report = run_pytest(room, seconds=60)
        assert report.finished, report.text
        assert {result.outcome.value for result in report.results} == {"passed"}, report.text
        assert {path for path in room.collect() if not path.endswith(".pyc")} == set(files)


def own_backend(**more: str) -> dict[str, str]:
    """A repository that builds itself, by code of its own."""
    told = {"name": "own_one", "version": "2.0", "requires": [], "first": "pass", "returned": "name", **more}
    return {"own.py": BACKEND.format(**told), "own_one.py": "VERSION = 'of the repository'\n"}


OTHER = (
    "archive = zipfile.ZipFile(WHEEL, 'w'); archive.writestr('numpy-1.dist-info/METADATA', "
    "'Name: numpy\\nVersion: 1\\n'); archive.close(); return 'x-1-py3-none-any.whl'"
)
OWN = Project(name="own-one", backend="own", backend_path=(".",))


def opened(sandbox: DockerSandbox, prepared: Prepared, code: str) -> str:
    with sandbox.open({}, environment=prepared.name) as room:
        done = room.execute(code)
        assert done.error == ""
        return done.stdout


@pytest.mark.docker
@pytest.mark.parametrize(
    ("first", "note"),
    [
        ("subprocess.run(['gcc'], check=True)", "'gcc' (the sandbox has no compiler)"),
        ("os._exit(0)", "the build left no result"),
        ("os.kill(os.getppid(), 9)", "the build ended"),
        ("open(WHEEL, 'wb').truncate(70 * 2**20); return 'x-1-py3-none-any.whl'", "one over 32 MiB"),
        ("open(WHEEL, 'w').write('no zip'); return 'x-1-py3-none-any.whl'", "refused wheel"),
        (OTHER, "metadata of another project"),
    ],
)
def test_a_package_that_cannot_be_built_is_noted_and_known_by_its_name_all_the_same(
    sandbox: DockerSandbox, first: str, note: str
) -> None:
    first = first.replace("WHEEL", "folder + '/x-1-py3-none-any.whl'")
    text = '[project]\nname = "own-one"\nversion = "2.0"\n[project.scripts]\nown = "own_one:main"\n'
    files = files_of(own_backend(first=first), **{"pyproject.toml": text, "salt": new_name("salt")})

    prepared = prepare(sandbox, Needs(project=OWN), files)

    assert len(prepared.notes) == 1
    assert prepared.notes[0].startswith("the package own-one could not be built: ")
    assert note in prepared.notes[0]
    assert prepare(sandbox, Needs(project=OWN), files) == prepared
    said = opened(sandbox, prepared, "import importlib.metadata as m; print(m.version('own-one'), m.files('own-one'))")
    assert said == "2.0 None\n"


@pytest.mark.docker
def test_a_build_sees_no_network_and_leaves_nothing_for_another_room(sandbox: DockerSandbox) -> None:
    first = (
        "import socket, glob; seen = [socket.socket(socket.AF_INET).connect_ex(('127.0.0.1', 3128)), "
        "os.path.exists('/run/gate'), [name for name in os.listdir('/sys/class/net')]]\n"
        "    for place in ('/opt/env/evil.pth', '/opt/env/sitecustomize.py', '/opt/py/evil.pth', '/opt/intern/x.py'):\n"
        "        try: open(place, 'w').write('import os'); seen.append(place)\n"
        "        except OSError: pass\n"
        "    raise SystemExit('error: seen ' + repr(seen))"
    )
    prepared = prepare(sandbox, Needs(project=OWN), files_of(own_backend(first=first), salt=new_name("salt")))

    assert "error: seen [111, False, ['lo']]" in prepared.notes[0]


@pytest.mark.docker
def test_dependencies_and_the_package_stand_side_by_side(sandbox: DockerSandbox) -> None:
    files = files_of(own_backend(), salt=new_name("salt"))

    prepared = prepare(sandbox, Needs(requirements=("six==1.16.0",), project=OWN), files)

    assert prepared.name.count("+") == 1
    assert prepared.notes == ()
    with sandbox.open(files, environment=prepared.name) as room:
        code = (
            "import six, own_one, importlib.metadata as m; print(own_one.VERSION, m.version('own_one'), six.__name__)"
        )
        assert room.execute(code).stdout == "of the repository 2.0 six\n"
        assert room.execute("open('/opt/project/site/x', 'w')").error.startswith(("PermissionError", "OSError"))


@pytest.mark.docker
def test_another_package_that_requires_it_gets_the_repositorys_own(
    sandbox: DockerSandbox, index: PackageServer
) -> None:
    other = new_name("plugin")
    digest = index.add_wheel(other, requires="own-one>=99")
    index.add_wheel("own_one", "99.0")
    files = files_of(own_backend(), salt=new_name("salt"))

    for line in (other, f"{other}==1.0 --hash=sha256:{digest}"):  # a lock file has no hash of the package itself
        prepared = prepare(sandbox, Needs(requirements=(line,), project=OWN), files)
        with sandbox.open(files, environment=prepared.name) as room:
            code = f"import {other}, own_one, importlib.metadata as m; print(own_one.VERSION, m.version('own-one'))"
            assert room.execute(code).stdout == "of the repository 2.0\n"


@pytest.mark.docker
def test_names_that_were_never_given_open_nothing(sandbox: DockerSandbox) -> None:
    with pytest.raises(SandboxError, match="removed meanwhile"):
        sandbox.open({}, environment="code-intern-env-a-1+code-intern-env-b-2")
