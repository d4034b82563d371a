"""From what a model planned to a Plan: slips are mended, what can't be mended is named in a sentence."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.decisions.editing.text_files import is_text
from bot.decisions.proof.protection import is_test_module
from bot.decisions.testing.changed_tests import file_of, function_of, text_of
from bot.decisions.testing.removed_tests import users_of, using_tests, without_tests
from bot.programs.signatures import PlannedModule, PlannedTest
from bot.programs.sources import is_test, source_of, unwritable
from bot.programs.tools.files import resolved, suggestion
from bot.words.plan import ChangedTest, ModuleSpec, Plan
from sandbox.files import File, Tree

#: Of some paths those that may not be changed, each as "path: why".
Refused = Callable[[list[str]], list[str]]

PATH = re.compile(r"[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*)*\Z")
QUALIFIED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\Z")
#: How `__init__.py` looks after it went through Markdown, in which small models think.
PLAIN_INIT = frozenset({"init.py", "_init_.py"})
MOST, MOST_TESTS, MOST_REMOVED = 8, 5, 50
EMPTY = File(b"")


class UnusablePlanError(Exception):
    """A plan that can't be worked with; the message is meant for the model and for a reader.

    Attributes:
        plainly: what whoever asked is told instead, where that is something else; "" where it is not.
    """

    def __init__(self, message: str, plainly: str = "") -> None:
        super().__init__(message)
        self.plainly = plainly


def plan_from(
    summary: str,
    drafts: Iterable[PlannedModule],
    strategy: str,
    files: Tree,
    refused: Refused,
    tests: Iterable[PlannedTest] = (),
) -> Plan:
    """The plan. Tests to change that are not there, or may not be changed, are left out: they stay as they are.

    Raises:
        UnusablePlanError: no file to change is left, or one can't be changed; tells all reasons.
    """
    specs: dict[str, ModuleSpec] = {}
    reasons: list[str] = []
    for draft in drafts:
        path = settled(files, draft.path)
        if is_test(path):
            continue  # the tests are written by the test writer, whatever the model plans
        if reason := trouble(path, files, refused, delete=draft.delete):
            reasons.append(reason)
        else:
            specs[path] = merged(specs.get(path), spec_from(path, draft))
    if reasons or not specs:
        raise UnusablePlanError(" ".join(reasons) or "The plan names no file to write, change or delete.")
    if len(specs) > MOST:
        raise UnusablePlanError(f"The plan names {len(specs)} files; at most {MOST} are possible.")
    told = summary.strip()[:4000] or next(iter(specs.values())).purpose
    tests, deleted = list(tests), [path for path, spec in specs.items() if spec.delete and path.endswith(".py")]
    # A planned package may have the deleted names from a new file then; who only asks the package need not know.
    direct = {**files, **{path: EMPTY for path in specs if path.endswith("/__init__.py")}}
    moves = any(spec.python and path not in files for path, spec in specs.items())
    gone, problems = removed_tests(tests, direct if moves else files, refused, deleted)
    plainly = tied_to_their_place(direct, deleted) if moves and problems else ""
    if problems := [*still_used(specs, direct, deleted), *problems]:
        raise UnusablePlanError(" ".join(problems), plainly)
    changed = [*changed_tests((one for one in tests if not one.removed), files, refused).values()][:MOST_TESTS]
    changed = [*(one for one in changed if one.test not in gone), *gone.values()]
    return Plan(
        summary=told,
        modules=tuple(with_promises(spec, changed) for spec in specs.values()),
        test_strategy=strategy.strip()[:4000],
        changed_tests=tuple(changed),
    )


def tied_to_their_place(files: Tree, deleted: list[str]) -> str:
    """Why code may not be moved away from under existing tests, for whoever asked; "" where no test is in the way."""
    tests = [path for path in users_of(files, deleted) if is_test(path)] if deleted else []
    if not tests:
        return ""
    return (
        f"{', '.join(tests[:5])} import{'s' if len(tests) == 1 else ''} from {', '.join(deleted[:3])}, which would go, "
        "and I change no imports of existing tests: they are what shows that moved code still works. Ask me to let the "
        "old file stay and take its names from the new one, which can be proven, or move these imports by hand first."
    )


def still_used(specs: Mapping[str, ModuleSpec], files: Tree, deleted: list[str]) -> Iterator[str]:
    """Which files stay, are not planned and import what goes, in a sentence."""
    users = [path for path in users_of(files, deleted) if not is_test(path) and path not in specs] if deleted else []
    if users:
        yield f"{', '.join(users[:5])} import{'s' if len(users) == 1 else ''} what the plan deletes: plan that as well."


def removed_tests(
    drafts: Iterable[PlannedTest], files: Tree, refused: Refused, deleted: list[str]
) -> tuple[dict[str, ChangedTest], list[str]]:
    """The existing tests that go with what is deleted, by id, and what is wrong with them, a sentence each.

    An id may be a file's: then all of those in it. The plan has to say what becomes of each test that uses what is
    deleted, and the rest of their files must be able to run.
    """
    if not deleted:
        return {}, []
    using = {path: using_tests(files, path, deleted) for path in users_of(files, deleted) if is_test(path)}
    using = {path: tests for path, tests in using.items() if tests and not refused([path])}
    found: dict[str, ChangedTest] = {}
    for draft in drafts:
        path, _, function = draft.test.strip().partition("::")
        path = resolved(files, path)
        wanted = f"{path}::{function}" if function else ""
        for test in using.get(path, ()) if draft.removed or not function else ():
            if len(test) <= 400 and (not function or test == wanted or test.startswith(f"{wanted}::")):
                found.setdefault(test, ChangedTest(test=test, reason=draft.reason[:4000], removed=True))
    named = {function_of(draft.test.strip()) for draft in drafts if not draft.removed}
    all_using = [test for tests in using.values() for test in tests]
    staying = [test for test in all_using if test not in found and function_of(test) not in named]
    problems = []
    if staying:
        problems.append(
            f"Existing tests use what the plan deletes: {', '.join(staying[:8])}{' ...' if staying[8:] else ''}. Name "
            'them in changed_tests with "removed": true, or a whole file where all in it go. Code that moves keeps '
            "its tests: then let the old file stay and import the names."
        )
    if len(found) > MOST_REMOVED:
        problems.append(f"With what it deletes {len(found)} existing tests would go; at most {MOST_REMOVED} may.")
    for path, tests in using.items():
        going = [test for test in tests if test in found]
        if going and len(going) == len(tests) and without_tests(files, path, going, deleted) is None:
            problems.append(f"Without {', '.join(going[:4])} the rest of {path} could not run; plan otherwise.")
    return found, problems


def with_promises(spec: ModuleSpec, changed: Iterable[ChangedTest]) -> ModuleSpec:
    """One file's part with what existing tests will promise instead: whoever writes the code need not heed them."""
    told = [f"The test {one.test} will change: {one.reason}" for one in changed if not one.removed]
    return spec.model_copy(update={"interface": "\n".join([*filter(None, [spec.interface]), *told])[:4000]})


def changed_tests(drafts: Iterable[PlannedTest], files: Tree, refused: Refused) -> dict[str, ChangedTest]:
    """The existing tests of a draft that may be changed, by id."""
    found: dict[str, ChangedTest] = {}
    for draft in drafts:
        path = resolved(files, file_of(draft.test.strip()))
        test = f"{path}::{function_of(draft.test.strip()).replace('.', '::')}"
        source = source_of(files, path)
        there = source is not None and is_test_module(path) and text_of(source, test) is not None
        if there and len(test) <= 400 and not refused([path]):
            found.setdefault(test, ChangedTest(test=test, reason=draft.reason[:4000]))
    return found


def settled(files: Tree, path: str) -> str:
    """A path as the repository spells it; a new file goes to the package that was meant ("pkg/a.py" to "src/pkg")."""
    path = homed(files, resolved(files, path))
    folder, _, name = path.rpartition("/")
    meant = f"{folder}/__init__.py".lstrip("/")
    return meant if name in PLAIN_INIT and path not in files and meant in files else path


def homed(files: Tree, path: str) -> str:
    """A path below the one folder of the repository that its own folder can be."""
    folders = folders_of(files)
    folder = path.rpartition("/")[0]
    while folder and path not in files and folder not in folders:
        homes = [known for known in folders if known.endswith(f"/{folder}")]
        if len(homes) == 1:
            return homes[0] + path[len(folder) :]
        folder = folder.rpartition("/")[0]
    return path


def folders_of(files: Tree) -> set[str]:
    """All folders."""
    split = [path.split("/") for path in files]
    return {"/".join(parts[:depth]) for parts in split for depth in range(1, len(parts))}


def trouble(path: str, files: Tree, refused: Refused, *, delete: bool = False) -> str:
    """Why this path can't be written or deleted, or ""."""
    if not PATH.match(path) or ".." in path or len(path) > 200:
        return f"{path[:100]!r} is no relative path of a file.{suggestion(files, path)}"
    if not path.endswith(".py") and not is_text(path):
        return (
            f"{path} is neither Python nor documentation, data (JSON, TOML, YAML, ...) or a template, and nothing else "
            f"can be changed here.{suggestion(files, path)}"
        )
    if delete and path not in files:
        return f"There is no file {path} to delete.{suggestion(files, path)}"
    if reasons := refused([path]):
        return f"A file may not be changed: {reasons[0].rstrip('.')}."
    if reason := unwritable(files, path):
        return reason
    if any(path.startswith(f"{known}/") or known.startswith(f"{path}/") for known in files):
        return f"{path} is a folder or lies below a file."
    return ""


def spec_from(path: str, draft: PlannedModule) -> ModuleSpec:
    """One file's part, cut to its limits. "def area(self)" means "area"."""
    words = (re.sub(r"^(async\s+)?(def|class)\s+", "", name.strip()).split("(")[0] for name in draft.definitions)
    names = tuple(dict.fromkeys(name for name in words if QUALIFIED.match(name) and len(name) < 400))[:20]
    return ModuleSpec(
        path=path,
        purpose=draft.purpose[:4000],
        definitions=names if path.endswith(".py") and not draft.delete else (),
        interface=draft.interface[:4000],
        delete=draft.delete,
    )


def merged(first: ModuleSpec | None, second: ModuleSpec) -> ModuleSpec:
    """Two parts for the same file as one."""
    if first is None:
        return second
    whole = not first.definitions or not second.definitions
    return ModuleSpec(
        path=first.path,
        purpose=f"{first.purpose}\n{second.purpose}"[:4000],
        definitions=() if whole else tuple(dict.fromkeys(first.definitions + second.definitions))[:20],
        interface=f"{first.interface}\n{second.interface}"[:4000],
        delete=first.delete and second.delete,
    )
