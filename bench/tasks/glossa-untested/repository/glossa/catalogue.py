"""Catalogues: the texts of one language."""

from collections.abc import Iterator, Mapping

from glossa.errors import MissingText
from glossa.keys import normalize_key
from glossa.plural import form_of


class Catalogue:
    """Texts by key.

    Args:
        language: "de", "pl".
        texts: by key; a text has one form, or several by the plural forms.
    """

    def __init__(self, language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self._texts = {normalize_key(key): dict(forms) for key, forms in texts.items()}

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def forms(self, key: str) -> dict[str, str]:
        """All forms of a text. Raises MissingText."""
        try:
            return dict(self._texts[normalize_key(key)])
        except KeyError:
            raise MissingText(key) from None

    def text(self, key: str, count: int | None = None, **values: object) -> str:
        """A text, filled in.

        Args:
            key: which one.
            count: chooses the plural form, and fills {count}.
            values: fill the other names.
        """
        forms = self.forms(key)
        if count is not None:
            values["count"] = count
        form = "" if count is None else form_of(self.language, count)
        chosen = forms.get(form, forms.get("", forms.get("other", "")))
        return chosen.format(**values)


def merge(first: Catalogue, second: Catalogue) -> Catalogue:
    """Both together; where both have a text, that of the second counts."""
    texts = {key: first.forms(key) for key in first}
    texts.update({key: second.forms(key) for key in second})
    return Catalogue(second.language, texts)
