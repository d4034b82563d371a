"""Requirement lines: plain names with versions are taken, everything that is more is refused by name."""

import pytest

from sandbox.environment.requirement import plain_requirements
from sandbox.room import SandboxError


@pytest.mark.parametrize(
    "line",
    [
        "-e .",
        "-r other.txt",
        "--index-url https://evil.example/simple",
        "--extra-index-url=https://evil.example",
        "--trusted-host evil.example",
        "git+https://evil.example/x.git",
        "name @ https://evil.example/x.whl",
        "https://evil.example/x.whl",
        "./local.whl",
        "../x",
        "name; os_name == 'x' --global-option=y",
        "name --config-settings=x",
        "name==1 --hash=md5:00",
        "$HOME",
        "-",
    ],
)
def test_lines_that_are_more_than_names_and_versions_are_refused_by_name(line: str) -> None:
    with pytest.raises(SandboxError) as told:
        plain_requirements({"dev.txt": f"six\n{line}\n".encode()}, [])

    assert f"dev.txt: {line!r}" in str(told.value)


def test_plain_lines_are_taken() -> None:
    text = f"""
        \ufeff# comment
        Requests[socks, http2] >=2.0, !=2.5.*
        numpy~=2.0; python_version >= "3.9" and (os_name == 'posix')
        a.b-c_d===1.0+local.1   # why
        pinned==1.0 \\
            --hash=sha256:{"0" * 64} \\
            --hash=sha256:{"f" * 64}
    """
    assert plain_requirements({"r.txt": text.replace("\ufeff", "").encode("utf-8-sig")}, ["x", "x"]) == (
        "Requests[socks, http2] >=2.0, !=2.5.*",
        "a.b-c_d===1.0+local.1",
        "numpy~=2.0; python_version >= \"3.9\" and (os_name == 'posix')",
        f"pinned==1.0 --hash=sha256:{'0' * 64} --hash=sha256:{'f' * 64}",
        "x",
    )
