"""What was only guessed and can't be had is left out and told; what a person named must be had."""

from collections.abc import Sequence

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.environment.failure import InstallationFailed
from sandbox.environment.leaving_out import blamed
from sandbox.environment.needs import Needs
from sandbox.environment.prepare import prepare

LINES = ("six==1.16.0", "code-intern-no-such-package>=2")


@pytest.mark.docker
def test_a_guessed_requirement_that_does_not_exist_is_left_out_with_the_installers_words(
    sandbox: DockerSandbox,
) -> None:
    made = prepare(sandbox, Needs(requirements=LINES), {})

    (note,) = made.notes
    assert note.startswith("not installed: code-intern-no-such-package: ")
    with sandbox.open({}, environment=made.name) as room:
        assert room.execute("import six; print(six.__version__)").stdout == "1.16.0\n"


@pytest.mark.docker
def test_a_named_one_ends_it(sandbox: DockerSandbox) -> None:
    with pytest.raises(InstallationFailed, match="code-intern-no-such-package"):
        prepare(sandbox, Needs(requirements=LINES, named=True), {})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "no wheels for pywatchman, and pywatchman-2.0.0.tar.gz can't be built: gcc",
            ["PyWatchman>=1; os_name != 'x'"],
        ),
        ("Because there are no versions of my.pkg==9", ["my-pkg==9"]),
        ("some-transitive was not found, requested by requests>=2", ["requests"]),
        ("the disk is full", []),
    ],
)
def test_whom_the_installer_blames(words: str, expected: Sequence[str]) -> None:
    assert blamed(["requests", "PyWatchman>=1; os_name != 'x'", "my-pkg==9"], words) == expected
