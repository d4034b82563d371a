"""Run: every figure of the agent, with a model that knows the answers and the operator's own rooms."""

from collections.abc import Callable, Mapping, Sequence

from bench.agent.jobs import measure_jobs
from bench.agent.knowing_model import KnowingModel
from bench.agent.looking import measure_looking
from bench.agent.proving import measure_proving
from bench.sandbox.figure import Figure, Line
from bot.composition import open_workshop
from bot.standins.replayed_model import MODEL
from sandbox.room import SandboxError

#: Of a small model at home, in tokens.
WINDOW = 16_384


def measure_agent(environment: Mapping[str, str], say: Callable[[str], None]) -> Sequence[Figure]:
    """The planner's look, the parts of a proof, and what five jobs cost by each strategy.

    Args:
        environment: the operator's settings; the model's are put aside.
        say: told what is being measured.

    Raises:
        ConfigurationError: no rooms can be made.
    """
    kept = {name: value for name, value in environment.items() if not name.startswith("INTERN_MODEL")}
    with KnowingModel(WINDOW) as model:
        mine = {**kept, "INTERN_MODEL": f"ollama_chat/{MODEL}", "OLLAMA_BASE_URL": model.url}
        with open_workshop(mine, say) as workshop:
            steps: tuple[tuple[str, Callable[[], Figure]], ...] = (
                ("The planner's look", lambda: measure_looking(workshop.sandbox)),
                ("Proof", lambda: measure_proving(workshop.sandbox, workshop.limits)),
            )
            figures = [_measured(title, measure, say) for title, measure in steps]
            return [*figures, *measure_jobs(workshop, model, say)]


def _measured(title: str, measure: Callable[[], Figure], say: Callable[[str], None]) -> Figure:
    say(title)
    try:
        return measure()
    except SandboxError as error:
        return Figure(title, (Line(title, note=str(error)),))
