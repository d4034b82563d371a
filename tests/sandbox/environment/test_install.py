"""Packages for a repository's tests: wheels, from the configured index only, once."""

import re
import secrets
import threading

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.environment.installation import Installer
from sandbox.environment.needs import Needs
from sandbox.environment.prepare import prepare
from sandbox.environment.store import EnvironmentGone, Kind
from sandbox.room import Limits, SandboxError
from tests.sandbox.environment.package_server import PackageServer, new_name

#: The mount, or the user: a room's is not the one that the files belong to.
REFUSED = re.compile("Read-only file system|Permission denied")

FILLING = Limits(seconds=30, lifetime=60)


@pytest.mark.docker
def test_packages_are_installed_once_and_mounted_read_only(sandbox: DockerSandbox, index: PackageServer) -> None:
    name, other = new_name("solid"), new_name("other")
    index.add_wheel(name, files={f"{name}-1.0.dist-info/entry_points.txt": f"[console_scripts]\n{name}=x:y\n"})
    index.add_wheel(other, requires=name)

    prepared = prepare(sandbox, Needs(requirements=(f"{other}>=0.5", name)), {})
    asked = len(index.asked)

    assert prepare(sandbox, Needs(requirements=(name, f"{other}>=0.5")), {}) == prepared
    assert len(index.asked) == asked
    with sandbox.open({}, environment=prepared.name) as room:
        assert room.execute(f"import {name}; print({name}.__file__)").stdout == f"/opt/env/{name}.py\n"
        assert room.run(["python", "-c", f"import {other}; print({other}.VERSION)"]).stdout == "1.0\n"
        assert REFUSED.search(room.execute(f"open('/opt/env/{name}.py', 'a')").error)
        assert REFUSED.search(room.execute("open('/opt/env/new.py', 'w')").error)
        assert room.run(["ls", "-A", "/opt/env"]).stdout.split() == sorted(
            ["bin", f"{name}-1.0.dist-info", f"{name}.py", f"{other}-1.0.dist-info", f"{other}.py"]
        )
        assert room.run(["ls", "/run/gate"]).exit_code != 0


@pytest.mark.docker
def test_nothing_is_needed_and_nothing_is_made(sandbox: DockerSandbox) -> None:
    assert prepare(sandbox, Needs(), {}).name == ""
    assert prepare(sandbox, Needs(python=">=3.8"), {}).name == ""


@pytest.mark.docker
def test_a_rehearsal_asks_the_index_each_time_and_keeps_nothing(
    sandbox: DockerSandbox, index: PackageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add_wheel(name := new_name("tried"))
    store = sandbox.environments
    installer = Installer(sandbox, store, store.ground("", (), print))
    tokens, token_hex = [], secrets.token_hex

    def told(size: int) -> str:
        tokens.append(token_hex(size))
        return tokens[-1]

    monkeypatch.setattr(secrets, "token_hex", told)

    for _ in range(2):
        index.asked.clear()
        installer.rehearse(name)
        assert any(name in path for path, _ in index.asked)

    keys = [token for token in tokens if len(token) == 20]
    assert len(keys) == 2
    assert [store.find(key) for key in keys] == [None, None]
    with pytest.raises(SandboxError, match="can't be installed"):
        installer.rehearse(new_name("nowhere"))


@pytest.mark.docker
def test_packages_come_from_the_index_of_this_machine(sandbox: DockerSandbox) -> None:
    prepared = prepare(sandbox, Needs(requirements=("iniconfig>=2", "six==1.16.0")), {})

    with sandbox.open({}, environment=prepared.name) as room:
        assert room.execute("import six; print(six.__version__, six.__file__)").stdout == "1.16.0 /opt/env/six.py\n"


@pytest.mark.docker
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{name}_no_such", "{dashed}-no-such was not found in the package registry and you require {dashed}-no-such"),
        ("{name}==9", "there is no version of {dashed}==9 and you require {dashed}==9"),
        ("{name}_old", "{dashed}-old==1.0 has no wheels with a matching Python implementation tag"),
    ],
)
def test_what_cannot_be_installed_is_told_in_the_installers_words(
    sandbox: DockerSandbox, index: PackageServer, line: str, words: str
) -> None:
    name = new_name("wanted")
    index.add_wheel(name)
    index.add(f"{name}_old", f"{name}_old-1.0-cp27-cp27m-manylinux1_x86_64.whl", b"never looked at")

    with pytest.raises(SandboxError) as told:
        prepare(sandbox, Needs(requirements=(line.format(name=name),)), {})

    assert words.format(dashed=name.replace("_", "-")) in str(told.value)
    assert "\n" not in str(told.value)
    assert "127.0.0.1" not in str(told.value)


@pytest.mark.docker
def test_hashes_are_held(sandbox: DockerSandbox, index: PackageServer) -> None:
    name = new_name("hashed")
    digest = index.add_wheel(name)

    assert prepare(sandbox, Needs(requirements=(f"{name}==1.0 --hash=sha256:{digest}",)), {}).name
    with pytest.raises(SandboxError, match="Hash mismatch"):
        prepare(sandbox, Needs(requirements=(f"{name}==1.0 --hash=sha256:{'0' * 64}",)), {})


@pytest.mark.docker
def test_an_environment_that_somebody_pruned_is_made_again(sandbox: DockerSandbox, index: PackageServer) -> None:
    name = new_name("pruned")
    index.add_wheel(name)
    needs = Needs(requirements=(name,))
    first = prepare(sandbox, needs, {}).name
    sandbox.client.volumes.get(first).remove()

    with pytest.raises(EnvironmentGone, match="prepare it again"):
        sandbox.open({}, environment=first)
    second = prepare(sandbox, needs, {}).name

    assert second != first
    with sandbox.open({}, environment=second) as room:
        assert room.execute(f"import {name}").error == ""
    assert first not in [volume.name for volume in sandbox.client.volumes.list()]


@pytest.mark.docker
def test_another_index_is_another_environment(
    sandbox: DockerSandbox, index: PackageServer, only: pytest.MonkeyPatch
) -> None:
    name = new_name("same")
    index.add_wheel(name)
    first = prepare(sandbox, Needs(requirements=(name,)), {}).name

    with PackageServer() as other:
        other.add_wheel(name, "2.0")
        only.setenv("PIP_INDEX_URL", other.url)
        second = prepare(sandbox, Needs(requirements=(name,)), {}).name

    for environment, version in ((first, "1.0"), (second, "2.0")):
        with sandbox.open({}, environment=environment) as room:
            assert room.execute(f"import {name}; print({name}.VERSION)").stdout == f"{version}\n"


@pytest.mark.docker
def test_the_first_of_two_writers_wins_and_nothing_of_the_other_stays(sandbox: DockerSandbox) -> None:
    store, key = sandbox.environments, new_name("race")
    ground = store.ground("", (), print)

    with (
        store.fill(key, Kind.DEPENDENCIES, ground, FILLING) as one,
        store.fill(key, Kind.DEPENDENCIES, ground, FILLING) as two,
    ):
        assert store.find(key) is None
        won = one.settle(1)
        lost = two.settle(2)

    assert won == lost == store.find(key)
    names = [
        volume.name for volume in sandbox.client.volumes.list() if key in volume.name and "-used-" not in volume.name
    ]
    assert sorted(names) == sorted([won.name, won.name.rpartition("-")[0]])
    assert store.remove(won.name)


@pytest.mark.docker
def test_what_was_not_settled_is_never_found(sandbox: DockerSandbox) -> None:
    store, key = sandbox.environments, new_name("half")

    with store.fill(key, Kind.DEPENDENCIES, store.ground("", (), print), FILLING) as filling:
        assert filling.room.run(["touch", "/opt/env/half.py"]).exit_code == 0

    assert store.find(key) is None
    assert not [volume for volume in sandbox.client.volumes.list() if key in volume.name]


@pytest.mark.docker
def test_an_environment_in_use_stays_and_uses_are_counted(sandbox: DockerSandbox) -> None:
    store, ground = sandbox.environments, sandbox.environments.ground("", (), print)
    keys = [new_name("used"), new_name("used")]
    names = []
    for key in keys:
        with store.fill(key, Kind.PROJECT, ground, FILLING) as filling:
            names.append(filling.settle(7, "a note").name)

    used = {entry.name: entry for entry in store.entries() if entry.name in names}
    assert used[names[0]].used < used[names[1]].used
    assert {(entry.size, entry.note) for entry in used.values()} == {(7, "a note")}
    with sandbox.open({}, environment=names[0]):
        assert not store.remove(names[0])
    assert all(store.remove(name) for name in names)
    assert not [entry for entry in store.entries() if entry.name in names]
    store.sweep()
    assert not [volume for volume in sandbox.client.volumes.list() if any(key in volume.name for key in keys)]


@pytest.mark.docker
def test_a_name_that_prepare_never_gave_opens_nothing(sandbox: DockerSandbox) -> None:
    before = len(sandbox.client.volumes.list())

    for name in ("nothing", "/etc", "../../etc", "a+b", "code-intern-env-0"):
        with pytest.raises(SandboxError):
            sandbox.open({}, environment=name)

    assert len(sandbox.client.volumes.list()) <= before


@pytest.mark.docker
def test_four_at_once_get_the_same(sandbox: DockerSandbox, index: PackageServer) -> None:
    name = new_name("many")
    index.add_wheel(name)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(prepare(sandbox, Needs(requirements=(name,)), {}).name))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.docker
def test_what_was_used_last_counts_as_that_for_all_on_the_engine(sandbox: DockerSandbox, index: PackageServer) -> None:
    names = [new_name("shared") for _ in range(4)]
    for name in names:
        index.add_wheel(name)
    with DockerSandbox(sandbox.image) as other:
        made = [prepare(other, Needs(requirements=(name,)), {}).name for name in names[:1]]
        made += [prepare(sandbox, Needs(requirements=(name,)), {}).name for name in names[1:3]]
        made += [prepare(other, Needs(requirements=(name,)), {}).name for name in names[3:]]

        used = {entry.name: entry.used for entry in other.environments.entries()}
        assert used[made[3]] > max(used[made[1]], used[made[2]])
