"""Models that are not Ollama's, through LiteLLM: address, key, price, and replies that were cut off."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import dspy
import pytest

from bot.errors import BudgetSpent, Cancelled
from bot.programs.engine import CUT_OFF
from bot.programs.hosted import price_of
from bot.programs.model import Model
from bot.programs.planner import Planner
from bot.programs.session import session
from bot.programs.toolbox import Toolbox
from bot.programs.varied import varied
from bot.words.budget import Budget
from tests.programs.fake_ollama import said
from tests.programs.world import DownSandbox, snapshot


class Provider(BaseHTTPRequestHandler):
    """A provider with OpenAI's API: https://platform.openai.com/docs/api-reference/chat"""

    seen: list[tuple[str, str, dict]]
    ending = "stop"
    message: ClassVar[dict] = {"content": said(answer="2")}

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((self.path, self.headers["Authorization"], body))
        message = {"role": "assistant", **self.message}
        answer = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": self.ending}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
        }
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def provider() -> Iterator[tuple[str, type[Provider]]]:
    handler = type("Handler", (Provider,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", handler
    server.shutdown()
    server.server_close()


def ask(url: str, name: str = "openai/gpt-4o-mini", budget: Budget | None = None, calls: int = 1):
    lines: list[dict] = []
    model = Model(name=name, url=url, key="s3cret", timeout=20)
    with session(model, budget or Budget(), time.monotonic() + 60, record=lines.append) as ledger:
        for _ in range(calls):
            assert dspy.Predict("question -> answer")(question="1+1?").answer == "2"
    return ledger, lines


def test_address_and_key_are_passed_and_the_price_is_counted(provider) -> None:
    url, handler = provider
    ledger, lines = ask(url)
    [(path, authorization, body)] = handler.seen
    assert path == "/v1/chat/completions"
    assert authorization == "Bearer s3cret"
    assert body["max_completion_tokens"] == 4096
    assert ledger.usage.prompt_tokens == 1000
    assert ledger.usage.money == pytest.approx(1000 * 0.15e-6 + 100 * 0.6e-6)
    assert "s3cret" not in json.dumps(lines)


def test_money_is_limited(provider) -> None:
    url, handler = provider
    with pytest.raises(BudgetSpent, match="no money is left"):
        ask(url, budget=Budget(money=0.0003), calls=3)
    assert len(handler.seen) == 2


def test_a_stopped_job_waits_no_longer_for_a_model_that_says_nothing(provider) -> None:
    url, handler = provider
    stop, over = threading.Event(), threading.Event()

    def silent(self: Provider) -> None:
        self.seen.append((self.path, "", {}))
        stop.set()
        over.wait(30)

    handler.do_POST = silent
    model = Model(name="openai/gpt-4o-mini", url=url, key="k", timeout=60)
    with session(model, Budget(), time.monotonic() + 60, stop.is_set), pytest.raises(Cancelled):
        dspy.Predict("question -> answer")(question="1+1?")
    assert not over.is_set()
    assert len(handler.seen) == 1
    over.set()


def test_a_model_without_a_known_price_still_works(provider) -> None:
    ledger, _lines = ask(provider[0], name="openai/nobody-knows-me")
    assert (ledger.usage.money, ledger.usage.unpriced) == (0.0, 1), "which is not the same as costing nothing"
    assert ledger.usage.tokens == 1100


def test_a_reply_that_was_cut_off_is_an_error(provider) -> None:
    url, handler = provider
    handler.ending = "length"
    with pytest.raises(dspy.LMError) as caught:
        ask(url)
    assert caught.value.provider_code == CUT_OFF


def test_a_prompt_that_does_not_fit_is_never_sent(provider) -> None:
    url, handler = provider
    with (
        session(Model(name="openai/gpt-4o-mini", url=url, key="k", window=4096), Budget(), time.monotonic() + 60),
        pytest.raises(dspy.ContextWindowExceededError),
    ):
        dspy.Predict("current_code -> answer")(current_code="x " * 9000)
    assert handler.seen == []


@pytest.mark.parametrize(
    "message",
    [
        {"content": said(answer="2"), "reasoning_content": said(answer="3?")},
        {"content": "<think>\n" + said(answer="3?") + "</think>\n\n" + said(answer="2")},
    ],
)
def test_what_a_hosted_model_thinks_is_no_part_of_its_answer(provider, message) -> None:
    url, handler = provider
    handler.message = message
    _ledger, [line] = ask(url)
    assert "3?" not in line["reply"]


def test_a_hosted_models_native_tool_call_is_a_step_of_the_planner(provider) -> None:
    url, handler = provider
    function = {"name": "read_file", "arguments": '{"path": "shapes/circle.py"}'}
    handler.message = {"content": None, "tool_calls": [{"id": "c1", "type": "function", "function": function}]}
    handler.ending = "tool_calls"
    model = Model(name="openai/gpt-4o-mini", url=url, key="k", timeout=20)
    with session(model, Budget(), time.monotonic() + 60):
        step = Planner(Toolbox(snapshot(), DownSandbox())).react(issue="i", repository="r", trajectory="none")
    assert (step.next_tool_name, step.next_tool_args) == ("read_file", {"path": "shapes/circle.py"})


@pytest.mark.parametrize(("name", "seed"), [("openai/gpt-4o-mini", 2003), ("openai/gpt-5-mini", 2003)])
def test_a_seed_reaches_a_provider_that_takes_one(provider, name, seed) -> None:
    url, handler = provider
    with session(Model(name=name, url=url, key="k", timeout=20), Budget(), time.monotonic() + 60), varied(2, 3):
        assert dspy.Predict("question -> answer")(question="1+1?").answer == "2"
    assert handler.seen[0][2]["seed"] == seed
    assert handler.seen[0][2].get("temperature") == (0.8 if "4o" in name else None)


def test_a_provider_that_takes_no_seed_is_asked_without_one(provider) -> None:
    """Anthropic's, whose way of answering is not the stand-in's: what counts is that the request was sent."""
    url, handler = provider
    model = Model(name="anthropic/claude-sonnet-4-5", url=url, key="k", timeout=20)
    with session(model, Budget(calls=1), time.monotonic() + 60), varied(1, 2), suppress(dspy.LMError, BudgetSpent):
        dspy.Predict("question -> answer")(question="1+1?")
    assert handler.seen
    assert "seed" not in handler.seen[0][2]


def test_a_price_is_known_or_unknown_and_never_guessed() -> None:
    assert price_of("openai/gpt-4o-mini", 1_000_000, 0) == pytest.approx(0.15)
    assert price_of("openai/gpt-4o-mini", 0, 1_000_000) == pytest.approx(0.60)
    assert price_of("openai/nobody-knows-me", 1_000_000, 1_000_000) is None
