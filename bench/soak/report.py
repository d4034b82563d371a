"""Report: one soak in a few lines."""

from collections.abc import Sequence
from statistics import median

from bench.soak.run import Soaked
from bench.soak.samples import Sample


def report(found: Soaked) -> str:
    """The lines."""
    size, samples = found.size, found.samples
    lines = [
        f"{found.jobs} jobs of {size.repositories} repositories on {size.machines} machines, {found.running} at once:",
        f"  {found.seconds:.0f} s, {found.per_hour:.0f} jobs/hour",
        f"  trouble: {', '.join(f'{count} {name}' for name, count in sorted(found.chaos.items())) or 'none'}",
        f"  endings: {dict(found.verdict.endings)}",
        f"  model calls: {found.calls} ({found.calls / found.jobs:.2f} for each job)",
        f"  at work at once: {max((one.at_work for one in samples), default=0)} at most",
        *_flat("memory of a machine, MiB", [(one, max(one.memory, default=0.0)) for one in samples]),
        *_flat("descriptors of a machine", [(one, float(max(one.files, default=0))) for one in samples]),
        *_flat("threads of a machine", [(one, float(max(one.threads, default=0))) for one in samples]),
        *_flat("rooms of all", [(one, float(one.rooms)) for one in samples]),
        "  a job costs: " + ", ".join(f"{value:.1f} {words}" for words, value in found.costs.items()),
        f"  rows at the end: {found.rows}",
        *(f"  WRONG: {sentence}" for sentence in found.verdict.wrong),
        "  nothing lost, nothing doubled" if not found.verdict.wrong else f"  {len(found.verdict.wrong)} faults",
    ]
    return "\n".join(lines)


def _flat(words: str, values: Sequence[tuple[Sample, float]]) -> list[str]:
    """The median of each third of the time, and the most ever."""
    if len(values) < 3:
        return []
    third = len(values) // 3
    parts = [[value for _, value in values[start : start + third]] for start in (0, third, len(values) - third)]
    medians = " → ".join(f"{median(part):.0f}" for part in parts)
    return [f"  {words}, by thirds of the time: {medians}; at most {max(value for _, value in values):.0f}"]
