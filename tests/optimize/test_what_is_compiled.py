"""What is loaded is what can be made: a program that nothing measures is not looked for either."""

from bot.optimize.planning import Planning
from bot.optimize.writing_code import WritingCode
from bot.optimize.writing_tests import WritingTests
from bot.programs.compilable import EMPTY


def test_every_program_that_is_loaded_is_one_that_optimize_makes() -> None:
    made = [name for subject in (WritingCode, WritingTests, Planning) for name in subject.programs]
    assert sorted(made) == sorted(EMPTY)
