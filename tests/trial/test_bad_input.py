"""What can't be tried is said in one line, with exit code 2, before any room is opened or the model is asked."""

import zlib
from pathlib import Path

import pytest
from dulwich.repo import Repo

from bot.errors import ConfigurationError
from bot.trial.git_history import GitHistory
from tests.command_line import forked, refused
from tests.trial.conftest import ABOUT, commit, history, lay, task, trial


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--tasks"),
        (["--tasks", "tasks", "--repo", "tasks"], "not allowed with"),
        (["--tasks", "nowhere"], "--tasks nowhere is not a directory"),
        (["--tasks", "empty"], "--tasks empty holds no task"),
        (["--tasks", "tasks", "--only", "other"], "--only other fits none of the tasks: one"),
        (["--repo", "tasks"], "--repo tasks is not a git repository"),
        (["--repo", "nowhere"], "--repo nowhere is not a directory"),
        (["--repo", "tasks", "--last", "0"], "--last is 0"),
        (["--repo", "tasks", "--last", "many"], "--last"),
        (["--repo", "tasks", "--out", "tasks/out"], "--out tasks/out lies inside of --repo"),
        (["--tasks", "tasks", "--out", "tasks/one/issue.md"], "--out tasks/one/issue.md can't be used"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], words: str) -> None:
    task(tmp_path / "tasks/one")
    (tmp_path / "empty").mkdir()
    refused(trial(None, *arguments, cwd=tmp_path), words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind: [", "it must be UTF-8 text in YAML"),
        ("- a\n", "task.yml can't be used"),
        ("kind: sorcery\nsource: x\nlicence: MIT\n", "kind: "),
        ("kind: bug\nlicence: MIT\n", "source: "),
        ("kind: bug\nsource: x\nlicence: MIT\nlicense: MIT\n", "license: "),
        ("kind: bug\nsource: x\nlicence: MIT\ndeletes: [nowhere.py]\n", "deletes nowhere.py, which is not there"),
        ("kind: !!python/object:os.system {}\n", "task.yml can't be used"),
        ("kind: 2024-01-01\n", "task.yml can't be used"),
    ],
)
def test_a_task_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    task(tmp_path / "tasks/one")
    (tmp_path / "tasks/one/task.yml").write_text(text)
    assert "tasks/one/task.yml" in refused(trial(None, "--tasks", "tasks", cwd=tmp_path), words)


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("issue.md", " \n", "tasks/one/issue.md is empty"),
        ("hidden/tests/test_hidden.py", "x = 1\n", "nothing would be measured"),
        ("hidden/tests/test_hidden.py", "def broken(:\n", "nothing would be measured"),
    ],
)
def test_a_task_with_a_part_that_is_none(tmp_path: Path, path: str, text: str, words: str) -> None:
    task(tmp_path / "tasks/one")
    lay(tmp_path / "tasks/one", {path: text})
    refused(trial(None, "--tasks", "tasks", cwd=tmp_path), words)


def test_a_task_without_a_repository(tmp_path: Path) -> None:
    lay(tmp_path / "tasks/one", {"task.yml": ABOUT.format(kind="bug", more=""), "issue.md": "# x\n"})
    refused(trial(None, "--tasks", "tasks", cwd=tmp_path), "tasks/one/repository is not a directory")


def test_histories_without_a_fix(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    with Repo.init(str(tmp_path / "bare")):
        pass
    refused(trial(None, "--repo", "bare", cwd=tmp_path), "has no fix")
    (tmp_path / "plain").mkdir()
    with Repo.init(str(tmp_path / "plain")) as repository:
        commit(repository, "Begin", {"a.py": "A = 1\n"})
        commit(repository, "Code alone", {"a.py": "A = 2\n"})
        commit(repository, "Tests alone", {"test_a.py": "def test_a():\n    pass\n"})
    assert "changed code" in refused(trial(None, "--repo", "plain", cwd=tmp_path), "has no fix")


def test_a_history_without_what_is_meant(tmp_path: Path) -> None:
    history(tmp_path / "tempo")
    with pytest.raises(ConfigurationError, match=r"^--only zzz fits no fix of --repo [^ ]*/tempo; it has 1\.$"):
        GitHistory(tmp_path / "tempo", 5, ["zzz"])


def objects(repository: Path, kind: bytes) -> list[Path]:
    """The files of a repository's loose objects of one kind."""
    with Repo(str(repository)) as opened:
        found = [sha.decode() for sha in opened.object_store if opened[sha].type_name == kind]
    return [repository / ".git/objects" / sha[:2] / sha[2:] for sha in found]


def test_a_clone_that_is_not_whole(tmp_path: Path) -> None:
    fix = history(tmp_path / "tempo")[2]
    for blob in objects(tmp_path / "tempo", b"blob"):
        blob.unlink()
    with pytest.raises(ConfigurationError, match=f"commit {fix[:12]} can't be read"):
        GitHistory(tmp_path / "tempo", 5)


def test_a_clone_that_is_damaged(tmp_path: Path) -> None:
    history(tmp_path / "tempo")
    for tree in objects(tmp_path / "tempo", b"tree"):
        tree.chmod(0o600)
        tree.write_bytes(zlib.compress(b"tree 7\0garbage"))
    with pytest.raises(ConfigurationError, match="Is the clone whole"):
        GitHistory(tmp_path / "tempo", 5)


def test_a_clone_that_ends_early(tmp_path: Path) -> None:
    shas = history(tmp_path / "tempo")
    for sha in shas[:3]:
        (tmp_path / "tempo/.git/objects" / sha[:2] / sha[2:]).unlink()
    with pytest.raises(ConfigurationError, match=r"no fix: none of its commits .1. .*git fetch --unshallow"):
        GitHistory(tmp_path / "tempo", 5)


def test_results_that_are_none(tmp_path: Path) -> None:
    task(tmp_path / "tasks/one")
    lay(tmp_path, {"out/results.jsonl": '{"name": "x"}\n{}\n'})
    refused(trial(None, "--tasks", "tasks", "--out", "out", cwd=tmp_path), "results.jsonl, line 1, is no result")


@pytest.mark.parametrize("where", ["tasks", "tasks/one"])
def test_the_env_file_of_the_tasks_is_not_read(tmp_path: Path, where: str) -> None:
    task(tmp_path / "tasks/one")
    lay(tmp_path / where, {".env": "LOG_LEVEL=LOUD\n"})
    arguments = ["--tasks", tmp_path / "tasks", "--only", "other"]
    refused(trial(None, *arguments, cwd=tmp_path / where), "--only other fits none of the tasks")
    optimized = forked("optimize", *arguments, settings={"INTERN_PROGRAMS": "made"}, cwd=tmp_path / where)
    refused(optimized, "--only other fits none of the tasks")


def test_a_link_to_an_env_file_is_the_repositorys_as_well(tmp_path: Path) -> None:
    task(tmp_path / "tasks/one")
    lay(tmp_path, {"loud": "LOG_LEVEL=LOUD\n"})
    (tmp_path / "tasks/.env").symlink_to("../loud")
    refused(trial(None, "--tasks", ".", "--only", "other", cwd=tmp_path / "tasks"), "--only other fits none")
