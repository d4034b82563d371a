"""A set of requirements: one voice for each package, from all that was found."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sandbox.environment.plain_requirement import PlainRequirement
from sandbox.environment.repository import Repository
from sandbox.environment.requirement import MOST_LINES
from sandbox.room import SandboxError

#: Lines for one package; who writes more is up to no good.
MOST_OF_ONE = 50


class RequirementSet:
    """Requirements by package; what was added first has the greater authority.

    Args:
        repository: gets the notes.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._by_name: dict[str, list[PlainRequirement]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    @property
    def names(self) -> frozenset[str]:
        """The canonical names of all packages."""
        return frozenset(self._by_name)

    def add(self, requirements: Iterable[PlainRequirement]) -> None:
        """Take further ones."""
        for requirement in requirements:
            known = self._by_name.setdefault(requirement.name, [])
            if len(known) < MOST_OF_ONE:
                known.append(requirement)

    @property
    def is_hashed(self) -> bool:
        """Whether there are some, and all have hashes."""
        return bool(self._by_name) and all(each.hashes for known in self._by_name.values() for each in known)

    def of(self, name: str) -> list[PlainRequirement]:
        """What is known of a package."""
        return self._by_name.get(name, [])

    def leave_out(self, name: str) -> None:
        """Forget a package."""
        self._by_name.pop(name, None)

    def constrain(self, constraints: Iterable[PlainRequirement]) -> None:
        """Narrow the versions of those packages that are here and that no pin names."""
        for constraint in constraints:
            known = self.of(constraint.name)
            if known and not any(each.pin for each in known) and not constraint.marker:
                self._by_name[constraint.name] = [each.narrowed(constraint.versions) for each in known]

    def lines(self) -> tuple[str, ...]:
        """A line for each package and condition, sorted: all with hashes, or none of them.

        Raises:
            SandboxError: there are too many.
        """
        merged = [each for name in sorted(self._by_name) for each in self._merged(self._by_name[name])]
        if len(merged) > MOST_LINES:
            raise SandboxError(f"{len(merged)} requirements are too many: at most {MOST_LINES}")
        without = [each.name for each in merged if not each.hashes]
        if without and len(without) < len(merged):
            shown = ", ".join(without[:5]) + (", ..." if len(without) > 5 else "")
            self._repository.note(f"hashes are left out, since pip wants all or none: {shown} has none")
        hashes = not without
        return tuple(sorted({(each if hashes else replace(each, hashes=())).line for each in merged}))

    def _merged(self, known: Sequence[PlainRequirement]) -> list[PlainRequirement]:
        """One requirement for each condition: a pin where there is one, else all ranges together."""
        pins = self._pins([each for each in known if each.pin])
        ranges: dict[str, PlainRequirement] = {}
        for each in known:
            pin = pins.get("") or pins.get(each.marker)
            if pin:
                pins[pin.marker] = self._absorbed(pin, each)
            else:
                before = ranges.get(each.marker)
                both = before.narrowed(each.versions) if before else each
                ranges[each.marker] = replace(both, extras=_together(each.extras, before.extras if before else ()))
        return [*pins.values(), *ranges.values()]

    def _pins(self, pins: Sequence[PlainRequirement]) -> dict[str, PlainRequirement]:
        """The first pin for each condition, only one if it holds always, with all hashes of that version."""
        always = [pin for pin in pins if not pin.marker][:1]
        kept: dict[str, PlainRequirement] = {}
        for pin in always or pins:
            hashes = {each for other in pins if other.pin == pin.pin for each in other.hashes}
            kept.setdefault(pin.marker, replace(pin, hashes=tuple(sorted(hashes))))
        return kept

    def _absorbed(self, pin: PlainRequirement, other: PlainRequirement) -> PlainRequirement:
        """A pin that stands for another requirement too."""
        if not other.allows(pin.pin):
            self._repository.note(
                f"{pin.origin} pins {pin.name} to {pin.pin}, {other.origin} wants {other.versions}: the pin counts"
            )
        return replace(pin, extras=_together(pin.extras, other.extras))


def _together(extras: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*extras, *others}))
