"""What is published about the evidence is what the evidence is."""

import json
from pathlib import Path

import jsonschema

from bot.words.schema import evidence_schema
from tests.sentences.day import EARLIER, EVIDENCE

PUBLISHED = Path(__file__).parent.parent / "docs" / "evidence.schema.json"


def test_the_published_schema_is_the_one_of_today() -> None:
    assert PUBLISHED.read_text("utf-8") == evidence_schema(), (
        "write it anew: python -m bot.words.schema > docs/evidence.schema.json"
    )


def test_evidence_is_as_the_schema_says() -> None:
    schema = json.loads(PUBLISHED.read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    validator.check_schema(schema)
    for evidence in (EVIDENCE, EARLIER):
        stored = evidence.model_dump(mode="json")
        validator.validate(stored)
        assert not validator.is_valid({**stored, "verdict": "proven"})
