"""What a job has spent, for a reader."""

from bot.words.progress import Progress

#: Prefixes of LiteLLM's names for models that run on one's own machine (https://docs.litellm.ai/docs/providers/ollama).
LOCAL = ("ollama/", "ollama_chat/")


def money(progress: Progress) -> str:
    """Say "$0.12 of $2.00", "free" for a local model, or that the price of a hosted one is unknown."""
    if not progress.usage.money and not progress.usage.unpriced and progress.model.startswith(LOCAL):
        return "free"
    told = f"${progress.usage.money:.2f} of ${progress.budget.money:.2f}"
    unknown = progress.usage.unpriced
    return f"{told}, without {unknown:,} call{'' if unknown == 1 else 's'} of unknown price" if unknown else told


def spending(progress: Progress) -> str:
    """Say "Attempt 2 of 4 · 1.5 of 30 minutes · 12 of 80 model calls · 34,000 of 600,000 tokens · free"."""
    usage, budget = progress.usage, progress.budget
    return " · ".join(
        (
            _attempt(progress) if progress.attempt else "No attempt yet",
            f"{progress.minutes:.1f} of {budget.minutes:g} minutes",
            f"{usage.calls:,} of {budget.calls:,} model calls",
            f"{usage.tokens:,} of {budget.tokens:,} tokens",
            money(progress),
        )
    )


def _attempt(progress: Progress) -> str:
    which = f", candidate {progress.candidate} of {progress.candidates}" if progress.candidates > 1 else ""
    return f"Attempt {progress.attempt} of {progress.budget.attempts}{which}"
