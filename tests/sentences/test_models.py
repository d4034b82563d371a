"""Which model did what, and which candidate is being tried."""

from bot.sentences.endings import tried, unproven
from bot.sentences.models import models
from bot.sentences.spending import spending
from bot.words.attempt import Attempt
from bot.words.progress import Progress

ALONE = Progress(model="ollama_chat/small", attempt=3)
HELPED = ALONE.model_copy(update={"planner": "openai/big", "writer": "openai/big"})


def test_each_model_is_named_with_what_it_did() -> None:
    assert models(Progress()) == ""
    assert models(ALONE) == "`ollama_chat/small`"
    assert models(HELPED) == "`ollama_chat/small`; the plan is by `openai/big`, attempt 3 is by `openai/big`"


def test_candidates_are_counted_where_there_are_several() -> None:
    assert spending(ALONE).startswith("Attempt 3 of 4 · ")
    several = ALONE.model_copy(update={"candidate": 2, "candidates": 5})
    assert spending(several).startswith("Attempt 3 of 4, candidate 2 of 5 · ")


def test_an_attempt_tells_its_candidate_and_its_model() -> None:
    attempts = [Attempt(number=1, trouble="a"), Attempt(number=1, candidate=2, trouble="b")]
    strong = Attempt(number=2, model="openai/big", trouble="c")
    assert [tried(one) for one in [*attempts, strong]] == [
        "- Attempt 1: a",
        "- Attempt 1, candidate 2: b",
        "- Attempt 2 (`openai/big`): c",
    ]
    assert "One attempt with 2 candidates, and it did not hold." in unproven(attempts)
    assert "2 attempts with 3 candidates, none held." in unproven([*attempts, strong])
