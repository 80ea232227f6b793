"""Many files as one table: the same columns, one file after the other."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.csvio.scan import Open, Options, Scan

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import Part


class Scans(Scan):
    """Several scans that read as one; the first gives the columns, by name.

    Raises
    ------
    KitError
        When a file lacks a column of the first, or has one more.
    """

    def __init__(self, openers: list[Open], options: Options) -> None:
        self._openers = openers
        self.options = options
        self._first: Scan | None = openers[0](options)
        self.layout, self.names = self._first.layout, self._first.names
        self.records, self.small = 0, False

    def parts(self, columns: list[str]) -> "Iterator[list[Part]]":
        """Yield the columns of each block of each file."""
        for opener in self._openers:
            scan, self._first = self._first or opener(self.options), None
            if set(scan.names) != set(self.names):
                apart = ", ".join(sorted(set(scan.names) ^ set(self.names))[:5])
                what = f"its columns differ from those of {self.layout.source} ({apart})"
                raise KitError(f"{scan.layout.source}: {what}; describe it alone")
            yield from scan.parts(columns)
            self.records += scan.records
            if scan.layout is not self.layout and self.layout.bad is not None:
                self.layout.bad += scan.layout.bad or []
