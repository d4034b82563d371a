"""What a model can really do: measured over real HTTP, with models of several talents, and run in real rooms."""

import re
import time
from collections.abc import Callable

import pytest

from bot.decisions.fitness import serving
from bot.fitness import reading, sample, tasks
from bot.fitness.measure import measure
from bot.programs.engine import size_in_tokens
from bot.programs.model import Model
from bot.sentences.fitness import told_fitness
from bot.words.fitness import Serving, Skill
from sandbox.room import SandboxError
from tests.programs.fake_ollama import FakeOllama, Reply, fake_ollama, said
from tests.programs.world import DownSandbox

TESTS = """import pytest

from names.initials import initials


@pytest.mark.parametrize(("name", "short"), [("ada  lovelace", "AL"), ("", "")])
def test_initials(name, short):
    assert initials(name) == short
"""
FUNCTION = sample.FIXED[sample.FIXED.index("def initials") :]


def skilled(prompt: str) -> str:
    """A model that does what it is asked, as far as it gets to see the question."""
    if "The number" in prompt or "red door" in prompt:
        found = re.search(r"The number on the red door is (\d+)\.", prompt)
        if "note by note" in prompt:
            return said(answer="1. more rain tomorrow\n" * 10)
        return said(answer=found[1] if found else "I don't know.")
    if "next_tool_name" in prompt:
        return said(next_thought="One file.", next_tool_name="finish", next_tool_args={})
    if "test_strategy" in prompt:
        module = {"path": sample.PATH, "purpose": "any spaces", "definitions": ["initials"]}
        return said(reasoning="r", summary="s", modules=[module], test_strategy="two spaces")
    if "Write pytest tests" in prompt:
        return said(reasoning="r", tests=TESTS)
    if "# >>> Qualified.name" in prompt:
        return said(reasoning="r", generated_code=f"# >>> initials\n{FUNCTION}", check="import names.initials")
    return said(reasoning="r", generated_code=sample.FIXED, check="import names.initials")


def but(sign: str, answer: str) -> Callable[[str], str]:
    """A skilled model that answers prompts with this sign in them so."""
    return lambda prompt: answer if sign in prompt else skilled(prompt)


def measured(brain: Callable[[str], str], sandbox=None, set_up: Callable[[FakeOllama], None] = lambda _: None, **more):
    with fake_ollama(otherwise=brain) as fake:
        set_up(fake)
        said_: list[str] = []
        fitness = measure(Model(url=fake.url, **more), sandbox, said_.append)
        return fitness, fake, said_


@pytest.mark.rooms
def test_a_skilled_model_serves(sandbox) -> None:
    fitness, fake, said_ = measured(skilled, sandbox)
    assert {one.skill: one.done for one in fitness.tried} == {Skill.PLAN: True, Skill.EDIT: True, Skill.TEST: True}
    assert fitness.found
    assert fitness.prompt_speed == pytest.approx(1000, rel=0.05)
    assert fitness.reply_speed == pytest.approx(100, rel=0.05)
    told = told_fitness(fitness, 30)
    assert told.startswith("serves. It knew what stood at the beginning of a prompt of 11,")
    assert "reads 1,000 and writes 100.0 tokens a second; plan ✔, edit of a large file ✔, test ✔; " in told
    assert told.endswith("a typical job would keep it busy for about 1 min.")
    assert all(body["options"]["num_ctx"] == 16_384 for body in fake.bodies)
    assert len(said_) == 5


@pytest.mark.rooms
@pytest.mark.parametrize(
    ("brain", "conclusion", "why"),
    [
        (but("# >>> Qualified.name", "no"), Serving.SMALL, "could not change a definition of a large file"),
        (but("# >>> Qualified.name", said(generated_code=sample.SMALL)), Serving.SMALL, "could not change a"),
        (but("generated_code", "no"), Serving.NO, "could not write a small file anew"),
        (but("test_strategy", "no"), Serving.NO, "could not plan a change of one file"),
        (but("Write pytest tests", said(tests="def test_a():\n    assert 1\n")), Serving.NO, "could not write a test"),
        (but("Write pytest tests", said(tests=TESTS.replace('"AL"', '"XX"'))), Serving.NO, "could not write a test"),
    ],
    ids=["no blocks", "blocks that change nothing", "no code", "no plan", "a test of nothing", "a wrong test"],
)
def test_what_a_model_can_not_do_is_told(sandbox, brain, conclusion, why) -> None:
    fitness, _fake, _said = measured(brain, sandbox)
    found, reason = serving(fitness, 30)
    assert found is conclusion
    assert why in reason
    assert told_fitness(fitness, 30).startswith(f"{conclusion.value}: it {why}")


def kept(tokens: int) -> Callable[[FakeOllama], None]:
    return lambda fake: setattr(fake, "keeps", tokens)


@pytest.mark.parametrize("keeps", [4096, 2050, 8194, 5000])
def test_a_server_that_cuts_prompts_silently_is_found_out(keeps) -> None:
    fitness, _fake, _said = measured(skilled, None, kept(keeps))
    assert fitness.found is False
    assert serving(fitness, 30)[0] is Serving.NO
    assert "INTERN_MODEL_WINDOW" in told_fitness(fitness, 30)


def test_the_long_prompt_is_the_longest_that_may_be_sent() -> None:
    for window in (4096, 16_384, 262_144):
        model = Model(window=window)
        with fake_ollama(otherwise=skilled) as fake:
            found, read, _lost = reading.found_at_the_beginning(
                model.model_copy(update={"url": fake.url}), time.monotonic() + 60
            )
        assert found
        need = size_in_tokens(fake.bodies[0]["messages"]) + reading.REPLY
        assert 0.8 * window < need <= window
        assert read > 0.55 * window


def test_a_slow_model_is_not_kept_waiting_for() -> None:
    def slow(fake: FakeOllama) -> None:
        fake.reads, fake.writes = 40.0, 2.0

    started = time.monotonic()
    fitness, fake, _said = measured(skilled, None, slow)
    assert time.monotonic() - started < 10
    assert len(fake.bodies) == 1
    told = told_fitness(fitness, 30)
    assert told.startswith("won't: a typical job would take 60 minutes, and may take 30. Raise INTERN_MINUTES")
    assert "The context was not measured, as reading 16,384 tokens would take " in told
    assert serving(fitness, 90)[0] is Serving.YES


def test_a_model_that_can_not_answer_at_all_won_t_serve() -> None:
    fitness, _fake, _said = measured(lambda _: Reply(status=500, text="out of memory"))
    why = "the model's server answered with an error (500)"
    assert told_fitness(fitness, 30) == f"won't: The model could not answer a first question: {why}."


def told(brain: Callable[[str], str], sandbox=None, **more) -> str:
    return told_fitness(measured(brain, sandbox, **more)[0], 30)


def test_empty_replies_are_told_as_such_and_not_held_against_the_window() -> None:
    for reply in (Reply(""), Reply("", thinking="Hmm, the miller. "), Reply(" \n")):
        line = told(lambda _, reply=reply: reply)
        assert line.startswith("won't: its reply to a first question was empty. Ask its server the same by hand, and")
        assert "INTERN_MODEL names a model that is made to follow instructions" in line
        assert "INTERN_MODEL_WINDOW" not in line


def test_a_model_that_knows_nothing_from_a_few_lines_either_is_not_told_to_take_a_smaller_window() -> None:
    fitness, fake, _said = measured(lambda _: "The quick brown fox jumps over the lazy dog.")
    assert (fitness.found, fitness.short) == (False, False)
    line = told_fitness(fitness, 30)
    assert line.startswith("won't: it could not say what stood in a prompt of a few lines, so its window is not at")
    assert "INTERN_MODEL_WINDOW" not in line
    assert len(fake.prompts()[-1]) < 2000


def test_a_model_that_falls_silent_over_a_long_prompt_alone_is_told_to_take_a_smaller_one() -> None:
    fitness, _fake, _said = measured(lambda prompt: "" if len(prompt) > 30_000 else skilled(prompt))
    assert (fitness.found, fitness.short) == (False, True)
    line = told_fitness(fitness, 30)
    assert line.startswith("won't: its reply to a prompt of about 11,347 tokens was empty. Lower INTERN_MODEL_WINDOW")


def test_a_server_that_does_not_answer_in_time_is_told_as_such(monkeypatch) -> None:
    monkeypatch.setattr(reading, "FIRST", 1.0)
    line = told(lambda _: Reply("x", silence=5.0))
    assert line.startswith("won't: a first question was not done within 1 s. Its server may be at work for others")
    assert "take a smaller model or a faster machine" in line
    assert "INTERN_MODEL_WINDOW" not in line


@pytest.mark.rooms
def test_a_task_whose_time_was_over_is_not_told_as_one_that_it_can_not_do(sandbox, monkeypatch) -> None:
    monkeypatch.setattr(tasks, "TASK", 1.0)
    line = told(lambda prompt: Reply("x", silence=3.0) if "test_strategy" in prompt else skilled(prompt), sandbox)
    assert line.startswith("won't: it could not plan a change of one file in the time for that. Its server may be")
    assert "plan ✘ (not done within 1 s)" in line


@pytest.mark.rooms
def test_a_task_that_is_answered_with_nothing_is_told_so(sandbox) -> None:
    assert "plan ✘ (The model could not plan the change: its replies were empty)" in told(
        but("test_strategy", ""), sandbox
    )


def test_a_model_that_thinks_aloud_gets_its_own_longest_reply_before_it_is_judged() -> None:
    with fake_ollama() as fake:

        def thinking(prompt: str) -> Reply:
            room = fake.bodies[-1]["options"]["num_predict"]
            return Reply("<think>" + "hm " * room, done_reason="length") if room < 1000 else Reply(skilled(prompt))

        fake.otherwise = thinking
        fitness = measure(Model(url=fake.url), None, lambda _: None)
    assert (fitness.found, fitness.trouble) == (True, "")
    assert fitness.reply_speed == pytest.approx(100, rel=0.05)
    assert [body["options"]["num_predict"] for body in fake.bodies] == [256, 4096]


@pytest.mark.rooms
def test_of_a_model_that_heeds_no_form_speed_and_context_are_measured_all_the_same(sandbox) -> None:
    def chatty(prompt: str) -> str:
        return re.sub(r"\[\[ ## .* ## \]\]\n?", "", skilled(prompt)) if "door" in prompt else "Sure, here it is!"

    fitness, _fake, _said = measured(chatty, sandbox)
    assert (fitness.found, fitness.trouble) == (True, "")
    assert fitness.reply_speed == pytest.approx(100, rel=0.05)
    assert told_fitness(fitness, 30).startswith("won't: it could not plan a change of one file")
    assert "plan ✘ (" in told_fitness(fitness, 30)


def test_a_model_that_never_answers_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(reading, "FIRST", 1.0)
    fitness, _fake, _said = measured(lambda _: Reply("x" * 100, delay=0.4, pieces=100))
    assert fitness.trouble.startswith("a first question was not done within 1 s. ")


def test_without_a_sandbox_nothing_is_run_and_nothing_held_against_it() -> None:
    fitness, _fake, _said = measured(skilled, None)
    assert fitness.tried == ()
    assert serving(fitness, 30)[0] is Serving.YES


def test_without_rooms_the_tasks_are_not_tried() -> None:
    fitness, _fake, _said = measured(skilled, DownSandbox())
    assert fitness.done(Skill.TEST) is None
    with pytest.raises(SandboxError):
        DownSandbox().open({})
