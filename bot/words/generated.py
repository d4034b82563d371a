"""GeneratedCode: what a model returned for a ModuleSpec. A claim, never a proof."""

from bot.words.value import Value


class GeneratedCode(Value):
    """What `ProductionCodeGenerator` gives back for one ModuleSpec.

    Attributes:
        path: the file it is for.
        plan: how the model went about it, in its own words.
        code: the whole new text of the file.
        imports: top-level modules that the code imports.
        complexity: cyclomatic complexity of the most complex function (1 is straight).
        executed: whether the code ran in the sandbox.
        execution_result: what the run printed or the error that it ended with, cut.
    """

    path: str
    plan: str = ""
    code: str
    imports: tuple[str, ...] = ()
    complexity: int = 1
    executed: bool = False
    execution_result: str = ""
