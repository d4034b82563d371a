"""Room Pythons: the Pythons that a room may have, for which the markers of lock files are settled ahead."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

FIRST, LAST = 8, 16
#: A marker on a patch release is nearly always about an early one, so a late one stands for its series.
PATCH = 20
MACHINES = ("x86_64", "aarch64")
#: Signs of markers that are evaluated for one repository; a large lock file has a tenth of it.
MOST_SIGNS = 300_000


@dataclass(frozen=True, slots=True, order=True)
class RoomPython:
    """CPython on Linux, of one minor version on one machine."""

    minor: int
    machine: str

    def variables(self) -> dict[str, str]:
        """What markers ask for: https://packaging.python.org/en/latest/specifications/dependency-specifiers/."""
        full = f"3.{self.minor}.{PATCH}"
        return {
            "implementation_name": "cpython",
            "implementation_version": full,
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": full,
            "python_version": f"3.{self.minor}",
            "sys_platform": "linux",
        }


Places = frozenset[RoomPython]


class Markers:
    """Says where a marker holds.

    Args:
        python: which Pythons come into question, a specifier; "" for all.
    """

    def __init__(self, python: str = "") -> None:
        known = {minor for minor in range(FIRST, LAST) if fits(python, minor)} or set(range(FIRST, LAST))
        self.everywhere: Places = frozenset(RoomPython(minor, machine) for minor in known for machine in MACHINES)
        self._left = MOST_SIGNS
        self._known: dict[tuple[str, AbstractSet[str], AbstractSet[str]], Places] = {}

    def where(
        self, marker: str, extras: AbstractSet[str] = frozenset(), groups: AbstractSet[str] = frozenset()
    ) -> Places:
        """The Pythons for which a marker holds; all of them when it can't be told.

        Args:
            marker: the condition; "" for none.
            extras: the extras that are asked for (canonical).
            groups: likewise the dependency groups, for the markers of pylock.toml.
        """
        if not marker:
            return self.everywhere
        key = (marker, frozenset(extras), frozenset(groups))
        if key not in self._known:
            self._known[key] = self._evaluate(marker, extras, groups)
        return self._known[key]

    def _evaluate(self, marker: str, extras: AbstractSet[str], groups: AbstractSet[str]) -> Places:
        self._left -= len(marker) * (1 + len(extras))
        if self._left < 0:
            return self.everywhere
        sets = {"extras": frozenset(extras), "dependency_groups": frozenset(groups)}
        try:
            parsed = Marker(marker)
            return frozenset(
                place
                for place in self.everywhere
                if any(
                    parsed.evaluate({**place.variables(), **sets, "extra": extra}, context="lock_file")
                    for extra in ("", *extras)
                )
            )
        except (ValueError, LookupError, TypeError, RecursionError, AssertionError):
            return self.everywhere

    def spelled(self, places: Places) -> str:
        """A marker that holds in just these places, of which there is one; "" when it holds everywhere."""
        if places >= self.everywhere:
            return ""
        by_machine = {machine: {p.minor for p in places if p.machine == machine} for machine in MACHINES}
        known = sorted({place.minor for place in self.everywhere})
        if len({frozenset(minors) for minors in by_machine.values()}) == 1:
            return _minors(by_machine[MACHINES[0]], known)
        parts = []
        for machine, minors in by_machine.items():
            if minors:
                versions = _minors(minors, known)
                condition = f'platform_machine == "{machine}"'
                parts.append(f"({versions}) and {condition}" if versions else condition)
        return " or ".join(parts)


def fits(python: str, minor: int) -> bool:
    """Whether some release of Python 3.`minor` fits a specifier; an unreadable one fits all."""
    try:
        wanted = SpecifierSet(python)
        return any(wanted.contains(f"3.{minor}.{patch}") for patch in range(31))
    except ValueError:
        return True


def _minors(wanted: Iterable[int], known: list[int]) -> str:
    """A marker for these minor versions among the known ones, as few ranges as there are."""
    runs: list[list[int]] = []
    for minor in sorted(wanted):
        if runs and known.index(minor) == known.index(runs[-1][-1]) + 1:
            runs[-1].append(minor)
        else:
            runs.append([minor])
    return " or ".join(filter(None, (_range(run[0], run[-1], known) for run in runs)))


def _range(first: int, last: int, known: list[int]) -> str:
    bounds = []
    if first != known[0]:
        bounds.append(f'python_version >= "3.{first}"')
    if last != known[-1]:
        bounds.append(f'python_version < "3.{last + 1}"')
    return " and ".join(bounds)
