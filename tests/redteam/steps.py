"""Steps: how code in a room says what it tried and what became of it."""

import re

from sandbox.room import Execution
from tests.redteam.attack import Seen

#: Before the code of every attack. `step` says what an act became: "worked VALUE", "refused ERRNO", or "broke ERROR"
#: when the attack itself is wrong, which no pattern expects.
PRELUDE = '''
import ctypes, errno, mmap, os, signal, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
OUTSIDE = False  # whether this is the control, on the host: no step may change anything there
X86 = os.uname().machine == "x86_64"

def say(name, what):
    text = f"{name}\\t{what}".encode("utf-8", "replace").replace(b"\\n", b" ")[:900]
    os.write(1, b"step\\t" + text + b"\\n")

def step(name, act, *arguments):
    try:
        found = act(*arguments)
    except OSError as error:
        say(name, "refused " + errno.errorcode.get(error.errno, str(error)))
    except BaseException as error:
        say(name, f"broke {type(error).__name__}: {error}")
    else:
        say(name, f"worked {found!r}")

def call(number, *arguments):
    ctypes.set_errno(0)
    told = [one if isinstance(one, (bytes, ctypes._Pointer, ctypes.Array)) else ctypes.c_long(one) for one in arguments]
    found = libc.syscall(ctypes.c_long(number), *told)
    if found == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return found

def in_child(act, *arguments):
    """The act in a process of its own, which may be killed for it."""
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            act(*arguments)
            code = 0
        except OSError as error:
            code = error.errno or 254
        finally:
            os._exit(code)
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        return "killed by " + signal.Signals(os.WTERMSIG(status)).name
    code = os.waitstatus_to_exitcode(status)
    if code == 255:
        raise RuntimeError("the child broke")
    if code:
        raise OSError(code, os.strerror(code))
    return "it lived"

def machine_code(text):
    """Run instructions of the processor as a function without arguments."""
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex(text))
    return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
'''

#: A lock without a key: no such right, no such call, no such thing.
DENIED = "refused (EPERM|EACCES|ENOSYS)"
ABSENT = "refused (ENOENT|ENXIO|ENODEV|ENOTDIR|EPERM|EACCES|EROFS)"

STEP = re.compile(r"^step\t([^\t\n]+)\t(.*)$", re.MULTILINE)


def told_by(execution: Execution) -> Seen:
    """The steps that the code told, and how the execution ended."""
    return {
        **steps_in(execution.stdout),
        "outcome": execution.outcome.value,
        "error": execution.error or execution.stderr[-600:],
    }


def steps_in(text: str) -> Seen:
    """The steps in what was printed; one that was done several times with the worst that came of it."""
    found: Seen = {}
    for name, what in STEP.findall(text):
        if name not in found or found[name].startswith("refused"):
            found[name] = what
    return found
