"""What `intern optimize` was asked for, checked before anything that takes time is loaded or started."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import settings
from bot.errors import ConfigurationError
from bot.words.budget import Budget

#: dspy's names of the optimizers, by ours.
OPTIMIZERS = {"bootstrap": "BootstrapFewShot", "gepa": "GEPA"}
BOUNDS = {"calls": (1, 1_000_000), "minutes": (1, 10_080), "money": (0, 100_000), "times": (1, 20)}
#: Tokens of one call, generously: the limit that counts here is that of the calls.
TOKENS_OF_CALL = 50_000


@dataclass(frozen=True, slots=True)
class OptimizeRequest:
    """What is to be done.

    Attributes:
        folder: where compiled programs are saved, and what was found out is kept.
        optimizer: "bootstrap" or "gepa".
        budget: of this run.
        times: how often each held-out exercise is done with each program, for a model that is moody.
        plans: results of `intern trial`, whose plans are taken; None to plan anew.
        programs: what is compiled, of `arguments.PROGRAMS`; empty means all that there are enough exercises for.
    """

    folder: Path
    optimizer: str
    budget: Budget
    times: int = 1
    plans: Path | None = None
    programs: tuple[str, ...] = ()


def read_request(arguments: Namespace, environment: Mapping[str, str]) -> OptimizeRequest:
    """Check everything that `bot.optimize.arguments` asks for. Raises ConfigurationError."""
    folder = settings.programs_folder(environment)
    if folder is None:
        raise ConfigurationError(
            "No folder for compiled programs is set. Name one in INTERN_PROGRAMS, outside of the repository."
        )
    for name, (low, high) in BOUNDS.items():
        value = getattr(arguments, name)
        if not low <= value <= high:
            raise ConfigurationError(f"--{name} is {value}. It must be a number from {low} to {high}.")
    if arguments.outcomes and not arguments.repo:
        raise ConfigurationError("--outcomes needs --repo: a clone of the repository whose pull requests were merged.")
    plans = arguments.trial
    if plans is not None and not (plans / "jobs").is_dir():
        raise ConfigurationError(f"--trial {plans} holds no results of `intern trial`: it has no folder jobs/.")
    calls = arguments.calls
    budget = Budget(minutes=arguments.minutes, calls=calls, tokens=calls * TOKENS_OF_CALL, money=arguments.money)
    programs = tuple(dict.fromkeys(arguments.program))
    return OptimizeRequest(folder, arguments.optimizer, budget, arguments.times, plans, programs)
