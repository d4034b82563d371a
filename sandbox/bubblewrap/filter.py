"""The filter: which system calls code in a room may make, as the program that the kernel runs before each of them.

The list is the Docker driver's own. There libseccomp turns it into such a program; its Python bindings need that
library on the host and in the version they were made for, while bubblewrap needs neither. What is written here is
small, and is tested against the list, call by call.
https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
"""

import os
import struct
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sandbox.bubblewrap.syscalls import AARCH64, X86_64
from sandbox.docker.seccomp import ALLOWED, BY_ARGUMENTS, ENOSYS, IDLE, NAMESPACES
from sandbox.room import SandboxError

#: Instructions of classic BPF: https://www.kernel.org/doc/html/latest/networking/filter.html
LOAD, EQUAL, OVER, FROM, ANY_BIT, RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06

#: Places in what the program is given, `struct seccomp_data`; arguments have the low half first on both processors.
NUMBER, PROCESSOR, ARGUMENTS = 0, 4, 16
WHOLE, HALF = 8, 4

ALLOW = 0x7FFF0000
KILL = 0x80000000
REFUSE = 0x00050000  # with an error number
EPERM = 1

#: Calls of the second set of numbers that an x86_64 kernel knows, x32, begin here.
X32 = 0x40000000

Program = list[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Processor:
    """What the kernel calls it (`AUDIT_ARCH_...`), its calls, and where numbers of another kind begin."""

    audit: int
    numbers: Mapping[str, int]
    foreign: int | None = None


PROCESSORS = {
    "x86_64": Processor(0xC000003E, X86_64, X32),
    "aarch64": Processor(0xC00000B7, AARCH64),
}

#: What no watchdog sees: memory that belongs to no process and no file system; and which processors to use.
UNSEEN = ("memfd_create", "shmget", "sched_setaffinity")


def filter_program(machine: str = "", without: Collection[str] = ()) -> bytes:
    """The program for `bwrap --seccomp`.

    Args:
        machine: "x86_64" or "aarch64", as `uname` says; this machine when empty.
        without: allowed calls that are refused all the same.

    Raises:
        SandboxError: there are no numbers for this processor.
    """
    name = machine or os.uname().machine
    processor = PROCESSORS.get(name)
    if processor is None:
        raise SandboxError(f"no system call filter for {name} processors: use the Docker driver")
    program = [
        *_load(PROCESSOR),
        *_unless_equal(processor.audit, KILL),
        *_load(NUMBER),
        *([(FROM, 0, 1, processor.foreign), *_return(KILL)] if processor.foreign else []),
        *_with_arguments(processor.numbers),
        *_listed(number for name, number in processor.numbers.items() if name in ALLOWED and name not in without),
        *_return(REFUSE | EPERM),
    ]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _with_arguments(numbers: Mapping[str, int]) -> Program:
    """The calls whose answer does not depend on their number alone."""
    some = {name: alternatives for name, alternatives in BY_ARGUMENTS.items() if name in numbers}
    return [
        *(step for name, alternatives in some.items() for step in _case(numbers[name], _any_of(alternatives))),
        *_case(numbers["clone"], [*_load(ARGUMENTS), (ANY_BIT, 1, 0, NAMESPACES), *_return(ALLOW)]),
        # Its flags lie in memory, where no filter can look; "not implemented" makes libc take `clone`.
        *_case(numbers["clone3"], _return(REFUSE | ENOSYS)),
        *(step for name in IDLE for step in _case(numbers[name], _return(REFUSE | 0))),
    ]


def _case(number: int, body: Program) -> Program:
    """The body for this call alone, which is refused at the body's end."""
    whole = [*body, *_return(REFUSE | EPERM)]
    return [(EQUAL, 0, len(whole), number), *whole]


def _any_of(alternatives: Iterable[Mapping[int, int]]) -> Program:
    """Allow arguments that have these values in all of their 64 bits."""
    return [step for wanted in alternatives for step in _all_of(wanted)]


def _all_of(wanted: Mapping[int, int]) -> Program:
    steps = _return(ALLOW)
    for index, value in wanted.items():
        place = ARGUMENTS + WHOLE * index
        for half, part in ((place, value & 0xFFFFFFFF), (place + HALF, value >> 32)):
            steps = [*_load(half), (EQUAL, 0, len(steps), part), *steps]
    return steps


def _listed(numbers: Iterable[int]) -> Program:
    """Allow these calls whatever their arguments, run of numbers by run of numbers."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [step for low, high in runs for step in ((FROM, 0, 2, low), (OVER, 1, 0, high), *_return(ALLOW))]


def _load(place: int) -> Program:
    return [(LOAD, 0, 0, place)]


def _unless_equal(value: int, answer: int) -> Program:
    return [(EQUAL, 1, 0, value), *_return(answer)]


def _return(answer: int) -> Program:
    return [(RETURN, 0, 0, answer)]
