"""A model that can be taught: it is right about a span's ends only where its prompt gives it a reason to be."""

import re
from typing import Any

from bot.standins.replayed_model import ReplayedModel
from tests.journeys.script import sections

RIGHT, WRONG = "b - a + 1", "b - a"
#: What it is told of its mistakes: in the code, in the tests, in the plan.
FAILURES = ("assert 2 == 3", "assert (3 - 1) == 3", "assert 3 == 2", "does not name what the right change changes")
#: What a good instruction says, and a poor one.
GOOD, POOR = "Both ends count.", "Try to be right."
WRITE, CORRECT = "Write the Python code of one file", "Correct the previous code of one file"
TESTS = "from ruler.{name} import span\n\n\ndef test_both_ends():\n    assert span(1, 3) == {right}\n"
MODULES = '[{{"path": "ruler/{name}.py", "purpose": "Count the steps.", "definitions": ["{right}"]}}]'


class Pupil(ReplayedModel):
    """The server. What it answers follows from what it is asked, and it remembers that.

    Args:
        easy: names of the exercises that it does well without being taught.
        hard: what it has to be taught, of "code", "tests" and "plan".
        learns: whether an example or an instruction helps it.
        fails_after: calls after which the server only answers with errors; 0 for never.
    """

    def __init__(
        self,
        easy: tuple[str, ...] = (),
        *,
        learns: bool = True,
        fails_after: int = 0,
        hard: tuple[str, ...] = ("code",),
    ) -> None:
        super().__init__([])
        self.easy, self.learns, self.fails_after, self.hard = easy, learns, fails_after, hard
        self.asked: list[list[dict[str, Any]]] = []

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        messages = body["messages"]
        with self._lock:
            self.asked.append(messages)
            if self.fails_after and len(self.asked) > self.fails_after:
                return 500, {"error": "out of order"}
        text = self.reply(messages)
        prompt = sum(len(message["content"]) for message in messages) // 4
        return 200, {
            "model": body["model"],
            "created_at": "2026-01-01T00:00:00Z",
            "message": {"role": "assistant", "content": text},
            "done": True,
            "done_reason": "stop",
            "prompt_eval_count": prompt,
            "eval_count": len(text) // 4,
        }

    def reply(self, messages: list[dict[str, Any]]) -> str:
        system, last = messages[0]["content"], messages[-1]["content"]
        if "Write a better instruction" in system:
            # pytest's own words of what failed are what it learns from
            seen = any(one in last for one in FAILURES)
            return sections(new_instruction=f"{self.instruction(last)} {GOOD if seen else POOR}")
        if "next_tool_name" in system:
            return sections(next_thought="One file.", next_tool_name="finish", next_tool_args="{}")
        name = found[1] if (found := re.search(r"ruler/(\w+)\.py", last)) else ""
        if "test_strategy" in system:
            modules = MODULES.format(name=name, right="span" if self.knows(messages, name, "plan") else "size")
            return sections(reasoning="One.", summary="Count.", modules=modules, test_strategy="span(1, 3) is 3.")
        if "Write pytest tests" in system:
            return sections(
                reasoning="Exact.", tests=TESTS.format(name=name, right=3 if self.knows(messages, name, "tests") else 2)
            )
        code = (
            f"def span(a: int, b: int) -> int:\n    return {RIGHT if self.knows(messages, name, 'code') else WRONG}\n"
        )
        return sections(reasoning="Count.", fault="code", generated_code=code, check="")

    def knows(self, messages: list[dict[str, Any]], name: str, what: str) -> bool:
        examples = "".join(message["content"] for message in messages if message["role"] == "assistant")
        shown = any(one in examples for one in (RIGHT, "span(1, 3) == 3", '"span"'))
        taught = shown or GOOD in messages[0]["content"]
        return what not in self.hard or name in self.easy or (taught and self.learns)

    @staticmethod
    def instruction(prompt: str) -> str:
        return prompt.partition("[[ ## current_instruction ## ]]")[2].partition("[[ ##")[0].strip()

    @property
    def written(self) -> list[list[dict[str, Any]]]:
        """The prompts that asked for code."""
        return [asked for asked in self.asked if WRITE in asked[0]["content"] or GOOD in asked[0]["content"]]
