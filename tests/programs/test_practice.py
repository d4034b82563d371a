"""What is measured is what optimizers get to know: no fault of ours becomes a score, and nothing is measured twice."""

from collections.abc import Callable

import pytest

from bot.errors import Broken
from bot.programs.optimizers import bootstrap, evolve
from bot.programs.practice import Practice, Workplace
from bot.words.evaluation import Evaluation

NAMES = ("a", "b", "c")


class Memory:
    """What is kept, in memory."""

    def __init__(self) -> None:
        self.evaluations: dict[str, Evaluation] = {}
        self.instructions: dict[str, str] = {}

    def evaluation(self, key: str) -> Evaluation | None:
        return self.evaluations.get(key)

    def keep(self, key: str, evaluation: Evaluation) -> None:
        self.evaluations[key] = evaluation

    def instruction(self, key: str) -> str | None:
        return self.instructions.get(key)

    def keep_instruction(self, key: str, text: str) -> None:
        self.instructions[key] = text


def practice(evaluate: Callable[[str], Evaluation], digest: Callable[[str], str] = str) -> tuple[Practice, Memory]:
    memory = Memory()
    return Practice(Workplace(evaluate, digest, memory)), memory


def broken(exercise: str) -> Evaluation:
    raise KeyError(exercise)


@pytest.mark.parametrize("optimize", ["bootstrap", "gepa"])
def test_a_fault_in_a_measurement_ends_the_work_and_is_no_score(talk, optimize: str) -> None:
    talk()
    made, memory = practice(broken)
    with pytest.raises(Broken, match="by a fault of mine"):
        bootstrap(made, NAMES) if optimize == "bootstrap" else evolve(made, NAMES, memory, lambda: False)
    assert not memory.evaluations


def test_an_evaluation_is_made_once_for_each_program_exercise_and_time(talk) -> None:
    talk()
    asked: list[str] = []

    def evaluate(name: str) -> Evaluation:
        asked.append(name)
        return Evaluation(share=0.5)

    content = {"a": "1"}
    made, _memory = practice(evaluate, lambda name: content[name])
    for _ in range(2):
        assert made(exercise="a").share == 0.5
        assert made.deepcopy()(exercise="a").share == 0.5
    assert len(asked) == 1
    made(exercise="a", time=1)
    assert len(asked) == 2
    content["a"] = "another plan"
    made(exercise="a")
    assert len(asked) == 3
    taught = made.deepcopy()
    predictor = taught.predictors()[0]
    predictor.signature = predictor.signature.with_instructions("Better.")
    taught(exercise="a")
    assert len(asked) == 4
    predictor.demos = [{"specification": "s"}]
    taught(exercise="a")
    assert len(asked) == 5


def test_a_program_that_can_do_nothing_right_gives_no_examples(talk) -> None:
    talk()
    made, _memory = practice(lambda _name: Evaluation(share=0.9))
    assert all(not predictor.demos for predictor in bootstrap(made, NAMES).predictors())


def test_a_search_ends_when_it_is_told_to(talk) -> None:
    talk()
    made, memory = practice(lambda _name: Evaluation(share=0.0, feedback="E"))
    evolve(made, NAMES, memory, lambda: True)
    assert len(memory.evaluations) == len(NAMES)


def test_what_ends_all_work_passes_through(talk) -> None:
    talk()

    def spent(_name: str) -> Evaluation:
        raise Broken("No room.")

    made, _memory = practice(spent)
    with pytest.raises(Broken, match="No room"):
        bootstrap(made, NAMES)
