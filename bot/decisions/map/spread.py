"""Spread: relevance flows along references, so that what hits refer to, or are used by, becomes likelier, too."""

from collections.abc import Mapping, Sequence

#: From each node to others, with weights.
Graph = Sequence[Mapping[int, float]]

ROUNDS = 12
KEPT = 0.6


def spread(graph: Graph, scores: Sequence[float]) -> list[float]:
    """Scores after they flowed: personalised PageRank, https://en.wikipedia.org/wiki/PageRank.

    Args:
        graph: references by node; a reference carries most of its weight forward and some of it back.
        scores: of each node, not negative; where the flow begins and where it always returns to.

    Returns:
        One score a node; they add up to 1, or are all 0 where all scores are.
    """
    total = sum(scores)
    if total <= 0:
        return [0.0] * len(scores)
    begin = [score / total for score in scores]
    edges = [[(other, weight) for other, weight in sorted(others.items()) if weight > 0] for others in graph]
    out = [sum(weight for _, weight in others) for others in edges]
    now = begin
    for _round in range(ROUNDS):
        following = [KEPT * start for start in begin]
        lost = 0.0
        for node, others in enumerate(edges):
            flow = (1 - KEPT) * now[node]
            if not out[node]:
                lost += flow
            elif flow:
                for other, weight in others:
                    following[other] += flow * weight / out[node]
        now = [score + lost * start for score, start in zip(following, begin, strict=True)]
    return now


def both_ways(graph: Sequence[dict[int, float]], back: float) -> list[dict[int, float]]:
    """The graph with each reference also leading back, at a share of its weight."""
    both = [dict(others) for others in graph]
    for node, others in enumerate(graph):
        for other, weight in others.items():
            both[other][node] = both[other].get(node, 0.0) + back * weight
    return both
