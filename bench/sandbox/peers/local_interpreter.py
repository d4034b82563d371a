"""DSPy's LocalInterpreter: a worker process of this user, without any isolation."""

import time

from dspy.primitives.local_interpreter import LocalInterpreter

from bench.sandbox.peers.serve import serve

if __name__ == "__main__":
    started = time.perf_counter()
    interpreter = LocalInterpreter()
    serve(started, lambda: interpreter.execute("pass"))
    interpreter.shutdown()
