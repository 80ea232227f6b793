"""Describe each column of a CSV: its type, and the statistics of that type."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.columns import rows_by_label, take
from pyhelpers.csvio.scan import Open, Options, Scan
from pyhelpers.statistics.column_summary import NUMBER_BYTES, Plan, Summary
from pyhelpers.statistics.distribution_shape import jarque_bera, shape_note
from pyhelpers.statistics.quantile_brackets import bracketing, edges_of, settle

GROUPS = 10_000
TOP_WORDS = 3
# Held of all columns before brackets take over: what keeps a big file's describe small.
SOFT_BYTES = 32 << 20
SOFT_BYTES_PIPE = 96 << 20
WORD_BYTES = 120  # a word and its count in a Counter
LEAST_HELD = 1 << 12

Summaries = dict[str, list[Summary]]


def plan_for(columns: int, memory: int, plan: Plan, again: bool) -> Plan:
    """Divide the memory among the columns; `again` says whether the data can be read again."""
    share = memory // max(columns, 1)
    soft = (SOFT_BYTES if again else SOFT_BYTES_PIPE) // max(columns, 1)
    return replace(
        plan,
        soft=max(soft // NUMBER_BYTES, LEAST_HELD),
        hard=max(share // NUMBER_BYTES // 2, LEAST_HELD),
        words=max(min(plan.words, share // WORD_BYTES), LEAST_HELD),
        fallback=not again,
    )


def summarise(
    scan: Scan, columns: list[str], make: Callable[[str, str], Summary], by: str | None = None
) -> Summaries:
    """Read a table once; return each group's summaries, the one of all under "" without `by`.

    Each summary is what `make` returns for a group and a column.

    Raises
    ------
    KitError
        For a column that is not there, and for more than 10,000 groups.
    """
    groups: Summaries = {}
    if by is None:
        groups[""] = [make("", name) for name in columns]
    for parts in scan.parts([*columns, by] if by else columns):
        if by is None:
            for summary, part in zip(groups[""], parts, strict=True):
                summary.add(part)
            continue
        for label, rows in rows_by_label(parts.pop()).items():
            if label not in groups:
                _check_groups(len(groups), by)
                groups[label] = [make(label, name) for name in columns]
            for summary, part in zip(groups[label], parts, strict=True):
                summary.add(take(part, rows))
    return groups


def _check_groups(count: int, by: str) -> None:
    if count >= GROUPS:
        raise KitError(f"--by {by}: more than {GROUPS:,} different values; choose another", 1)


def percent_label(fraction: float) -> str:
    """Name a quantile as pandas does.

    Examples
    --------
    >>> percent_label(0.25), percent_label(0.025)
    ('25%', '2.5%')
    """
    return f"{round(fraction * 100, 6):g}%"


def row_of(summary: Summary, everything: bool = False) -> dict[str, Any]:
    """Return a column's row of the table; a statistic that its type lacks is None."""
    kind, plan = summary.kind, summary.plan
    row: dict[str, Any] = {"column": summary.name, "type": kind, "count": summary.count}
    row |= {"missing": summary.missing, "unparsed": summary.unparsed or None}
    row |= {"infinite": summary.moments.infinite or None}
    labels = [percent_label(q) for q in plan.fractions]
    row |= dict.fromkeys(("mean", "std", "min", *labels, "max"))
    row |= dict.fromkeys(("distinct", "top", "top_count", "shortest", "longest"))
    row |= dict.fromkeys(("skewness", "kurtosis", "normal_p", "shape", "top_words"))
    row |= {"approximate": approximation(summary) or None}
    if kind == "number":
        row |= _number_row(summary, everything)
    elif kind == "date" and summary.words.first and summary.words.last:
        row |= {"min": summary.words.first[1], "max": summary.words.last[1]}
        row |= {"distinct": summary.words.distinct}
    elif kind != "empty":
        row |= _text_row(summary, everything)
    return row


def _number_row(summary: Summary, everything: bool) -> dict[str, Any]:
    moments = summary.moments
    row: dict[str, Any] = {"mean": moments.mean, "std": moments.std}
    row |= {"min": moments.low, "max": moments.high}
    quantiles = summary.quantiles.values()
    row |= {percent_label(q): quantiles[q] for q in summary.plan.fractions}
    if everything:
        row |= {"distinct": summary.different.distinct, "shape": shape_note(moments)}
        row |= {"skewness": moments.skewness, "kurtosis": moments.kurtosis}
        row |= {"normal_p": jarque_bera(moments)}
    return row


def _text_row(summary: Summary, everything: bool) -> dict[str, Any]:
    words = summary.words
    best = words.top(TOP_WORDS)
    row: dict[str, Any] = {"distinct": words.distinct}
    row["top"], row["top_count"] = best[0] if best else (None, None)  # none came often enough
    if summary.kind == "text":
        row |= {"shortest": words.shortest, "longest": words.longest}
    if everything:
        row["top_words"] = ", ".join(f"{word} {times}" for word, times in best)
    return row


def approximation(summary: Summary) -> str:
    """Say what in a row is no exact number, and by how much it may be off."""
    said = []
    if summary.kind == "number" and (error := summary.quantiles.rank_error):
        said.append(f"quantiles within {error:.3%} of rank")
    words = summary.different if summary.kind == "number" else summary.words
    if not words.exact:
        said.append("distinct within about 5%")
        if summary.kind != "number":
            said.append(f"top_count at most {summary.words.slack} too high")
    if summary.mixed:
        said.append("numbers counted as text")
    return "; ".join(said)


def unsure(groups: Summaries) -> list[str]:
    """Return the columns that a second reading would tell exactly."""
    names = [s.name for group in groups.values() for s in group if not _settled(s)]
    return list(dict.fromkeys(names))


def _settled(summary: Summary) -> bool:
    return not summary.mixed and (summary.kind != "number" or summary.quantiles.exact)


def describe(
    open_scan: Open,
    options: Options,
    columns: list[str] | None,
    plan: Plan,
    memory: int,
    by: str | None = None,
    again: bool = False,
) -> tuple[Scan, Summaries]:
    """Summarise the columns of a table (default all), reading what is unsure again.

    Parameters
    ----------
    open_scan : function
        Opens the table; called again only where `again` allows it.
    options : Options
    columns : list of str or None
    plan : Plan
        The statistics wanted; its limits are set here, from `memory`.
    memory : int
        Bytes that may be held.
    by : str, optional
        A column whose values are groups.
    again : bool
        Whether the table can be opened a second time: a file, not a pipe.

    Raises
    ------
    KitError
        For a column that is not there, and a table without records.
    """
    options = replace(options, texts=frozenset([by] if by else []))
    scan = open_scan(options)
    chosen = columns or [name for name in scan.names if name != by]
    plan = replace(plan, few=scan.small)
    first = plan_for(len(chosen), memory, plan, again)
    groups = summarise(scan, chosen, lambda _, name: Summary(name, first), by)
    if not scan.records:
        source = scan.layout.source
        raise KitError(f"{source}: has a header and no records; nothing to describe")
    if again and unsure(groups):
        _read_again(open_scan, options, groups, plan, memory, by)
    return scan, groups


def _read_again(
    open_scan: Open,
    options: Options,
    groups: Summaries,
    plan: Plan,
    memory: int,
    by: str | None,
) -> None:
    """Settle what one reading of a file left open; a third decides what memory cannot hold."""
    names = unsure(groups)
    mixed = {s.name for group in groups.values() for s in group if s.mixed}
    second = replace(plan_for(len(names), memory, plan, True), fallback=True)
    second = replace(second, soft=second.hard)
    options = replace(options, texts=options.texts | mixed)
    _put(groups, summarise(open_scan(options), names, lambda _, name: Summary(name, second), by))
    open_still = unsure(groups)
    edges = {key: edge for key, edge in edges_of(groups).items() if key[1] in open_still}
    if edges:
        wanted = list(dict.fromkeys(name for _, name in edges))
        third = summarise(open_scan(options), wanted, bracketing(edges, second), by)
        settle(groups, third, edges)


def _put(groups: Summaries, better: Summaries) -> None:
    for label, summaries in better.items():
        known = {summary.name: summary for summary in summaries}
        groups[label] = [known.get(summary.name, summary) for summary in groups[label]]


def describe_rows(groups: Summaries, by: str | None, everything: bool) -> Iterator[dict[str, Any]]:
    """Yield the table's rows, without the statistics that no column has."""
    rows = []
    for label in sorted(groups):
        head = {"group": label} if by else {}
        rows += [head | row_of(summary, everything) for summary in groups[label]]
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
                row = _number_row(summary, False)
                kept: dict[str, Any] = {"column": summary.name} | {
                    q: row[q] for q in row if q.endswith("%")
                }
                head = {"group": label} if by else {}
                rows.append(head | kept | {"approximate": approximation(summary) or None})
            elif named and summary.kind != "empty":
                raise KitError(f"column {summary.name!r} does not hold numbers; choose another")
    if not rows:
        raise KitError("no column holds numbers; see csv-stats describe")
    if not any(row["approximate"] for row in rows):
        rows = [{key: row[key] for key in row if key != "approximate"} for row in rows]
    yield from rows
