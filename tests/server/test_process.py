"""How Python is set up in a process that answers webhooks: each time in a process of its own, for it stays so."""

import subprocess
import sys

import pytest

SETTLED = """
import gc, time
import bot.composition, bot.server.service
from bot.server.process import settle

def looked_through():
    began = time.thread_time()
    gc.collect()
    return time.thread_time() - began

looked_through()
before = min(looked_through() for _ in range(3))
settle()
print(before, min(looked_through() for _ in range(3)))
"""

SERVED = """
import asyncio, gc, threading
from bot.server.run import serve
from bot.settings import ServerSettings

class Front:
    def __init__(self):
        self.gone = threading.Event()

    def launch(self):
        self.gone.set()

    @property
    def lost(self):
        print(type(asyncio.get_running_loop()).__module__, gc.get_freeze_count() > 50_000)
        return self.gone

    def close(self): ...
    async def store(self, letter): ...
    async def healthy(self): ...

serve(Front(), ServerSettings(b"", port=0))
"""


def told(script: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.split()


def test_what_is_loaded_is_looked_through_no_more() -> None:
    before, after = (float(one) for one in told(SETTLED))
    assert after < before / 10


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop")
def test_a_server_is_set_up_so() -> None:
    assert told(SERVED) == ["uvloop", "True"]
