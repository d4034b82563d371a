import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.admission.repository_settings import read_settings
from bot.errors import Refusal
from bot.words.budget import Budget
from bot.words.day import DayBudget
from bot.words.repository_settings import RepositorySettings

PARTS = {*DayBudget.model_fields, "attempts"}
OPERATOR = Budget(attempts=10, minutes=60.0, calls=100, tokens=1000, money=5.0)

WHOLE = b"""\
label: intern-please
allowed_paths: ["src/**", docs/]
protected_paths:
  - src/secret/**
budget: {attempts: 2, money: 0}
tests:
  args: ["-m", "not slow"]
  paths: [tests]
  seconds: 90
environment:
  python: "3.12"
  requirements: [requirements-dev.txt]
  packages: ["numpy>=2"]
"""


def refusal(text: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        read_settings(text, OPERATOR)
    said = str(caught.value)
    assert said.startswith("`.github/intern.yml`")
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 400
    return said


@pytest.mark.parametrize("text", [None, b"", b"# nothing\n", b"---\n", b"{}", b"\xef\xbb\xbf{}"])
def test_without_settings_the_defaults_hold_with_the_operators_budget(text: bytes | None) -> None:
    assert read_settings(text, OPERATOR) == RepositorySettings(budget=OPERATOR)


def test_every_key_is_read() -> None:
    settings = read_settings(WHOLE, OPERATOR)
    assert settings.label == "intern-please"
    assert settings.allowed_paths == ("src/**", "docs/")
    assert settings.protected_paths == ("src/secret/**",)
    assert settings.tests.args == ("-m", "not slow")
    assert settings.tests.paths == ("tests",)
    assert settings.tests.seconds == 90.0
    assert settings.environment.python == "3.12"
    assert settings.environment.requirements == ("requirements-dev.txt",)
    assert settings.environment.packages == ("numpy>=2",)
    assert settings.budget == Budget(attempts=2, minutes=60.0, calls=100, tokens=1000, money=0.0)


def test_a_strategy_is_chosen_by_its_name() -> None:
    assert read_settings(b"strategy: rlm", OPERATOR).strategy == "rlm"
    assert read_settings(b"", OPERATOR).strategy == ""


def test_a_larger_budget_is_cut_to_the_operators() -> None:
    text = b"budget: {attempts: 99, minutes: 9, calls: 101, tokens: 999, money: 1000000}"
    assert read_settings(text, OPERATOR).budget == Budget(attempts=10, minutes=9.0, calls=100, tokens=999, money=5.0)


def test_the_repository_lowers_its_own_day_and_never_raises_it() -> None:
    text = b"budget: {attempts: 2, day: {jobs: 3, money: 0, calls: 999999}}"
    budget = read_settings(text, OPERATOR).budget
    assert budget == Budget(
        attempts=2, minutes=60.0, calls=100, tokens=1000, money=5.0, day=DayBudget(jobs=3, money=0.0)
    )


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        (b"budget: {day: {job: 3}}", "`budget.day.job`", "`jobs`, `minutes`, `calls`"),
        (b"budget: {day: {jobs: 0}}", "`budget.day.jobs`", "greater than 0"),
        (b"budget: {day: 3}", "`budget.day`", "keys of its own"),
        (b"labels: intern", "`labels`", "`label`, `allowed_paths`"),
        (b"model: gpt", "`model`", "is no setting"),
        (b"tests: {second: 3}", "`tests.second`", "`args`, `paths`, `seconds`"),
        (b"budget: {dollars: 3}", "`budget.dollars`", "`attempts`, `minutes`"),
        (b"tests: {seconds: 0}", "`tests.seconds`", "greater than 0"),
        (b"tests: {seconds: 4000}", "`tests.seconds`", "at most 3600"),
        (b"tests: {seconds: '90'}", "`tests.seconds`", "a number"),
        (b"tests: {seconds: true}", "`tests.seconds`", "a number"),
        (b"tests: {args: -x}", "`tests.args`", "a list"),
        (b"tests: {args: [1]}", "`tests.args.0`", "quotes"),
        (b"tests: {args: ['']}", "`tests.args.0`", "empty"),
        (b"tests:\n", "`tests`", "keys of its own"),
        (b"tests: [a]", "`tests`", "keys of its own"),
        (b"environment: {python: 3.12}", "`environment.python`", "quotes"),
        (b"environment: {python: '2.7'}", "`environment.python`", '"3.12"'),
        (b"label: yes", "`label`", "quotes"),
        (b"strategy: react", "`strategy`", "'program_of_thought', 'codeact' or 'rlm'"),
        (b"strategy: [rlm]", "`strategy`", "must be one of"),
        (b"label: bug", "`label`", '"intern"'),
        (b"label: " + b"intern" * 20, "`label`", "at most 50 characters"),
        (b"allowed_paths: [" + b"a," * 101 + b"]", "`allowed_paths`", "at most 100 entries"),
        (b"budget: {attempts: 0}", "`budget.attempts`", "greater than 0"),
        (b"budget: {minutes: -1}", "`budget.minutes`", "greater than 0"),
        (b"budget: {attempts: 1.5}", "`budget.attempts`", "a whole number"),
        (b"budget: {money: lots}", "`budget.money`", "a number"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_what_is_expected(text: bytes, key: str, expected: str) -> None:
    said = refusal(text)
    assert key in said
    assert expected in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"label: &a intern\nprotected_paths: [*a]", "line 2: aliases"),
        (b"tests: &t {seconds: 3}\nenvironment:\n  <<: *t", "line 3: aliases"),
        (b"label: intern\nlabel: intern2", "line 2: the key label is given twice"),
        (b"tests: {seconds: 1, seconds: 2}", "given twice"),
        (b"a: b: c", "line 1"),
        (b"[", "line 1"),
        (b"\tx: 1", "line 1"),
        (b"--- {}\n--- {}", "YAML"),
        (b"label: !!python/object/apply:os.system [id]", "YAML"),
        (b"label: \x00", "character"),
        (b"label: \xff", "UTF-8"),
        (b"- a", "keys"),
        (b"intern", "keys"),
        (b"label: 2020-13-45", "YAML"),
        (b"label: 2020-01-01", "plain"),
        (b"label: !!binary aW50ZXJu", "plain"),
        (b"? [a, b]\n: c", ""),
        (b"tests: {seconds: .nan}", "plain"),
        (b"budget: {money: .inf}", "plain"),
        (b"1: 2", "is no setting"),
        (b"<<: {label: bug}", "label"),
        (b"x: 1\n" * 20000, "64 KiB"),
        (b"[" * 60000, "YAML"),
        (b"a: {" * 16000, "YAML"),
        (b"tests: {seconds: " + b"9" * 60000 + b"}", ""),
    ],
)
def test_hostile_files_are_refused_at_once(text: bytes, words: str) -> None:
    started = time.process_time()
    assert words in refusal(text)
    assert time.process_time() - started < 5


def test_names_of_keys_are_shown_harmlessly() -> None:
    said = refusal(b'"a\\n`@alice`\\u202e": 1')
    assert said.isprintable()


@given(st.binary(max_size=200) | st.text("label:tsbudgn{}[]&*!? \n'\"-#", max_size=60).map(str.encode))
def test_any_bytes_give_settings_or_a_refusal(text: bytes) -> None:
    with suppress(Refusal):
        settings = read_settings(text, OPERATOR)
        parts = ((settings.budget, OPERATOR), (settings.budget.day, OPERATOR.day))
        assert all(
            getattr(mine, name) <= getattr(most, name)
            for mine, most in parts
            for name in PARTS & set(type(mine).model_fields)
        )
