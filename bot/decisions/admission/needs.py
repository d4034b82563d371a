"""Needs: what a repository's tests need, by its own files and by what its settings say instead."""

from bot.words.repository_settings import EnvironmentSettings
from sandbox.environment.detect import detect
from sandbox.environment.needs import Needs
from sandbox.files import Tree


def needs_of(files: Tree, settings: EnvironmentSettings) -> Needs:
    """The needs of a snapshot of the base branch."""
    return detect(
        files,
        python=settings.python,
        requirements=settings.requirements,
        packages=settings.packages,
        debian=settings.debian,
    )
