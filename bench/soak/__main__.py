"""`python -m bench.soak`: the soak, from one machine to several, and what was found."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.soak.proof import see
from bench.soak.report import report
from bench.soak.run import Size, soak
from bench.soak.world import World
from bot.engine.lease import Terms
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.room import Limits
from tests.engine.postgresql import MISSING, postgresql, there

#: Shorter than `intern serve`'s, so that many deaths fit into one soak.
TERMS = Terms(beat=1.0, lease=8.0, dead=12.0)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; 0 when nothing was lost and nothing doubled, 1 when something was, 2 without a PostgreSQL."""
    asked = _parser().parse_args(argv)
    logging.basicConfig(level=logging.ERROR)
    if not there():
        _say(MISSING)
        return 2
    limits = Limits(seconds=60, lifetime=300)
    with BubblewrapSandbox(limits=limits) as sandbox:
        proof = see(sandbox, limits)
    found = []
    with postgresql(fsync=True) as server:
        for machines in asked.machines:
            size = Size(asked.jobs, asked.repositories, machines, asked.open, asked.every, asked.minutes)
            options = {"running": asked.running * machines, "failing": asked.failing, "waiting": asked.seconds}
            with World(server, f"soak{machines}", proof, TERMS, **options) as world:
                found.append(soak(world, size, _say, asked.seed))
                if asked.logs:
                    _keep(world, asked.logs)
                _say(report(found[-1]))
    return 1 if any(one.verdict.wrong for one in found) else 0


def _keep(world: World, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for machine in world.machines:
        (folder / f"{len(world.machines)}-{machine.setup.port}.log").write_text(machine.log())


def _say(text: str) -> None:
    print(text, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.soak", description="Many jobs, many machines, much trouble.")
    parser.add_argument("--jobs", type=int, default=1000, metavar="N")
    parser.add_argument("--repositories", type=int, default=200, metavar="N")
    parser.add_argument("--machines", type=int, nargs="+", default=[1, 3], metavar="N", help="a soak for each")
    parser.add_argument("--running", type=int, default=4, metavar="N", help="jobs at once for each machine")
    parser.add_argument("--open", type=int, default=40, metavar="N", help="jobs that wait or run at once")
    parser.add_argument("--every", type=float, default=8.0, metavar="S", help="between two troubles; 0 for none")
    parser.add_argument("--failing", type=float, default=0.01, metavar="P", help="share of rooms that fail")
    parser.add_argument("--minutes", type=float, default=600.0, metavar="M", help="after which nobody asks for more")
    parser.add_argument("--seconds", type=float, default=0.5, metavar="S", help="of each call of the model")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the dice")
    parser.add_argument("--logs", type=Path, metavar="DIR", help="keep the machines' logs there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
