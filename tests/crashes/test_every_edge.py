"""The bot is killed before and after everything it does to the world outside: no effect is doubled, none is missing.

What a story's edges are is found out by telling it once without a crash. Each edge is tried with a bot that is started
again at once, and each that is no token's also in one more way: with a bot that comes back when all tokens have
expired, or with one that is killed a second time. It is killed before the commit of each step's result, too. A
refinement is told by the same lines, so of these further ways it tries every third.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.crashes.edges import ANY, REPLY, Edge
from tests.crashes.stories import HOURS, REFINE, SOLVE, Crash, Story, Told, tell

pytestmark = [pytest.mark.bubblewrap, pytest.mark.timeout(600)]

#: Tests for each story, so that workers can share them, and stories that each tells at the same time.
PARTS, AT_ONCE = 4, 2


@pytest.fixture(scope="session")
def whole(known: Path) -> Callable[[Story], Told]:
    """A story as it is told without a crash."""
    told: dict[str, Told] = {}

    def tell_once(story: Story) -> Told:
        if story.name not in told:
            told[story.name] = tell(story, known, Crash())
        return told[story.name]

    return tell_once


def crashes(told: Told, every: int = 1) -> list[Crash]:
    """Every edge; of the further ways every `every`-th."""
    at_once = [Crash((edge,)) for edge in told.edges]
    lasting = [edge for edge in told.edges if "token" not in edge.what]  # a process that died has no token any more
    later = [Crash((edge,), hours=HOURS) for edge in lasting[::2]]
    then = [Edge(ANY, 1 + number % 3, done=number % 2 == 0) for number in range(len(lasting))]
    twice = [Crash((edge, again)) for edge, again in zip(lasting[1::2], then, strict=False)]
    uncommitted = [Crash(commit=number) for number in range(1, told.steps + 1)]
    return [*at_once, *[*later, *twice, *uncommitted][::every]]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("story", [SOLVE, REFINE], ids=lambda story: story.name)
def test_a_crash_doubles_and_loses_nothing(
    story: Story, part: int, known: Path, whole: Callable[[Story], Told]
) -> None:
    told = whole(story)
    ways = crashes(told, 1 if story is SOLVE else 3)[part::PARTS]

    def wrong(crash: Crash) -> str:
        try:
            tell(story, known, crash, told)
        except AssertionError as error:
            return f"{story.name}, {crash}: {error}"
        return ""

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = [text for text in pool.map(wrong, ways) if text]
    assert found == [], "\n\n".join(found)


def test_the_edges_are_those_that_matter(known: Path, whole: Callable[[Story], Told]) -> None:
    """What is killed around is really all of it: a story that lost its effects would pass with fewer edges."""
    solving, refining = ({edge.what for edge in whole(story).edges} for story in (SOLVE, REFINE))
    place = "/repos/alice/tempo"
    both = {REPLY, f"PATCH {place}/issues/comments/#", f"POST {place}/git/trees", f"POST {place}/git/commits"}
    assert both | {f"POST {place}/{end}" for end in ("issues/#/reactions", "git/refs", "pulls")} <= solving
    assert both | {f"PATCH {place}/git/refs/heads/intern/issue-1", f"PATCH {place}/pulls/#"} <= refining
    assert f"POST {place}/issues/#/comments" in solving & refining
    assert f"POST {place}/issues/comments/#/reactions" in refining
