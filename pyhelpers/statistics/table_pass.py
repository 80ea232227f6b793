"""Passes over a table: summaries of its columns by group, of the whole or of parts, merged."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyhelpers import KitError
from pyhelpers.csvio.columns import rows_by_label, take
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.column_summary import Summary, SummarySpec
from pyhelpers.statistics.quantiles import Bracket

MOST_GROUPS = 10_000

Summaries = dict[str, list[Summary]]
"""Each group's summaries, a column each; those of a table without groups are under ""."""

Intervals = dict[tuple[str, str], list[tuple[float, float, list[float]]]]
"""Of a group and a column: from, to, and the fractions whose quantiles lie between."""


@dataclass(frozen=True)
class TablePass:
    """What one pass over a table computes; a plain value that a Dask worker can be sent.

    Attributes
    ----------
    columns : list of str
    spec : SummarySpec
    by : str, optional
        A column whose values are groups.
    texts : frozenset of str
        Columns to be read as text, whatever they hold.
    intervals : dict, optional
        Only the numbers in these intervals are wanted, and how many lie below each.
    """

    columns: list[str]
    spec: SummarySpec
    by: str | None = None
    texts: frozenset[str] = frozenset()
    intervals: Intervals | None = None

    def run(self, scan: Scan) -> Summaries:
        """Read a table, or a part of one, once.

        Raises
        ------
        KitError
            For a column that is not there, and for more than 10,000 groups.
        """
        groups: Summaries = {}
        if self.by is None:
            groups[""] = self._start("")
        for parts in scan.chunks([*self.columns, self.by] if self.by else self.columns):
            if self.by is None:
                for summary, part in zip(groups[""], parts, strict=True):
                    summary.add(part)
                continue
            for label, rows in rows_by_label(parts.pop()).items():
                if label not in groups:
                    self._check_groups(len(groups))
                    groups[label] = self._start(label)
                for summary, part in zip(groups[label], parts, strict=True):
                    summary.add(take(part, rows))
        return groups

    def merge(self, parts: Iterable[Summaries]) -> Summaries:
        """Merge what `run` returned for each part of a table, group by group.

        Its quantiles are sketched, or between intervals: brackets of parts differ.
        """
        groups: Summaries = {} if self.by else {"": self._start("")}
        for part in parts:
            for label, summaries in part.items():
                if label not in groups:
                    self._check_groups(len(groups))
                    groups[label] = self._start(label)
                for mine, theirs in zip(groups[label], summaries, strict=True):
                    mine.merge(theirs)
        return groups

    def _start(self, label: str) -> list[Summary]:
        summaries = [Summary(name, self.spec) for name in self.columns]
        if self.intervals is not None:
            for summary in summaries:
                wanted = self.intervals.get((label, summary.name), [])
                summary.quantiles.only([Bracket(*interval) for interval in wanted])
        return summaries

    def _check_groups(self, count: int) -> None:
        if count >= MOST_GROUPS:
            what = f"--by {self.by}: more than {MOST_GROUPS:,} different values"
            raise KitError(f"{what}; choose another column")


def intervals_of(groups: Summaries) -> Intervals:
    """Return, for each group and column that has a sketch, intervals that hold its quantiles."""
    intervals: Intervals = {}
    for label, summaries in groups.items():
        for summary in summaries:
            sketch = summary.quantiles.sketch
            if sketch is None or not sketch.count or summary.kind != "number":
                continue
            reach = (2 * sketch.error + 2 * (1 << len(sketch.levels)) + 2) / sketch.count
            found = []
            for q in summary.spec.fractions:
                low, high = sketch.quantiles([max(q - reach, 0.0), min(q + reach, 1.0)])
                low = low if q - reach > 0 else float("-inf")
                high = high if q + reach < 1 else float("inf")
                found.append((low, high, [q]))
            intervals[label, summary.name] = found
    return intervals


def settle(groups: Summaries, found: Summaries, intervals: Intervals) -> None:
    """Give the summaries what a pass found in the intervals: it makes their quantiles exact."""
    for label, summaries in groups.items():
        exact = {summary.name: summary for summary in found.get(label, [])}
        for summary in summaries:
            if (label, summary.name) in intervals:
                summary.quantiles.brackets = exact[summary.name].quantiles.brackets
