"""The operator's `.env` in the current directory. One inside of what is being worked on is somebody else's."""

import os
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import ConfigurationError


def read_environment(foreign: Iterable[Path]) -> dict[str, str]:
    """The process's environment over the operator's `.env`.

    Args:
        foreign: directories that are being worked on: their files may come from anybody.

    Raises:
        ConfigurationError: the file can't be read.
    """
    file = Path(".env")
    # Where it stands and where it leads: a repository may hold a link as well.
    places = [Path(os.path.realpath(one)) for one in (Path.cwd(), file)]
    mine = not any(place.is_relative_to(os.path.realpath(folder)) for folder in foreign for place in places)
    try:
        values = dotenv_values(file, interpolate=False) if mine and file.is_file() else {}
    except PermissionError as error:
        raise ConfigurationError(
            f"{file.absolute()} can't be read: {error.strerror}. Start in another folder."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file.absolute()} can't be read: it must be UTF-8 text.") from error
    # Beside the database of a command that runs inside of such a directory would be a folder of the directory's own.
    default = {} if mine else {"INTERN_PROGRAMS": "none"}
    return {**default, **{name: value for name, value in values.items() if value is not None}, **os.environ}


def foreign_folders(arguments: Namespace) -> list[Path]:
    """The directories that a command works on, if any.

    Raises:
        ConfigurationError: the job to replay can't be read, so nobody knows what it worked on.
    """
    found = [Path(one) for one in (getattr(arguments, name, None) for name in ("repo", "tasks")) if one]
    if job := getattr(arguments, "job", None):
        from bot.replay.recording import read_recording  # takes seconds to load, and only a replay needs it

        root = read_recording(job).job.place.root
        found += [Path(root)] if root else []
    workspace = os.environ.get("GITHUB_WORKSPACE")
    return found or ([Path(workspace)] if workspace else [])
