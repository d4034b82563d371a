"""Where bubblewrap makes no rooms, these tests say so."""

from tests.sandbox.conftest import pytest_runtest_setup

__all__ = ["pytest_runtest_setup"]
