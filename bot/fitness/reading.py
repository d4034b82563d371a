"""Reading: how fast the model reads and writes, and whether it gets all of a prompt that fills the window."""

import json
from typing import Any

import dspy

from bot.fitness.asking import Asked, Failed, asking
from bot.programs.adapter import SectionAdapter
from bot.programs.model import Model

#: Seconds for the first call, which may have to load the model, and for the long prompt.
FIRST, LONG = 60.0, 45.0
#: Tokens of a reply here.
REPLY = 256
#: Characters of the first prompt.
SHORT = 6_000
#: Characters that the question, the form and the quoting take.
AROUND = 2_500
NUMBER = "7319"
FACT = f"The number on the red door is {NUMBER}."
LINE = "Note {}: at the mill, {} sacks were weighed, then stacked; the miller (an old man) said: {}."
SAYINGS = ("more rain tomorrow", "the wheel is worn", "nobody paid", "mind the step", "flour is up again")


class FromNotes(dspy.Signature):  # type: ignore[misc]  # dspy is untyped
    """Answer the question from the notes."""

    notes: str = dspy.InputField()
    question: str = dspy.InputField()
    answer: str = dspy.OutputField()


class FreeAdapter(SectionAdapter):
    """Takes a reply of any form: what is measured is not that."""

    def parse(self, signature: Any, completion: str) -> dict[str, Any]:
        """The answer; without its header the whole reply."""
        try:
            return super().parse(signature, completion)
        except dspy.AdapterParseError:
            return {"answer": completion}


class WholeAdapter(FreeAdapter):
    """Sends a prompt as long as it is, too: its length is what is measured."""

    @staticmethod
    def _fitting(adapter: Any, signature: Any, demos: list[Any], inputs: dict[str, Any]) -> dict[str, Any]:
        del adapter, signature, demos
        return inputs


class Speeds:
    """Tokens a second, by the server's own measure, else by the wall; 0.0 where a part can't be told apart."""

    def __init__(self, call: dict[str, Any]) -> None:
        reading, writing = call.get("prompt_seconds"), call.get("reply_seconds")
        self.prompt = call["prompt_tokens"] / reading if reading else 0.0
        self.reply = call["reply_tokens"] / (writing or call["seconds"] or 1.0)


def measured_speed(model: Model, end: float) -> Speeds:
    """The speeds of a short prompt and its reply. Raises Failed."""
    brief = model.model_copy(update={"reply_tokens": REPLY})
    with asking(brief, end, FIRST, "answer a first question") as asked, dspy.context(adapter=FreeAdapter()):
        question = "What did the miller say, note by note? Write the sayings of the first ten notes."
        dspy.Predict(FromNotes)(notes=notes(SHORT), question=question)
    return Speeds(asked.last)


def longest_prompt(model: Model) -> int:
    """Characters of notes in the longest prompt that the window takes: three bytes count as a token."""
    return ((model.window - REPLY) * 3 - AROUND) * 49 // 50  # each end of a line is sent as two characters


def notes(characters: int) -> str:
    """Notes of about that length, none like another; the fact stands at their very beginning."""
    lines = [LINE.format(number, number * 37 % 101, SAYINGS[number % 5]) for number in range(1, characters // 80 + 2)]
    return "\n".join([FACT, *lines])[:characters]


def reading_time(model: Model, speeds: Speeds) -> float:
    """Seconds that the longest prompt would take; 0.0 when that is not known."""
    return longest_prompt(model) / 4 / speeds.prompt if speeds.prompt else 0.0


def found_at_the_beginning(model: Model, end: float) -> tuple[bool, int, str]:
    """Whether the model knows what stands at the beginning of the longest prompt, its tokens, and why not.

    Raises:
        Failed: it could not be asked.
    """
    brief = model.model_copy(update={"reply_tokens": REPLY})
    asked = Asked()
    try:
        with asking(brief, end, LONG, "read a long prompt") as asked, dspy.context(adapter=WholeAdapter()):
            text = notes(longest_prompt(model))
            answer = str(dspy.Predict(FromNotes)(notes=text, question="What is the number on the red door?").answer)
    except Failed as failure:
        if "context window" in str(failure):
            return False, 0, f"the server keeps less of a prompt than the {model.window:,} tokens that are asked for"
        raise
    read = int(asked.last.get("prompt_tokens") or 0)
    if NUMBER in answer:
        return True, read, ""
    sent = len(json.dumps(text)) // 4
    lost = f"what stood at the beginning of a prompt of about {sent:,} tokens was lost"
    return False, read, f"{lost}; the server read {read:,} of them" if 0 < read < sent // 2 else lost
