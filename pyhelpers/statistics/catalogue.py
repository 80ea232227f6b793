"""Catalogue of the statistics that csv-stats describe prints: one entry each, in output order."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, Self

from pyhelpers.statistics.moments import jarque_bera, shape_note
from pyhelpers.statistics.value_counts import DistinctNumbers

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import Numbers
    from pyhelpers.statistics.column_summary import Summary, SummarySpec

TOP = 3
ORDER = ("number", "date", "boolean", "text")
NUMBER, DATE, BOOLEAN, TEXT = ({kind} for kind in ORDER)
TYPES = NUMBER | DATE | BOOLEAN | TEXT
ANY = TYPES | {"empty"}


class Accumulator(Protocol):
    """What a statistic adds up, block by block; merged over the parts of a table."""

    def __init__(self, limit: int, /) -> None:
        """Start empty; `limit` is how many values may be kept."""

    def add(self, numbers: "Numbers", /) -> None:
        """Take a block of numbers, none of them NaN."""

    def merge(self, other: Self, /) -> None:
        """Add what other records of the same column gave."""


@dataclass(frozen=True)
class Statistic:
    """One statistic of a column.

    Attributes
    ----------
    name : str
        Its column in the output.
    value : function
        Computes it from a column's summary; None prints as nothing.
    help : str
        What it is, in a few words, for --help.
    types, with_all : set of str
        The column types that have it by default, and those that have it with --all.
    method : str
        How it is computed and merged over blocks, for docs/explanation/statistics.md.
    accumulator : type, optional
        What it needs beside the summary's moments, quantiles and value counts: `value` finds it
        by `summary.of`.
    columns : function, optional
        Where the statistic takes several columns: their names; `value` then returns a list.
    """

    name: str
    value: "Callable[[Summary], Any]"
    help: str
    types: set[str]
    with_all: set[str]
    method: str
    accumulator: type[Any] | None = None
    columns: "Callable[[SummarySpec], list[str]] | None" = None

    def cells(self, summary: "Summary") -> dict[str, Any]:
        """Return its columns of a row; None where the column's type has no such statistic."""
        names = self.columns(summary.spec) if self.columns else [self.name]
        if summary.kind not in self.types | (self.with_all if summary.spec.everything else set()):
            return dict.fromkeys(names)
        value = self.value(summary)
        return dict(zip(names, value if self.columns else [value], strict=True))


def percent_label(fraction: float) -> str:
    """Name a quantile as pandas does.

    Examples
    --------
    >>> percent_label(0.25), percent_label(0.025)
    ('25%', '2.5%')
    """
    return f"{round(fraction * 100, 6):g}%"


def quantile_labels(spec: "SummarySpec") -> list[str]:
    """Return the names of the columns of quantiles."""
    return [percent_label(fraction) for fraction in spec.fractions]


def quantile_values(summary: "Summary") -> list[float]:
    """Return the quantiles in the order of `quantile_labels`."""
    found = summary.quantiles.values()
    return [found[fraction] for fraction in summary.spec.fractions]


def _lowest(summary: "Summary") -> Any:
    if summary.kind == "number":
        return summary.moments.low
    return summary.value_counts.first and summary.value_counts.first[1]


def _highest(summary: "Summary") -> Any:
    if summary.kind == "number":
        return summary.moments.high
    return summary.value_counts.last and summary.value_counts.last[1]


def _top(summary: "Summary") -> tuple[Any, Any]:
    best = summary.value_counts.top()
    return best[0] if best else (None, None)  # no value came often enough to be kept


def _top_words(summary: "Summary") -> str:
    return ", ".join(f"{text} {times}" for text, times in summary.value_counts.top(TOP))


def approximation(summary: "Summary") -> str:
    """Return which figures of a row are not exact, and how far off they may be."""
    number, said = summary.kind == "number", []
    if number and (error := summary.quantiles.rank_error):
        said.append(f"quantiles within {error:.3%} of rank")
    counted = not number or summary.spec.everything
    if counted and not summary.cardinality.exact:
        said.append("distinct within about 5%")
        if not number:
            said.append(f"top_count at most {summary.value_counts.slack} too high")
    if summary.mixed:
        said.append("numbers counted as text")
    return "; ".join(said)


NONE: set[str] = set()
BLOCKS = "moments of blocks, merged by Pébay's formulas [1]"
COUNTS = "value counts, added up"
STATISTICS = (
    Statistic(
        "type", lambda s: s.kind, "type of most values",
        ANY, NONE, "majority of all values, not of the first ones",
    ),
    Statistic("count", lambda s: s.count, "values of that type", ANY, NONE, "added up"),
    Statistic("missing", lambda s: s.missing, "empty cells, NA, NaN, null", ANY, NONE, "added up"),
    Statistic(
        "unparsed", lambda s: s.unparsed or None, "values of another type, left out of the rest",
        NUMBER | DATE, NONE, "added up",
    ),
    Statistic(
        "infinite", lambda s: s.moments.infinite or None, "infinite numbers, inf and -inf",
        NUMBER, NONE, "added up",
    ),
    Statistic("mean", lambda s: s.moments.mean, "arithmetic mean", NUMBER, NONE, BLOCKS),
    Statistic(
        "std", lambda s: s.moments.std, "standard deviation, n - 1 in the denominator",
        NUMBER, NONE, BLOCKS,
    ),
    Statistic(
        "min", _lowest, "smallest number, earliest date", NUMBER | DATE, NONE, "minimum of blocks"
    ),
    Statistic(
        "quantiles", quantile_values, "columns 25%, 50%, 75%, as --percentiles says",
        NUMBER, NONE, "brackets [2]; a sketch [7] where they do not suffice",
        columns=quantile_labels,
    ),
    Statistic(
        "max", _highest, "largest number, latest date", NUMBER | DATE, NONE, "maximum of blocks"
    ),
    Statistic(
        "distinct", lambda s: min(s.distinct, s.count), "different values",
        DATE | BOOLEAN | TEXT, NUMBER, "exact to 200,000, then from the 4,096 smallest hashes [12]",
        accumulator=DistinctNumbers,
    ),
    Statistic(
        "top", lambda s: _top(s)[0], "most frequent value", BOOLEAN | TEXT, NONE,
        COUNTS + "; beyond 200,000 different values by Misra and Gries [13]",
    ),
    Statistic(
        "top_count", lambda s: _top(s)[1], "how often the most frequent value comes",
        BOOLEAN | TEXT, NONE, COUNTS + ", likewise",
    ),
    Statistic(
        "shortest", lambda s: s.value_counts.shortest, "characters of the shortest text",
        TEXT, NONE, "minimum of blocks",
    ),
    Statistic(
        "longest", lambda s: s.value_counts.longest, "characters of the longest text",
        TEXT, NONE, "maximum of blocks",
    ),
    Statistic(
        "skewness", lambda s: s.moments.skewness, "skewness G1, 0 if symmetric",
        NONE, NUMBER, BLOCKS,
    ),
    Statistic(
        "kurtosis", lambda s: s.moments.kurtosis, "excess kurtosis G2, 0 if normal",
        NONE, NUMBER, BLOCKS,
    ),
    Statistic(
        "normal_p", lambda s: jarque_bera(s.moments), "p-value of Jarque and Bera's normality test",
        NONE, NUMBER, "from the moments [8]",
    ),
    Statistic(
        "shape", lambda s: shape_note(s.moments), "skewness and tails in words",
        NONE, NUMBER, "from the moments",
    ),
    Statistic(
        "top_words", _top_words, f"the {TOP} most frequent values with their counts",
        NONE, BOOLEAN | TEXT, COUNTS,
    ),
    Statistic(
        "approximate", lambda s: approximation(s) or None,
        "which figures are estimates, and their error",
        ANY, NONE, "error bounds of sketch and estimate",
    ),
)  # fmt: skip


@lru_cache(maxsize=2)
def accumulators(everything: bool) -> tuple[type[Any], ...]:
    """Return the accumulators that the statistics need, with or without those of --all."""
    needed = {
        entry.accumulator: None
        for entry in STATISTICS
        if entry.accumulator and (everything or "number" in entry.types)
    }
    return tuple(needed)


def row_of(summary: "Summary") -> dict[str, Any]:
    """Return a column's row of the table; a statistic that its type lacks is None."""
    row: dict[str, Any] = {"column": summary.name}
    for entry in STATISTICS:
        row |= entry.cells(summary)
    return row


def _names(types: set[str]) -> str:
    return "all" if types >= TYPES else ", ".join(kind for kind in ORDER if kind in types)


def help_lines() -> str:
    """Return the statistics as lines of describe's help."""
    lines = []
    for entry in STATISTICS:
        has = entry.types | entry.with_all
        letters = "".join(kind[0] if kind in has else " " for kind in ORDER)
        more = f"{_names(entry.with_all)}: --all" if entry.types else "--all"
        note = f" ({more})" if entry.with_all else ""
        lines.append(f"  {entry.name:<11} {letters}  {entry.help}{note}")
    return "\n".join(lines)


def docs_table() -> str:
    """Return the statistics as a Markdown table for docs/explanation/statistics.md."""
    lines = ["| column | types | types with `--all` | meaning | computed and merged by |"]
    lines.append("|---|---|---|---|---|")
    for entry in STATISTICS:
        types = f"{_names(entry.types)} | {_names(entry.with_all)}"
        lines.append(f"| `{entry.name}` | {types} | {entry.help} | {entry.method} |")
    return "\n".join(lines) + "\n"


def names_with_all() -> str:
    """Return the statistics that only --all prints, for its help.

    Examples
    --------
    >>> names_with_all()
    'distinct of numbers, skewness, kurtosis, normal_p, shape and top_words'
    """
    names = [
        f"{entry.name} of {_names(entry.with_all)}s" if entry.types else entry.name
        for entry in STATISTICS
        if entry.with_all
    ]
    return f"{', '.join(names[:-1])} and {names[-1]}"
