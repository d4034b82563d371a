"""Source distributions: built in a room without a network where there is no wheel, told where they can't be."""

import hashlib
import os
from typing import Any

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.environment.build import build
from sandbox.environment.needs import Needs
from sandbox.environment.prepare import prepare
from sandbox.environment.sdist import choose
from sandbox.environment.simple_page import PageFile
from sandbox.environment.uv_words import pinned_version, shorten, without_wheels
from sandbox.room import SandboxError
from tests.sandbox.environment.package_server import PackageServer, new_name, sdist

#: A build backend of a package's own: what it is told to do first is code of that package.
BACKEND = """
import zipfile, socket, os, subprocess
def get_requires_for_build_wheel(settings=None):
    return {requires!r}
def build_wheel(folder, settings=None, metadata=None):
    {first}
    name = "{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        archive.writestr("{name}.py", "VERSION = 'built'\\n")
        info = "{name}-{version}.dist-info/"
        archive.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
        archive.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(info + "RECORD", "")
    return {returned}
"""
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'


ADD = """
def add(folder, name):
    with zipfile.ZipFile(os.path.join(folder, name), "a") as archive:
        archive.write("heavy.bin")
    return name
"""


def source(
    name: str, *, first: str = "pass", returned: str = "name", requires: tuple[str, ...] = (), more: str = ""
) -> bytes:
    """A source distribution that builds itself."""
    own = BACKEND.format(name=name, version="1.0", first=first, returned=returned, requires=list(requires)) + more
    return sdist(f"{name}-1.0", {"own.py": own, "pyproject.toml": PYPROJECT})


@pytest.mark.docker
def test_a_package_without_a_wheel_is_built_without_a_network(sandbox: DockerSandbox, index: PackageServer) -> None:
    name, needed, tool = new_name("raw"), new_name("needed"), new_name("tool")
    index.add_wheel(needed, requires=name)
    index.add_wheel(tool)
    looked = (
        f"import {tool}; assert not os.path.exists('/run/gate')\n"
        "    assert socket.socket().connect_ex(('127.0.0.1', 3128)) == 111\n"
        "    assert os.listdir('/sys/class/net') == ['lo']"
    )
    index.add(name, f"{name}-1.0.tar.gz", source(name, first=looked, requires=(tool,)))

    prepared = prepare(sandbox, Needs(requirements=(needed,)), {})

    with sandbox.open({}, environment=prepared.name) as room:
        assert room.execute(f"import {name}, {needed}; print({name}.VERSION)").stdout == "built\n"


@pytest.mark.docker
def test_a_real_one_is_built_by_setuptools(sandbox: DockerSandbox) -> None:
    prepared = prepare(sandbox, Needs(requirements=("docopt==0.6.2",)), {})

    with sandbox.open({}, environment=prepared.name) as room:
        assert room.execute("import docopt; print(docopt.__version__)").stdout == "0.6.2\n"


@pytest.mark.docker
@pytest.mark.parametrize(
    ("first", "returned", "words"),
    [
        ("subprocess.run(['gcc', 'x.c'], check=True)", "name", "directory: 'gcc' (the sandbox has no compiler)"),
        ("raise SystemExit('error: needs libfoo')", "name", "can't be built: error: needs libfoo"),
        ("os._exit(3)", "name", "can't be built"),
        ("pass", "'../../../etc/passwd'", "the build left no wheel"),
        ("pass", "'other-1.0-py3-none-any.whl'", "the build left no wheel"),
        ("os.link('own.py', folder + OTHER)", "OTHER[1:]", "the build left numpy-9-py3-none-any.whl, which is another"),
        ("os.symlink('/etc/passwd', folder + OTHER)", "OTHER[1:]", "the build left no wheel"),
        ("open(folder + '/result.json', 'w').write('[' * 30000); os._exit(0)", "name", "the build left no result"),
    ],
)
def test_what_cannot_be_built_is_told_in_the_builders_words(
    sandbox: DockerSandbox, index: PackageServer, first: str, returned: str, words: str
) -> None:
    name = new_name("stuck")
    first, returned = (text.replace("OTHER", "'/numpy-9-py3-none-any.whl'") for text in (first, returned))
    index.add(name, f"{name}-1.0.tar.gz", source(name, first=first, returned=returned))

    with pytest.raises(SandboxError) as told:
        prepare(sandbox, Needs(requirements=(name,)), {})

    assert f"no wheels for {name.replace('_', '-')}, and {name}-1.0.tar.gz can't be built" in str(told.value)
    assert words in str(told.value)


@pytest.mark.docker
def test_a_built_wheel_may_be_large(sandbox: DockerSandbox, index: PackageServer) -> None:
    name = new_name("heavy")
    first = "open('heavy.bin', 'wb').write(os.urandom(3 * 2**20))"
    own = source(name, first=first, returned="add(folder, name)", more=ADD)
    index.add(name, f"{name}-1.0.tar.gz", own)

    prepared = prepare(sandbox, Needs(requirements=(name,)), {})

    with sandbox.open({}, environment=prepared.name) as room:
        assert room.execute("import os; print(os.path.getsize('/opt/env/heavy.bin'))").stdout == f"{3 * 2**20}\n"


@pytest.mark.docker
def test_hashes_of_a_source_distribution_are_held(sandbox: DockerSandbox, index: PackageServer) -> None:
    name = new_name("pinned")
    data = source(name)
    index.add(name, f"{name}-1.0.tar.gz", data)

    line = f"{name}==1.0 --hash=sha256:{hashlib.sha256(data).hexdigest()}"
    assert prepare(sandbox, Needs(requirements=(line,)), {}).name
    with pytest.raises(SandboxError, match="not among the hashes"):
        prepare(sandbox, Needs(requirements=(f"{name}==1.0 --hash=sha256:{'1' * 64}",)), {})
    index.lies[f"{name}-1.0.tar.gz"] = "2" * 64
    with pytest.raises(SandboxError, match="not what the package index's hash says"):
        prepare(sandbox, Needs(requirements=(f"{name}>=0.1",)), {})


@pytest.mark.docker
def test_an_archive_that_climbs_reaches_nothing(sandbox: DockerSandbox, index: PackageServer) -> None:
    name = new_name("climbs")
    index.add(name, f"{name}-1.0.tar.gz", sdist("..", {"../../tmp/code-intern-climbed": "x"}))

    with pytest.raises(SandboxError, match="can't be built"):
        prepare(sandbox, Needs(requirements=(name,)), {})

    assert not os.path.exists("/tmp/code-intern-climbed")  # noqa: PTH110, S108 - the very path


def files(*names: str, python: str = "") -> list[PageFile]:
    return [PageFile(name, f"https://index.example/{name}", python=python) for name in names]


def test_the_newest_source_that_fits_is_chosen() -> None:
    known = files("a-1.0.tar.gz", "a-1.1.tar.gz", "a-2.0rc1.tar.gz", "a-2.0-py3-none-any.whl", "a-x.tar.gz")

    assert choose(known, "a", "", ["a"], "3.12.1") == known[1]
    assert choose(known, "A", "", ["a<1.1", "b>9"], "3.12.1") == known[0]
    assert choose(known, "a", "2.0rc1", ["a"], "3.12.1") == known[2]
    assert choose(known, "a", "", ["a<1; python_version < '3.12'"], "3.12.1") == known[1]
    assert choose(known, "a", "", ["a>3"], "3.12.1") is None
    assert choose(files("a-1.0.tar.gz", python=">=3.13"), "a", "", ["a"], "3.12.1") is None
    yanked = [PageFile("a-3.0.tar.gz", "https://index.example/x", yanked=True), *known]
    assert choose(yanked, "a", "", ["a"], "3.12.1") == known[1]
    assert choose(yanked, "a", "3.0", ["a"], "3.12.1") == yanked[0]


SAID = """error: No solution found when resolving dependencies
  cause: Because docopt==0.6.2 has no usable wheels and only docopt<=0.6.2 is available, we can conclude that \
docopt>=0.6.2 cannot be used.
         And because num2words==0.5.10 depends on docopt>=0.6.2 and you require num2words==0.5.10, we can conclude \
that your requirements are unsatisfiable.

hint: Wheels are required for `docopt` because building from source is disabled for all packages (i.e., with \
`--no-build`)
"""


def test_the_installers_words_are_cut_to_what_matters() -> None:
    assert without_wheels(SAID) == ["docopt"]
    assert pinned_version(SAID, "docopt") == "0.6.2"
    assert pinned_version(SAID, "num2words") == ""
    assert shorten(SAID) == (
        "no wheels for docopt: docopt==0.6.2 has no usable wheels and only docopt<=0.6.2 is available. "
        "num2words==0.5.10 depends on docopt>=0.6.2 and you require num2words==0.5.10"
    )
    assert shorten(SAID, ["the index is gone", "the index is gone"]) == "the index is gone"
    assert shorten("") == "it failed"
    assert len(shorten("error: " + "x" * 5000)) <= 600


@pytest.mark.docker
def test_a_part_that_somebody_removes_meanwhile_is_made_again(
    sandbox: DockerSandbox, index: PackageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, tool, removed = new_name("raced"), new_name("tool"), list[str]()
    index.add_wheel(tool)
    index.add(name, f"{name}-1.0.tar.gz", source(name, requires=(tool,)))

    def removing(*arguments: Any, **named: Any) -> Any:
        if named.get("is_complete") and not removed:
            removed.append(arguments[1])
            sandbox.client.volumes.get(arguments[1]).remove()
        return build(*arguments, **named)

    monkeypatch.setattr("sandbox.environment.sdist.build", removing)
    with sandbox.open({}, environment=prepare(sandbox, Needs(requirements=(name,)), {}).name) as room:
        assert room.execute(f"import {name}").error == ""
    assert removed
