"""Summary of one column: its type, its counts and its statistics, in bounded memory."""

from array import array
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pyhelpers.csvio.cells import CellFormat, is_identifier, number_options, word_options
from pyhelpers.csvio.columns import Texts
from pyhelpers.statistics.catalogue import accumulators
from pyhelpers.statistics.moments import Moments
from pyhelpers.statistics.quantile_sketch import Sketch
from pyhelpers.statistics.quantiles import Quantiles
from pyhelpers.statistics.value_counts import LIMIT, DistinctNumbers, ValueCounts, parse_date

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk, Numbers

TRUTHS = frozenset(("true", "false"))
NUMBER_BYTES = 8
JUDGED = 500  # different values by which a format of numbers is judged
A = TypeVar("A")


@dataclass(frozen=True)
class SummarySpec:
    """Which statistics a summary computes, and how much memory it may use.

    Attributes
    ----------
    fractions : tuple of float
        The quantiles, each 0 to 1.
    everything : bool
        Whether the statistics of --all are computed too.
    soft, hard : int
        How many numbers are kept, as `Quantiles` takes them.
    distinct : int
        How many different values are kept.
    one_pass : bool
        Whether the data can be read only once, so that a sketch runs beside the brackets.
    sketch : bool
        Whether quantiles are only sketched, for a second pass to make them exact.
    small : bool
        Whether the numbers are so few that plain Python is faster than importing numpy.
    more : tuple of type
        Accumulators beside those of the catalogue's statistics.
    """

    fractions: tuple[float, ...] = (0.25, 0.5, 0.75)
    everything: bool = False
    soft: int = 1 << 19
    hard: int = 1 << 62
    distinct: int = LIMIT
    one_pass: bool = True
    sketch: bool = False
    small: bool = False
    more: tuple[type[Any], ...] = ()


@dataclass
class Summary:
    """Summary of one column, or of one group's values in it.

    Attributes
    ----------
    first_text, first_undated : str or None
        The first value that is not a number, and the first that is not a date.
    numeric_texts : int
        How many of the values counted as texts are numbers: they are in `moments`, too.
    declared : str
        The column's type where it is known before its values are, see `Texts.kind`.
    accumulators : dict
        What the statistics asked for need beside moments, quantiles and value counts.

    Examples
    --------
    >>> summary = Summary("a", SummarySpec())
    >>> summary.add(Texts(["1", "2", "12,5", "NA"]))
    >>> summary.kind, summary.count, summary.missing, summary.unparsed
    ('number', 2, 1, 1)
    """

    name: str
    spec: SummarySpec
    missing: int = 0
    numeric_texts: int = 0
    declared: str = ""
    first_text: str | None = None
    first_undated: str | None = None
    moments: Moments = field(init=False)
    quantiles: Quantiles = field(init=False)
    value_counts: ValueCounts = field(init=False)
    accumulators: dict[type[Any], Any] = field(init=False)
    _cells: CellFormat | None = field(default=None, init=False, repr=False)  # of the last texts

    def __post_init__(self) -> None:
        spec = self.spec
        self.moments = Moments(shape=spec.everything)
        self.quantiles = Quantiles(list(spec.fractions), spec.soft, spec.hard, spec.one_pass)
        if spec.sketch:
            self.quantiles.brackets, self.quantiles.sketch = [], Sketch()
        self.value_counts = ValueCounts(spec.distinct)
        kinds = (*accumulators(spec.everything), *spec.more)
        self.accumulators = {kind: kind(spec.distinct) for kind in kinds}

    def add(self, part: "ColumnChunk") -> None:
        """Take the column's values in a block."""
        if isinstance(part, Texts):
            self._add_texts(part)
            return
        numbers = self._present(part)
        self.missing += len(part) - len(numbers)
        self._add_numbers(numbers)

    def _present(self, numbers: "Numbers") -> "Numbers":
        """Return the numbers without the missing ones."""
        if self.spec.small:
            return array("d", [number for number in numbers if number == number])
        import numpy as np

        values = np.asarray(numbers)
        empty = np.isnan(values)
        return values[~empty] if empty.any() else values

    def _add_numbers(self, numbers: "Numbers") -> None:
        self.moments.add(numbers)
        self.quantiles.add(numbers)
        for accumulator in self.accumulators.values():
            accumulator.add(numbers)

    def _add_texts(self, texts: Texts) -> None:
        self.declared = self.declared or texts.kind
        counts, missing = texts.present()
        self.missing += missing
        unseen = self.value_counts.unseen(counts)
        # Texts that were seen are no numbers if none was: only new ones are parsed.
        again = self.numeric_texts or texts.cells != self._cells
        numbers = texts.numbers(counts if again else unseen)
        self._cells = texts.cells
        if absent := {text for text, value in numbers.items() if value != value}:
            self.missing += sum(map(counts.pop, absent))
            numbers = {text: value for text, value in numbers.items() if text not in absent}
            unseen = [text for text in unseen if text not in absent]
        self.value_counts.add(counts, unseen)
        if self.first_text is None:
            self.first_text = next((text for text in counts if text not in numbers), None)
        if self.first_undated is None and self.value_counts.dates < self.value_counts.count:
            self.first_undated = next((text for text in counts if parse_date(text) is None), None)
        if numbers:
            times = [counts[text] for text in numbers]
            self.numeric_texts += sum(times)
            self._add_numbers(
                self._present(array("d", chain(*map(repeat, numbers.values(), times))))
            )

    def merge(self, other: "Summary") -> None:
        """Add the same column's summary of other records."""
        self.missing += other.missing
        self.numeric_texts += other.numeric_texts
        self.declared = self.declared or other.declared
        self.first_text = self.first_text or other.first_text
        self.first_undated = self.first_undated or other.first_undated
        self.moments.merge(other.moments)
        self.quantiles.merge(other.quantiles)
        self.value_counts.merge(other.value_counts)
        for kind, accumulator in self.accumulators.items():
            accumulator.merge(other.accumulators[kind])

    def of(self, kind: type[A]) -> A:
        """Return the accumulator of a class that a statistic of the catalogue names."""
        return cast(A, self.accumulators[kind])

    @property
    def kind(self) -> str:
        """The column's type, by what most of its values are."""
        numbers, texts = self.moments.count, self._texts
        if numbers + texts == 0:
            return "empty"
        if self.declared:
            return self.declared
        if numbers > texts:
            return "number"
        counts = self.value_counts
        if counts.dates * 2 > numbers + texts:
            return "date"
        truth = counts.exact and all(_is_truth(text) for text in counts.counts)
        return "boolean" if truth and numbers == self.numeric_texts else "text"

    @property
    def _texts(self) -> int:
        """How many values are not numbers."""
        return self.value_counts.count - self.numeric_texts

    @property
    def mixed(self) -> bool:
        """Whether a column of texts or dates holds numbers whose spelling was not kept."""
        return self.kind in ("text", "date") and self.moments.count > self.numeric_texts

    @property
    def count(self) -> int:
        """How many values there are of the column's type."""
        if self.kind == "number":
            return self.moments.count
        if self.kind == "date":
            return self.value_counts.dates
        return self.moments.count + self._texts - self.unparsed

    @property
    def unparsed(self) -> int:
        """How many values are neither missing nor of the column's type."""
        if self.kind == "number":
            return self._texts
        if self.kind == "date":
            return self.moments.count + self._texts - self.value_counts.dates
        if self.kind == "boolean":
            return sum(n for text, n in self.value_counts.counts.items() if not _is_truth(text))
        return 0

    @property
    def first_unparsed(self) -> str | None:
        """The first value that is not of the column's type."""
        if self.kind == "boolean":
            return next((text for text in self.value_counts.counts if not _is_truth(text)), None)
        return self.first_undated if self.kind == "date" else self.first_text

    @property
    def word_options(self) -> str:
        """The options that make dates or booleans of a column of texts; "" if none do."""
        if self.declared or self.kind != "text":
            return ""
        return word_options([*islice(self.value_counts.counts, JUDGED)], self.name)

    @property
    def number_options(self) -> str:
        """The options that make numbers of a column of texts; "" if none do."""
        if self.declared or self.kind != "text":
            return ""
        return number_options(islice(self.value_counts.counts, JUDGED), self.name)

    @property
    def padded_number(self) -> str | None:
        """The first number with leading zeros that makes numbers of other widths text; or None."""
        counts = self.value_counts
        numbers = self.declared == "text" and self.moments.count > self._texts
        if not numbers or counts.shortest == counts.longest:
            return None
        return next(
            (text for text in counts.counts if text[:1] == "0" and is_identifier(text)), None
        )

    @property
    def distinct(self) -> int:
        """How many different values there are of the column's type; see `cardinality`."""
        counts = self.value_counts
        if self.kind == "date" and self.unparsed and counts.exact:
            return sum(parse_date(text) is not None for text in counts.counts)
        return self.cardinality.distinct

    @property
    def cardinality(self) -> "ValueCounts | DistinctNumbers":
        """What counts the different values; of numbers only where --all asks for it."""
        return self.of(DistinctNumbers) if self.kind == "number" else self.value_counts


def _is_truth(text: str) -> bool:
    return text.lower() in TRUTHS
