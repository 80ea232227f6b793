"""Findings of a report: everything that is measured, before it is written up."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Open, Scan
from pyhelpers.statistics.aggregate import Aggregate
from pyhelpers.statistics.column_summary import Summary, SummarySpec
from pyhelpers.statistics.correlate import correlate
from pyhelpers.statistics.describe import describe
from pyhelpers.statistics.dictionary import DICTIONARY_SPEC
from pyhelpers.statistics.distributions import Histogram
from pyhelpers.statistics.fit import DependentFeatureError, EvaluatedFit, fit_table
from pyhelpers.statistics.kmeans import Clusters, best_k, try_all
from pyhelpers.statistics.numeric_columns import numbers_of, sample_rows
from pyhelpers.statistics.table_pass import Summaries
from pyhelpers.statistics.time_series import Series, series_of

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

HISTOGRAMS = 12
CORRELATED = 30
FEATURES = 30
CLUSTERED = 8
POINTS = 5_000
CLASSES = 12
DATES = 2
TEXTS = 6
SERIES = 3


@dataclass
class Findings:
    """The measurements of one report.

    Attributes
    ----------
    source : str
        The file's name, as the page shows it.
    sampled_from : str
        What was sampled, where it was; else empty.
    series, series_of : dict and list
        Of each date column, aggregates of the columns of numbers named in `series_of`, by period.
    left_out : list of str
        Which columns are not in the model, and why.
    """

    source: str
    records: int = 0
    skipped: int = 0
    sampled_from: str = ""
    target: str | None = None
    summaries: list[Summary] = field(default_factory=list)
    histograms: dict[str, Histogram] = field(default_factory=dict)
    correlated: list[str] = field(default_factory=list)
    matrix: "NDArray[float64] | None" = None
    fitted: EvaluatedFit | None = None
    single: EvaluatedFit | None = None
    series: dict[str, tuple[Series, Aggregate]] = field(default_factory=dict)
    series_of: list[str] = field(default_factory=list)
    classes: Summaries = field(default_factory=dict)
    clusters: Clusters | None = None
    clustered: "NDArray[float64] | None" = None
    left_out: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[Summary]:
        """Return the summaries of the columns of one type."""
        return [summary for summary in self.summaries if summary.kind == kind]


def is_row_number(summary: Summary) -> bool:
    """Return whether a column numbers the records: whole numbers, each once, without a gap."""
    moments = summary.moments
    whole = moments.low == int(moments.low) if abs(moments.low) < 1e15 else False
    gapless = moments.high - moments.low == moments.count - 1
    return whole and gapless and moments.count > 2 and summary.distinct == moments.count


def usable(findings: Findings) -> list[str]:
    """Return the numeric columns that a model may use; record why others may not."""
    names = []
    for summary in findings.of("number"):
        if summary.name == findings.target:
            continue
        if is_row_number(summary):
            findings.left_out.append(f"{summary.name} numbers the records")
        elif not summary.moments.m2:
            findings.left_out.append(f"{summary.name} is constant")
        elif summary.missing > summary.count:
            findings.left_out.append(f"{summary.name} is mostly missing")
        else:
            names.append(summary.name)
    return names


def gather(
    opened: Open, options: Options, source: str, target: str | None, memory: int, seed: int = 0
) -> Findings:
    """Compute everything that a report contains, in a few passes over a file.

    Raises
    ------
    KitError
        As describing and fitting do.
    """
    findings = Findings(source, target=target)
    scan, groups = describe(opened, options, None, DICTIONARY_SPEC, memory, None, True)
    if target is not None:
        scan.index(target)
    findings.records, findings.skipped = scan.records, scan.skipped
    findings.summaries = groups[""]
    _histograms(findings, opened(options))
    numbers = [summary.name for summary in findings.of("number")][:CORRELATED]
    if len(numbers) > 1:
        found = correlate(opened(options), numbers, False, memory)
        findings.correlated, findings.matrix = found
    _series(findings, opened, options)
    _model(findings, opened, options, memory, seed)
    return findings


def _series(findings: Findings, opened: Open, options: Options) -> None:
    """Aggregate numbers over dates; the target comes first."""
    names = [summary.name for summary in findings.of("number") if not is_row_number(summary)]
    names.sort(key=lambda name: name != findings.target)
    findings.series_of = names[:SERIES]
    for summary in findings.of("date")[:DATES]:
        found = series_of(opened(options), summary.name, findings.series_of, None, None)
        findings.series[summary.name] = found


def _histograms(findings: Findings, scan: Scan) -> None:
    names = [summary.name for summary in findings.of("number")][:HISTOGRAMS]
    findings.histograms = {name: Histogram() for name in names}
    for parts in scan.chunks(names) if names else []:
        for name, part in zip(names, parts, strict=True):
            findings.histograms[name].add(numbers_of(part))


def _model(findings: Findings, opened: Open, options: Options, memory: int, seed: int) -> None:
    names = usable(findings)
    target = next((s for s in findings.summaries if s.name == findings.target), None)
    if target is None:
        _first_of(findings, names, CLUSTERED)
        _cluster(findings, opened(options), names[:CLUSTERED], seed)
    elif target.kind == "number" and names:
        _first_of(findings, names, FEATURES)
        _fit(findings, opened, options, names[:FEATURES], target.name, seed)
    elif target.kind != "number" and 1 < target.distinct <= CLASSES and names:
        spec = SummarySpec(fractions=())
        _, findings.classes = describe(opened, options, names, spec, memory, target.name)


def _first_of(findings: Findings, names: list[str], most: int) -> None:
    if len(names) > most:
        findings.left_out.append(f"{len(names) - most:,} columns after the first {most}")


def _fit(
    findings: Findings, opened: Open, options: Options, names: list[str], target: str, seed: int
) -> None:
    """Fit by all features that are not combinations of others; and by the strongest alone."""
    while names:
        try:
            findings.fitted = fit_table(opened(options), target, names, seed)
            break
        except DependentFeatureError as error:
            findings.left_out.append(f"{error.feature} is a linear combination of other columns")
            names = [name for name in names if name != error.feature]
        except KitError as error:
            findings.left_out.append(str(error))
            return
    if findings.fitted is not None:
        sizes = abs(findings.fitted.fit.standardised[1:])
        strongest = findings.fitted.fit.names[1 + int(sizes.argmax())]
        findings.single = fit_table(opened(options), target, [strongest], seed)


def _cluster(findings: Findings, scan: Scan, names: list[str], seed: int) -> None:
    if not names:
        return
    points = sample_rows(scan, names, POINTS, seed)
    try:
        tried = try_all(points.rows, names, 6, seed)
    except KitError as error:
        findings.left_out.append(str(error))
        return
    findings.clusters, findings.clustered = tried[best_k(tried)], points.rows
