"""ObjectAdapter: the second try for a reply whose sections could not be read: one JSON object."""

from typing import Any

import dspy

#: How a value of a type looks in the form of the reply; a list in quotes would be copied so.
SHAPES = {str: '"..."', dict: "{...}", bool: "true or false", int: "0", float: "0.0"}


class ObjectAdapter(dspy.JSONAdapter):  # type: ignore[misc]  # dspy is untyped
    """dspy's JSON format, told briefly: dspy 3.4.1 shows every value as a quoted string, with a schema behind it."""

    def format_field_structure(self, signature: Any) -> str:
        """The form of a reply."""
        lines = ",\n".join(f'  "{name}": {shape(field)}' for name, field in signature.output_fields.items())
        return f"Reply with one JSON object and nothing else:\n\n{{\n{lines}\n}}"

    def format_task_description(self, signature: Any) -> str:
        """The signature's docstring."""
        return f"Your task:\n{signature.instructions}"

    def user_message_output_requirements(self, signature: Any) -> str:
        """The reminder at the end of the prompt."""
        return f"Reply with one JSON object that has {', '.join(f'`{name}`' for name in signature.output_fields)}."


def shape(field: Any) -> str:
    """How the value of a field is written."""
    kind = getattr(field.annotation, "__origin__", field.annotation)
    return "[...]" if kind in (list, tuple) else SHAPES.get(kind, "{...}")
