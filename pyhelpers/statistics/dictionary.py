"""Data dictionary: role, type, range, examples and quality flags of each column."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.statistics.column_summary import Summary, SummarySpec
from pyhelpers.statistics.moments import tail_warning
from pyhelpers.text import counted, figure

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import Numbers

EXAMPLES = 3
WIDEST_EXAMPLE = 40
FEW_VALUES = 20  # different texts of a category, or a twentieth of its values
FEW_NUMBERS = 10  # different whole numbers of a category
REPEATED = 5  # times that a category's value comes on average, at least
LONGEST_KEY = 64
MANY_MISSING = 0.05
NEARLY_CONSTANT = 0.99
IDENTIFIER = re.compile(
    r"(?:^|[_\W])(?i:id|key|code|ref|uuid|guid|no|nr)$|(?<=[a-z])(?:Id|ID|Key|Code)$"
)
PLACEHOLDERS = frozenset((-9.0, -99.0, -999.0, -9999.0, -99999.0))
PLACEHOLDER_TEXTS = frozenset(("?", "-", "--", "unknown", "none", "missing", "tbd", "9999-12-31"))

HEAD = ("column", "role", "type", "missing", "distinct", "range", "examples", "flags")


@dataclass(frozen=True)
class Entry:
    """One column of a data dictionary.

    Attributes
    ----------
    role : str
        key, foreign key, category, measure, date, text, constant or empty.
    distinct : int
        How many different values there are; an estimate unless `distinct_exact`.
    low, high : number or str
        The range of numbers and dates; None of other types.
    examples : list of str
        Smallest, median and largest number; first and last date; the most frequent texts.
    flags : list of str
        What to look at before the column is used.
    """

    column: str
    role: str
    type: str
    records: int
    missing: int
    distinct: int
    distinct_exact: bool
    low: Any
    high: Any
    examples: list[str]
    flags: list[str]

    @property
    def range(self) -> str:
        """The range in words; empty where there is none."""
        return "" if self.low is None else f"{_shown(self.low)} to {_shown(self.high)}"


def _shown(value: Any) -> str:
    return figure(value) if isinstance(value, float) else str(value)


class WholeNumbers:
    """Whether all numbers of a column are whole."""

    def __init__(self, limit: int = 0) -> None:
        self.all_whole = True

    def add(self, numbers: "Numbers") -> None:
        """Take a block of numbers, none of them NaN."""
        import numpy as np

        values = np.asarray(numbers)
        self.all_whole = self.all_whole and bool((values == np.floor(values)).all())

    def merge(self, other: "WholeNumbers") -> None:
        """Add what other records of the same column gave."""
        self.all_whole = self.all_whole and other.all_whole


DICTIONARY_SPEC = SummarySpec(everything=True, more=(WholeNumbers,))


def is_whole(summary: Summary) -> bool:
    """Return whether a column holds whole numbers."""
    number = summary.kind == "number" and not summary.moments.infinite
    return number and summary.of(WholeNumbers).all_whole


def role_of(summary: Summary) -> str:
    """Return what a column is for, by its type, its name and its different values."""
    kind, count, distinct = summary.kind, summary.count, summary.distinct
    if kind == "empty":
        return "empty"
    if distinct == 1 and count > 1:
        return "constant"
    if kind in ("date", "boolean"):
        return "date" if kind == "date" else "category"
    short = kind == "text" and summary.value_counts.longest <= LONGEST_KEY
    unique = distinct == count and not summary.missing and not summary.unparsed
    if unique and count > 1 and (short or is_whole(summary)):
        return "key"
    if IDENTIFIER.search(summary.name) and (short or is_whole(summary)):
        return "foreign key"
    repeated = count >= REPEATED * distinct
    if kind == "number":
        return (
            "category" if is_whole(summary) and distinct <= FEW_NUMBERS and repeated else "measure"
        )
    few = distinct <= max(FEW_VALUES, count // FEW_VALUES)
    return "category" if few and (repeated or distinct <= FEW_VALUES // 2) and short else "text"


def entry_of(summary: Summary) -> Entry:
    """Return the entry of one column, summarised as `DICTIONARY_SPEC` says."""
    low: Any = None
    high: Any = None
    if summary.kind == "number":
        low, high = summary.moments.low, summary.moments.high
    elif summary.kind == "date" and summary.value_counts.first and summary.value_counts.last:
        low, high = summary.value_counts.first[1], summary.value_counts.last[1]
    return Entry(
        summary.name, role_of(summary), summary.kind,
        summary.count + summary.missing + summary.unparsed, summary.missing,
        min(summary.distinct, summary.count), summary.kind == "empty" or summary.cardinality.exact,
        low, high, _examples(summary), flags_of(summary),
    )  # fmt: skip


def _examples(summary: Summary) -> list[str]:
    if summary.kind == "number":
        middle = summary.quantiles.values().get(0.5, summary.moments.mean)
        ends = [summary.moments.low, summary.moments.high]
        between = middle.is_integer() or not is_whole(summary)  # else it is none of the values
        found = [_shown(v) for v in ([ends[0], middle, ends[1]] if between else ends)]
    elif summary.kind == "date" and summary.value_counts.first and summary.value_counts.last:
        found = [summary.value_counts.first[1], summary.value_counts.last[1]]
    else:
        found = [text for text, _ in summary.value_counts.top(EXAMPLES)]
    return [_cut(text) for text in dict.fromkeys(found)]


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST_EXAMPLE else text[: WIDEST_EXAMPLE - 1] + "…"


def flags_of(summary: Summary) -> list[str]:
    """Return what is odd about a column, in short sentences."""
    records = summary.count + summary.missing + summary.unparsed
    flags = []
    if summary.missing > MANY_MISSING * records:
        flags.append(f"{summary.missing / records:.1%} missing")
    if summary.unparsed:
        values = counted(summary.unparsed, "value", "values")
        flags.append(f"{values} of another type, such as {summary.first_unparsed!r}")
    if summary.kind == "number":
        flags += _number_flags(summary)
    elif summary.kind != "empty":
        flags += _text_flags(summary)
    return flags


def _number_flags(summary: Summary) -> list[str]:
    flags, moments = [], summary.moments
    if moments.infinite:
        flags.append(counted(moments.infinite, "infinite number"))
    if moments.low in PLACEHOLDERS and summary.quantiles.values().get(0.25, 0) > moments.low:
        flags.append(f"{figure(moments.low)} may stand for a missing value")
    if tail_warning(summary.name, moments):
        flags.append("fat tails: use quantiles")
    if abs(moments.high) >= 2**53 or abs(moments.low) >= 2**53:
        flags.append("numbers beyond 2^53 lose digits")
    return flags


def _text_flags(summary: Summary) -> list[str]:
    counts, flags = summary.value_counts.counts, []
    if blanks := sum(n for text, n in counts.items() if text != text.strip()):
        flags.append(f"{counted(blanks, 'value')} with blanks at the ends")
    spellings = Counter(" ".join(text.split()).casefold() for text in counts)
    if again := sum(n > 1 for n in spellings.values()):
        few = counted(again, "value is", "values are")
        flags.append(f"{few} spelled in several ways (case or blanks)")
    for text in [text for text in counts if text.strip().casefold() in PLACEHOLDER_TEXTS]:
        flags.append(f"{text!r} may stand for a missing value ({counts[text]:,})")
    top = summary.value_counts.top()
    if top and summary.distinct > 1 and top[0][1] > NEARLY_CONSTANT * summary.count:
        flags.append(f"{top[0][1] / summary.count:.1%} are {_cut(top[0][0])!r}")
    return flags


def dictionary_of(summaries: list[Summary]) -> list[Entry]:
    """Return the data dictionary of a table."""
    return [entry_of(summary) for summary in summaries]


def flat_rows(entries: list[Entry]) -> Iterator[dict[str, Any]]:
    """Yield a row per column, lists joined by semicolons, for CSV."""
    for entry in entries:
        row = asdict(entry)
        yield row | {key: "; ".join(row[key]) for key in ("examples", "flags")}


def _markdown_cell(text: str) -> str:
    for sign in "\\`*_<[|":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())


def markdown(entries: list[Entry], source: str) -> str:
    """Return the dictionary as a Markdown table, to be pasted into a README.

    Examples
    --------
    >>> entry = Entry("a|b", "measure", "number", 4, 1, 3, True, 1.0, 2.5, ["1", "2.5"], [])
    >>> print(markdown([entry], "t.csv").splitlines()[-1])
    | a\\|b | measure | number | 1 (25%) | 3 | 1 to 2.5 | 1, 2.5 |  |
    """
    records = counted(entries[0].records if entries else 0, "record")
    lines = [f"## {_markdown_cell(source)}", ""]
    lines.append(f"{records}, {counted(len(entries), 'column')}.")
    lines += ["", f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
    for entry in entries:
        share = f" ({100 * entry.missing / entry.records:.3g}%)" if entry.missing else ""
        cells = [entry.column, entry.role, entry.type, f"{entry.missing:,}{share}"]
        cells.append(f"{'' if entry.distinct_exact else 'about '}{entry.distinct:,}")
        cells += [entry.range, ", ".join(entry.examples), "; ".join(entry.flags)]
        lines.append(f"| {' | '.join(map(_markdown_cell, cells))} |")
    return "\n".join(lines)
