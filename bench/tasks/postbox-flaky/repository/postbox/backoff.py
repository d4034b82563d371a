"""How long to wait before another try."""

import random

FIRST, LONGEST = 30, 3600


def pause(tries: int, spread: int = 5) -> int:
    """Seconds to wait after so many tries: doubled each time, and a little different for each letter.

    Args:
        tries: how often it was tried, from 1.
        spread: at most so many seconds are added at random, so that not all letters come at once.
    """
    if tries < 1:
        raise ValueError("nothing was tried yet")
    return min(LONGEST, FIRST * 2 ** (tries - 1)) + random.randint(0, spread)
