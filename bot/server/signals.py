"""Signals: SIGTERM and SIGINT ask the process to leave, once; what comes afterwards changes nothing."""

import signal
import sys
import threading

_ASKING = (signal.SIGTERM, signal.SIGINT)


def leave_at_once() -> None:
    """Let SIGTERM end the process at once, with 0, as long as nobody is `asked_to_leave`: what is open is closed.

    Without it the first process of a container would not hear it: https://docs.docker.com/reference/cli/docker/container/run/#init
    What came while `hold_back` was in force is heard here.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKING)


def asked_to_leave(asked: threading.Event | None = None) -> threading.Event:
    """Set by the first signal. From now on none of them ends the process by itself. To be called in the main thread."""
    event = asked or threading.Event()
    for number in _ASKING:
        signal.signal(number, lambda *_: event.set())
    return event


def hold_back() -> None:
    """Keep what comes from now on for the program that takes this one's place (exec), which calls `leave_at_once`."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ASKING)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # an ignored signal stays ignored over what follows
