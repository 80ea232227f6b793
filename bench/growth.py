"""How seconds and memory grow with the size of the input: slopes, and the picture of the tables."""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import record
from bench.side_by_side import Column, Job
from bench.table import spread

SECONDS, PEAK, SPEED, OF_WORKERS = "cpu s", "peak MB", "MB/s", "workers' cpu s"
SIZES = (
    Column("wall s", 3),
    Column(SECONDS, 3),
    Column(PEAK, 0, most=True),
    Column(SPEED, 0, gain=True),
)
WORKERS = (
    Column("wall s", 3, ratio="ratio"),
    Column(SECONDS, 3),
    Column(OF_WORKERS, 3),
    Column(PEAK, 0, most=True),
    Column("worker MB", 0, most=True),
)
COLOURS = {"sample": "#0b6e99", "describe": "#b3541e", "train": "#4d7c0f", "predict": "#6b21a8"}
MARKERS = {"sample": "o", "describe": "s", "train": "^", "predict": "D"}
Table = dict[str, dict[str, float]]


def size_name(megabytes: float) -> str:
    """Return what a side of so many megabytes is called."""
    return f"{megabytes:,g} MB"


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the slope of the line through logarithms: 1 where y grows as x, 0 where it does not.

    Examples
    --------
    >>> round(slope([1, 10, 100], [5, 50, 500]), 9)
    1.0
    >>> slope([1, 10, 100], [5, 5, 5])
    0.0
    """
    a, b = [math.log(x) for x in xs], [math.log(y) for y in ys]
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    above = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    return above / sum((x - mean_a) ** 2 for x in a)


def grown(job: Job) -> str:
    """Return a sentence on how a job's figures grow: log-log slopes, and the speed at last."""
    sizes = [float(side.name.split()[0].replace(",", "")) for side in job.sides]
    middle = {
        name: [spread([values[name] for values in side.rounds]).middle for side in job.sides]
        for name in (SECONDS, PEAK)
    }
    seconds, peaks = (slope(sizes[-2:], middle[name][-2:]) for name in (SECONDS, PEAK))
    more = (sizes[-1] - sizes[-2]) / max(middle[SECONDS][-1] - middle[SECONDS][-2], 1e-3)
    return (
        f"From {job.sides[-2].name} to {job.sides[-1].name} the log-log slope is {seconds:.2f} of "
        f"processor seconds and {peaks:.2f} of peak memory; each further second of a processor "
        f"takes {more:,.0f} MB. From the first size on: "
        f"{slope(sizes, middle[SECONDS]):.2f} and {slope(sizes, middle[PEAK]):.2f}."
    )


def recorded(results: str) -> dict[str, Table]:
    """Return job -> side -> column -> figure, of the section `scale` of a RESULTS.md.

    Examples
    --------
    >>> text = "## scale\\n\\n### `a`: A\\n\\n| side | s |\\n| - | -: |\\n| 1 MB | 1,000.5 |\\n"
    >>> recorded(text)
    {'a': {'1 MB': {'s': 1000.5}}}
    """
    tables: dict[str, Table] = {}
    for job, part in record.parse(results).get("scale", {}).items():
        lines = re.findall(r"^\| (.*) \|$", part, re.MULTILINE)
        (_, *names), _, *rows = [re.split(r" *\| *", line) for line in lines]
        tables[job] = {
            side: {
                name: float(cell.split()[0].replace(",", ""))
                for name, cell in zip(names, cells, strict=True)
                if re.match(r"[\d.,]+( |$)", cell)
            }
            for side, *cells in rows
        }
    return tables


def draw(results: Path, target: Path) -> None:
    """Draw the tables of sizes and of workers of RESULTS.md as one picture."""
    from matplotlib.figure import Figure

    text = results.read_text()
    tables = recorded(text)
    figure = Figure(figsize=(11, 4.2), dpi=100, layout="constrained")
    seconds, peaks, workers = figure.subplots(1, 3)
    for name, colour in COLOURS.items():
        style = {"color": colour, "marker": MARKERS[name], "label": name}
        table = tables[f"{name}-sizes"]
        sizes = [float(side.split()[0].replace(",", "")) for side in table]
        seconds.plot(sizes, [row[SECONDS] for row in table.values()], **style)
        peaks.plot(sizes, [row[PEAK] for row in table.values()], **style)
        if crew := tables.get(f"{name}-workers"):
            order = sorted(crew, key=lambda side: ("Dask" in side, side))
            took = [crew[side][SECONDS] + crew[side].get(OF_WORKERS, 0) for side in order]
            size = re.search(rf"`{name}-workers`: .*: ([\d,]+ MB)$", text, re.MULTILINE)
            style["label"] = f"{name}, {size[1] if size else ''}"
            workers.plot([side.replace(" w", "\nw") for side in order], took, ls=":", **style)
    of_sizes(seconds, "Processor seconds", "s")
    of_sizes(peaks, "Peak memory", "MB")
    workers.set(title="Processor seconds of all processes", ylabel="s", ylim=(0, None))
    workers.grid(alpha=0.3)
    seconds.legend()
    workers.legend()
    figure.savefig(target, format="png", metadata=None)


def of_sizes(axes: Any, title: str, unit: str) -> None:
    """Label a plot against the size of the input, both axes logarithmic."""
    axes.set(title=title, xlabel="input, MB", ylabel=unit, xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.grid(alpha=0.3)
