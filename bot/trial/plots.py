"""Plots of a trial, each as one `<svg>` to stand inside of a page. By leather: small, permissive, no dependency."""

from collections.abc import Sequence

import leather

from bot.trial.result import Result, Worth

#: Good ones are green and blue, the one that must not be is red.
COLOURS = {
    Worth.SOLVED: "#2a9d5c",
    Worth.REFUSED_RIGHTLY: "#3b82c4",
    Worth.UNPROVEN: "#8ab17d",
    Worth.UNSOLVED: "#9a9a9a",
    Worth.REFUSED_WRONGLY: "#d99a2b",
    Worth.WRONGLY_PROVEN: "#c62828",
    Worth.FAILED: "#5b5b5b",
}
WIDTH, ROW, FRAME = 900, 34, 110
MOST_TICKS = 10


def worths(results: Sequence[Result]) -> str:
    """How many results are worth what, as bars."""
    counted = [(sum(one.worth is worth for one in results), worth) for worth in Worth]
    chart = leather.Chart()
    colours = {worth.value: COLOURS[worth] for worth in Worth}
    most = max(max(number for number, _ in counted), 1)
    chart.add_x_scale(0, most)
    chart.add_x_axis(ticks=range(0, most + 1, -(-most // MOST_TICKS)))
    chart.add_bars([(number, worth.value) for number, worth in counted], fill_color=lambda row: colours[row.y])
    return _svg(chart, FRAME + ROW * len(counted))


def spending(results: Sequence[Result]) -> str:
    """What each exercise cost: calls to the right, thousands of prompt characters upwards, coloured by its worth."""
    chart = leather.Chart()
    chart.add_x_axis(name="model calls")
    chart.add_y_axis(name="thousand prompt characters")
    chart.add_x_scale(0, max((one.usage.calls for one in results), default=0) or 1)
    chart.add_y_scale(0, max((one.usage.prompt_characters for one in results), default=0) / 1000 or 1)
    for worth in Worth:
        points = [(one.usage.calls, one.usage.prompt_characters / 1000) for one in results if one.worth is worth]
        if points:
            chart.add_dots(points, fill_color=COLOURS[worth], radius=5, name=worth.value)
    return _svg(chart, 420)


def _svg(chart: "leather.Chart", height: int) -> str:
    """The picture alone: an XML declaration has no place inside of a page."""
    text = str(chart.to_svg(width=WIDTH, height=height))
    return text[text.index("<svg") :]
