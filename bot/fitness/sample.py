"""The repository of the tiny tasks: one function with a fault, in a small file and in a large one."""

from bot.words.plan import ModuleSpec, Plan
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from sandbox.files import File

PATH = "names/initials.py"
TESTS = "tests/test_initials_of_nobody.py"

SMALL = '''"""Short forms of names."""


def initials(name: str) -> str:
    """The first letters of a name, as capitals: "ada lovelace" is "AL"."""
    words = name.split(" ")
    return "".join(word[0].upper() for word in words)
'''
FIXED = SMALL.replace('name.split(" ")', "name.split()")

#: Of the large file: the last of its many definitions.
KEPT = "def greeting_90(name: str) -> str:"
LARGE = SMALL + "".join(
    f'''

def greeting_{number}(name: str) -> str:
    """Greeting number {number}."""
    return f"{{name}}, you are number {number}."
'''
    for number in range(1, 91)
)

TASK = Task(
    number=1,
    title="initials() fails for two spaces and for no name",
    body='`initials("ada  lovelace")` (two spaces) and `initials("")` raise IndexError. They should give "AL" and "".',
)
SPEC = ModuleSpec(
    path=PATH,
    purpose="initials() gives the first letters whatever the number of spaces, and '' for an empty name.",
    definitions=("initials",),
)
PLAN = Plan(
    summary="Take any number of spaces between words.",
    modules=(SPEC,),
    test_strategy="Two spaces between the words and the empty name raise IndexError today.",
)
CHECK = """
from names.initials import initials

assert initials("ada lovelace") == "AL"
assert initials("ada  lovelace") == "AL"
assert initials("") == ""
"""


def snapshot(source: str) -> Snapshot:
    """The repository, with this text of the file."""
    files = {"names/__init__.py": "", PATH: source, "README.md": "# names\n\nShort forms of names.\n"}
    return Snapshot("0" * 40, {path: File(text.encode()) for path, text in files.items()})
