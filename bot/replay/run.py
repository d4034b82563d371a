"""Run a recorded job once more, and tell whether it comes to the same."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.errors import ConfigurationError
from bot.programs.model import Model
from bot.replay.comparison import differences, prompts
from bot.replay.recorded_model import RecordedModel
from bot.replay.recording import Recording
from bot.solve.directory import read_directory
from bot.solve.request import LocalRequest
from bot.solve.run import work
from bot.terminal import Terminal
from bot.trial.git_snapshot import open_git, read_commit
from bot.words.job import Kind
from bot.words.place import Place
from bot.words.snapshot import Snapshot
from bot.workflow.workshop import Workshop


def folder_for(job: Path, out: Path | None, recording: Recording, repo: Path | None) -> Path:
    """Where the results of a replay go: as named, else the folder `replay` in that of the job.

    Raises:
        ConfigurationError: the recording would be overwritten, or the repository written to.
    """
    chosen = out or job / "replay"
    place = Path(os.path.realpath(chosen))
    if place == Path(os.path.realpath(job)):
        raise ConfigurationError(f"--out {chosen} holds the job that is to be replayed. Name another folder.")
    for root in (recording.job.place.root, repo):
        if root and place.is_relative_to(os.path.realpath(root)):
            raise ConfigurationError(
                f"--out {chosen} lies inside of the repository, which is never touched. Name another folder with --out."
            )
    return chosen


def read_again(recording: Recording, repo: Path | None) -> tuple[Snapshot, Place]:
    """The files that the job began with, and where they are now.

    Args:
        recording: of the job.
        repo: where to look instead of the place that was recorded.

    Raises:
        ConfigurationError: they are gone, or not the same any more.
    """
    place, job = recording.job.place, recording.job.job
    if job.kind is not Kind.SOLVE:
        raise ConfigurationError("Only jobs that solve an issue can be replayed, and this one refined a pull request.")
    if repo is not None:
        place = place.model_copy(update={"root": os.path.realpath(repo)})
    if not recording.job.base:  # a job of the server: the files are those of a commit
        place = place.model_copy(update={"commit": recording.base})
    if not recording.base:
        raise ConfigurationError("This job ended before it wrote anything: there is nothing to compare.")
    if not place.root:
        raise ConfigurationError("This job does not tell where its files were. Name the directory with --repo.")
    root = Path(place.root)
    if place.commit:
        with open_git(root) as opened:
            snapshot = read_commit(opened, root, place.commit)
    else:
        snapshot = read_directory(root)
    if snapshot.commit != recording.base:
        raise ConfigurationError(
            f"The files of {root} are not what the job began with. Name a directory that holds them as they were with "
            "--repo."
        )
    return snapshot, place


def replay(
    recording: Recording,
    files: tuple[Snapshot, Place],
    out: Path,
    model: RecordedModel,
    workshop: Workshop,
    say: Callable[[str], None],
) -> int:
    """Do everything but the model's part again, with results in a folder of its own.

    Args:
        recording: of the job.
        files: those that it began with.
        out: the folder.
        model: says what was recorded.
        workshop: fresh rooms, and any model.
        say: gets what was found, line by line.

    Returns:
        0 when every verdict, patch and the end are the same, else 1.

    Raises:
        ConfigurationError: the results can't be written.
    """
    job = recording.job
    begun = replace(
        workshop,
        model=_reached(job.model, model.url),
        stronger=_reached(job.stronger, model.url) if job.stronger else None,
        candidates=job.candidates,
    )
    request = LocalRequest(job.job, files[0], out, files[1])
    with Terminal() as terminal:
        ending = work(request, begun, job.budget, terminal.show)
    found = differences(recording.end, recording.attempts, ending.end, ending.attempts)
    for line in [*prompts(model.same, len(model.requests), model.unused, model.deviation), *found]:
        say(line)
    say(f"The verdict is not the same; see {out}." if found else f"The same verdict: {ending.end.value}.")
    return int(bool(found))


def _reached(model: Model, url: str) -> Model:
    """The recorded model, as its stand-in is reached: by Ollama's API, whatever it was."""
    name = model.name if model.local else f"ollama_chat/{model.name.rpartition('/')[2]}"
    return model.model_copy(update={"name": name, "url": url})
