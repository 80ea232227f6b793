"""Decide a column's type: number, date or category, by its first values and then by all of them."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from typing import Any
from zlib import crc32

from pyhelpers.csvio.table import MISSING
from pyhelpers.model.values import (
    DATE_FORMATS,
    category_key,
    date_of,
    exchanged,
    is_long,
    is_padded,
    marked_number,
    number_of,
    parser_of,
)

MOST_TEXTS = 300_000  # different texts of a column that are learnt
MORE = "(one of more than 300,000 different texts)"
TRIED, FIRST_TRIED = 200, 20  # different texts that are compared with formats of dates
MAJORITY = 0.5  # of the values: a column is of the type that most of them have
CODES = 0.01  # of the values: so many with leading zeros make a column one of codes
NO_COUNTS = (0, 0, 0)
WORDS_OF_TEXT = 2.0  # mean number of words of free texts; fewer are names or codes
IDENTIFIER = re.compile(r"(?:.*[_\W])?(?:id|uuid|guid|key|index|idx|rowid|row)|.*[a-z](?:ID|Id)")


@dataclass
class Column:
    """A column of the training data.

    Attributes
    ----------
    kind : str
        "number", "date" or "category"; a category may become a text later.
    position, place : int
        Where the column is in the CSV, and in the store.
    form : str
        How numbers or dates are written: see `values.parser_of`.
    absent : list of str or None
        The texts that were named as missing values.
    texts : list of str
        Of a category: the text of each code.
    odd : Counter of str
        Values that do not have the column's type and are taken as missing.
    ambiguous : bool
        Whether all dates so far would be dates with day and month exchanged, too.
    by_text : bool
        Whether a block had numbers that may be codes: from there on each is read by its text.
    padded, long : int
        How many numbers have leading zeros, or more digits than a float holds.
    """

    name: str
    position: int
    kind: str
    form: str = "plain"
    missing: frozenset[str] = MISSING
    absent: list[str] | None = None
    place: int = 0
    texts: list[str] = field(default_factory=list)
    odd: "Counter[str]" = field(default_factory=Counter)
    ambiguous: bool = True
    by_text: bool = False
    padded: int = 0
    long: int = 0
    _codes: dict[str, int] = field(default_factory=dict)

    @cached_property
    def missing_numbers(self) -> bool:
        """Whether a number, such as -999, is a missing value."""
        return any(number_of(text) is not None for text in self.missing)

    @property
    def is_plain_number(self) -> bool:
        """Whether the column holds numbers without marks, and no number is a missing value."""
        return self.kind == "number" and self.form == "plain" and not self.missing_numbers

    def codes_of(self, texts: Iterable[str]) -> list[int]:
        """Return the codes of different texts; -1 for a missing one."""
        return [-1 if text in self.missing else self._code(text) for text in texts]

    def _code(self, text: str) -> int:
        key = category_key(text)
        code = self._codes.get(key)
        if code is None:
            if len(self.texts) == MOST_TEXTS:
                self.odd[MORE] += 1
                return -1
            code = self._codes[key] = len(self.texts)
            self.texts.append(text.strip())
        return code

    def numbers_of(self, texts: Sequence[str], counts: Iterable[int]) -> list[float]:
        """Return the numbers of different texts; NaN for a missing or an odd one."""
        parse, other = parser_of(self.form), exchanged(self.form)
        self.ambiguous = self.ambiguous and other != self.form
        found = []
        for text, count in zip(texts, counts, strict=True):
            number = None if text in self.missing else parse(text)
            if number is None and text not in self.missing:
                self.odd[text if text in self.odd or len(self.odd) < MOST_TEXTS else MORE] += count
            elif number is not None and self.kind == "number":
                self.padded += count * is_padded(text)
                self.long += count * is_long(text)
            if self.ambiguous and number is not None:
                self.ambiguous = date_of(text, other) is not None
            found.append(float("nan") if number is None else number)
        return found


def column_type(
    texts: Iterable[str], missing: Collection[str], counted: tuple[int, int, int] = NO_COUNTS
) -> tuple[str, str]:
    """Return kind and form of a column: the type that most of its values have.

    Whole numbers with leading zeros, or of more digits than a float holds, are codes: categories.

    Parameters
    ----------
    texts : iterable of str, or Counter
        Each value, or how often each occurs.
    counted : tuple of int
        Numbers without marks that are not among the texts; how many of them have leading zeros;
        how many are long.

    Examples
    --------
    >>> column_type(["1", "2", "?"], ""), column_type(["007", "120"], "")
    (('number', 'plain'), ('category', 'plain'))
    >>> column_type(["$1,200", "1", "2"], ""), column_type(["2020-01-31", ""], [""])
    (('number', 'marked'), ('date', 'iso'))
    """
    present = Counter(texts)
    for text in [text for text in present if text in missing or not text.strip()]:
        del present[text]
    total = present.total() + counted[0]
    if not total:
        return "number", "plain"

    def share(test: Callable[[str], object], before: int) -> float:
        return (before + sum(count for text, count in present.items() if test(text))) / total

    plain = share(lambda text: number_of(text) is not None, counted[0])
    marked = 1.0 if plain == 1 else share(lambda text: marked_number(text) is not None, counted[0])
    if marked > MAJORITY:
        zeros, longest = share(is_padded, counted[1]), share(is_long, counted[2])
        if zeros > CODES or longest > MAJORITY:
            return "category", "plain"
        return "number", "marked" if marked > plain else "plain"
    form = _date_format(present)
    if form and (found := max(form, exchanged(form), key=lambda of: share(_is_date(of), 0))):
        return ("date", found) if share(_is_date(found), 0) > MAJORITY else ("category", "plain")
    return "category", "plain"


def _is_date(form: str) -> Callable[[str], bool]:
    return lambda text: date_of(text, form) is not None


def _hash(text: str) -> int:
    return crc32(text.encode("utf-8", "replace"))


def _date_format(present: Collection[str]) -> str | None:
    """Return the format that most of some different texts have; None where few have any."""
    tried = nsmallest(
        TRIED, present, key=lambda text: crc32(text.encode("utf-8", "replace"))
    )  # in no order
    forms = [form for form in DATE_FORMATS if any(map(_is_date(form), tried[:FIRST_TRIED]))]
    return max(forms, key=lambda form: sum(map(_is_date(form), tried)), default=None)


def type_by_all_values(column: Column, values: Any, missing: Collection[str]) -> tuple[str, str]:
    """Return kind and form of a column by all that was read of it.

    Of a column of dates the texts that are none are known, not the dates: where they are too many,
    the answer is "category", and that of the texts read so is exact.

    Parameters
    ----------
    values : numpy.ndarray, shape (records,)
        As they were read with the type that the column has.
    """
    import numpy as np

    if column.kind == "category":
        counts = np.bincount(values[values >= 0], minlength=len(column.texts)).tolist()
        return column_type(Counter(dict(zip(column.texts, counts, strict=True))), missing)
    known = int(np.count_nonzero(~np.isnan(values)))
    if column.kind == "number":
        kind, form = column_type(column.odd, missing, (known, column.padded, column.long))
        return kind, column.form if kind == "number" and column.form == "marked" else form
    other = exchanged(column.form)
    if column.ambiguous and any(map(_is_date(other), column.odd)):
        return "date", other
    most = known > MAJORITY * (known + column.odd.total())
    return ("date", column.form) if most or not column.odd else ("category", "plain")


def why_useless(column: Column, values: Any) -> str | None:
    """Return why a column cannot help a model; None when it can."""
    import numpy as np

    if column.kind == "category":
        present = values[values >= 0]
        distinct = len(np.unique(present))
        if distinct == 0:
            return "no values"
        if distinct > max(20, len(values) // 2) and not has_words(column):
            return "an identifier: more than half of its values are different"
        return "only one value" if distinct == 1 and len(present) == len(values) else None
    known = values[~np.isnan(values)]
    if not len(known):
        return "no values"
    if (known == known[0]).all() and len(known) == len(values):
        return "only one value"
    steps = np.diff(values)
    if len(values) > 2 and column.kind == "number":
        if (steps == 1).all():
            return "a row number"
        whole = bool((known == np.floor(known)).all())
        if whole and IDENTIFIER.fullmatch(column.name) and len(np.unique(known)) == len(known):
            return "an identifier: all values are different"
    return None


def has_words(column: Column) -> bool:
    """Return whether a column's texts are of several words."""
    some = column.texts[:: max(1, len(column.texts) // 1000)]
    return sum(len(text.split()) for text in some) >= WORDS_OF_TEXT * max(1, len(some))


def text_or_category(column: Column, codes: Any) -> str:
    """Return "text" for a column of texts of several words, most of them different."""
    import numpy as np

    distinct = len(np.unique(codes[codes >= 0]))
    return "text" if distinct > max(20, len(codes) // 2) and has_words(column) else "category"
