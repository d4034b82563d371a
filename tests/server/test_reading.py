"""What is seen at a glance is what the careful reader sees, whatever the bytes are."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.decisions.admission.read import MalformedDelivery
from bot.server.glance import UNCLEAR, glance
from bot.server.letters import EVENT
from bot.server.reading import read, read_carefully
from bot.server.receive import Rejected
from bot.words.delivery import Delivery
from bot.words.events import Labeled
from tests.decisions.payloads import COMMENT, COMMENTED, ISSUE, LABELED, PAYLOADS, PULL_CLOSED, but, without

TELLING = [*PAYLOADS.values(), but(COMMENTED, "comment.body", "Thank you."), but(LABELED, "label.name", "question")]
ACTIONS = ["labeled", "unlabeled", "closed", "opened", "deleted", "transferred", "created", "edited", "suspend", ""]


def delivery(name: str, body: bytes) -> Delivery:
    return Delivery("g-1", name, body, "d" * 64)


def outcome(reader: Any, name: str, body: bytes) -> object:
    try:
        return reader(delivery(name, body))
    except (Rejected, MalformedDelivery) as error:
        return type(error), str(error)


def assert_same(name: str, body: bytes) -> None:
    assert outcome(read, name, body) == outcome(read_carefully, name, body)


def places(of: Any, above: str = "") -> Iterator[str]:
    """Every path in a payload."""
    for key, value in of.items() if isinstance(of, dict) else ():
        yield f"{above}{key}"
        yield from places(value, f"{above}{key}.")


def text(payload: Any) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_event_with_every_action(name: str, action: str) -> None:
    for payload in TELLING:
        assert_same(name, text(payload))
        assert_same(name, text({**payload, "action": action}))


def test_what_is_frequent_is_seen_at_a_glance() -> None:
    letter = glance(delivery("issues", text(LABELED)))
    assert letter is not None
    assert letter is not UNCLEAR
    assert isinstance(EVENT.validate_json(letter.event), Labeled)
    for name, payload in (
        ("issues", but(LABELED, "label.name", "question")),
        ("issues", but(LABELED, "action", "edited")),
        ("issue_comment", but(COMMENTED, "comment.body", "Thank you.")),
        ("issue_comment", but(COMMENTED, "action", "edited")),
        ("pull_request", but(PULL_CLOSED, "action", "synchronize")),
        ("repository", but(PAYLOADS["repository"], "action", "edited")),
    ):
        assert glance(delivery(name, text(payload))) is None, payload["action"]


NUMBERS = [
    *(b"0", b"-0", b"7", b"-7", b"1.0", b"7e0", b"1e400", b"01", b"1.", b"-", b"NaN", b"-Infinity", b"true", b"null"),
    *(b"9" * 19, b"9223372036854775807", b"9223372036854775808", b"9" * 30, b"9" * 4300, b"9" * 4301),
    *(b"-" + b"9" * 5000, b"0." + b"9" * 5000, b"1e" + b"9" * 5000, b"[" + b"1" * 4301 + b"]"),
]
TEXTS = [
    *(b'""', b'"intern"', b'"INTERN\\u212A"', b'"\\u0130ntern"', b'"a\\ud800b"', b'"\\udc00\\ud800"'),
    *(b'"\\ud83d\\ude00"', b'"\xff"', b'"\xed\xa0\x80"', b'"\xc0\xaf"', b'"\xc3\xa9"', b'"\x00"', b'"\t"'),
    *(b'"\\u0000\\b\\f\x7f/<>&\\u2028"', b'"\\x"', b'"', b'"alice\\n"', b'".."', b'"..\\n"', b'"dependabot[bot]"'),
    *(b'"open\\n"', b'"closed"', b'"User"', b'"/intern stop"'),
]
DEEP = [
    *(b"[" * deep + b"]" * deep for deep in (900, 1010, 1030, 100_000)),
    *(b'{"a":' * 1000 + b"1" + b"}" * 1000, b"{}", b"[]", b"[1,]", b'{"id":1,}', b'{"id"}', b'{"\\ud800":1}'),
    *(b'{"\xff":1}', b'{"id":1,"id":"x"}', b'{"id":"x","login":"y","id":1}'),
]
RAW = [*NUMBERS, *TEXTS, *DEEP]


@pytest.mark.parametrize("name", ["issues", "issue_comment"])
@pytest.mark.parametrize("value", RAW, ids=lambda value: repr(value[:20]))
def test_strange_json_in_every_place(name: str, value: bytes) -> None:
    payload = {**PAYLOADS[name], "unused": {"deep": 1}}
    for path in {*places(payload), "more", "issue.pull_request", "pull_request", "repositories", "inputs"}:
        assert_same(name, text(but(payload, path, "@@")).replace(b'"@@"', value))


@pytest.mark.parametrize("name", PAYLOADS)
def test_every_field_missing_null_or_twice(name: str) -> None:
    for payload in TELLING:
        for path in places(payload):
            assert_same(name, text(without(payload, path)))
            assert_same(name, text(but(payload, path, None)))
            key = b'"' + path.rpartition(".")[2].encode() + b'":'
            marked = text(but(payload, path, "@@"))
            for twice in (b"1", b"null", b'"x"', b"{}", text(ISSUE), text(COMMENT)):
                assert_same(name, text(payload).replace(key, key + twice + b", " + key))
                assert_same(name, marked.replace(b'"@@"', b"{}, " + key + twice))


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1]", b'"x"', b"null", b"[" * 100_000, b"9" * 6000])
@pytest.mark.parametrize("name", PAYLOADS)
def test_what_is_no_json_object_is_400(name: str, body: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        read(delivery(name, body))
    assert caught.value.status == 400


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_another_encoding(encoding: str) -> None:
    assert_same("issues", json.dumps(but(LABELED, "issue.title", "é"), ensure_ascii=False).encode(encoding))


@pytest.mark.parametrize("before", range(0, 1100, 31))
def test_too_many_digits_wherever_they_stand(before: int) -> None:
    for digits in (4299, 4300, 4301, 5000):
        body = b'{"unused": ' + b" " * before + b"[" + b"1" * digits + b"], " + text(LABELED)[1:]
        assert_same("issues", body)


KEYS = st.sampled_from(["id", "login", "name", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
USUAL = st.sampled_from(["alice", "open", "User", 7, True, ISSUE, {"id": 7, "login": "bob"}, None])


@settings(max_examples=500)
@given(st.sampled_from(list(PAYLOADS)), st.sampled_from(TELLING), st.data())
def test_anything_in_any_place(name: str, payload: dict[str, Any], data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([*places(payload), "more"]))
        payload = but(payload, path, data.draw(VALUES | USUAL))
    assert_same(name, json.dumps(payload, ensure_ascii=data.draw(st.booleans())).encode("utf-8", "surrogatepass"))


@settings(max_examples=1000)
@given(st.sampled_from(TELLING), st.integers(0, 4000), st.integers(0, 30), st.binary(max_size=4) | st.sampled_from(RAW))
@example(LABELED, 0, 0, b"\xef\xbb\xbf")
@example(LABELED, 4000, 0, b"x")
def test_any_bytes_in_any_place(payload: dict[str, Any], at: int, instead: int, new: bytes) -> None:
    body = text(payload)
    at = min(at, len(body))
    body = body[:at] + new + body[at + instead :]
    for name in ("issues", "issue_comment", "pull_request"):
        assert_same(name, body)


@settings(max_examples=300)
@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_every_text_is_stored_byte_for_byte_the_same(title: str, rest: str) -> None:
    payload = but(but(but(LABELED, "issue.title", title), "issue.body", rest), "label.name", f"intern{rest}")
    assert not isinstance(glance(delivery("issues", text(payload))), type(UNCLEAR))
    assert_same("issues", text(payload))
