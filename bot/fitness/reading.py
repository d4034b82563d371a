"""Reading: how fast the model reads and writes, and whether it gets all of a prompt that fills the window."""

import json
from typing import Any

import dspy

from bot.decisions.fitness import NO_CHAT, NO_TIME
from bot.fitness.asking import Failed, OutOfTime, asking
from bot.programs.adapter import SectionAdapter
from bot.programs.engine import CUT_OFF
from bot.programs.model import Model

#: Seconds for the first call, which may have to load the model, for the long prompt, and for one of a few lines.
FIRST, LONG, SOON = 60.0, 45.0, 20.0
#: Tokens of a reply here.
REPLY = 256
#: Characters of the first prompt.
SHORT = 6_000
#: Characters that the question, the form and the quoting take.
AROUND = 2_500
#: Characters of notes that fit into every window.
FEW = 600
NUMBER = "7319"
DOOR = "What is the number on the red door?"
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

    def __init__(self, call: dict[str, Any], room: int) -> None:
        self.room = room  # tokens that its reply needs
        reading, writing = call.get("prompt_seconds"), call.get("reply_seconds")
        self.prompt = call["prompt_tokens"] / reading if reading else 0.0
        self.reply = call["reply_tokens"] / (writing or call["seconds"] or 1.0)


def measured_speed(model: Model, end: float) -> Speeds:
    """The speeds of a short prompt and its reply.

    Raises:
        Failed: nothing came back that could be measured; says what to try.
    """
    question = "What did the miller say, note by note? Write the sayings of the first ten notes."
    room, answer = REPLY, "cut off"
    try:
        with asking(brief(model, room), end, FIRST, "answer a first question") as asked:
            try:
                answer = answered(FreeAdapter(), notes(SHORT), question)
            except dspy.LMProviderError as error:
                if error.provider_code != CUT_OFF:
                    raise
                room = model.reply_tokens  # it thinks aloud, or at length; how fast it does is known all the same
    except OutOfTime as late:
        raise Failed(f"a first question was {late}. {NO_TIME}") from late
    if not answer:
        raise Failed(f"its reply to a first question was empty. {NO_CHAT}")
    return Speeds(asked.last, room)


def brief(model: Model, room: int) -> Model:
    """The model, with so many tokens for a reply."""
    return model.model_copy(update={"reply_tokens": room})


def answered(adapter: FreeAdapter, text: str, question: str) -> str:
    """What the model answers from these notes; "" for an empty reply. Raises what dspy raises of a server."""
    with dspy.context(adapter=adapter):
        try:
            return str(dspy.Predict(FromNotes)(notes=text, question=question).answer).strip()
        except dspy.AdapterParseError:  # dspy refuses an empty reply before the adapter sees it
            return ""


def longest_prompt(model: Model, room: int = REPLY) -> int:
    """Characters of notes in the longest prompt that the window takes: three bytes count as a token."""
    return ((model.window - room) * 3 - AROUND) * 49 // 50  # each end of a line is sent as two characters


def notes(characters: int) -> str:
    """Notes of about that length, none like another; the fact stands at their very beginning."""
    lines = [LINE.format(number, number * 37 % 101, SAYINGS[number % 5]) for number in range(1, characters // 80 + 2)]
    return "\n".join([FACT, *lines])[:characters]


def reading_time(model: Model, speeds: Speeds) -> float:
    """Seconds that the longest prompt would take; 0.0 when that is not known."""
    return longest_prompt(model) / 4 / speeds.prompt if speeds.prompt else 0.0


def found_at_the_beginning(model: Model, end: float, room: int = REPLY) -> tuple[bool, int, str]:
    """Whether the model knows what stands at the beginning of the longest prompt, its tokens, and why not.

    Args:
        model: which.
        end: moment of `time.monotonic()` at which all measuring ends.
        room: tokens of its reply.

    Raises:
        Failed: it could not be asked.
    """
    text = notes(longest_prompt(model, room))
    try:
        with asking(brief(model, room), end, LONG, "read a long prompt") as asked:
            answer = answered(WholeAdapter(), text, DOOR)
    except Failed as failure:
        if "context window" in str(failure):
            return False, 0, f"the server keeps less of a prompt than the {model.window:,} tokens that are asked for"
        raise
    read = int(asked.last.get("prompt_tokens") or 0)
    if NUMBER in answer:
        return True, read, ""
    sent = len(json.dumps(text)) // 4
    lost = f"what stood at the beginning of a prompt of about {sent:,} tokens was lost"
    if not answer:
        lost = f"its reply to a prompt of about {sent:,} tokens was empty"
    return False, read, f"{lost}; the server read {read:,} of them" if 0 < read < sent // 2 else lost


def found_in_a_few_lines(model: Model, end: float, room: int = REPLY) -> bool:
    """Whether the model knows the same from a prompt that fits into every window.

    Raises:
        Failed: it could not be asked.
    """
    with asking(brief(model, room), end, SOON, "read a short prompt"):
        return NUMBER in answered(FreeAdapter(), notes(FEW), DOOR)
