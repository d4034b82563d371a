"""What `intern doctor` says of a model that it has measured."""

from bot.decisions.fitness import job_minutes, serving
from bot.words.fitness import Fitness, Serving, Tried

SIGNS = {True: "✔", False: "✘", None: "not tried"}


def told_fitness(fitness: Fitness, minutes: float) -> str:
    """One line: the conclusion, then what it comes from."""
    conclusion, why = serving(fitness, minutes)
    head = f"{conclusion.value}: {why}" if why else conclusion.value
    parts = [_context(fitness), _speed(fitness), ", ".join(_task(one) for one in fitness.tried), _job(fitness)]
    if fitness.trouble and fitness.trouble not in head:
        parts.append(f"measuring ended early: {fitness.trouble}")
    told = "; ".join(part for part in parts if part)
    return f"{head}. {told[:1].upper()}{told[1:]}".rstrip(". ") + "."


def fit(fitness: Fitness, minutes: float) -> bool:
    """Whether it serves at all."""
    return serving(fitness, minutes)[0] is not Serving.NO


def _context(fitness: Fitness) -> str:
    if fitness.found:
        return f"it knew what stood at the beginning of a prompt of {fitness.read:,} tokens"
    return f"the context was not measured, {fitness.lost}" if fitness.found is None and fitness.lost else ""


def _speed(fitness: Fitness) -> str:
    if not fitness.reply_speed:
        return ""
    reads = f"reads {fitness.prompt_speed:,.0f} and " if fitness.prompt_speed else ""
    return f"{reads}writes {fitness.reply_speed:,.1f} tokens a second"


def _task(one: Tried) -> str:
    why = f" ({one.why})" if one.why and not one.done else ""
    return f"{one.skill.value} {SIGNS[one.done]}{why}"


def _job(fitness: Fitness) -> str:
    takes = job_minutes(fitness)
    return f"a typical job would keep it busy for about {max(1, round(takes))} min" if takes else ""
