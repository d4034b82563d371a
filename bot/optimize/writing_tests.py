"""Writing tests, as a subject: they must fail without a person's answer, pass with it, and notice faults in it.

The answer's own tests are not among the files that the test writer sees, and its code is told as for any other patch.
"""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from bot.decisions.code.provides import provided_names
from bot.decisions.editing.changes import apply_patch
from bot.decisions.named_places import changed_places
from bot.decisions.naming import new_test_path
from bot.decisions.testing.blind_tests import types_alone
from bot.decisions.testing.worth_of_tests import shows_something, worth_of_tests
from bot.errors import Broken, InternError
from bot.evidence.gather import NOTHING
from bot.evidence.mutation import mutate
from bot.evidence.suite import Suites
from bot.optimize.lesson import Lesson
from bot.optimize.subject import Learning
from bot.programs.attempted import tried
from bot.programs.test_writer import TestWriter, write_tests
from bot.trial.score import Examiner
from bot.words.evaluation import Evaluation
from bot.words.evidence import Evidence
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec, Plan
from sandbox.room import SandboxError

#: Seconds for the faults of one lesson: here they only tell better tests from worse ones.
BOX = 30.0
#: Files of an answer that the test writer is told of.
MOST_FILES = 8


class WritingTests:
    """The test writer."""

    programs: Mapping[str, Callable[[], Any]] = {"tests": TestWriter}
    needs_plan = True
    enough = 0.75  # all of its tests are right and notice half of the faults
    doing = "writes pytest tests for a change"
    measure = "of what the new tests have to show is shown"

    def fits(self, lesson: Lesson) -> bool:
        """Where a person's answer is known, and changes Python code."""
        return lesson.plan is not None and lesson.solution is not None and bool(changed_places(lesson.solution))

    def digest(self, lesson: Lesson) -> str:
        """The lesson's, with the answer."""
        answer = lesson.solution.digest if lesson.solution else ""
        return hashlib.sha256(f"{lesson.digest} {answer} tests 1".encode()).hexdigest()

    def evaluate(self, lesson: Lesson, examiner: Examiner, kept: Learning) -> Evaluation:  # noqa: ARG002 (one shape)
        """Let the program write tests for the answer, and run them without and with it, and against faults in it."""
        plan, answer = lesson.plan, lesson.solution
        if plan is None or answer is None:
            raise InternError(f"Nobody's answer to {lesson.exercise.name} is known.")
        path = new_test_path(lesson.base.files, 0)
        files = apply_patch(lesson.base.files, answer)
        text, reason = tried("write the tests", lambda: write_tests(lesson.task, plan_of(answer, plan), files, path))
        if text is None:
            return Evaluation(share=0.0, feedback=reason)
        patch = with_tests(answer, path, text)
        suites = Suites(examiner.sandbox, lesson.settings.tests, examiner.limits, lesson.environment)
        try:
            return worth_of_tests(observed(suites, lesson, patch, path), patch)
        except (SandboxError, InternError) as error:
            raise Broken(f"The tests for {lesson.exercise.name} could not run: {error}") from error


def plan_of(answer: Patch, plan: Plan) -> Plan:
    """What was really changed, in the words of the plan as far as it foresaw it."""
    foreseen = {spec.path: spec for spec in plan.modules}
    modules = [
        foreseen.get(path, ModuleSpec(path=path, purpose="", definitions=tuple(sorted(names)[:20])))
        for path, names in changed_places(answer).items()
    ]
    return plan.model_copy(update={"modules": tuple(modules[:MOST_FILES])})


def with_tests(answer: Patch, path: str, text: str) -> Patch:
    """The answer with a new test file."""
    changes = [*answer.changes, FileChange(path=path, before=None, after=text, test=True)]
    return Patch(base=answer.base, changes=tuple(sorted(changes, key=lambda one: one.path)))


def observed(suites: Suites, lesson: Lesson, patch: Patch, path: str) -> Evidence:
    """The new tests on base and answer, each in a fresh room, and against faults where they look good so far."""
    files = apply_patch(lesson.base.files, patch)
    without = {**lesson.base.files, path: files[path]}
    with ThreadPoolExecutor(2, thread_name_prefix="lesson") as threads:
        base, answer = (threads.submit(suites.run, tree, [path], workers=0) for tree in (without, files))
        evidence = Evidence(
            digest=patch.digest,
            base=patch.base,
            tests=(path,),
            provides=provided_names(patch),
            types_alone=types_alone(patch),
            new_on_base=base.result(),
            new_on_patch=answer.result(),
            suite_on_base=NOTHING,
            suite_on_patch=NOTHING,
        )
        if not shows_something(evidence, patch):
            return evidence
        run = evidence.new_on_patch
        quiet = replace(suites, on_result=None)
        found = mutate(
            quiet, files, patch, [path], run.collected, seconds=run.seconds, missed={}, threads=threads, box=BOX
        )
    return evidence.model_copy(update={"mutation": found})
