"""SWE-ReX on this machine, without a container: a word to a shell's session, or a program, as the argument says.

https://swe-rex.com/latest/
"""

import asyncio
import logging
import sys
import time

from swerex.deployment.local import LocalDeployment  # type: ignore[import-not-found]  # of a throw-away environment
from swerex.runtime.abstract import BashAction, Command, CreateBashSessionRequest  # type: ignore[import-not-found]

from bench.sandbox.peers.serve import serve


def main(way: str) -> None:
    """Serve bursts of the least that each way can do: a shell keeps state, but is no Python; a program keeps none."""
    logging.disable()
    started = time.perf_counter()
    loop = asyncio.new_event_loop()
    deployment = LocalDeployment()
    loop.run_until_complete(deployment.start())
    runtime = deployment.runtime
    if way == "session":
        loop.run_until_complete(runtime.create_session(CreateBashSessionRequest()))
        serve(started, lambda: loop.run_until_complete(runtime.run_in_session(BashAction(command="true"))))
    else:
        serve(started, lambda: loop.run_until_complete(runtime.execute(Command(command=["python3", "-c", "pass"]))))
    loop.run_until_complete(deployment.stop())


if __name__ == "__main__":
    main(sys.argv[1])
