"""A lock file as a graph: what is reached from the repository, and for which Pythons."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from packaging.specifiers import SpecifierSet

from sandbox.environment.lock.pin import Pin
from sandbox.environment.room_python import Markers, Places

#: Steps of one walk; the largest lock files need a tenth of it.
MOST_STEPS = 300_000


@dataclass(frozen=True, slots=True)
class Edge:
    """One dependency.

    Attributes:
        name: of the package that is needed (canonical).
        extras: of that package (canonical).
        marker: when it is needed.
        versions: which of several versions, a specifier; "" for any.
    """

    name: str
    extras: tuple[str, ...] = ()
    marker: str = ""
    versions: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One package of the lock file.

    Attributes:
        name: canonical.
        version: "" when it has none.
        hashes: of its files.
        edges: what it needs.
        extra_edges: what each of its extras needs beside.
        source: "" for the index, "local" for a folder of the repository, else from where it comes.
        marker: when this one of several versions counts.
    """

    name: str
    version: str = ""
    hashes: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()
    extra_edges: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)
    source: str = ""
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a node is needed, and with which extras."""

    places: Places = frozenset()
    extras: frozenset[str] = frozenset()


class Graph:
    """Walks from the roots to all that is needed.

    Args:
        nodes: every package of the lock file.
        markers: settles conditions.
        extras: what `extra` may be in the conditions.
    """

    def __init__(self, nodes: Iterable[Node], markers: Markers, extras: AbstractSet[str] = frozenset()) -> None:
        self._by_name: dict[str, list[Node]] = defaultdict(list)
        for node in nodes:
            self._by_name[node.name].append(node)
        self._markers, self._extras = markers, extras
        self._fitting: dict[tuple[str, str], Sequence[Node]] = {}
        self._left = MOST_STEPS

    def reach(self, roots: Iterable[Edge]) -> dict[Node, Reached]:
        """Every node that is needed. Raises ValueError when the graph is absurd."""
        reached: dict[tuple[Node, str], Places] = {}
        waiting = [(edge, self._markers.everywhere) for edge in roots]
        while waiting:
            edge, places = waiting.pop()
            here = places & self._markers.where(edge.marker, self._extras)
            for node in self._find(edge) if here else ():
                waiting += self._enter(node, edge, here & self._markers.where(node.marker, self._extras), reached)
                self._step(1 + len(edge.extras))
            self._step(1)
        extras: dict[Node, set[str]] = defaultdict(set)
        for node, extra in reached:
            extras[node].add(extra)
        # No extra is reached without its node.
        nodes = {node: where for (node, extra), where in reached.items() if not extra}
        return {node: Reached(where, frozenset(extras[node] - {""})) for node, where in nodes.items()}

    def _step(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise ValueError("it has too many packages")

    def _enter(
        self, node: Node, edge: Edge, places: Places, reached: dict[tuple[Node, str], Places]
    ) -> list[tuple[Edge, Places]]:
        """What a node needs in those places in which it was not reached before."""
        further = []
        for extra in ("", *edge.extras):
            before = reached.get((node, extra), frozenset())
            new = places - before
            if new:
                reached[node, extra] = before | new
                further += [(each, new) for each in (node.extra_edges.get(extra, ()) if extra else node.edges)]
        return further

    def _find(self, edge: Edge) -> Sequence[Node]:
        """The packages that an edge may mean; several when only their own markers tell them apart."""
        key = (edge.name, edge.versions)
        if key not in self._fitting:
            known = self._by_name.get(edge.name, [])
            self._step(len(known))
            self._fitting[key] = known if len(known) < 2 else [node for node in known if _fits(edge, node)]
        return self._fitting[key]


def _fits(edge: Edge, node: Node) -> bool:
    try:
        return not edge.versions or SpecifierSet(edge.versions).contains(node.version, prereleases=True)
    except ValueError:
        return True


def pins_of(reached: Mapping[Node, Reached]) -> tuple[Pin, ...]:
    """The pins of those nodes that come from the index."""
    return tuple(
        Pin(node.name, node.version, where.places, node.hashes, tuple(sorted(where.extras)))
        for node, where in reached.items()
        if not node.source and where.places
    )
