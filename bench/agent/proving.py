"""Proving: the time of each part of the evidence, on a repository of 1,000 files and 500 tests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench.agent.large_repository import NEW_TEST, WRONG, make_patch, make_snapshot
from bench.sandbox.figure import Figure, Line, times, written
from bench.sandbox.host_folder import laid_out, run_tests
from bench.sandbox.turns import timed
from bench.spread import Spread
from bot.decisions.editing.changes import apply_patch
from bot.decisions.proof.judge import judge
from bot.evidence.gather import Witness
from bot.evidence.mutation import mutate
from bot.evidence.repeats import repeat
from bot.evidence.sentinels import answer_wrongly, guarded_new, guarded_suite
from bot.evidence.suite import Suites
from bot.words.patch import Patch
from bot.words.repository_settings import TestSettings
from sandbox.room import Limits, Sandbox, SandboxError

COUNT = 2
NEW = (NEW_TEST,)


def measure_proving(sandbox: Sandbox, limits: Limits) -> Figure:
    """The suite beside pytest on the host, every part by itself, then all as a job does it."""
    base, suites = make_snapshot(), Suites(sandbox, TestSettings(), limits)
    patch, witness = make_patch(base), Witness(sandbox, TestSettings(), limits, rooms=2)
    on_patch = apply_patch(base.files, patch)
    on_base = apply_patch(base.files, Patch(base=base.commit, changes=patch.changes[1:]))
    before = witness.baseline(base)
    tests = suites.run(on_patch, NEW).collected
    if len(before.collected) < 500 or not tests:
        raise SandboxError(f"the 500 tests did not run: {before.text[-200:]}")

    def mutants() -> object:
        with ThreadPoolExecutor(1) as threads:
            return mutate(suites, on_patch, patch, NEW, tests, seconds=0.1, missed={}, threads=threads)

    def host() -> object:
        with laid_out(base.files) as folder:
            return run_tests(folder)

    parts: tuple[tuple[str, Callable[[], object]], ...] = (
        ("500 tests in a fresh room", lambda: suites.run(base.files)),
        ("500 tests on the host", host),
        ("new test on the base", lambda: suites.run(on_base, NEW)),
        ("new test on the patch, guarded", lambda: guarded_new(suites, on_patch, NEW)),
        ("500 tests on the patch, guarded", lambda: guarded_suite(suites, on_patch, NEW, before)),
        ("collection of its own", lambda: suites.collect(on_patch, NEW)),
        ("one repeat in random order", lambda: repeat(suites, on_patch, NEW, tests)),
        ("coverage of the changed lines", lambda: suites.trace(on_patch, (WRONG,), NEW)),
        ("wrong answers", lambda: answer_wrongly(suites, on_patch, NEW, tests)),
        ("mutants", mutants),
    )
    found = {words: Spread.of(timed(run) for _ in range(COUNT)) for words, run in parts}
    verdicts: list[str] = []

    def whole() -> None:
        verdict = judge(witness.observe(patch, base, base, before))
        verdicts.extend([] if verdict.proven else verdict.reasons)

    everything = Spread.of(timed(whole) for _ in range(COUNT))
    if verdicts:
        raise SandboxError(f"the right patch was not proven: {verdicts[0]}")
    room, plain = (found[words] for words, _ in parts[:2])
    first = Line("500 tests in a fresh room, ms", room, ratio=written(times(room, plain)))
    rest = [Line(f"{words}, ms", spread) for words, spread in list(found.items())[1:]]
    last = Line("all that a job observes, ms", everything, ratio=written(times(everything, room)))
    return Figure("Proof of a patch among 1,000 files", (first, *rest, last))
