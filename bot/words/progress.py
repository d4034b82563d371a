"""Progress: where a job stands, as it is shown in the status comment and on a terminal."""

from enum import StrEnum

from bot.words.budget import Budget, Usage
from bot.words.day import Today
from bot.words.value import Value


class Phase(StrEnum):
    """The phases of a job, in their order; the value is what a reader sees."""

    SNAPSHOT = "Read the repository"
    PREPARE = "Run the existing tests"
    PLAN = "Plan the change"
    WRITE = "Write code and tests"
    VERIFY = "Prove it in a fresh sandbox"
    PUBLISH = "Open the pull request"


class State(StrEnum):
    """How far a phase has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class PhaseLine(Value):
    """One line of the checklist: the phase, how far it is, and what was found in it."""

    phase: Phase
    state: State = State.WAITING
    found: str = ""


class Progress(Value):
    """The whole status.

    Attributes:
        lines: one per phase, in order; none where nobody knows.
        attempt: number of the current attempt, 0 before the first.
        candidate: which of `candidates` patches is being tried for it.
        candidates: how many there may be.
        usage: spent so far.
        budget: the limits.
        minutes: wall time so far.
        waited: minutes that the job was put off, by GitHub's limits or while GitHub or the database was away.
        model: name of the model.
        planner: name of the stronger model that made the plan; "" when `model` did.
        writer: name of the stronger model that writes this attempt; "" when `model` does.
        today: where the day of the repository stands; None where no days are counted.
        ending: the final sentence (Markdown of ours), "" while running.
        interrupted: whether what runs now was begun before, by a process that is gone.
    """

    lines: tuple[PhaseLine, ...] = tuple(PhaseLine(phase=phase) for phase in Phase)
    attempt: int = 0
    candidate: int = 1
    candidates: int = 1
    usage: Usage = Usage()
    budget: Budget = Budget()
    minutes: float = 0.0
    waited: float = 0.0
    model: str = ""
    today: Today | None = None
    planner: str = ""
    writer: str = ""
    ending: str = ""
    interrupted: bool = False

    def ended(self, sentence: str, *, proven: bool) -> "Progress":
        """The same progress with the last word: what never began is skipped, what was under way failed or is done."""
        turned = {State.RUNNING: State.DONE if proven else State.FAILED, State.WAITING: State.SKIPPED}
        lines = tuple(line.model_copy(update={"state": turned.get(line.state, line.state)}) for line in self.lines)
        return self.model_copy(update={"lines": lines, "ending": sentence, "interrupted": False})

    def mark(self, phase: Phase, state: State, found: str | None = None) -> "Progress":
        """The same progress with one line changed; `found=None` keeps what was found."""
        lines = tuple(
            PhaseLine(phase=line.phase, state=state, found=line.found if found is None else found)
            if line.phase is phase
            else line
            for line in self.lines
        )
        return self.model_copy(update={"lines": lines, "interrupted": False})
