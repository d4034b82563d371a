"""Which names a change takes away because its plan says so."""

from bot.decisions.testing.leaving import leaving
from bot.words.plan import ModuleSpec
from sandbox.files import File, Tree


def tree(**files: str) -> Tree:
    return {f"pkg/{name}.py": File(text.encode()) for name, text in files.items()}


def spec(name: str, *definitions: str, delete: bool = False) -> ModuleSpec:
    return ModuleSpec(path=f"pkg/{name}.py", purpose="p", definitions=definitions, delete=delete)


BEFORE = tree(a="def f(): ...\ndef g(): ...\n", b="")
MOVED = tree(a="def g(): ...\n", b="def f(): ...\n")


def test_what_stands_in_another_file_of_the_plan_now_as_it_says() -> None:
    assert leaving(BEFORE, MOVED, (spec("a"), spec("b", "f"))) == ("pkg.a:f",)


def test_what_goes_without_a_word_in_the_plan_is_none() -> None:
    assert leaving(BEFORE, MOVED, (spec("a"), spec("b"))) == ()
    assert leaving(BEFORE, MOVED, (spec("a", "f"),)) == ()
    assert leaving(BEFORE, MOVED, ()) == ()
    assert leaving(BEFORE, tree(a="def g(): ...\n", b=""), (spec("a"), spec("b", "f"))) == (), "it is nowhere"
    assert leaving(BEFORE, tree(b=""), (spec("a"), spec("b"))) == (), "nobody planned to delete it"


def test_what_a_deleted_file_had() -> None:
    assert leaving(BEFORE, tree(b=""), (spec("a", delete=True),)) == ("pkg", "pkg.a", "pkg.a:f", "pkg.a:g", "pkg:a")
    assert leaving(BEFORE, BEFORE, (spec("a", delete=True),)) == (), "it is still there"
