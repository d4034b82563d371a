"""The repository map: where an issue leads."""

import time
import tracemalloc

import pytest

from bot.decisions.map.repository import Findings, RepositoryMap
from bot.decisions.map.told_code import told_code
from bot.decisions.map.told_map import told_map
from sandbox.files import File, Tree
from tests.decisions.map.shop import FILES, ISSUE, tree, tree_of


def found(text: str, files: Tree | None = None) -> Findings:
    return RepositoryMap(tree() if files is None else files).find(text)


def best(text: str, files: Tree | None = None) -> tuple[str, str]:
    findings = found(text, files)
    return findings.files[0][0], findings.places[0].symbol.name


def test_a_name_leads_to_its_definition() -> None:
    assert best("`price_of` should round") == ("src/shop/prices.py", "price_of")
    assert best("Cart.add takes a negative count") == ("src/shop/cart.py", "Cart.add")


def test_parts_of_names_lead_there_too() -> None:
    assert best("the receipt is printed twice") == ("src/shop/receipt.py", "printed")


def test_a_path_leads_to_its_file() -> None:
    assert found("something is wrong in shop/mail.py").files[0][0] == "src/shop/mail.py"
    assert found("something is wrong in `shop.mail`").files[0][0] == "src/shop/mail.py"


def test_a_quoted_message_leads_to_where_it_stands() -> None:
    files = tree_of({f"pkg/m{i}.py": f"def check(value):\n    return {i}\n" for i in range(9)} | {
        "pkg/z.py": "def other(): ...\n\n\ndef verify(a):\n    raise ValueError(f'the value {a!r} is out of range')\n"
    })  # fmt: skip
    assert best("check breaks\n\nValueError: the value 7 is out of range", files) == ("pkg/z.py", "verify")


def test_a_traceback_leads_to_its_last_frame_and_to_its_callers() -> None:
    findings = found(ISSUE)
    assert findings.raised is not None
    assert (findings.raised.path, findings.raised.symbol.name, findings.raised.line) == (
        "src/shop/prices.py",
        "price_of",
        7,
    )
    assert findings.places[0].symbol.name == "price_of"
    assert {place.symbol.name for place in findings.places[:3]} == {"price_of", "Cart.total", "printed"}


def test_a_frame_of_another_version_leads_to_the_function_of_that_name() -> None:
    findings = found('  File "/x/shop/cart.py", line 9000, in total\nKeyError: 1')
    assert findings.raised is not None
    assert (findings.raised.symbol.name, findings.raised.line) == ("Cart.total", 0)


def test_a_traceback_that_ends_elsewhere_leads_to_the_last_frame_of_the_repository() -> None:
    text = ISSUE.replace(
        "LookupError:", '  File "/usr/lib/python3.12/json/decoder.py", line 355, in raw_decode\nLookupError:'
    )
    findings = found(text)
    assert findings.raised is not None
    assert findings.raised.symbol.name == "price_of"


def test_a_frame_of_a_test_counts_less_than_one_of_the_code() -> None:
    text = (
        'File "src/shop/cart.py", line 14, in total\nFile "tests/test_cart.py", line 6, in test_total\nAssertionError'
    )
    findings = found(text)
    assert findings.raised is not None
    assert findings.raised.symbol.name == "Cart.total"


def test_what_is_used_by_hits_is_likelier_than_what_is_not() -> None:
    scores = dict(found("Cart.total is wrong").files)
    assert scores["src/shop/prices.py"] > scores["src/shop/mail.py"]


def test_tests_and_what_others_wrote_come_last() -> None:
    files = tree_of(
        {"vendor/cart.py": "def total(): ...\n", "gen/cart.py": "# DO NOT EDIT\ndef total(): ...\n"} | FILES
    )
    ranked = [path for path, _ in found("cart total", files).files]
    assert ranked[0] == "src/shop/cart.py"
    assert ranked.index("src/shop/prices.py") < ranked.index("vendor/cart.py")


def test_importers_are_known() -> None:
    known = RepositoryMap(tree())
    assert known.importers["src/shop/cart.py"] == ["src/shop/__init__.py", "src/shop/receipt.py", "tests/test_cart.py"]
    assert known.importers["src/shop/prices.py"] == ["src/shop/cart.py"]


def test_the_same_question_has_the_same_answer() -> None:
    assert found(ISSUE) == found(ISSUE, dict(reversed(tree().items())))


@pytest.mark.parametrize("files", [{}, {"a.txt": "x"}, {"a.py": ""}, {"a.py": "def broken(:\n"}, {"a.py": "\0"}])
def test_next_to_nothing_is_a_repository_as_well(files) -> None:
    known = RepositoryMap(tree_of(files))
    findings = known.find(ISSUE)
    assert findings.raised is None
    assert len(told_map(known, findings, 1000)) <= 1000
    assert told_code(known, findings, 1000) in ("", "a.py, in full:\ndef broken(:")


def large() -> Tree:
    body = "".join(
        f"def handle_{{n}}_{i}(request, option_{i}=None):\n"
        f'    """Handle the request number {i} of the service."""\n'
        f"    result = compute_{{m}}_{i}(request, option_{i})\n"
        f"    if not result:\n        raise ValueError('nothing was computed for {i}')\n"
        f"    return [part for part in result if part.valid]\n\n\n"
        for i in range(39)
    )
    files = {}
    for n in range(1000):
        imports = f"from service.part{(n + 1) % 40}.module_{(n + 1) % 1000} import handle_{(n + 1) % 1000}_3\n\n\n"
        files[f"src/service/part{n % 40}/module_{n}.py"] = File((imports + body.format(n=n, m=n + 1)).encode())
    return files


def test_a_repository_of_a_thousand_files_and_10_mib_takes_less_than_two_seconds() -> None:
    files = large()
    assert sum(len(file.data) for file in files.values()) > 10 * 2**20
    tracemalloc.start()
    RepositoryMap(files).find(ISSUE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150 * 2**20
    fresh = {path: File(file.data + b"# changed\n") for path, file in files.items()}
    began = time.thread_time()
    known = RepositoryMap(fresh)
    findings = known.find("`handle_700_5` gives None")
    assert time.thread_time() - began < 2
    assert findings.places[0].symbol.name == "handle_700_5"
    again = RepositoryMap(fresh | {"src/service/new.py": File(b"x = 1\n")})
    assert all(again.sketches[path] is sketch for path, sketch in known.sketches.items()), "nothing is made twice"


def test_a_hostile_repository_is_bounded() -> None:
    files = {f"a/m{i}.py": File(f"def f(): pass\n# {i}\n".encode()) for i in range(3000)}
    files |= {f"b/w{i}.py": File(" ".join(f"w{i}_{j}" for j in range(20_000)).encode()) for i in range(60)}
    files |= {f"c/x{i}.py": File((f"import m{i}\n" + "def f(): f()\n" * 100_000).encode()) for i in range(5)}
    text = "".join(f'File "/x/a/m{i}.py", line 1, in f\n' for i in range(10_000)) + "f " * 10_000
    tracemalloc.start()
    began = time.thread_time()
    known = RepositoryMap(files)
    findings = known.find(text)
    assert len(told_map(known, findings, 4000)) <= 4000
    assert time.thread_time() - began < 15, "under the weight of the measurement"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150 * 2**20
    assert findings.raised is not None
