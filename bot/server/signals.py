"""Signals: SIGTERM and SIGINT ask the process to leave, once; what comes afterwards changes nothing."""

import signal
import threading


def asked_to_leave() -> threading.Event:
    """Set by the first signal. From now on none of them ends the process by itself. To be called in the main thread."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked
