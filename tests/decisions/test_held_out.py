"""What is held out is decided by names alone."""

from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.held_out import FEWEST, split

names = st.sets(st.text(min_size=1, max_size=20), min_size=FEWEST, max_size=60)


@given(names, st.randoms())
def test_every_exercise_is_in_one_part_and_order_does_not_matter(found: set[str], random) -> None:
    shuffled = sorted(found)
    random.shuffle(shuffled)
    learn, held = split(shuffled)
    assert (learn, held) == split(found)
    assert set(learn) | set(held) == found
    assert not set(learn) & set(held)
    assert len(held) >= 2
    assert len(learn) >= len(held) or len(found) == FEWEST
    assert len(learn) >= 2


def test_a_name_says_nothing_about_its_part() -> None:
    _learn, held = split(f"task-{number:03d}" for number in range(300))
    assert len(held) == 100
    assert 20 < sum(int(name[-3:]) < 150 for name in held) < 80
