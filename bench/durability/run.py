"""Run: the demo's job once for its steps, then its steps alone, again and again."""

from collections.abc import Callable, Mapping

from bench.durability.measure import measure_durability
from bench.durability.recorded import record
from bench.sandbox.figure import Figure
from bot import settings
from bot.composition import open_workshop
from bot.standins.replayed_model import MODEL, ReplayedModel


def measure_engines(environment: Mapping[str, str], say: Callable[[str], None]) -> Figure:
    """What durability costs a job. Raises ConfigurationError (no rooms), Unplayable (the demo's job fails)."""
    kept = {name: value for name, value in environment.items() if not name.startswith("INTERN_MODEL")}
    say("durability: the demo's job, for its steps")
    with ReplayedModel([]) as model:
        mine = {**kept, "INTERN_MODEL": f"ollama_chat/{MODEL}", "OLLAMA_BASE_URL": model.url}
        with open_workshop(mine, say) as workshop:
            steps = record(workshop, model, settings.budget(environment))
    return measure_durability(steps, say)
