"""What the runs of one worker share: what was observed of the patches."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of what was observed already."""
    return tmp_path_factory.mktemp("known")
