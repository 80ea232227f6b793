"""Pictures of statistics: in characters with plotext, in files with seaborn."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pyhelpers.machine import require
from pyhelpers.plots import (
    background_style,
    in_colour,
    new_figure,
    picture_format,
    render,
    save_figure,
    series_style,
    text_plot,
)
from pyhelpers.statistics.aggregate import Bars, shortened
from pyhelpers.statistics.distributions import GRID_2D, density_at, grid_of
from pyhelpers.statistics.fit import EvaluatedFit
from pyhelpers.statistics.kmeans import Clusters, best_k
from pyhelpers.statistics.numeric_columns import random_subset
from pyhelpers.statistics.time_series import period_label, seconds
from pyhelpers.text import counted
from pyhelpers.text import figure as short_number

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

SHADES = " .:-=+*#%@"
TEXT_POINTS = 800
SIZE = (7.0, 4.5)
CLUSTER_POINTS = 3_000
FACETS_PER_ROW = 3
FACET_SIZE = 3.6
FEW_POINTS = 60  # of a line, which are marked
DASHES = ("-", "--", "-.", ":")
LABELLED = 5  # dates below a line in characters

Lines = dict[str, list[tuple[Any, float]]]
"""Of each group, the points of its line."""


def seaborn() -> Any:
    """Return seaborn with its theme; a KitError (127) where it is not installed."""
    require("seaborn")
    import seaborn as sns

    sns.set_theme(style="whitegrid", palette="colorblind")
    return sns


def histogram_picture(histograms: dict[str, list[tuple[float, float, int]]], path: str) -> None:
    """Draw a histogram of each column, one below the other, into a file."""
    picture_format(path)
    seaborn()
    figure = new_figure(SIZE[0], SIZE[1] * len(histograms) * 0.75 + 1)
    axes = figure.subplots(len(histograms), squeeze=False)[:, 0]
    for ax, (name, bins) in zip(axes, histograms.items(), strict=True):
        edges = [low for low, *_ in bins] + [bins[-1][1]]
        ax.stairs([count for *_, count in bins], edges, fill=True)
        ax.set(xlabel=name, ylabel="records")
    save_figure(figure, path)


def line_of(fitted: EvaluatedFit, confidence: float, size: int = 60) -> "NDArray[float64]":
    """Return x, the fitted mean and its confidence band along x, shape (size, 4)."""
    import numpy as np

    xs = fitted.sample.rows[:, 0]
    places = np.linspace(xs.min(), xs.max(), size)[:, None]
    middle, half = fitted.fit.predict(places), fitted.fit.band(places, confidence)
    return np.column_stack([places[:, 0], middle, middle - half, middle + half])


def scatter_picture(fitted: EvaluatedFit, confidence: float, path: str) -> None:
    """Draw points, regression line and confidence band into a file."""
    picture_format(path)
    sns = seaborn()
    figure = new_figure(*SIZE)
    ax = figure.subplots()
    points, line = fitted.sample.rows, line_of(fitted, confidence)
    sns.scatterplot(x=points[:, 0], y=points[:, -1], s=12, alpha=0.4, linewidth=0, ax=ax)
    ax.plot(line[:, 0], line[:, 1], color="C3", label=f"R2 {fitted.fit.r2:.3f}")
    band = f"{confidence * 100:g} % band of the mean"
    ax.fill_between(line[:, 0], line[:, 2], line[:, 3], color="C3", alpha=0.25, label=band)
    ax.set(xlabel=fitted.fit.names[1], ylabel=fitted.target, title=_drawn(fitted))
    ax.legend()
    save_figure(figure, path)


def _drawn(fitted: EvaluatedFit) -> str:
    sample = fitted.sample
    if sample.whole:
        return counted(sample.seen, "record")
    return f"{len(sample.rows):,} of {sample.seen:,} records drawn, the line is fitted to all"


def scatter_text(fitted: EvaluatedFit, confidence: float) -> str:
    """Draw points, line and band in characters."""
    plot, fine = text_plot(), in_colour()
    points, line = fitted.sample.rows, line_of(fitted, confidence)
    points = points if fine else points[fitted.sample.subset(TEXT_POINTS)]
    dots, curve = (
        (series_style(0), series_style(2)) if fine else ({"marker": "dot"}, {"marker": "hd"})
    )
    plot.scatter(points[:, 0].tolist(), points[:, -1].tolist(), label="records", **dots)
    # The line comes last: where records are many it covers its band.
    for edge in (2, 3):
        plot.plot(line[:, 0].tolist(), line[:, edge].tolist(), **background_style())
    r2 = f"line, R2 {fitted.fit.r2:.3f}"
    plot.plot(line[:, 0].tolist(), line[:, 1].tolist(), label=r2, **curve)
    plot.xlabel(fitted.fit.names[1])
    plot.ylabel(fitted.target)
    return render(plot)


def residual_picture(fitted: EvaluatedFit, path: str) -> None:
    """Draw residuals over fitted values, and their distribution, into a file."""
    picture_format(path)
    sns = seaborn()
    points = fitted.sample.rows
    predicted = fitted.fit.predict(points[:, :-1])
    residuals = points[:, -1] - predicted
    figure = new_figure(SIZE[0] * 1.4, SIZE[1])
    left, right = figure.subplots(1, 2, width_ratios=(2, 1))
    sns.scatterplot(x=predicted, y=residuals, s=12, alpha=0.4, linewidth=0, ax=left)
    left.axhline(0, color="C3")
    left.set(xlabel=f"fitted {fitted.target}", ylabel="residual", title=_drawn(fitted))
    sns.histplot(y=residuals, ax=right)
    right.set(xlabel="records")
    save_figure(figure, path)


def density_picture(points: "NDArray[float64]", names: list[str], path: str) -> None:
    """Draw the density of one column, or of two with their margins, into a file."""
    picture_format(path)
    sns = seaborn()
    figure = new_figure(SIZE[0], SIZE[0] if len(names) == 2 else SIZE[1])
    if len(names) == 1:
        ax = figure.subplots()
        xs = grid_of(points)[0]
        ax.fill_between(xs, density_at(points, xs[:, None]), alpha=0.4)
        ax.set(xlabel=names[0], ylabel="density")
        save_figure(figure, path)
        return
    grid = figure.subplots(2, 2, width_ratios=(4, 1), height_ratios=(1, 4))
    grid[0, 1].remove()
    x, y = points.T
    sns.kdeplot(x=x, y=y, fill=True, ax=grid[1, 0])
    sns.kdeplot(x=x, fill=True, ax=grid[0, 0])
    sns.kdeplot(y=y, fill=True, ax=grid[1, 1])
    grid[0, 0].sharex(grid[1, 0])
    grid[1, 1].sharey(grid[1, 0])
    grid[1, 0].set(xlabel=names[0], ylabel=names[1])
    save_figure(figure, path)


def density_text(points: "NDArray[float64]", names: list[str]) -> str:
    """Draw the density of one column as a line, of two as shades, in characters."""
    import numpy as np

    axes = grid_of(points)
    if len(names) == 1:
        plot = text_plot()
        xs = axes[0]
        plot.plot(xs.tolist(), density_at(points, xs[:, None]).tolist())
        plot.xlabel(names[0])
        plot.ylabel("density")
        return render(plot)
    places = np.stack([a.ravel() for a in np.meshgrid(*axes, indexing="ij")], axis=1)
    found = density_at(points, places).reshape(GRID_2D, GRID_2D)
    shades = np.round(found / found.max() * (len(SHADES) - 1)).astype(int)
    lines = ["".join(SHADES[s] for s in shades[:, j]) for j in range(GRID_2D - 1, -1, -2)]
    edges = [f"{short_number(axis[0])} to {short_number(axis[-1])}" for axis in axes]
    return "\n".join([*lines, f"x: {names[0]}, {edges[0]}; y: {names[1]}, {edges[1]}"])


def cluster_picture(
    found: Clusters, rows: "NDArray[float64]", labels: list[str], path: str
) -> None:
    """Draw the first column against each of the others, one facet each, coloured by cluster."""
    import numpy as np

    picture_format(path)
    sns = seaborn()
    chosen = random_subset(len(rows), CLUSTER_POINTS)
    drawn, colours = rows[chosen], [labels[i] for i in found.labels[chosen]]
    others = range(1, rows.shape[1]) if rows.shape[1] > 1 else [0]
    wide = min(len(others), FACETS_PER_ROW)
    high = -(-len(others) // wide)
    figure = new_figure(FACET_SIZE * wide + 1, FACET_SIZE * high)
    axes = np.atleast_1d(figure.subplots(high, wide)).ravel()
    for ax, i in zip(axes, others, strict=False):
        sns.scatterplot(
            x=drawn[:, 0], y=drawn[:, i], hue=colours, hue_order=labels, s=14, linewidth=0,
            alpha=0.6, ax=ax, legend=ax is axes[0],
        )  # fmt: skip
        ax.plot(found.centres[:, 0], found.centres[:, i], "kx", markersize=8)
        ax.set(xlabel=found.names[0], ylabel=found.names[i])
    for ax in axes[len(others) :]:
        ax.remove()
    axes[0].get_legend().set_title("cluster")
    save_figure(figure, path)


def elbow_picture(tried: dict[int, Clusters], path: str) -> None:
    """Draw inertia and silhouette over k into a file."""
    picture_format(path)
    seaborn()
    figure = new_figure(2 * FACET_SIZE, FACET_SIZE)
    left, right = figure.subplots(1, 2)
    ks = list(tried)
    left.plot(ks, [c.inertia for c in tried.values()], "o-")
    left.set(xlabel="k", ylabel="inertia")
    right.plot(ks, [c.silhouette for c in tried.values()], "o-")
    right.axvline(best_k(tried), linestyle="--", color="C3")
    right.set(xlabel="k", ylabel="mean silhouette")
    save_figure(figure, path)


def elbow_text(tried: dict[int, Clusters]) -> str:
    """Draw inertia over k in characters."""
    plot = text_plot(16)
    plot.plot(list(tried), [c.inertia for c in tried.values()], marker="braille")
    plot.xticks(list(tried))
    plot.xlabel("k")
    plot.ylabel("inertia")
    return render(plot)


def bar_picture(bars: Bars, labels: tuple[str, str], path: str) -> None:
    """Draw horizontal bars into a file, the largest on top, one colour a group."""
    picture_format(path)
    figure = new_figure(SIZE[0], 0.28 * len(bars.categories) * len(bars.groups) + 1.2)
    ax, height = figure.subplots(), 0.8 / len(bars.groups)
    for i, group in enumerate(bars.groups):
        places = [position + i * height for position in range(len(bars.categories))]
        known = [bars.values.get((category, group)) for category in bars.categories]
        drawn = ax.barh(places, [x or 0 for x in known], height * 0.95, align="edge", label=group)
        texts = ["" if x is None else short_number(x) for x in known]
        ax.bar_label(drawn, texts, padding=2, fontsize="small")
    ax.set_yticks(
        [position + 0.4 for position in range(len(bars.categories))],
        [shortened(category, 30) for category in bars.categories],
    )
    ax.margins(x=0.12)
    ax.invert_yaxis()
    ax.set(xlabel=labels[1], ylabel=labels[0])
    _legend_of_groups(figure, bars.groups)
    save_figure(figure, path)


def _legend_of_groups(figure: Any, groups: list[str]) -> None:
    if len(groups) > 1:
        figure.legend([shortened(group, 24) for group in groups], loc="outside right upper")


def line_picture(lines: Lines, labels: tuple[str, str], path: str) -> None:
    """Draw a line for each group into a file, over dates or numbers."""
    picture_format(path)
    figure = new_figure(SIZE[0] * 1.2, SIZE[1])
    ax = figure.subplots()
    for i, (group, points) in enumerate(lines.items()):
        look = {"marker": "o" if len(points) < FEW_POINTS else "", "ms": 3}
        look["linestyle"] = DASHES[i % len(DASHES)]  # told apart where printed without colour
        ax.plot([x for x, _ in points], [y for _, y in points], label=group, **look)
    if any(isinstance(x, datetime) for points in lines.values() for x, _ in points):
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator = AutoDateLocator()  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_formatter(formatter)
    ax.grid(alpha=0.3)
    ax.set(xlabel=labels[0], ylabel=labels[1])
    _legend_of_groups(figure, list(lines))
    save_figure(figure, path)


def line_text(lines: Lines, labels: tuple[str, str], span: str | None) -> str:
    """Draw a line for each group in characters; over dates if their period is given."""
    plot = text_plot()
    xs = sorted({x for points in lines.values() for x, _ in points})
    for position, points in enumerate(lines.values()):
        look = series_style(position) if len(lines) > 1 or in_colour() else {"marker": "hd"}
        places = [seconds(x) if span else x for x, _ in points]
        plot.plot(places, [y for _, y in points], **look)
    if span:
        shown = [xs[i * (len(xs) - 1) // (LABELLED - 1)] for i in range(LABELLED)]
        shown = sorted(set(shown))
        plot.xticks([seconds(x) for x in shown], [period_label(x, span) for x in shown])
    plot.xlabel(labels[0])
    plot.ylabel(labels[1])
    return render(plot, list(lines) if len(lines) > 1 else ())
