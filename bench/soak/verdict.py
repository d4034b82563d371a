"""Verdict: what a person on GitHub, and an operator, find after the soak."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.soak.samples import Sample
from bench.soak.world import LAST_WORD, World
from bot.standins.github import Issue
from bot.standins.github.repositories import Repository


@dataclass
class Verdict:
    """What was found.

    Attributes:
        wrong: what must not be, in sentences.
        endings: how the jobs ended, as their comments say.
    """

    wrong: list[str] = field(default_factory=list)
    endings: Counter[str] = field(default_factory=Counter)

    def look(self, world: World, place: Repository, issue: Issue) -> None:
        """Look at one job's issue."""
        name = f"{place.name}#{issue.number}"
        said, branch = world.said(issue), f"intern/issue-{issue.number}"
        pulls = [pull for pull in place.pulls if pull.head.startswith(branch)]
        self._expect(len(said) == 1, f"{name}: {len(said)} comments")
        self._expect(all(text.startswith(LAST_WORD) for text in said), f"{name}: no last word")
        proven = bool(said) and "draft pull request" in said[0]
        self.endings["proven" if proven else _short(said[0]) if said else "silence"] += 1
        self._expect(len(pulls) == proven, f"{name}: {len(pulls)} pull requests, but proven: {proven}")
        branches = [one for one in place.branches if one == branch or one.startswith(f"{branch}-")]
        self._expect(len(branches) <= 1, f"{name}: branches {branches}")
        for one in branches:
            commits = len(place.log(one)) - len(place.log("main"))
            self._expect(commits == 1, f"{name}: {commits} commits on {one}")
        reactions = Counter(reaction.content for reaction in issue.reactions)
        self._expect(reactions["eyes"] <= 1, f"{name}: {reactions}")

    def look_at_all(self, world: World, jobs: int, samples: Sequence[Sample]) -> None:
        """Look at what belongs to no job."""
        states = Counter(world.states().values())
        self._expect(states == Counter({"SUCCESS": jobs}), f"workflows of {jobs} jobs: {dict(states)}")
        most = max([world.model.most, *(one.at_work for one in samples)])
        self._expect(most <= world.running, f"{most} jobs were at work at once, not {world.running}")
        shared = max((one.shared for one in samples), default=0)
        self._expect(shared == 0, f"{shared + 1} jobs of one repository were at work at once")
        self._expect(not world.github.violations, f"GitHub was asked wrongly: {world.github.violations[:3]}")

    def _expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)


def _short(text: str) -> str:
    """The sentence of the last word."""
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "<", "|"))]
    return lines[0][:90] if lines else "nothing"
