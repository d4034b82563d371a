"""Compiled files: what stands in the workspace beside its sources and may say something else. Runs inside the room.

Python and pytest take a compiled file for its source when size and time of the source fit, which whoever ran code
here before could see to. https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation
"""

import os
import shutil

from sandbox.inside.workspace import entries

FOLDER = "__pycache__"


def forget_compiled(folder: str) -> None:
    """Remove every folder of compiled files below this one; what is under test is compiled again."""
    found = [entry for _, entry in entries(folder) if entry.name == FOLDER]
    for entry in found:
        if entry.is_symlink():
            os.unlink(entry.path)  # noqa: PTH108 - an entry's path is text
        elif entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
