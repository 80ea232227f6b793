"""What a column has shown: numbers, words and dates, and from all of it what type it is."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from pyhelpers.csvio.columns import Texts, to_number
from pyhelpers.csvio.table import MISSING
from pyhelpers.statistics.cardinality import Distinct
from pyhelpers.statistics.exact_quantiles import Quantiles
from pyhelpers.statistics.moments import Moments
from pyhelpers.statistics.value_counts import Words

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import Numbers, Part

TRUTHS = frozenset(("true", "false"))
NUMBER_BYTES = 8


@dataclass(frozen=True)
class Plan:
    """What is wanted of each column, and how much may be held for it.

    Attributes
    ----------
    fractions : tuple of float
        The quantiles.
    shape : bool
        Whether skewness and kurtosis are wanted.
    distinct : bool
        Whether the different numbers are counted too.
    soft, hard : int
        Numbers kept of a column, as `Quantiles` takes them.
    words : int
        Different words kept of a column.
    fallback : bool
        Whether the data come but once, so that a sketch must run beside the brackets.
    few : bool
        Whether the numbers are so few that Python is done before numpy would be imported.
    """

    fractions: tuple[float, ...] = (0.25, 0.5, 0.75)
    shape: bool = False
    distinct: bool = False
    soft: int = 1 << 19
    hard: int = 1 << 62
    words: int = 200_000
    fallback: bool = True
    few: bool = False


@dataclass
class Summary:
    """One column, or one group's share of it, in bounded memory.

    Examples
    --------
    >>> summary = Summary("a", Plan())
    >>> summary.add(["1", "2", "12,5", "NA"])
    >>> summary.kind, summary.count, summary.missing, summary.unparsed
    ('number', 2, 1, 1)
    """

    name: str
    plan: Plan
    missing: int = 0
    numeric_words: int = 0  # numbers that came as texts, among texts
    first_unparsed: str | None = None
    moments: Moments = field(init=False)
    quantiles: Quantiles = field(init=False)
    words: Words = field(init=False)
    different: Distinct = field(init=False)

    def __post_init__(self) -> None:
        plan = self.plan
        self.moments = Moments(shape=plan.shape)
        self.quantiles = Quantiles(list(plan.fractions), plan.soft, plan.hard, plan.fallback)
        self.words, self.different = Words(plan.words), Distinct(plan.words)

    def add(self, part: "Part") -> None:
        """Take the column's share of a block."""
        if isinstance(part, list):
            self._add_texts(part)
            return
        numbers = self._present(part)
        self.missing += len(part) - len(numbers)
        self._add_numbers(numbers)

    def _present(self, numbers: "Numbers") -> "Numbers":
        """Return the numbers without the missing ones."""
        if self.plan.few:
            return array("d", [number for number in numbers if number == number])
        import numpy as np

        values = np.asarray(numbers)
        empty = np.isnan(values)
        return values[~empty] if empty.any() else values

    def _add_numbers(self, numbers: "Numbers") -> None:
        self.moments.add(numbers)
        self.quantiles.add(numbers)
        if self.plan.distinct:
            self.different.add(numbers)

    def _add_texts(self, texts: list[Any]) -> None:
        counts = dict(texts.counts) if isinstance(texts, Texts) else Counter(texts)
        for word in [word for word in counts if word in MISSING or word != word]:
            self.missing += counts.pop(word)
        numbers = {word: value for word in counts if (value := to_number(word)) is not None}
        for word in [word for word, value in numbers.items() if value != value]:
            self.missing += counts.pop(word)
            del numbers[word]
        self.words.add(counts)
        if self.first_unparsed is None:
            self.first_unparsed = next((word for word in counts if word not in numbers), None)
        if numbers:
            times = [counts[word] for word in numbers]
            self.numeric_words += sum(times)
            self._add_numbers(
                self._present(array("d", chain(*map(repeat, numbers.values(), times))))
            )

    def merge(self, other: "Summary") -> None:
        """Add the same column's summary of other records."""
        self.missing += other.missing
        self.numeric_words += other.numeric_words
        self.first_unparsed = self.first_unparsed or other.first_unparsed
        self.moments.merge(other.moments)
        self.quantiles.merge(other.quantiles)
        self.words.merge(other.words)
        self.different.merge(other.different)

    @property
    def kind(self) -> str:
        """The column's type, by what most of its values are."""
        numbers, texts = self.moments.count, self.words.count - self.numeric_words
        if numbers + texts == 0:
            return "empty"
        if numbers > texts:
            return "number"
        if self.words.dates * 2 > numbers + texts:
            return "date"
        truth = self.words.exact and all(word.lower() in TRUTHS for word in self.words.counts)
        return "boolean" if truth and numbers == self.numeric_words else "text"

    @property
    def mixed(self) -> bool:
        """Whether numbers whose spelling was not kept stand in a column of words."""
        return self.kind in ("text", "date") and self.moments.count > self.numeric_words

    @property
    def count(self) -> int:
        """How many values there are of the column's type."""
        present = self.moments.count + self.words.count - self.numeric_words
        if self.kind == "number":
            return self.moments.count
        return self.words.dates if self.kind == "date" else present

    @property
    def unparsed(self) -> int:
        """How many values are neither missing nor of the column's type."""
        if self.kind == "number":
            return self.words.count - self.numeric_words
        if self.kind == "date":
            return self.moments.count + self.words.count - self.numeric_words - self.words.dates
        return 0
