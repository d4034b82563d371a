"""Save the databases of jobs that this version of the bot was killed in, for later versions to go on with.

`python -m tests.crashes.save FOLDER`; see `saved/README.md`.
"""

import gzip
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.standins.github import Recorded
from bot.standins.replayed_model import Reply
from tests.crashes.repository import BODY, FILES, TITLE, solving, stumbling
from tests.crashes.stage import CrashStage

#: Where it is killed: the script, and whether now is the moment, given a request (None: a model's call) and the stage.
Moment = Callable[[Recorded | None, CrashStage], bool]


def _request(method: str, end: str) -> Moment:
    return lambda seen, _: seen is not None and seen.method == method and seen.path.endswith(end)


def _call(number: int) -> Moment:
    return lambda seen, stage: seen is None and len(stage.model.requests) == number


PLACES: dict[str, tuple[Callable[[], list[Reply]], Moment]] = {
    "admission": (solving, _request("POST", "/issues/1/reactions")),
    "second-attempt": (stumbling, _call(4)),
    "publishing": (solving, _request("POST", "/git/trees")),
}


def save(name: str, folder: Path) -> None:
    """Run a job up to one of the places, kill the bot there, and keep its database and what GitHub knows."""
    script, moment = PLACES[name]
    with tempfile.TemporaryDirectory() as known, CrashStage(FILES, script(), Path(known)) as stage:

        def watch(seen: Recorded | None) -> bool:
            now = moment(seen, stage) and stage.kills == 0
            if now:
                stage.strike()
            return not now

        stage.github.watch(watch)
        stage.model.watch = lambda answered: answered or watch(None)
        issue = stage.repository.issue(TITLE, BODY, by=stage.alice)
        stage.start()
        stage.listening()
        stage.asks(stage.alice.labels(issue, "intern"))
        assert stage.dies(), name
        said = [{"id": comment.id, "body": comment.body} for comment in issue.comments]
        ids = {"alice": stage.alice.id, "repository": stage.repository.id, "issue": issue.id}
        world = {"comments": said, "reactions": [one.content for one in issue.reactions], **ids}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(json.dumps(world, indent=1) + "\n")
        (folder / f"{name}.sql.gz").write_bytes(gzip.compress(stage.dump().encode(), mtime=0))
        sys.stdout.write(f"{name}: {stage.workflows()}\n")


if __name__ == "__main__":
    for place in PLACES:
        save(place, Path(sys.argv[1]))
