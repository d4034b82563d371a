"""Who was refused often is refused for a while without a question, and asked about again afterwards."""

from bot.server.strangers import MOST, NOES, SECONDS, Strangers


def test_after_a_few_noes_nobody_asks_for_a_minute() -> None:
    now = [100.0]
    strangers = Strangers(lambda: now[0])
    for _ in range(NOES):
        assert not strangers.known(5, 11)
        strangers.note(5, 11)
    assert strangers.known(5, 11)
    assert not strangers.known(6, 11), "there the person may be somebody"
    assert not strangers.known(5, 12)
    now[0] += SECONDS
    assert not strangers.known(5, 11)


def test_slow_ones_are_asked_about_each_time() -> None:
    now = [100.0]
    strangers = Strangers(lambda: now[0])
    for _ in range(10):
        assert not strangers.known(5, 11)
        strangers.note(5, 11)
        now[0] += SECONDS / (NOES - 1)


def test_a_crowd_is_forgotten() -> None:
    strangers = Strangers(lambda: 1.0)
    for person in range(MOST + 1):
        for _ in range(NOES):
            strangers.note(5, person)
    assert not strangers.known(5, 0)
    assert strangers.known(5, MOST)
