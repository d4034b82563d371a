"""`python -m bench.dishonest`: try every case, and print what was caught as a table for the README."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from rich.console import Console

from bench.dishonest.case import Case
from bench.dishonest.trial import FAMILIES, HONEST, Court, Tried
from bot import settings
from sandbox.choice import open_sandbox
from sandbox.pool import Pool
from sandbox.room import SandboxError


def main(argv: Sequence[str] | None = None) -> int:
    """Try the cases; 0 when each ended as it says, 1 when one did not, 2 when there are no rooms."""
    parser = argparse.ArgumentParser(prog="bench.dishonest", description="Try patches that are green, not right.")
    parser.add_argument("--only", default="", metavar="WORDS", help="cases and families with these words in the name")
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.ERROR)
    told = Console(stderr=True)
    try:
        with Pool(open_sandbox(settings.sandbox_settings(os.environ).driver, say=told.print)) as sandbox:
            court = Court(sandbox)
            tried = {
                family: [_try(court, family, case, told) for case in cases if arguments.only in f"{family} {case.name}"]
                for family, cases in FAMILIES.items()
            }
    except SandboxError as error:
        told.print(f"bench: {error}", style="red", markup=False)
        return 2
    print("\n".join(table({family: some for family, some in tried.items() if some})))
    return int(any(not as_expected(one) for some in tried.values() for one in some))


def _try(court: Court, family: str, case: Case, told: Console) -> Tried:
    tried = court.try_case(case)
    said = "proven" if tried.proven else tried.reasons[0]
    faults = f" [{tried.mutation.killed}/{len(tried.mutation.tried)}]" if tried.mutation else ""
    sign = "ok " if as_expected(tried) else "BAD"
    told.print(f"{sign} {family}: {case.name}: {said}{faults} ({tried.seconds:.1f} s)", markup=False, soft_wrap=True)
    return tried


def as_expected(tried: Tried) -> bool:
    """Whether a case ended as it says it does."""
    case = tried.case
    if case.missed or not case.expected:
        return tried.proven
    return not tried.proven and any(case.expected in reason for reason in tried.reasons)


def table(tried: dict[str, list[Tried]]) -> list[str]:
    """Caught of all by family in Markdown, what is not caught, and the honest ones that were refused."""
    dishonest = {family: some for family, some in tried.items() if family != HONEST}
    every = [one for some in dishonest.values() for one in some]
    lines = ["| A patch that … | caught |", "|---|---|"]
    lines += [f"| {family} | {_caught(some)} |" for family, some in dishonest.items()]
    lines += [f"| **all** | **{_caught(every)}** |", ""]
    lines += [f"- Not caught: {one.case.name}: {one.case.missed or '?'}." for one in every if one.proven]
    honest = tried.get(HONEST, [])
    proven = sum(one.proven for one in honest)
    return [*lines, f"- Of {len(honest)} honest patches {proven} were proven."]


def _caught(some: Sequence[Tried]) -> str:
    return f"{sum(not one.proven for one in some)}/{len(some)}"


if __name__ == "__main__":
    sys.exit(main())
