"""Steps: what a model did in its room and saw there, as its next prompt tells it: old ones shortly."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.programs.form import Form
from bot.programs.ledger import prompt_limit
from bot.programs.tools.answer import cut, cut_middle

#: Characters: of what the newest step printed and of its script, and of those of older steps.
NEWEST, OLDER, OLDER_SCRIPT = 2500, 300, 400
FOUND_BY = "Your last script was:"
#: What the instructions and the form of the reply take, and what is kept free for the steps.
FIXED, KEPT_FOR_STEPS = 2500, 5000
#: Of what is left then, the most that each field of a prompt may take.
SHARES = {"specification": 0.35, "context": 0.1, "current_code": 0.4, "failures": 0.15}


@dataclass(frozen=True)
class Step:
    """One reply and what came of it.

    Attributes:
        thought: the model's own words.
        script: what it wrote.
        seen: what was printed, or went wrong.
    """

    thought: str
    script: str
    seen: str


@dataclass
class Steps:
    """The steps so far."""

    done: list[Step] = field(default_factory=list)

    def enter(self, thought: str, script: str, seen: str) -> None:
        """Add one."""
        self.done.append(Step(cut(thought, OLDER), script, cut_middle(seen.strip() or "(nothing)", NEWEST)))

    @property
    def last_seen(self) -> str:
        """What the last step saw."""
        return self.done[-1].seen if self.done else ""

    @property
    def last_told(self) -> str:
        """The last step with its script: what went wrong says little without the check that found it."""
        if not self.done or not self.done[-1].script.strip():
            return self.last_seen
        last = self.done[-1]
        return f"{FOUND_BY}\n```\n{cut_middle(last.script.strip(), NEWEST)}\n```\nIt gave:\n{last.seen}"

    def told(self, limit: int) -> str:
        """All of them, in about `limit` characters; of the last one as much as fits, of older ones the beginning."""
        parts: list[str] = []
        for number, step in enumerate(self.done, 1):
            newest = number == len(self.done)
            script = cut_middle(step.script.strip(), NEWEST if newest else OLDER_SCRIPT)
            seen = step.seen if newest else cut(step.seen, OLDER)
            wrote = f"{step.thought}\n```\n{script}\n```\n" if script else ""
            parts.append(f"Step {number}: {wrote}It gave:\n{seen}")
        while len(parts) > 1 and sum(map(len, parts)) > limit:
            parts.pop(0)
        return cut_middle("\n\n".join(parts), max(limit, 1000)) or "none"

    def told_beside(self, inputs: Mapping[str, str]) -> str:
        """All of them, in what these other fields of the prompt leave."""
        return self.told(prompt_limit() - FIXED - sum(map(len, inputs.values())))


def fitted(inputs: Mapping[str, str]) -> dict[str, str]:
    """The fields of a prompt, cut to their shares of what it can hold beside its fixed part and the steps."""
    return {name: cut_middle(text, share(name)) if name in SHARES else text for name, text in inputs.items()}


def fitting(form: Form) -> Form:
    """The form, with no more of the file to show than a prompt has place for: a later cut takes its middle."""
    return replace(form, limit=min(form.limit, share("current_code")))


def share(name: str) -> int:
    """Characters that a field of a prompt may take."""
    return int(max(4000, prompt_limit() - FIXED - KEPT_FOR_STEPS) * SHARES[name])
