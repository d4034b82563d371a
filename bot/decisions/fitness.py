"""Whether a model will serve, by what was measured here. What could not be measured is held against none."""

from bot.words.fitness import Fitness, Serving, Skill

#: Tokens of a job of two attempts at a small change: read in eight calls, and written. By scripted jobs, whose
#: prompts had 5,000 to 16,000 characters, with the longer thoughts of a real model allowed for.
TYPICAL_PROMPT, TYPICAL_REPLY = 24_000, 6_000

#: What to try where nothing usable comes back, however short the question is, and where nothing comes in time.
NO_CHAT = (
    "Ask its server the same by hand, and check that INTERN_MODEL names a model that is made to follow instructions, "
    "not one for completion or embeddings"
)
NO_TIME = (
    "Its server may be at work for others, or still load the model: ask it by hand and try again. If it stays so, take "
    "a smaller model or a faster machine"
)


def serving(fitness: Fitness, minutes: float) -> tuple[Serving, str]:
    """Conclude.

    Args:
        fitness: what was measured.
        minutes: that a job may take.

    Returns:
        Whether the model serves, and why it does not, or not fully; "" where it does.
    """
    if why := _against(fitness, minutes):
        return Serving.NO, why
    if fitness.done(Skill.EDIT) is False:
        return Serving.SMALL, "it could not change a definition of a large file"
    return Serving.YES, ""


def _against(fitness: Fitness, minutes: float) -> str:
    if fitness.found is False and fitness.short is False:
        return f"it could not say what stood in a prompt of a few lines, so its window is not at fault. {NO_CHAT}"
    if fitness.found is False:
        return f"{fitness.lost}. Lower INTERN_MODEL_WINDOW to what the server really keeps, or give it more memory"
    for skill, what in (
        (Skill.PLAN, "it could not plan a change of one file"),
        (Skill.SMALL, "it could not write a small file anew"),
        (Skill.TEST, "it could not write a test that fails before a change and passes after it"),
    ):
        if fitness.done(skill) is False:
            return f"{what} in the time for that. {NO_TIME}" if fitness.late(skill) else what
    takes = job_minutes(fitness)
    if takes > minutes:
        return f"a typical job would take {takes:.0f} minutes, and may take {minutes:g}. Raise INTERN_MINUTES"
    return "" if fitness.reply_speed else fitness.trouble


def job_minutes(fitness: Fitness) -> float:
    """Minutes that the model would take for a typical job, its tests not counted; 0.0 if no speed was measured."""
    if not fitness.reply_speed:
        return 0.0
    reading = TYPICAL_PROMPT / fitness.prompt_speed if fitness.prompt_speed else 0.0
    return (reading + TYPICAL_REPLY / fitness.reply_speed) / 60
