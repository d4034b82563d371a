from bot.decisions.code.provides import provided_names
from bot.words.patch import FileChange, Patch


def provided(path: str, before: str | None, after: str | None, *, test: bool = False) -> set[str]:
    return set(provided_names(Patch(base="b", changes=(FileChange(path=path, before=before, after=after, test=test),))))


def test_a_new_module_with_its_definitions() -> None:
    names = provided("tempo/clock.py", None, "LIMIT = 1\nclass Clock:\n    def tick(self):\n        self.now = 1\n")
    assert {"tempo.clock", "tempo:clock", "tempo.clock:LIMIT", "tempo.clock:Clock"} <= names
    assert {"tempo.clock:Clock.tick", "tempo.clock:Clock.now"} <= names


def test_only_what_is_new_in_a_known_module() -> None:
    before = "def f(): ...\nclass A:\n    def m(self): ...\n"
    assert provided("pkg/a.py", before, before + "    def n(self): ...\n\ndef g(): ...\n") == {
        "pkg.a:A.n",
        "pkg.a:g",
    }


def test_folders_for_sources_are_no_part_of_the_name() -> None:
    assert {"pkg.a", "pkg.a:f"} <= provided("src/pkg/a.py", None, "def f(): ...\n")
    assert {"pkg", "pkg:f"} <= provided("lib/pkg/__init__.py", None, "def f(): ...\n")
    assert {"pkg.a"} <= provided("parts/one/src/pkg/a.py", None, "")


def test_a_name_that_a_package_passes_on_is_provided() -> None:
    assert provided("pkg/__init__.py", "a = 1\n", "a = 1\nfrom .new import name as other\n") == {"pkg:other"}


def test_tests_deletions_and_other_files_provide_nothing() -> None:
    assert provided("tests/test_a.py", None, "def f(): ...\n", test=True) == set()
    assert provided("pkg/a.py", "def f(): ...\n", None) == set()
    assert provided("pkg/a.txt", None, "f = 1\n") == set()


def test_text_that_is_no_python_provides_no_names() -> None:
    assert provided("pkg/a.py", "x = 1\n", "def f(:\n") == set()
    assert not any(":f" in name for name in provided("pkg/a.py", None, "def f(:\n"))
