"""Form: how the new code of a file is to be written: the whole file when small, else definitions by name."""

from dataclasses import dataclass

from bot.decisions.edits import apply_definitions, apply_whole_file
from bot.decisions.source import extract_code
from bot.programs.excerpt import excerpt
from bot.programs.sources import plain
from bot.programs.tools.answer import cut_middle
from bot.programs.undefined import undefined_names
from bot.words.plan import ModuleSpec

SMALL = 250

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
        source = self.source
        return source is None or (source.count("\n") < SMALL and len(source) <= self.limit)

    @property
    def told(self) -> str:
        """The form in words for the model."""
        return (WHOLE if self.whole else BLOCKS).format(path=self.spec.path)

    @property
    def shown(self) -> str:
        """The present code for the model: all of it, or what matters for this change."""
        if self.source is None:
            return f"{self.spec.path} does not exist yet."
        if self.whole:
            return plain(self.source)
        about = f"{self.spec.purpose}\n{self.spec.interface}\n{self.about}"
        return cut_middle(excerpt(plain(self.source), self.spec.definitions, about, self.limit), self.limit)

    def unchanged(self, reply: str) -> bool:
        """Whether the model wrote down what is there already, or nothing: it sees nothing to change here."""
        code = extract_code(reply).strip()
        return not code or (self.source is not None and code == plain(self.source).strip())

    def undefined(self, code: str) -> list[str]:
        """Names that the new text uses and nobody defines, those aside that the present one uses like that."""
        return sorted(undefined_names(code) - undefined_names(plain(self.source or "")))

    def apply(self, reply: str) -> str:
        """The file's new text.

        Args:
            reply: what the model wrote for `generated_code`.

        Raises:
            EditError: it is not in the form, is no Python, or names what is not there.
        """
        code = extract_code(reply)
        if self.whole or self.source is None:
            return apply_whole_file(self.source, code)
        return apply_definitions(self.source, code)
