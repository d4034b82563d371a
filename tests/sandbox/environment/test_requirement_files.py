"""Requirement files: which ones are chosen, and what is read of them."""

import pytest

from sandbox.environment.detect import detect
from sandbox.room import SandboxError
from tests.sandbox.environment.trees import names_of, needs_of, said, tree


@pytest.mark.parametrize(
    ("paths", "chosen"),
    [
        (["requirements.txt"], ["requirements.txt"]),
        (["requirements.txt", "requirements-dev.txt"], ["requirements.txt", "requirements-dev.txt"]),
        (["dev-requirements.txt"], ["dev-requirements.txt"]),
        (["test-requirements.txt", "dev-requirements.txt"], ["test-requirements.txt"]),
        (["requirements_tests.txt", "requirements-docs.txt"], ["requirements_tests.txt"]),
        (
            ["requirements/base.txt", "requirements/test.txt", "requirements/production.txt"],
            ["requirements/base.txt", "requirements/test.txt"],
        ),
        (
            ["requirements/test.txt", "requirements/test-redis.txt", "requirements/test-docs.txt"],
            ["requirements/test.txt"],
        ),
        (["requirements/tests.in", "requirements/tests.txt"], ["requirements/tests.txt"]),
        (["requirements/local.txt", "requirements/pypy-test.txt"], ["requirements/local.txt"]),
        (["tests/requirements/py3.txt", "tests/requirements/oracle.txt"], ["tests/requirements/py3.txt"]),
        (["tests/requirements.txt", "examples/requirements.txt", "docs/requirements.txt"], ["tests/requirements.txt"]),
        (["constraints.txt", "notes.txt", "requirements.md", "robots.txt"], []),
        (["requirements.in"], ["requirements.in"]),
    ],
)
def test_which_files_are_chosen_by_their_names(paths: list[str], chosen: list[str]) -> None:
    """Each file has pytest and a package of its own."""
    needs = needs_of({path: f"pytest\npackage-{number}\n" for number, path in enumerate(paths)})

    taken = {paths[int(name.removeprefix("package-"))] for name in names_of(needs) if name != "pytest"}
    assert taken == set(chosen) == set(needs.sources)


def test_all_that_a_line_can_be() -> None:
    needs = needs_of(
        {
            "requirements/test.txt": """
                \ufeff# a comment
                -r ../requirements.txt
                --requirement=more.txt
                -c ../constraints.txt
                Requests[socks,http2] >= 2.0, != 2.5.*   # why
                numpy~=2.0 ; python_version >= "3.9" and (os_name == 'posix')
                rich \\
                   >=13
                -e .[fast]
                .
                ./libs/inner
                ../outer
                /etc/passwd
                https://x.example/x.whl
                y @ file:///y
                --index-url https://x.example/simple
                --extra-index-url=https://x.example
                --no-binary :all:
                $TOKEN
                -r ../../secret.txt
                -r /etc/passwd
                -r https://x.example/r.txt
                -r gone.txt
                name; os_name == 'x' --global-option=y
                pinned==1.0 --hash=md5:00
            """.replace("\ufeff", ""),
            "requirements.txt": "six\n-r requirements/test.txt\n",
            "requirements/more.txt": "attrs\n",
            "constraints.txt": "attrs<24\nrich<15\nunused==1\nsix @ https://x.example/six\n",
            "setup.py": "setup(name='shop', extras_require={'fast': ['orjson']})",
        }
    )

    assert needs.requirements == (
        "attrs<24",
        'numpy~=2.0 ; python_version >= "3.9" and os_name == "posix"',
        "orjson",
        "pinned==1.0",
        "requests[http2,socks]!=2.5.*,>=2.0",
        "rich<15,>=13",
        "six",
    )
    for refused in ("./libs/inner", "../outer", "/etc/passwd", "https://x.example/x.whl", "y @ file:///y", "$TOKEN"):
        assert said(needs, f"requirements/test.txt: '{refused}' is left out")
    for option in ("--index-url https://x.example/simple", "--extra-index-url=https://x.example"):
        assert said(needs, f"requirements/test.txt: '{option}' is left out")
    assert said(needs, '--global-option=y" is left out')
    for outside in ("../../secret.txt", "/etc/passwd", "https://x.example/r.txt"):
        assert said(needs, f"requirements/test.txt: -r '{outside}' is outside of the repository")
    assert said(needs, "requirements/gone.txt is not in the repository")
    assert said(needs, "constraints.txt: 'six @ https://x.example/six' is left out: it names an address")


def test_several_voices_for_one_package() -> None:
    needs = needs_of(
        {
            "pyproject.toml": """
                [project]
                name = "shop"
                version = "1"
                dependencies = ["a>=1", "b[x]>=1", "c>=1; python_version < '3.10'", "d>=1"]
                optional-dependencies.test = ["pytest", "a<3", "c>=2", "d"]
            """,
            "requirements.txt": 'b==1.5\nd==2 ; python_version < "3.9"\nd==3 ; python_version >= "3.9"\n',
        }
    )

    assert needs.requirements == (
        "a<3,>=1",
        "b[x]==1.5",
        'c>=1 ; python_version < "3.10"',
        "c>=2",
        'd==2 ; python_version < "3.9"',
        'd==3 ; python_version >= "3.9"',
        "d>=1",
        "pytest",
    )


def test_too_many_lines_end_it() -> None:
    with pytest.raises(SandboxError, match=r"2100 requirements are too many: at most 2000"):
        needs_of({"requirements.txt": "".join(f"package-{number}\n" for number in range(2_100))})


def test_what_the_settings_name_may_include_the_repository_itself() -> None:
    files = tree(
        {
            "ci.txt": "-e .[fast]\nsix\nshop>=1\n",
            "setup.py": "setup(name='shop', extras_require={'fast': ['orjson']})",
        }
    )

    assert detect(files, requirements=["ci.txt"]).requirements == ("six",)
