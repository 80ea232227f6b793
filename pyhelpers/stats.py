"""Statistics: see a CSV in numbers."""

from array import array
from collections import Counter
from typing import Any

from pyhelpers import KitError
from pyhelpers._cli import Columns, Delimiter, File, Format, emit, new_app, open_table
from pyhelpers.table import MISSING, Table, parse_number

QUARTILES = (0.25, 0.5, 0.75)


def describe_numbers(values: "array[float]") -> dict[str, float]:
    """Return count, mean, std, min, quartiles and max, as pandas' describe() defines them.

    Parameters
    ----------
    values : array of float, shape (n,), n >= 1
        Quantiles are interpolated linearly (Hyndman and Fan's type 7), std divides by n - 1.

    Examples
    --------
    >>> describe_numbers(array("d", [1, 2, 3, 4]))["25%"]
    1.75
    """
    import numpy as np

    numbers = np.frombuffer(values)
    low, middle, high = np.quantile(numbers, QUARTILES).tolist()
    return {
        "count": len(numbers),
        "mean": float(numbers.mean()),
        "std": float(numbers.std(ddof=1)) if len(numbers) > 1 else float("nan"),
        "min": float(numbers.min()),
        "25%": low,
        "50%": middle,
        "75%": high,
        "max": float(numbers.max()),
    }


def is_number(text: str) -> bool:
    """Tell whether a field holds a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


class Column:
    """What one column has shown so far: its first value tells its type, numbers or text."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.missing = 0
        self.numbers: array[float] = array("d")
        self.texts: Counter[str] = Counter()

    def add(self, text: str, source: str, line: int) -> None:
        """Take one field; a KitError names the place of a text among numbers."""
        if text in MISSING:
            self.missing += 1
        elif self.numbers or (not self.texts and is_number(text)):
            self.numbers.append(parse_number(text, source, line, self.name))
        else:
            self.texts[text] += 1

    def describe(self) -> dict[str, Any]:
        """Return the column's row of the table; a statistic that its type lacks is None."""
        kind = "number" if self.numbers else "text" if self.texts else "empty"
        row: dict[str, Any] = {"column": self.name, "type": kind, "count": 0}
        row |= {"missing": self.missing}
        row |= dict.fromkeys(("mean", "std", "min", "25%", "50%", "75%", "max"))
        row |= dict.fromkeys(("distinct", "top", "top_count"))
        if self.numbers:
            row |= describe_numbers(self.numbers)
        if self.texts:
            row["count"] = self.texts.total()
            row["distinct"] = len(self.texts)
            row["top"], row["top_count"] = self.texts.most_common(1)[0]
        return row


def describe(table: Table, names: list[str] | None = None) -> list[dict[str, Any]]:
    """Describe the named columns of a table (default all), one row each.

    Raises
    ------
    KitError
        For a column that is not there, a table without records, a text in a column of numbers.
    """
    chosen = [(table.index(name), Column(name)) for name in names or table.names]
    records = 0
    for line, fields in table.records:
        records += 1
        for position, column in chosen:
            column.add(fields[position], table.source, line)
    if not records:
        raise KitError(f"{table.source}: has a header and no records; nothing to describe")
    rows = [column.describe() for _, column in chosen]
    used = [key for key in rows[0] if any(row[key] is not None for row in rows)]
    return [{key: row[key] for key in used} for row in rows]


app = new_app()


@app.callback()
def main() -> None:
    """See a CSV in numbers.

    Example:
      csv-stats describe data.csv
    """


@app.command("describe")
def describe_command(
    file: File = None, column: Columns = None, delimiter: Delimiter = None, format: Format = None
) -> None:
    """Count, mean, spread and quartiles of each column, as pandas' describe() gives them.

    Examples:
      csv-stats describe data.csv
      sample-large-csv -n 1000 huge.tsv.gz | csv-stats describe -c price --format json

    Reads the table once; numbers are held, 8 bytes each. A column's first value tells whether
    it holds numbers or text.
    """
    emit(describe(open_table(file, delimiter), column), format)
