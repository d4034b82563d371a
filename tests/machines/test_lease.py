"""A process asks its own clock whether it may go on."""

import os
import signal
import time

import pytest

from bot.engine.gate import Parked
from bot.engine.lease import Lease, Terms, now


def test_without_others_it_lasts_until_the_process_leaves() -> None:
    lease = Lease.of_store("sqlite:///intern.sqlite")
    lease.hold()
    lease.lose()
    with pytest.raises(Parked):
        lease.hold()


def test_it_ends_when_no_sign_of_life_arrives_and_never_comes_back() -> None:
    lease = Lease.of_store("postgresql://somewhere/bot", Terms(lease=0.2))
    lease.renew(now())
    lease.hold()
    assert lease.holds()
    time.sleep(0.3)
    assert not lease.holds()
    assert not lease.lost, "a question refuses nobody"
    with pytest.raises(Parked):
        lease.hold()
    lease.renew(now())
    assert lease.lost
    assert not lease.holds()
    with pytest.raises(Parked):
        lease.hold()


def test_what_nobody_noticed_is_made_good_by_the_next_sign_of_life() -> None:
    lease = Lease(0.1)
    time.sleep(0.2)
    lease.renew(now())
    lease.hold()


def test_a_late_answer_counts_from_when_it_was_asked() -> None:
    lease = Lease(0.3)
    sent = now()
    time.sleep(0.4)
    lease.renew(sent)
    with pytest.raises(Parked):
        lease.hold()


def test_a_frozen_process_notices_as_soon_as_it_thaws() -> None:
    asked, told = os.pipe()
    child = os.fork()
    if child == 0:
        lease, noticed = Lease(0.5), b"went on"
        try:
            os.write(told, b"!")
            late = 0  # one question may have been asked just before it froze
            while late < 2:
                asking = now()
                lease.hold()
                late += now() - asking > 0.5 or late > 0
        except Parked:
            noticed = b"parked"
        finally:
            os.write(told, noticed)
            os._exit(0)
    os.read(asked, 1)
    os.kill(child, signal.SIGSTOP)
    time.sleep(0.8)
    os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
    assert os.read(asked, 10) == b"parked"
