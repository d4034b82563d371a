"""What every room has without being asked: the packages of the sandbox image."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sandbox.environment.plain_requirement import read_requirement

IMAGE = Path(__file__).parent.parent / "image" / "requirements.txt"


@cache
def provided() -> Mapping[str, str]:
    """Versions by canonical name, from the image's own list."""
    lines = (line.split("--hash")[0].strip() for line in IMAGE.read_text().splitlines())
    found = (read_requirement(line, IMAGE.name) for line in lines if line and not line.startswith("#"))
    return {requirement.name: requirement.pin for requirement in found}
