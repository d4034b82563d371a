"""The verdict: what is observed of a patch of the demo's in fresh rooms, beside runs of pytest without any walls."""

import time
from functools import partial

from bench.sandbox.figure import Figure, Line, times, written
from bench.sandbox.host_folder import laid_out, run_tests
from bench.sandbox.turns import timed
from bench.spread import Spread
from bot.decisions.editing.changes import apply_patch
from bot.demo.run import sample_files
from bot.evidence.gather import Witness
from bot.evidence.suite import Suites
from bot.words.patch import FileChange, Patch
from bot.words.repository_settings import TestSettings
from bot.words.snapshot import Snapshot
from sandbox.files import File, Tree
from sandbox.room import Limits, Sandbox, SandboxError

COUNT, WHOLE = 10, 3
CODE, TEST = "tempo/durations.py", "tests/test_nothing.py"
REFUSED = """from tempo.durations import is_duration


def test_nothing_is_no_duration():
    assert not is_duration("")
"""
ADDED = """

def is_duration(text: str) -> bool:
    \"\"\"Whether it can be parsed.\"\"\"
    return bool(text) and text[-1] in SECONDS
"""


def measure_verdict(sandbox: Sandbox, limits: Limits, count: int = COUNT) -> Figure:
    """The new test on the base, the new test on the patch, the whole suite on the patch; then all that a job sees."""
    base = Snapshot("0" * 40, {path: File(text.encode()) for path, text in sample_files()})
    code = base.files[CODE].data.decode()
    changes = (
        FileChange(path=CODE, before=code, after=code + ADDED),
        FileChange(path=TEST, before=None, after=REFUSED, test=True),
    )
    patch = Patch(base=base.commit, changes=changes)
    trees: list[tuple[Tree, tuple[str, ...]]] = [
        (apply_patch(base.files, Patch(base=base.commit, changes=changes[1:])), (TEST,))
    ]
    trees += [(apply_patch(base.files, patch), only) for only in ((TEST,), ())]
    suites, witness = Suites(sandbox, TestSettings(), limits), Witness(sandbox, TestSettings(), limits)
    before = witness.baseline(base)
    ours, plain = [], []
    for _ in range(count):
        started = time.perf_counter()
        reports = [suites.run(*tree) for tree in trees]
        ours.append(time.perf_counter() - started)
        plain.append(sum(timed(partial(_test, *tree)) for tree in trees))
        if not reports[-1].finished:
            raise SandboxError(f"the demo's tests did not run: {reports[-1].text[-200:]}")
    whole = Spread.of(timed(lambda: witness.observe(patch, base, base, before)) for _ in range(WHOLE))
    rooms, host = Spread.of(ours), Spread.of(plain)
    return Figure(
        "Evidence of a small patch",
        (
            Line("three runs in fresh rooms, ms", rooms, ratio=written(times(rooms, host))),
            Line("pytest three times on the host, ms", host),
            Line("all that a job observes of it, ms", whole),
        ),
    )


def _test(files: Tree, only: tuple[str, ...]) -> None:
    with laid_out(files) as folder:
        run_tests(folder, *only)
