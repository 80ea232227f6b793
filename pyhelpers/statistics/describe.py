"""Describe each column of a table in one to three passes: read once, then what is not exact yet."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

from pyhelpers import KitError
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Open, Scan
from pyhelpers.statistics.catalogue import (
    approximation,
    quantile_labels,
    quantile_values,
    row_of,
)
from pyhelpers.statistics.column_summary import NUMBER_BYTES, Summary, SummarySpec
from pyhelpers.statistics.table_pass import (
    Intervals,
    Summaries,
    TablePass,
    intervals_of,
    settle,
)

# Memory for the numbers of all columns before brackets take over: keeps describe small.
SOFT_BYTES = 32 << 20
SOFT_BYTES_PIPE = 96 << 20
TEXT_BYTES = 120  # a text and its count in a Counter
LEAST_KEPT = 1 << 12


class Table(Protocol):
    """A table that passes run over: a file, a pipe, or files that Dask workers read.

    Attributes
    ----------
    scan : Scan
        Its columns at once; its records and bad lines after the first pass.
    rereadable : bool
        Whether more than one pass can run: not over a pipe.
    in_parts : bool
        Whether parts are summarised apart, so that quantiles are guessed or sketched before they
        are exact.
    """

    scan: Scan
    rereadable: bool
    in_parts: bool

    def run(self, table_pass: TablePass) -> Summaries:
        """Run one pass."""

    def guess(self, columns: list[str], fractions: tuple[float, ...]) -> Intervals | None:
        """Return intervals that should hold the quantiles; None if parts sketch them first."""


class LocalTable:
    """A table that this process reads."""

    in_parts = False

    def __init__(
        self, open_scan: Open, options: Options, by: str | None = None, rereadable: bool = False
    ) -> None:
        self._open, self._options, self.rereadable = open_scan, options, rereadable
        self.scan = open_scan(replace(options, texts=group_texts(by)))
        self._unread: Scan | None = self.scan

    def run(self, table_pass: TablePass) -> Summaries:
        """Run one pass; all but the first open the table again."""
        scan = self._unread or self._open(replace(self._options, texts=table_pass.texts))
        self._unread = None
        return table_pass.run(scan)

    def guess(self, columns: list[str], fractions: tuple[float, ...]) -> Intervals | None:
        """Return None: its brackets are made while it is read."""
        return None


def group_texts(by: str | None) -> frozenset[str]:
    """Return the columns that are read as text from the start: the one whose values are groups."""
    return frozenset([by] if by else [])


def limited(spec: SummarySpec, columns: int, memory: int, rereadable: bool) -> SummarySpec:
    """Divide the memory, in bytes, among the columns."""
    share = memory // max(columns, 1)
    soft = (SOFT_BYTES if rereadable else SOFT_BYTES_PIPE) // max(columns, 1)
    return replace(
        spec,
        soft=max(soft // NUMBER_BYTES, LEAST_KEPT),
        hard=max(share // NUMBER_BYTES // 2, LEAST_KEPT),
        distinct=max(min(spec.distinct, share // TEXT_BYTES), LEAST_KEPT),
        one_pass=not rereadable,
    )


def unsure(groups: Summaries) -> list[str]:
    """Return the columns that one more pass would make exact."""
    names = [s.name for group in groups.values() for s in group if s.mixed or not _exact(s)]
    return list(dict.fromkeys(names))


def _exact(summary: Summary) -> bool:
    return summary.kind != "number" or summary.quantiles.exact


def describe_table(
    table: Table,
    columns: list[str] | None,
    spec: SummarySpec,
    memory: int,
    by: str | None = None,
) -> Summaries:
    """Summarise the columns of a table (default all); run as many passes as exactness takes.

    Parameters
    ----------
    table : Table
    columns : list of str or None
    spec : SummarySpec
        The statistics wanted; its limits are set here.
    memory : int
        Bytes that may be used for numbers and values.
    by : str, optional
        A column whose values are groups.

    Raises
    ------
    KitError
        For a column that is not there, and a table without records.
    """
    chosen = columns or [name for name in table.scan.names if name != by]
    small = table.scan.small and not table.in_parts
    spec = replace(spec, small=small, sketch=table.in_parts)
    first = limited(spec, len(chosen), memory, table.rereadable)
    guessed = table.guess(chosen, spec.fractions) if by is None else None
    first = replace(first, sketch=table.in_parts and guessed is None)
    groups = table.run(TablePass(chosen, first, by, group_texts(by), guessed))
    if not table.scan.records:
        source = table.scan.layout.source
        raise KitError(f"{source}: has a header and no records; nothing to describe")
    if table.rereadable:
        _make_exact(table, groups, spec, memory, by)
    return groups


def _make_exact(
    table: Table, groups: Summaries, spec: SummarySpec, memory: int, by: str | None
) -> None:
    """Read again what one pass left open; what memory cannot hold takes one more pass."""
    mixed = {s.name for group in groups.values() for s in group if s.mixed}
    sketched = {s.name for group in groups.values() for s in group if s.quantiles.sketch}
    names = [n for n in unsure(groups) if n in mixed or not (table.in_parts and n in sketched)]
    texts = group_texts(by) | mixed
    second = limited(spec, len(names), memory, True)
    second = replace(second, soft=second.hard, one_pass=True)
    if names:
        _replace(groups, table.run(TablePass(names, second, by, texts)))
    still = set(unsure(groups))
    intervals = {key: found for key, found in intervals_of(groups).items() if key[1] in still}
    if intervals:
        names = list(dict.fromkeys(name for _, name in intervals))
        third = replace(second, everything=False, sketch=False)
        settle(groups, table.run(TablePass(names, third, by, texts, intervals)), intervals)


def _replace(groups: Summaries, better: Summaries) -> None:
    for label, summaries in better.items():
        known = {summary.name: summary for summary in summaries}
        groups[label] = [known.get(summary.name, summary) for summary in groups[label]]


def describe(
    open_scan: Open,
    options: Options,
    columns: list[str] | None,
    spec: SummarySpec,
    memory: int,
    by: str | None = None,
    rereadable: bool = False,
) -> tuple[Scan, Summaries]:
    """Summarise the columns of what `open_scan` opens, as `describe_table` does.

    Parameters
    ----------
    rereadable : bool
        Whether it can be opened a second time: a file, not a pipe.
    """
    table = LocalTable(open_scan, options, by, rereadable)
    return table.scan, describe_table(table, columns, spec, memory, by)


def describe_rows(groups: Summaries, by: str | None) -> Iterator[dict[str, Any]]:
    """Yield the table's rows, without the statistics that no column has."""
    rows = []
    for label in sorted(groups):
        head = {"group": label} if by else {}
        rows += [head | row_of(summary) for summary in groups[label]]
    used = [key for key in rows[0] if any(row[key] is not None for row in rows)]
    yield from ({key: row[key] for key in used} for row in rows)


def quantile_rows(
    groups: Summaries, by: str | None, named: list[str] | None
) -> Iterator[dict[str, Any]]:
    """Yield a row of quantiles for each numeric column.

    Raises
    ------
    KitError
        When a column that a person named is not numeric, or none is.
    """
    rows = []
    for label in sorted(groups):
        for summary in groups[label]:
            if summary.kind == "number":
                head: dict[str, Any] = {"group": label} if by else {}
                labels, values = quantile_labels(summary.spec), quantile_values(summary)
                row = head | {"column": summary.name} | dict(zip(labels, values, strict=True))
                rows.append(row | {"approximate": approximation(summary) or None})
            elif named and summary.kind != "empty":
                raise KitError(f"column {summary.name!r} does not hold numbers; choose another")
    if not rows:
        raise KitError("no column holds numbers; see csv-stats describe")
    if not any(row["approximate"] for row in rows):
        rows = [{key: row[key] for key in row if key != "approximate"} for row in rows]
    yield from rows
