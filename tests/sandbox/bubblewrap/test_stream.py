"""The stream to a room: a deadline on every byte, and an end that wakes whoever waits."""

import array
import socket
import threading
import time
from pathlib import Path

import pytest

from sandbox.bubblewrap.stream import PairStream
from sandbox.machine import DeadlinePassed


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with theirs:
        stream = PairStream(ours)
        yield stream, theirs
        stream.close()


def in_ms(milliseconds: float) -> float:
    return time.monotonic() + milliseconds / 1000


def test_bytes_go_both_ways_and_end(pair) -> None:
    stream, theirs = pair
    assert stream.is_quiet()
    stream.send(memoryview(b"hello"), in_ms(1000))
    assert theirs.recv(9) == b"hello"
    theirs.send(b"back")
    assert not stream.is_quiet()
    assert stream.receive(in_ms(1000)) == b"back"
    theirs.close()
    assert stream.receive(in_ms(1000)) == b""
    with pytest.raises(OSError, match="pipe"):
        stream.send(b"x", in_ms(1000))


def test_nobody_waits_longer_than_the_deadline(pair) -> None:
    stream, _ = pair
    with pytest.raises(DeadlinePassed):
        stream.receive(in_ms(20))
    with pytest.raises(DeadlinePassed):
        stream.send(bytes(2**26), in_ms(20))  # nobody reads


def test_closing_wakes_a_thread_that_waits(pair) -> None:
    stream, _ = pair
    said: list[bytes] = []
    waiting = threading.Thread(target=lambda: said.append(stream.receive(in_ms(30_000))))
    waiting.start()
    time.sleep(0.1)

    stream.close()
    stream.close()

    waiting.join(5)
    assert said == [b""]
    for use in (stream.is_quiet, lambda: stream.receive(in_ms(9)), lambda: stream.send(b"x", in_ms(9))):
        with pytest.raises(OSError, match="closed"):
            use()


def test_descriptors_that_come_along_are_not_taken(pair) -> None:
    stream, theirs = pair
    before = len(list(Path("/proc/self/fd").iterdir()))
    with Path("/dev/null").open() as file:
        rights = array.array("i", [file.fileno()])
        for _ in range(20):
            theirs.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            assert stream.receive(in_ms(1000)) == b"x"
    assert len(list(Path("/proc/self/fd").iterdir())) == before
