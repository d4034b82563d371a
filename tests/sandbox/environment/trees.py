"""Small repositories as trees."""

from textwrap import dedent

from sandbox.environment.detect import detect
from sandbox.environment.needs import Needs
from sandbox.files import File, Tree


def tree(files: dict[str, str]) -> Tree:
    """Files by path, their text without its indentation."""
    return {path: File(dedent(text).encode()) for path, text in files.items()}


def needs_of(files: dict[str, str]) -> Needs:
    """What detection says of these files."""
    return detect(tree(files))


def names_of(needs: Needs) -> list[str]:
    """The names of the requirements."""
    return [
        line.replace("[", " ").replace("=", " ").replace(">", " ").replace("<", " ").split()[0]
        for line in needs.requirements
    ]


def said(needs: Needs, words: str) -> bool:
    """Whether a note has these words."""
    return any(words in note for note in needs.notes)
