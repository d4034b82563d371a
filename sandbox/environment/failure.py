"""Failures of a repository's own making: they are told, and trying again would not help."""

from sandbox.room import SandboxError


class InstallationFailed(SandboxError):
    """The packages can't be installed; the message has the installer's words."""


class BuildFailed(SandboxError):
    """A source tree can't be built, or left something that is not taken; the message has the builder's words."""
