"""Hold one column of a block: numbers if all fields are numbers, else texts."""

from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pyhelpers.csvio.table import MISSING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    # Numbers, NaN where one is missing: in an `array` where Python's csv reader read them.
    Numbers = NDArray[float64] | array[float]
    # Texts are unchanged; NaN where pandas read a missing value.
    ColumnChunk = Numbers | list[Any]

REMEMBERED = 1 << 15  # texts, which recur
NUMBER_STARTS = frozenset("0123456789+-. \tiInN")


class Texts(list[Any]):
    """The texts of a column of a block, with the count of each."""

    def __init__(self, series: Any) -> None:
        super().__init__(series.tolist())
        found = series.value_counts(sort=False, dropna=False)  # half the time of a Counter
        self.counts = dict(zip(found.index.tolist(), found.tolist(), strict=True))


@lru_cache(maxsize=REMEMBERED)
def to_number(word: str) -> float | None:
    """Return the number that a text is; None if it is not a number, NaN for the text NaN.

    Examples
    --------
    >>> to_number("1e3"), to_number("12,5"), to_number("1_000")
    (1000.0, None, None)
    """
    if word[:1] not in NUMBER_STARTS and not word[:1].isdigit():
        return None
    try:
        return None if "_" in word else float(word)
    except ValueError:
        return None


def parse_column(texts: list[str], as_text: bool = False) -> "ColumnChunk":
    """Return a column's fields as numbers; as texts if one is neither a number nor missing."""
    if as_text or "_" in "".join(texts):  # float() takes 1_000 for a number
        return texts
    try:
        return array("d", map(float, texts))
    except ValueError:
        pass
    nan = float("nan")
    try:
        return array("d", [nan if text in MISSING else float(text) for text in texts])
    except ValueError:
        return texts


def rows_by_label(labels: "ColumnChunk") -> dict[str, list[int]]:
    """Return the rows of each label of a column of texts; a missing one is the empty text."""
    rows: dict[str, list[int]] = {}
    for row, label in enumerate(labels):
        rows.setdefault(label if isinstance(label, str) else "", []).append(row)
    return rows


def take(chunk: "ColumnChunk", rows: list[int]) -> "ColumnChunk":
    """Return some rows of a chunk."""
    if isinstance(chunk, list):
        return [chunk[row] for row in rows]
    return array("d", [chunk[row] for row in rows]) if isinstance(chunk, array) else chunk[rows]
