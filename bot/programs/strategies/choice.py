"""Choice: which strategy writes a file."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bot.programs.form import Form
from bot.programs.strategies.code_act import ActingProgram
from bot.programs.strategies.program_of_thought import CodeProgram
from bot.programs.strategies.recursive import RecursiveProgram
from bot.programs.workbench import Workbench
from bot.words.repository_settings import Strategy


class Writing(Protocol):
    """A strategy, made for one file. The inputs and the result are those of `CodeProgram.forward`."""

    def __call__(
        self,
        *,
        specification: str,
        context: str,
        previous_code: str = "",
        failures: str = "",
        optional: bool = False,
    ) -> Any:
        """Write the file; an `outcome`."""


STRATEGIES: Mapping[Strategy, Callable[[Workbench, Form], Writing]] = {
    "program_of_thought": CodeProgram,
    "codeact": ActingProgram,
    "rlm": RecursiveProgram,
}


def strategy_for(form: Form, wanted: Strategy = "") -> Strategy:
    """The strategy that the repository wants; else steps where there is code to look at, and none for a new file.

    Args:
        form: the file.
        wanted: the repository's setting.
    """
    return wanted or ("program_of_thought" if form.source is None else "codeact")
