"""Users of rooms: numbers of a block that one process has to itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.bubblewrap.users import BLOCK, FIRST, Users

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED, only root gives numbers")


@needs_root
def test_two_processes_never_have_the_same_numbers() -> None:
    users = Users()
    mine = users.take()
    told = "from sandbox.bubblewrap.users import Users\nprint(Users().take())"
    other = int(subprocess.check_output([sys.executable, "-c", told], text=True))
    users.close()

    assert mine is not None
    assert (mine - FIRST) // BLOCK != (other - FIRST) // BLOCK


@needs_root
def test_numbers_that_a_process_of_somebody_has_are_left_alone() -> None:
    users = Users()
    number = users.take()
    assert number is not None
    users.close()
    with subprocess.Popen(["setpriv", f"--reuid={number}", "--clear-groups", "sleep", "30"]) as stray:
        while number not in map(int, Path(f"/proc/{stray.pid}/status").read_text().split("Uid:")[1].split()[:4]):
            pass
        again = Users()
        other = again.take()
        again.close()
        stray.kill()

    assert other is not None
    assert (number - FIRST) // BLOCK != (other - FIRST) // BLOCK


@needs_root
def test_a_number_is_used_again_only_when_all_others_were() -> None:
    users = Users()
    first = [users.take() for _ in range(3)]
    for number in first:
        users.give_back(number)
    later = [users.take() for _ in range(BLOCK - 3)]
    users.close()

    assert len(set(first + later)) == BLOCK


@pytest.mark.skipif(os.geteuid() == 0, reason="root gives numbers")
def test_without_root_there_is_only_this_processs_own() -> None:
    users = Users()
    assert users.take() is None
    assert not users.are_separate
    users.close()
