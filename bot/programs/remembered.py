"""Remembered: what is kept of an old observation: the lines that the issue and the steps since then speak of."""

import re
from collections.abc import Collection, Mapping, Sequence

from bot.decisions.map.hints import hints_of
from bot.decisions.map.sketch import WORD, parts_of
from bot.programs.tools.answer import cut

#: Characters: of an observation that later ones repeat, of any other at least, and at most.
REPEATED, LEAST, MOST = 80, 160, 1500
#: Share of an observation's lines that stand in later ones, from which on it is repeated by them.
NEARLY_ALL = 0.8
#: What a line is worth for the one above and the one below it: code is read in pieces.
NEAR = 0.5
#: A line's number, as read_file writes it.
NUMBER = re.compile(r"^\d+: ")
GAP = "..."
#: Characters that the last line and the first mark take.
ENDS = 60


def words_of(issue: str, steps: Sequence[str]) -> dict[str, float]:
    """Words with their weights: those of the issue, and twice as much those that the planner itself has used."""
    words = dict(hints_of(issue).words)
    for word, weight in hints_of("\n" + "\n".join(steps)).words.items():
        words[word] = max(words.get(word, 0.0), 2 * weight)
    return words


def shares(observations: Sequence[str], heads: Sequence[str], words: Mapping[str, float], pool: int) -> list[int]:
    """Characters for each of some old observations, of `pool` in all: most for those that are spoken of.

    Args:
        observations: the old ones first, in order; later ones may follow, which get none.
        heads: what was asked for each of the old ones.
        words: as `words_of` gives them.
        pool: characters for all old ones.
    """
    old = range(len(heads))
    repeated = {number for number in old if is_repeated(observations[number], observations[number + 1 :])}
    found = [min(len(observations[number]), REPEATED if number in repeated else LEAST) for number in old]

    def spoken_of(number: int) -> float:
        return weight_of(f"{heads[number]} {observations[number].partition(chr(10))[0]}", words)

    for number in sorted(set(old) - repeated, key=lambda number: (-spoken_of(number), -number)):
        more = min(len(observations[number]), MOST) - found[number]
        found[number] += max(0, min(more, pool - sum(found)))
    return found


def is_repeated(text: str, later: Sequence[str]) -> bool:
    """Whether nearly all lines of an observation stand in one that came later."""
    own = bare(text)
    return bool(own) and any(len(own & bare(other)) >= NEARLY_ALL * len(own) for other in later)


def bare(text: str) -> set[str]:
    """The lines below the first one, which says what they are, without their numbers and margins."""
    lines = text.splitlines()
    return {NUMBER.sub("", line).strip() for line in (lines[1:] or lines)} - {""}


def kept(text: str, limit: int, words: Mapping[str, float], known: Collection[str] = ()) -> str:
    """The text, or its first line and the weightiest others in their order, at most `limit` characters.

    Args:
        text: the observation.
        limit: characters.
        words: as `words_of` gives them.
        known: lines that stand elsewhere in the prompt, as `bare` gives them.
    """
    lines = text.splitlines()
    weights = weights_of(lines, words, known)
    if len(text) <= limit or not any(weights[1:]):
        return cut(text, limit)
    left, taken = limit - len(lines[0]) - ENDS, {0}
    for number in sorted(range(1, len(lines)), key=lambda number: (-weights[number], number)):
        if weights[number] and (cost := len(lines[number]) + len(GAP) + 2) <= left:
            taken.add(number)
            left -= cost
    return with_gaps(lines, taken) if len(taken) > 1 else cut(text, limit)


def weights_of(lines: Sequence[str], words: Mapping[str, float], known: Collection[str]) -> list[float]:
    """The weight of each line, or half of that of the weightier one beside it; 0.0 of one that says nothing."""
    own = [0.0 if NUMBER.sub("", line).strip() in known else weight_of(line, words) for line in lines]
    around = [0.0, *own, 0.0]
    near = [NEAR * max(around[number], around[number + 2]) for number in range(len(own))]
    return [max(own[number], near[number]) if line.strip() else 0.0 for number, line in enumerate(lines)]


def with_gaps(lines: Sequence[str], taken: Collection[int]) -> str:
    """Some lines in their order, and a mark wherever others are left out."""
    told, last = list[str](), -1
    for number in sorted(taken):
        told += [GAP, lines[number]] if number > last + 1 else [lines[number]]
        last = number
    left_out = sum(len(line) + 1 for number, line in enumerate(lines) if number not in taken)
    return "\n".join([*told, f"{GAP} {left_out} characters of it are left out"])


def weight_of(text: str, words: Mapping[str, float]) -> float:
    """How much is spoken of in a text: each word counts once, however often it stands there."""
    found = {known for word in WORD.findall(text) for known in (word.lower(), *parts_of(word))}
    return sum(words.get(word, 0.0) for word in found)
