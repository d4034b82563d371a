"""Form: how the new code of a file is to be written: whole when small, else definitions by name or SEARCH/REPLACE."""

from dataclasses import dataclass
from enum import Enum

from bot.decisions.code.definitions import UNPARSABLE, definitions
from bot.decisions.code.source import extract_code, is_python, without_thinking
from bot.decisions.code.undefined import undefined_names
from bot.decisions.editing.blocks import begins_with_heading
from bot.decisions.editing.edits import apply_definitions, apply_whole_file
from bot.decisions.editing.replacements import apply_replacements, has_replacements
from bot.programs.excerpt import excerpt
from bot.programs.near import near
from bot.programs.sources import plain
from bot.programs.tools.answer import cut_middle
from bot.words.plan import ModuleSpec

SMALL = 250
#: Lines of a definition that a small model can still write down again without a slip.
SHORT = 120

WHOLE = "The whole new text of {path}, from its first line to its last. No placeholders."
BLOCKS = """\
Only what changes in {path}, as blocks. A block is a line `# >>> Qualified.name` and below it the whole new
function, class, method or constant of that name; new imports go below `# >>> imports`. What has no block
stays as it is. Example:
# >>> imports
import json

# >>> Parser.feed
def feed(self, text: str) -> None:
    ..."""
REPLACEMENTS = """\
Only what changes in {path}, as blocks. SEARCH holds a few whole lines as they stand in current_code, so many that
they are found at one place only; REPLACE holds the lines for their place. Example:
<<<<<<< SEARCH
LIMIT = 3
=======
LIMIT = 4
>>>>>>> REPLACE"""


class Kind(Enum):
    """The three forms, each by what the model is told."""

    WHOLE = WHOLE
    BLOCKS = BLOCKS
    REPLACEMENTS = REPLACEMENTS


@dataclass(frozen=True)
class Form:
    """The form for one file.

    Attributes:
        spec: what is to be written.
        source: the file's present text; None for a new file.
        limit: characters of present code that a prompt may hold.
        about: what was asked, to find what else in a large file matters.
    """

    spec: ModuleSpec
    source: str | None
    limit: int
    about: str = ""

    @property
    def whole(self) -> bool:
        """Whether the whole file is written."""
        return self.kind is Kind.WHOLE

    @property
    def kind(self) -> Kind:
        """The form that is asked for.

        Whole text is what models do best, but only of a small file. Of a large one definitions by name, for a name
        is found where a model quotes code wrong; unless the plan names none, such as for code of the module itself,
        or one that is too long to be written again.
        """
        source = self.source
        if source is None or (source.count("\n") < SMALL and len(source) <= self.limit):
            return Kind.WHOLE
        try:
            sizes = {known.name: known.end - known.start for known in definitions(source)}
        except UNPARSABLE:
            return Kind.REPLACEMENTS
        longest = max((sizes.get(name, 0) for name in self.spec.definitions), default=SHORT)
        return Kind.BLOCKS if longest < SHORT else Kind.REPLACEMENTS

    @property
    def told(self) -> str:
        """The form in words for the model."""
        return self.kind.value.format(path=self.spec.path)

    @property
    def shown(self) -> str:
        """The present code for the model: all of it, or what matters for this change."""
        if self.source is None:
            return f"{self.spec.path} does not exist yet."
        if self.whole:
            return plain(self.source)
        about = f"{self.spec.purpose}\n{self.spec.interface}\n{self.about}"
        show = excerpt if self.kind is Kind.BLOCKS else near
        return cut_middle(show(plain(self.source), self.spec.definitions, about, self.limit), self.limit)

    def unchanged(self, reply: str) -> bool:
        """Whether the model wrote down what is there already, or nothing: it sees nothing to change here."""
        code = extract_code(reply).strip()
        return not code or (self.source is not None and code == plain(self.source).strip())

    def undefined(self, code: str) -> list[str]:
        """Names that the new text uses and nobody defines, those aside that the present one uses like that."""
        return sorted(undefined_names(code) - undefined_names(plain(self.source or "")))

    def apply(self, reply: str) -> str:
        """The file's new text. A reply in another form than the one that was asked for is taken as well.

        Args:
            reply: what the model wrote for `generated_code`.

        Raises:
            EditError: it is in no form, is no Python, or names what is not there.
        """
        code = extract_code(reply)
        if has_replacements(reply) and not is_python(code):
            return apply_replacements(self.source, without_thinking(reply))
        if self.whole or self.source is None:
            return apply_whole_file(self.source, code)
        if self.kind is Kind.BLOCKS or begins_with_heading(code):
            return apply_definitions(self.source, code)
        return apply_replacements(self.source, code)
