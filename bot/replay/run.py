"""Run a recorded job once more, and tell whether it comes to the same."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import ConfigurationError
from bot.programs.model import Model
from bot.replay.comparison import differences, prompts
from bot.replay.recorded_model import RecordedModel
from bot.replay.recording import Recording
from bot.solve.directory import read_directory
from bot.solve.local_desk import Head
from bot.solve.request import LocalRequest
from bot.solve.run import work
from bot.terminal import Terminal
from bot.trial.git_snapshot import BROKEN, commit_of, open_git, read_commit
from bot.words.job import Kind
from bot.words.place import Place
from bot.words.snapshot import Snapshot
from bot.workflow.desk import Origin
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


@dataclass(frozen=True, slots=True)
class Files:
    """The files that a job began with, and where they are now; `head` where it refined a pull request."""

    base: Snapshot
    place: Place
    head: Head | None = None


def read_again(recording: Recording, repo: Path | None) -> Files:
    """The files that the job began with, and where they are now.

    Args:
        recording: of the job.
        repo: where to look instead of the place that was recorded.

    Raises:
        ConfigurationError: they are gone, or not the same any more.
    """
    place, origin = recording.job.place, recording.origin
    refined = recording.job.job.kind is Kind.REFINE
    if refined and origin is None:
        raise ConfigurationError(
            "This job refined a pull request, and does not tell from which commit: it ended before, or was kept by "
            "an earlier version of intern."
        )
    if repo is not None:
        place = place.model_copy(update={"root": os.path.realpath(repo)})
    if not recording.job.base:  # a job of the server: the files are those of a commit
        place = place.model_copy(update={"commit": recording.base})
    if not recording.base:
        raise ConfigurationError("This job ended before it wrote anything: there is nothing to compare.")
    if not place.root:
        raise ConfigurationError("This job does not tell where its files were. Name the directory with --repo.")
    snapshot = _read(Path(place.root), place.commit)
    if snapshot.commit != recording.base:
        raise ConfigurationError(
            f"The files of {place.root} are not what the job began with. Name a directory that holds them as they were "
            "with --repo."
        )
    if not refined or origin is None:
        return Files(snapshot, place)
    return Files(snapshot, place, _head(Path(place.root), recording.job.job.pull, origin))


def _read(root: Path, commit: str) -> Snapshot:
    if not commit:
        return read_directory(root)
    with open_git(root) as opened:
        return read_commit(opened, root, commit)


def _head(root: Path, pull: int, origin: Origin) -> Head:
    """The branch of the pull request as it was; a clone has it only if it was fetched."""
    with open_git(root) as opened:
        try:
            commit_of(opened, origin.head.encode())
        except BROKEN as error:
            raise ConfigurationError(
                f"{root} does not have commit {origin.head[:12]} of pull request {pull}. Get it with "
                f"`git -C {root} fetch origin refs/pull/{pull}/head`; if the branch went on or away since, fetch that "
                "commit by its whole name."
            ) from error
        return Head(read_commit(opened, root, origin.head), origin.remarks)


def replay(
    recording: Recording,
    files: Files,
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
    request = LocalRequest(job.job, files.base, out, files.place, files.head)
    with Terminal() as terminal:
        ending = work(request, begun, job.budget, terminal.show)
    found = differences(recording.end, recording.attempts, ending.end, ending.attempts)
    for line in [*prompts(model.same, len(model.requests), model.unused, model.deviation), *found]:
        say(line)
    say(f"The verdict is not the same; see {out}." if found else f"The same verdict: {ending.end.value}.")
    return int(bool(found))


def _reached(model: Model, url: str) -> Model:
    """The recorded model, as its stand-in is reached: by Ollama's API, whatever it was. People see its own name."""
    reached_as = "" if model.local else f"ollama_chat/{model.name.rpartition('/')[2]}"
    return model.model_copy(update={"reached_as": reached_as or model.reached_as, "url": url})
