"""Every attack on every driver: each must be held, and must really have been tried."""

import os
from collections.abc import Callable

import pytest
from _pytest.mark import ParameterSet

from tests.redteam.arena import Arena
from tests.redteam.attack import Attack, Must, complaints
from tests.redteam.differences import DIFFERENCES, Difference, difference
from tests.redteam.families import DRIVERLESS, FAMILIES
from tests.redteam.tally import PROPERTY, Result

Record = Callable[[str, object], None]


def params(families: dict[str, tuple[Attack, ...]]) -> list[ParameterSet]:
    return [
        pytest.param(family, attack, id=f"{family}: {attack.name}")
        for family, attacks in families.items()
        for attack in attacks
    ]


@pytest.mark.parametrize(("family", "attack"), params(FAMILIES))
def test_it_holds(arena: Arena, family: str, attack: Attack, record_property: Record) -> None:
    hold(arena, family, attack, record_property)


@pytest.mark.parametrize(("family", "attack"), params(DRIVERLESS))
def test_it_holds_without_a_driver(family: str, attack: Attack, record_property: Record) -> None:
    hold(None, family, attack, record_property)


def hold(arena: Arena | None, family: str, attack: Attack, record: Record) -> None:
    """Perform the attack and note what came of it."""
    driver = arena.driver if arena else "any"
    line = difference(arena.kinds if arena else (), f"{family}: {attack.name}")
    try:
        seen = attack.perform(arena, attack)
    except Exception as error:
        result = Result(driver, family, attack.name, 0, "not held", f"{type(error).__name__}: {error}")
        record(PROPERTY, result.as_property())
        raise
    why = complaints(wanted(attack, line), seen)
    known = line is not None and not line.held
    verdict = "not held" if why else "held"
    if line and known and why:
        record(PROPERTY, Result(driver, family, attack.name, len(seen), "known", line.why).as_property())
        pytest.xfail(line.why)
    record(PROPERTY, Result(driver, family, attack.name, len(seen), verdict, "; ".join(why)).as_property())
    assert not why, f"{attack.tries}\n  " + "\n  ".join(why)
    assert not known, "the table says that this is not held, but it is: remove the line"


def wanted(attack: Attack, line: Difference | None) -> Must:
    """What must be seen, on this driver; with the control outside where that can be had."""
    outside = {f"outside: {name}": pattern for name, pattern in attack.outside.items()} if os.geteuid() == 0 else {}
    return {**attack.must, **outside, **(line.must if line else {})}


def test_the_table_of_differences_names_attacks_that_there_are() -> None:
    families = {**FAMILIES, **DRIVERLESS}
    names = [f"{family}: {attack.name}" for family, attacks in families.items() for attack in attacks]

    assert len(set(names)) == len(names)
    assert {line.attack for line in DIFFERENCES} <= set(names)
