"""Jobs that an earlier version of the bot was killed in are taken up by this one. See `saved/README.md`.

When a test here fails after a change of a workflow (of the order, the names or the results of its steps), jobs that
are in flight over the next upgrade would end the same way. Don't make the databases anew; make the change one that
they survive:

- a new step goes behind `if steps.patched("its name"):` (CONTRIBUTING.md says when), so that a job which has passed
  that place goes on without it;
- a step that is taken away stays, for jobs that began before, behind `if not steps.patched(...)`;
- a new field of what a step gives needs a default, and one that is gone still has to be read: values refuse keys that
  they don't know;
- a workflow keeps its name, its argument and its queue for as long as the old one may be in somebody's database.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.standins.github import Issue, acts
from tests.crashes.checks import check_one_pull_request, check_told_once
from tests.crashes.repository import BODY, FILES, TITLE, solving, stumbling
from tests.crashes.stage import CrashStage

pytestmark = pytest.mark.bubblewrap

SAVED = Path(__file__).parent / "saved"
JOBS = sorted(path.relative_to(SAVED).as_posix().removesuffix(".sql.gz") for path in SAVED.glob("*/*.sql.gz"))


@pytest.fixture
def stage(name: str, known: Path) -> Iterator[CrashStage]:
    """GitHub as it was when the job was killed, and its database."""
    script = stumbling() if name.endswith("second-attempt") else solving()
    sql = gzip.decompress((SAVED / f"{name}.sql.gz").read_bytes()).decode()
    with CrashStage(FILES, script, known, sql) as made:
        yield made


def issue_of(stage: CrashStage, then: dict[str, Any]) -> Issue:
    """The issue with everything that was there."""
    issue = stage.repository.issue(TITLE, BODY, by=stage.alice)
    ids = {"alice": stage.alice.id, "repository": stage.repository.id, "issue": issue.id}
    assert ids == {key: then[key] for key in ids}, "the stand-in gives other numbers than it did: give these"
    stage.world.run(stage.alice.labels(issue, "intern", send=False))
    for said in then["comments"]:
        acts.comment(stage.github, issue, stage.github.bot, said["body"]).id = said["id"]
    for content in then["reactions"]:
        acts.react(stage.github, issue.reactions, content, stage.github.bot)
    return issue


@pytest.mark.parametrize("name", JOBS)
def test_a_job_of_an_earlier_version_comes_to_its_end(name: str, stage: CrashStage) -> None:
    issue = issue_of(stage, json.loads((SAVED / f"{name}.json").read_text()))
    stage.start()
    stage.passes(issue)
    assert stage.jobs() == ["SUCCESS"]
    check_one_pull_request(stage, issue)
    check_told_once(stage, issue)


def test_there_are_saved_jobs() -> None:
    assert len(JOBS) >= 3
