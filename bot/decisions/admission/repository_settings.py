"""Read `.github/intern.yml`: YAML without its traps, a closed schema, never above the operator's limits."""

import json
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from bot.errors import Refusal
from bot.words.budget import Budget
from bot.words.day import DayBudget
from bot.words.repository_settings import RepositorySettings

B = TypeVar("B", Budget, DayBudget)

LARGEST = 64 * 1024

FILE = "`.github/intern.yml`"

#: What is expected, by pydantic's name of the error: https://docs.pydantic.dev/latest/errors/validation_errors/
EXPECTED = {
    "string_type": "must be text; put it in quotes",
    "literal_error": "must be one of {expected}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "tuple_type": "must be a list",
    "too_long": "must have at most {max_length} entries",
    "model_type": "must have keys of its own below it",
    "model_attributes_type": "must have keys of its own below it",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "greater_than": "must be greater than {gt:g}",
    "less_than_equal": "must be at most {le:g}",
}

#: What a text must look like, by its key.
PATTERNS = {
    "label": 'must have "intern" in it',
    "environment.python": 'must be a version in quotes, like "3.12"',
}


def read_settings(text: bytes | None, operator: Budget) -> RepositorySettings:
    """The repository's settings.

    Args:
        text: the file's bytes; None when there is no such file.
        operator: the operator's limits: the budget where the file says nothing, and the most that it may say.

    Raises:
        Refusal: one sentence that names the key and says what is expected.
    """
    data = _parsed(text or b"")
    try:
        # As JSON, strictly: "yes" is no text, true is no number, yet a list may fill a tuple.
        settings = RepositorySettings.model_validate_json(json.dumps(data, allow_nan=False), strict=True)
    except ValidationError as error:
        raise Refusal(f"{FILE}: {_sentence(error)}.") from None
    except (TypeError, ValueError, RecursionError):
        raise Refusal(f"{FILE} may hold plain text, numbers, lists and keys only.") from None
    return settings.model_copy(update={"budget": _cut(settings.budget, operator)})


def _parsed(text: bytes) -> dict[Any, Any]:
    if len(text) > LARGEST:
        raise Refusal(f"{FILE} must be at most 64 KiB; it has {len(text)} bytes.")
    try:
        data = yaml.load(text.decode("utf-8-sig"), Loader=_PlainLoader)  # noqa: S506  (a stricter SafeLoader)
    except UnicodeDecodeError:
        raise Refusal(f"{FILE} must be UTF-8 text.") from None
    except yaml.YAMLError as error:
        raise Refusal(f"{FILE} is no valid YAML{_trouble(error)}.") from None
    except (ValueError, RecursionError, OverflowError):
        raise Refusal(f"{FILE} is no valid YAML: nested too deeply, or no such number or date.") from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Refusal(f"{FILE} must hold keys such as `label: intern` at its top.")
    return data


class _PlainLoader(yaml.SafeLoader):
    """YAML without aliases, which multiply, and without keys given twice, of which readers see only one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            problem = "aliases like *name are not allowed"
            raise yaml.composer.ComposerError(None, None, problem, self.get_mark())
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            name = (key.tag, str(key.value))
            if name in seen:
                problem = f"the key {_shown(str(key.value))} is given twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


def _trouble(error: yaml.YAMLError) -> str:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return ": a character that may not be in it"
    return f", line {error.problem_mark.line + 1}: {_plain(error.problem or 'it ends too early')}"


def _sentence(error: ValidationError) -> str:
    """The first mistake: its key, and what is expected."""
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(_shown(str(part)) for part in first["loc"])
    kind, context = first["type"], first.get("ctx", {})
    if kind == "extra_forbidden":
        return f"`{key}` is no setting; known here are {', '.join(_known(first['loc'][:-1]))}"
    if kind == "string_pattern_mismatch":
        return f"`{key}` {PATTERNS.get(key, 'has a form that is not allowed')}"
    return f"`{key}` {EXPECTED.get(kind, 'is not what is expected here').format(**context)}"


def _known(place: tuple[int | str, ...]) -> list[str]:
    """The names of the settings at a place."""
    fields = RepositorySettings.model_fields
    for part in place:
        kind = fields[str(part)].annotation
        fields = getattr(kind, "model_fields", {})
    return [f"`{name}`" for name in fields]


def _cut(given: B, operator: B, place: str = "budget") -> B:
    cut: dict[str, Any] = {}
    for name in sorted(given.model_fields_set):
        number, most = getattr(given, name), getattr(operator, name)
        if isinstance(number, DayBudget):
            cut[name] = _cut(number, most, f"{place}.{name}")
            continue
        if number < 0 or (number == 0 and name != "money"):
            raise Refusal(f"{FILE}: `{place}.{name}` must be greater than 0.")
        cut[name] = min(number, most)
    return operator.model_copy(update=cut)


def _shown(name: str) -> str:
    return _plain(name)[:60]


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() and sign != "`" else "?" for sign in text)
