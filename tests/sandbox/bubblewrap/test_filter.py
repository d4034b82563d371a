"""The filter decides as the Docker driver's profile does: its program is executed here, step by step."""

import json
import os
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sandbox.bubblewrap.filter import PROCESSORS, UNSEEN, filter_program
from sandbox.docker.seccomp import BY_ARGUMENTS, seccomp_profile
from sandbox.room import SandboxError

ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
FIRST_ARGUMENTS = (0, 1, 2, 4, 10, 16, 17, 38, 1 << 32, (1 << 32) + 2, 0xFFFFFFFF, 2**64 - 1, 0x02000000, 0x10000011)
OTHERS = (0, 4, 6, 17, (1 << 32) + 6)
ARGUMENTS = [(first, second, third) for first in FIRST_ARGUMENTS for second in OTHERS for third in OTHERS]
MACHINES = sorted(PROCESSORS)


def decide(program: bytes, audit: int, number: int, arguments: Sequence[int] = (0, 0, 0)) -> int:
    """What the kernel does with this call, by the rules of classic BPF."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *arguments, 0, 0, 0)
    steps = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    at, value = 0, 0
    while True:
        code, when_true, when_false, operand = steps[at]
        at += 1
        if code == 0x06:
            return operand
        if code == 0x20:
            value = struct.unpack_from("<I", data, operand)[0]
            continue
        test = {0x15: value == operand, 0x25: value > operand, 0x35: value >= operand, 0x45: bool(value & operand)}[
            code
        ]
        at += when_true if test else when_false


RULES = json.loads(seccomp_profile())["syscalls"]


def told(name: str, arguments: Sequence[int]) -> int:
    """What the profile says of this call."""
    for rule in RULES:
        if name in rule["names"] and all(holds(condition, arguments) for condition in rule.get("args", ())):
            return ALLOW if rule["action"] == "SCMP_ACT_ALLOW" else 0x00050000 | rule["errnoRet"]
    return EPERM


def holds(condition: dict[str, Any], arguments: Sequence[int]) -> bool:
    argument = arguments[condition["index"]]
    if condition["op"] == "SCMP_CMP_EQ":
        return argument == condition["value"]
    assert condition["op"] == "SCMP_CMP_MASKED_EQ"
    return argument & condition["value"] == condition["valueTwo"]


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_is_decided_as_the_profile_says(machine: str) -> None:
    processor, program = PROCESSORS[machine], filter_program(machine)
    names = {number: name for name, number in processor.numbers.items()}

    wrong = [
        (number, arguments)
        for number in range(600)
        for arguments in (
            ARGUMENTS if names.get(number) in BY_ARGUMENTS else ((first, 0, 0) for first in FIRST_ARGUMENTS)
        )
        if decide(program, processor.audit, number, arguments) != told(names.get(number, "unknown"), arguments)
    ]

    assert wrong == []


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_of_the_profile_has_its_number(machine: str) -> None:
    """Those without one are the old calls that the younger processor never had."""
    listed = {name for rule in json.loads(seccomp_profile())["syscalls"] for name in rule["names"]}
    missing = listed - set(PROCESSORS[machine].numbers)

    assert set(PROCESSORS[machine].numbers) <= listed
    assert missing == set() if machine == "x86_64" else {"open", "fork", "poll"} <= missing


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_of_another_kind_kill(machine: str) -> None:
    program = filter_program(machine)

    for foreign in (0x40000003, 0x40000028, *(PROCESSORS[other].audit for other in MACHINES if other != machine)):
        assert decide(program, foreign, 1) == KILL  # 32-bit Intel and ARM, and each other
    if machine == "x86_64":
        assert decide(program, PROCESSORS[machine].audit, 0x40000000 + 1) == KILL


def test_calls_can_be_left_out() -> None:
    numbers, audit = PROCESSORS["x86_64"].numbers, PROCESSORS["x86_64"].audit
    strict = filter_program("x86_64", without=UNSEEN)

    assert [decide(strict, audit, numbers[name]) for name in UNSEEN] == [EPERM] * len(UNSEEN)
    assert decide(strict, audit, numbers["read"]) == ALLOW


def test_an_unknown_processor_is_told() -> None:
    with pytest.raises(SandboxError, match="sparc64"):
        filter_program("sparc64")


HEADERS = "/usr/include/asm-generic/unistd.h"


def numbers_of(machine: str) -> dict[str, int]:
    """As the kernel's own header for programs says, read by this machine's compiler."""
    source = "#include <sys/syscall.h>\n"
    if machine == "aarch64":
        wants = "RENAMEAT NEW_STAT SET_GET_RLIMIT SYS_CLONE3"
        source = "#define __BITS_PER_LONG 64\n" + "".join(f"#define __ARCH_WANT_{word}\n" for word in wants.split())
        source += f"#include <{HEADERS}>\n"
    done = subprocess.run(["cc", "-E", "-dM", "-"], input=source, capture_output=True, text=True, check=True)
    pairs: Sequence[list[str]] = [line.split()[1:3] for line in done.stdout.splitlines() if " __NR" in line]
    told = dict(pair for pair in pairs if len(pair) == 2)
    return {name[5:]: int(told.get(value, value)) for name, value in told.items() if name.startswith("__NR_")}


@pytest.mark.skipif(not Path(HEADERS).exists(), reason="NOT TESTED, no kernel headers and compiler")
@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbers_are_the_kernels(machine: str) -> None:
    if machine == "x86_64" and os.uname().machine != machine:
        pytest.skip("this machine's headers are of another processor")
    real = numbers_of(machine)
    ours = PROCESSORS[machine].numbers

    assert {name: number for name, number in ours.items() if real.get(name, number) != number} == {}
    assert len(set(ours) & set(real)) > 230
