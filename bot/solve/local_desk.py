"""The desk of a local directory: nothing is published, everything is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.words.job import Job
from bot.words.patch import Patch
from bot.words.progress import Progress
from bot.words.snapshot import Snapshot
from bot.workflow.desk import Origin, Published


@dataclass(frozen=True, slots=True)
class Head:
    """A pull request's branch as it was, and the remarks of writers and of failing checks."""

    files: Snapshot
    remarks: tuple[str, ...] = ()


class LocalDesk:
    """One directory's desk.

    Args:
        snapshot: the directory's files.
        show: gets the progress whenever it changes.
        place: where the results will be written, for the last sentence.
        head: of a pull request that is refined once more, the files of its branch and what was remarked.
    """

    def __init__(
        self, snapshot: Snapshot, show: Callable[[Progress], None], place: str, head: Head | None = None
    ) -> None:
        self._snapshot, self._show, self._place, self._head = snapshot, show, place, head

    def announce(self, job: Job, progress: Progress) -> int:  # noqa: ARG002  (the desk's shape)
        """Show the first progress."""
        self._show(progress)
        return 0

    def show(self, job: Job, handle: int, progress: Progress) -> None:  # noqa: ARG002  (the desk's shape)
        """Show where the job stands."""
        self._show(progress)

    def locate(self, job: Job) -> Origin:  # noqa: ARG002  (the desk's shape)
        """The directory as it was read."""
        base, head = self._snapshot.commit, self._head
        if head is None:
            return Origin(base=base, head=base)
        return Origin(base=base, head=head.files.commit, remarks=head.remarks)

    def snapshot(self, commit: str) -> Snapshot:
        """The directory as it was read, or the branch."""
        return self._head.files if self._head and commit == self._head.files.commit else self._snapshot

    def objection(self, job: Job) -> str:  # noqa: ARG002  (the desk's shape)
        """Whoever can read the directory may have a patch for it."""
        return ""

    def commit(self, job: Job, origin: Origin, patch: Patch, message: str) -> str:  # noqa: ARG002  (likewise)
        """Nothing is committed: the patch is written beside the report."""
        return ""

    def committed(self, job: Job, origin: Origin, patch: Patch) -> str:  # noqa: ARG002  (likewise)
        """Nothing ever is."""
        return ""

    def open_pull(self, job: Job, origin: Origin, title: str, body: str) -> Published:  # noqa: ARG002  (likewise)
        """Where the patch is found."""
        return Published(url=self._place)
