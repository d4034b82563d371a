"""Proof: what real rooms saw of one patch, once, for all jobs that make the same change."""

from dataclasses import dataclass

from bot.decisions.editing.changes import changes_between
from bot.decisions.proof.protection import is_test_path
from bot.evidence.gather import Witness
from bot.words.evidence import Evidence
from bot.words.patch import Patch
from bot.words.repository_settings import TestSettings
from bot.words.snapshot import Snapshot
from bot.workflow.workshop import Prepared
from sandbox.files import File
from sandbox.room import Limits, Sandbox
from tests.crashes.repository import FILES
from tests.journeys.script import GOOD, TESTS

NEW_TEST = "tests/test_issue_{}.py"


@dataclass(frozen=True)
class Proof:
    """What was seen before the change and of the change, as JSON, so that it can be sent to a process."""

    prepared: str
    evidence: str

    def before(self) -> Prepared:
        """What `Workshop.prepare` found."""
        return Prepared.model_validate_json(self.prepared)

    def of(self, patch: Patch) -> Evidence:
        """The evidence, as that of the same change for another issue of another repository."""
        new = next(path for path in patch.tests if path not in FILES)
        evidence = Evidence.model_validate_json(self.evidence.replace(NEW_TEST.format(1), new))
        return evidence.model_copy(update={"digest": patch.digest, "base": patch.base})


def see(sandbox: Sandbox, limits: Limits) -> Proof:
    """Make the change in real rooms. Raises SandboxError."""
    base = Snapshot("0" * 40, {path: File(text.encode()) for path, text in FILES.items()})
    changed = {"tempo/durations.py": File(GOOD.encode()), NEW_TEST.format(1): File(TESTS.encode())}
    changes = changes_between(base.files, {**base.files, **changed}, is_test=is_test_path)
    witness = Witness(sandbox, TestSettings(), limits)
    suite = witness.baseline(base)
    evidence = witness.observe(Patch(base=base.commit, changes=changes), base, base, suite)
    return Proof(Prepared(suite=suite).model_dump_json(), evidence.model_dump_json())
