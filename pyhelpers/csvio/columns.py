"""Hold one column of a block: numbers if all fields are numbers, else texts."""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.cells import (
    CellFormat,
    are_hexadecimal,
    have_identifiers,
    is_identifier,
    iso_date,
    to_number,
    truth,
)

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    # Numbers, NaN where one is missing: in an `array` where Python's csv reader read them.
    Numbers = NDArray[float64] | array[float]

NAN = float("nan")


class Texts(Sequence[Any]):
    """The texts of a column of a block, unchanged; NaN where pandas read a missing value.

    Parameters
    ----------
    texts : list or function
        The texts, or a function that lists them: most statistics need no more than their counts.

    Attributes
    ----------
    cells : CellFormat
        How numbers and missing values are written.
    kind : str
        The column's type if it is known: text, number or date, as a person says, or text where
        whole numbers are identifiers; else "".
    """

    def __init__(
        self,
        texts: list[Any] | Callable[[], list[Any]],
        cells: CellFormat | None = None,
        kind: str = "",
        counts: Mapping[Any, int] | None = None,
    ) -> None:
        self._texts = texts
        self.cells, self.kind = cells or CellFormat(), kind
        if counts is not None:
            self.__dict__["counts"] = counts

    @cached_property
    def values(self) -> list[Any]:
        """The texts as a list."""
        return self._texts() if callable(self._texts) else self._texts

    @cached_property
    def _length(self) -> int:
        return sum(self.counts.values()) if callable(self._texts) else len(self._texts)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def __getitem__(self, row: Any) -> Any:
        return self.values[row]

    def __eq__(self, other: object) -> bool:
        return self.values == (other.values if isinstance(other, Texts) else other)

    def __reduce__(self) -> tuple[Any, ...]:
        return Texts, (self._texts, self.cells, self.kind, self.__dict__.get("counts"))

    @cached_property
    def counts(self) -> Mapping[Any, int]:
        """How often each text occurs, in the order in which they came first."""
        return Counter(self.values)

    @cached_property
    def missing(self) -> frozenset[str]:
        """What stands for a missing value among these texts."""
        return self.cells.missing_in(self.counts)

    def is_missing(self, text: Any) -> bool:
        """Return whether one of the texts stands for a missing value."""
        return text in self.missing or text != text

    def number(self, text: Any) -> float | None:
        """Return the number that one of the texts is; None if it is not a number."""
        return self.cells.number(text) if isinstance(text, str) else None

    def present(self) -> tuple[dict[str, int], int]:
        """Return how often each text occurs that is not missing, and how many are missing."""
        counts = dict(self.counts)
        absent = [text for text in self.missing if text in counts]
        if {*map(type, counts)} != {str}:
            absent += [text for text in counts if text != text]
        return counts, sum(counts.pop(text) for text in absent)

    def numbers(self, texts: Collection[str]) -> dict[str, float]:
        """Return those of the texts that are numbers, with their numbers."""
        if self.cells.is_text:
            return {}
        number = to_number if self.cells.is_plain else self.cells.number
        found = list(map(number, texts))
        if found.count(None) == len(found):
            return {}
        return {text: n for text, n in zip(texts, found, strict=True) if n is not None}


def coded_texts(
    known: list[Any], codes: "NDArray[Any]", cells: CellFormat, kind: str | None = None
) -> Texts:
    """Return the texts known[code] of each code, which other processes are sent as codes.

    Parameters
    ----------
    known : list
        In the order in which they come first; a NaN among them more than once is counted as one.
    kind : str, optional
        The column's type (default: by its texts, see `kind_of_texts`).
    """
    import numpy as np

    counts: dict[Any, int] = {}
    places = np.where(codes < 0, codes + len(known), codes)
    for text, count in zip(known, np.bincount(places, minlength=len(known)).tolist(), strict=True):
        if count:
            counts[text] = counts.get(text, 0) + count
    kind = kind_of_texts(counts) if kind is None else kind
    return Texts(partial(_decoded, known, codes.astype(np.int32)), cells, kind, counts)


def _decoded(known: list[Any], codes: "NDArray[Any]") -> list[Any]:
    import numpy as np

    values = np.empty(len(known), dtype=object)
    values[:] = known
    return values[codes].tolist()  # type: ignore[no-any-return]


if TYPE_CHECKING:
    ColumnChunk = Numbers | Texts


def parse_column(
    texts: list[str], cells: CellFormat | None = None, as_text: bool = False, kind: str = ""
) -> "ColumnChunk":
    """Return a column's fields as numbers; as texts if one is neither a number nor missing."""
    cells = cells or CellFormat()
    found = None if as_text else parse_numbers(texts, cells)
    if found is None:
        chunk = Texts(texts, cells, kind)
        chunk.kind = kind or kind_of_texts(chunk.counts)
        return chunk
    if not kind and have_identifiers(texts):
        return Texts(texts, cells, "text")
    return found


def kind_of_texts(counts: Mapping[Any, int]) -> str:
    """Return "text" if most of a column's texts are numbers and some of these identifiers; or "".

    >>> kind_of_texts({"00501": 1, "10001": 2, "?": 1}), kind_of_texts({"1": 1, "?": 1})
    ('text', '')
    """
    words = counts
    if {*map(type, counts)} != {str}:
        words = {text: count for text, count in counts.items() if isinstance(text, str)}
    if not any(map(is_identifier, words)) and not are_hexadecimal(words):
        return ""
    numbers = sum(count for text, count in words.items() if to_number(text) is not None)
    return "text" if 2 * numbers > sum(words.values()) else ""


def parse_numbers(texts: list[str], cells: CellFormat) -> "array[float] | None":
    """Return numbers, NaN where one is missing; None where a text is neither."""
    if not cells.is_plain:
        parsed = [NAN if text in cells.missing else cells.number(text) for text in texts]
        return None if None in parsed else array("d", parsed)  # type: ignore[arg-type]
    if "_" in "".join(texts):  # float() takes 1_000 for a number
        return None
    if "nan" in cells.missing and not cells.missing_numbers:
        try:
            return array("d", map(float, texts))
        except ValueError:
            pass
    try:
        numbers = [NAN if text in cells.missing else float(text) for text in texts]
    except ValueError:
        return None
    return array("d", (NAN if number in cells.missing_numbers else number for number in numbers))


def as_booleans(chunk: "ColumnChunk") -> "ColumnChunk":
    """Return a column of words for true and false as true and false; other texts as they are."""
    if not isinstance(chunk, Texts):
        return chunk
    words = {text: truth(text) for text in chunk.counts}
    return Texts([words[text] for text in chunk], chunk.cells, chunk.kind)


def as_iso_dates(chunk: "ColumnChunk", form: str) -> "ColumnChunk":
    """Return a column of texts with the dates of a format in ISO 8601; other texts as they are."""
    if not isinstance(chunk, Texts) or chunk.kind in ("text", "number"):
        return chunk
    dates = {text: iso_date(text, form) or text for text in chunk.counts}
    return Texts([dates[text] for text in chunk], chunk.cells, chunk.kind)


def rows_by_label(labels: "ColumnChunk") -> dict[str, list[int]]:
    """Return the rows of each label of a column of texts; a missing one is the empty text."""
    rows: dict[str, list[int]] = {}
    missing = labels.missing if isinstance(labels, Texts) else frozenset[str]()
    for row, label in enumerate(labels):
        known = isinstance(label, str) and label not in missing
        rows.setdefault(label if known else "", []).append(row)
    return rows


def take(chunk: "ColumnChunk", rows: list[int]) -> "ColumnChunk":
    """Return some rows of a chunk."""
    if isinstance(chunk, Texts):
        return Texts([chunk[row] for row in rows], chunk.cells, chunk.kind)
    return array("d", [chunk[row] for row in rows]) if isinstance(chunk, array) else chunk[rows]


def check_same_order(first: Any, other: Any) -> None:
    """Raise a KitError as `check_alike` does, and for another order or delimiter."""
    check_alike(first, other)
    for what in ("names", "delimiter"):
        if getattr(other, what) != getattr(first, what):
            differs = "the order of its columns" if what == "names" else "its delimiter"
            raise KitError(
                f"{other.source}: {differs} is not that of {first.source}; read it alone"
            )


def check_alike(first: Any, other: Any, declared: Collection[str] = ()) -> None:
    """Raise a KitError for a table with other columns than the first, or with one of another type.

    Parameters
    ----------
    first, other : Scan, TypedTable, Table or Layout
    declared : collection of str
        Columns whose types a person gives.
    """
    if set(other.names) != set(first.names):
        different = ", ".join(sorted(set(other.names) ^ set(first.names))[:5])
        what = f"its columns differ from those of {first.source} ({different})"
        raise KitError(f"{other.source}: {what}; read it alone")
    kinds, others = getattr(first, "kinds", {}), getattr(other, "kinds", {})
    for name in first.names:
        mine, theirs = kinds.get(name), others.get(name)
        if mine and theirs and mine != theirs and name not in declared:
            what = f"column {name!r} holds {theirs}s, but {mine}s in {first.source}"
            raise KitError(f"{other.source}: {what}; read it alone")
