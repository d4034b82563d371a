import pytest

from postbox import Letter, Postman, Spool
from postbox.spool import MOST_TRIES

A, B, C = (Letter(f"{name}@example.org", "Hello") for name in "abc")


def test_urgent_letters_first():
    spool = Spool()
    for letter, priority in ((A, 5), (B, 0), (C, 5)):
        spool.add(letter, priority)
    assert [spool.next(0), spool.next(0), spool.next(0), spool.next(0)] == [B, A, C, None]


def test_put_back_after_a_pause():
    spool = Spool()
    spool.add(A)
    spool.put_back(spool.next(0), 0)
    assert spool.next(29) is None
    assert len(spool) == 1
    assert spool.next(36) == A


def test_given_up():
    spool = Spool()
    spool.add(A)
    for now in range(0, MOST_TRIES * 10_000, 10_000):
        spool.put_back(spool.next(now), now)
    assert spool.given_up == [A]
    assert len(spool) == 0


def test_a_round():
    def send(letter):
        if letter is B:
            raise OSError("away")

    spool = Spool()
    for letter in (A, B, C):
        spool.add(letter)
    assert Postman(spool, send).round(0) == 2
    assert spool.waiting() == [B]


@pytest.mark.parametrize("priority", [-1, 10])
def test_priorities(priority):
    with pytest.raises(ValueError, match="between"):
        Spool().add(A, priority)
    with pytest.raises(ValueError, match="address"):
        Letter("a b@example.org", "x")
