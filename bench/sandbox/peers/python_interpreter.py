"""DSPy's PythonInterpreter: Pyodide in Deno, which is found on PATH."""

import subprocess
import sys
import time

from dspy.primitives.python_interpreter import PythonInterpreter

from bench.sandbox.peers.serve import serve

if __name__ == "__main__":
    # What it downloads at its first run is no part of its start; and when it can't, this tells the reason.
    command = PythonInterpreter().deno_command
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    started = time.perf_counter()
    interpreter = PythonInterpreter()
    serve(started, lambda: interpreter.execute("pass"))
    interpreter.shutdown()
