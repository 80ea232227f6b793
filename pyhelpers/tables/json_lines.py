"""Read JSON lines: an object a line; its keys are the columns."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from pyhelpers import KitError
from pyhelpers.tables.python_values import chunk_of_values
from pyhelpers.text import counted

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk

HEAD = 4 << 20  # bytes whose keys are the columns
LONGEST = 64 << 20  # bytes of a line
BLOCK = 8 << 20  # bytes of a block
MARK = b"\xef\xbb\xbf"


class JsonLines:
    """JSON lines that are read once.

    Attributes
    ----------
    bad : list of int or None
        Collects the lines that are not an object, which are left out; without it they are errors.
    remarks : list of str
        What was left out.
    """

    def __init__(self, stream: BinaryIO, source: str) -> None:
        self.source, self._stream = source, stream
        self.bad: list[int] | None = None
        self.remarks: list[str] = []
        self._late: Counter[str] = Counter()
        self._line = 0
        self._head = self._lines(HEAD)
        keys: dict[str, None] = {}
        for record in self._parsed(self._head, []):
            keys.update(dict.fromkeys(record))
        if not keys:
            for _ in self._parsed(self._head, None):
                break  # what is wrong with the first line is said
            raise KitError(f"{source}: holds no object with a key; give JSON lines")
        self.names = list(keys)
        self.kinds: dict[str, str] = {}

    def _lines(self, size: int) -> list[tuple[int, bytes]]:
        """Return the next lines of about so many bytes, with their numbers."""
        found = []
        while size > 0 and (line := self._stream.readline(LONGEST + 1)):
            self._line += 1
            if len(line) > LONGEST:
                where = f"{self.source}: line {self._line}"
                raise KitError(f"{where} is longer than {LONGEST >> 20} MB; is this JSON lines?")
            size -= len(line)
            if line.strip():
                found.append((self._line, line.removeprefix(MARK) if self._line == 1 else line))
        return found

    def _parsed(
        self, lines: list[tuple[int, bytes]], bad: list[int] | None
    ) -> Iterator[dict[str, Any]]:
        """Yield the objects of lines; those of nested objects with keys such as a.b."""
        for number, line in lines:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                what = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else "is not JSON"
                why = "too deep" if isinstance(error, RecursionError) else str(error)
                if line.strip() in (b"{", b"[") and number == self._first:
                    what, why = "is the start of JSON of several lines", "jq -c makes lines of it"
                problem = f"{what} ({why[:100]})"
            else:
                if isinstance(record, dict):
                    if any(type(value) is dict for value in record.values()):
                        record = dict(_flat(record, ""))
                    yield _sound(record) if b"\\ud" in line.lower() else record
                    continue
                problem = "is not a JSON object"
            if bad is None:
                where = f"{self.source}: line {number} {problem}"
                raise KitError(f"{where}; fix or drop that line")
            bad.append(number)

    @property
    def _first(self) -> int:
        return self._head[0][0] if self._head else 0

    def first(self) -> "list[ColumnChunk]":
        """Return all columns of the first records as texts."""
        records = list(self._parsed(self._head, []))
        return [chunk_of_values([r.get(n) for r in records], spelled=True) for n in self.names]

    def chunks(
        self, columns: Sequence[str], spelled: Collection[str], advance: Callable[[int], object]
    ) -> "Iterator[list[ColumnChunk]]":
        """Yield columns of each block; those of `spelled` as texts, even if they are numbers."""
        known = set(self.names)
        lines = self._head
        while lines:
            records = list(self._parsed(lines, self.bad))
            for record in records:
                if not record.keys() <= known:
                    self._late.update(record.keys() - known)
            yield [
                chunk_of_values([record.get(name) for record in records], (), name in spelled)
                for name in columns
            ]
            advance(sum(len(line) for _, line in lines))
            lines = self._lines(BLOCK)
        for key, count in self._late.items():
            values = counted(count, "value is", "values are")
            what = f"no line of the first {HEAD >> 20} MB has this key"
            self.remarks.append(f"{key}: {values} left out: {what}")


def _flat(record: dict[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    """Yield keys and values of an object, those of nested ones with a dot between the keys."""
    for key, value in record.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def _sound(record: dict[str, Any]) -> dict[str, Any]:
    """Return an object whose texts can be written: half of a pair of surrogates cannot."""
    text = json.dumps(record, ensure_ascii=False).encode("utf-16", "surrogatepass")
    found: dict[str, Any] = json.loads(text.decode("utf-16", "replace"))
    return found
