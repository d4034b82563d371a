"""Schema: the evidence as others may read it. `python -m bot.words.schema` prints it."""

import json

from bot.words.evidence import Evidence


def evidence_schema() -> str:
    """The JSON schema of `Evidence`, as it stands in docs/evidence.schema.json. https://json-schema.org/."""
    return json.dumps(Evidence.model_json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(evidence_schema(), end="")  # noqa: T201  (it is a command)
