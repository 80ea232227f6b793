"""The learning curve of a model: its score against the number of records it learns from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import hypot, sqrt
from typing import Any

from pyhelpers.model import metrics
from pyhelpers.model.candidates import BASELINE, Fitter, check_model, with_defaults
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions, prepare
from pyhelpers.model.splits import HELD_OUT, UNUSED
from pyhelpers.model.train import limited_threads, measure_of
from pyhelpers.model.training_data import PreparedData, fit_fields
from pyhelpers.plots import new_figure, render, save_figure, series_style, text_plot

FEWEST = 20  # records of the smallest sample
SIZES = 7  # numbers of records, each twice the one before
REPEATS = 5  # random samples of each number but all


@dataclass(frozen=True)
class Point:
    """The scores of models of so many records.

    Attributes
    ----------
    scores : list of float
        On the held-out records, one for each random sample.
    """

    records: int
    scores: list[float]

    @property
    def mean(self) -> float:
        """Return the mean score."""
        return sum(self.scores) / len(self.scores)

    @property
    def error(self) -> float:
        """Return the standard error of the mean; 0 for a single score."""
        return self.sd / sqrt(len(self.scores))

    @property
    def sd(self) -> float:
        """Return the standard deviation of the scores; 0 for a single score."""
        count, mean = len(self.scores), self.mean
        return sqrt(sum((one - mean) ** 2 for one in self.scores) / max(1, count - 1))


@dataclass(frozen=True)
class Curve:
    """Points of a learning curve, the fewest records first."""

    measure: str
    model: str
    points: list[Point]

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each number of records."""
        return [
            {
                "records": point.records,
                self.measure: point.mean,
                "standard_error": point.error,
                "samples": len(point.scores),
            }
            for point in self.points
        ]

    def sentence(self) -> str:
        """Return whether more records would help: whether the last doubling still did.

        The last score is that of one sample, all records; it varies by about the standard
        deviation of the scores of half of them, divided by the square root of two.
        """
        if len(self.points) < 2:
            return "there are too few records for a learning curve"
        before, last = self.points[-2:]
        gain = metrics.SIGN[self.measure] * (last.mean - before.mean)
        noise = 2 * hypot(before.error, before.sd / sqrt(2))
        spans = f"from {before.records:,} to {last.records:,} records"
        shown = f"{self.measure} went from {before.mean:.4g} to {last.mean:.4g}"
        if gain > noise and f"{before.mean:.4g}" != f"{last.mean:.4g}":
            return f"more records would help: {spans} {shown}"
        why = f"no more than its noise of {noise:.2g}" if gain <= noise else "the same to 4 digits"
        return f"more records would hardly help {self.model}: {spans} {shown}, {why}"


def sample_sizes(records: int) -> list[int]:
    """Return the numbers of records of a curve.

    Examples
    --------
    >>> sample_sizes(100), sample_sizes(10)
    ([25, 50, 100], [10])
    """
    sizes = [records // 2**halvings for halvings in range(SIZES)]
    return sorted(size for size in sizes if size >= FEWEST or size == records)


def learning_curve(
    table: TrainingCsv, options: TrainingOptions, report: Callable[[str], None]
) -> Curve:
    """Fit a model on random samples of the training records; measure each on those held out.

    Parameters
    ----------
    report : function
        Called with a line about what is being fitted.
    """
    data = prepare(table, replace(options, folds=0))
    candidate = with_defaults(options.model or BASELINE[data.task])
    check_model(candidate.model, data.task)
    metrics.check_measure(options.measure, data.task, len(data.classes or ()))
    measure = measure_of(options, data.task)
    points = []
    with limited_threads(data, candidate.model):
        for size in sample_sizes(int((data.part >= 0).sum())):
            report(f"{candidate}: {size:,} records")
            points.append(Point(size, _scores(data, options, size, measure)))
    return Curve(measure, str(candidate), points)


def _scores(data: PreparedData, options: TrainingOptions, size: int, measure: str) -> list[float]:
    """Return the scores of models of random samples of the training records."""
    import numpy as np

    candidate = with_defaults(options.model or BASELINE[data.task])
    rows = np.flatnonzero(data.part >= 0)
    drawn = np.random.default_rng([options.seed, size])
    found = []
    for _ in range(1 if size == len(rows) else REPEATS):
        part = np.where(data.part == HELD_OUT, HELD_OUT, UNUSED)
        part[np.sort(drawn.permutation(rows)[:size])] = 0
        some = replace(data, part=part, features=[], fields=[], lookups=[], means={})
        fit_fields(some, options.seed)
        member = Fitter(some, options.seed, part).fit(candidate, [0])
        x, y, _ = some.matrix(candidate.view, [HELD_OUT], [0])
        found.append(metrics.score(measure, y, member.outputs(x, len(data.classes or ()))))
    return found


def curve_text(curve: Curve) -> str:
    """Draw a learning curve for the terminal."""
    plotext = text_plot()
    x, y = _line(curve.points)
    plotext.plot(x, y, **series_style(0))
    plotext.title(f"{curve.measure} on held-out records")
    plotext.xlabel("records")
    return render(plotext, [curve.model])


def _line(points: Sequence[Point]) -> tuple[list[int], list[float]]:
    return [point.records for point in points], [point.mean for point in points]


def curve_picture(curve: Curve, path: str) -> None:
    """Write a learning curve with its standard errors as a picture."""
    figure = new_figure(6, 4)
    axes = figure.add_subplot()
    x, y = _line(curve.points)
    axes.errorbar(x, y, yerr=[point.error for point in curve.points], marker="o", capsize=3)
    axes.set_xscale("log", base=2)
    axes.set_xticks(x, [f"{records:,}" for records in x], rotation=30)
    axes.minorticks_off()
    axes.set(xlabel="records", ylabel=f"{curve.measure} on held-out records", title=curve.model)
    save_figure(figure, path)
