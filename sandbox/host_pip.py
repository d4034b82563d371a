"""The host's pip, which fetches the packages that rooms are made of, with the host's own configuration."""

import subprocess
import sys
from pathlib import Path

from sandbox.room import SandboxError


def pip_command(folder: Path) -> list[str]:
    """The command of a pip: ours, or one in a passing environment where ours came without (uv makes such).

    Args:
        folder: where the passing environment may lie.

    Raises:
        SandboxError: there is none.
    """
    found = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    if found.returncode == 0:
        return [sys.executable, "-m", "pip"]
    made = subprocess.run([sys.executable, "-m", "venv", folder / "pip"], capture_output=True, check=False)
    if made.returncode != 0:
        raise SandboxError("no pip to fetch the sandbox's packages with: install python3-venv or python3-pip")
    return [str(folder / "pip" / "bin" / "python"), "-m", "pip"]
