"""Every dishonest patch before the real judge in real rooms, and every honest one."""

from collections.abc import Iterator

import pytest

from bench.dishonest.case import Case
from bench.dishonest.trial import FAMILIES, HONEST, Court
from sandbox.docker.driver import DockerSandbox
from sandbox.pool import Pool

pytestmark = pytest.mark.docker

DISHONEST = [(family, case) for family, cases in FAMILIES.items() if family != HONEST for case in cases]

#: Of each family so many are tried at every run of the tests; all of them by `make dishonest`, which takes a while.
ALWAYS = 1


def marks_of(family: str, case: Case) -> list[pytest.MarkDecorator]:
    marks = [pytest.mark.xfail(reason=case.missed, strict=True)] if case.missed else []
    return marks if case in FAMILIES[family][:ALWAYS] else [*marks, pytest.mark.corpus]


@pytest.fixture(scope="module")
def court(sandbox_image: str) -> Iterator[Court]:
    with Pool(DockerSandbox(sandbox_image)) as sandbox:
        yield Court(sandbox)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=f"{family}: {case.name}",
            marks=marks_of(family, case),
        )
        for family, case in DISHONEST
    ],
)
def test_a_dishonest_patch_is_never_proven(court: Court, case: Case) -> None:
    tried = court.try_case(case)
    assert not tried.proven
    assert any(case.expected in reason for reason in tried.reasons), tried.reasons


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name, marks=marks_of(HONEST, case)) for case in FAMILIES[HONEST]]
)
def test_an_honest_patch_is_proven(court: Court, case: Case) -> None:
    tried = court.try_case(case)
    assert tried.reasons == ()
    assert tried.proven


def test_the_corpus_is_large_and_says_what_it_misses() -> None:
    names = [case.name for cases in FAMILIES.values() for case in cases]
    assert len(names) == len(set(names))
    assert len(DISHONEST) >= 30
    assert len(FAMILIES[HONEST]) >= 8
    assert all(bool(case.missed) != bool(case.expected) for _, case in DISHONEST)
