"""Validate a table against a schema: the first violations, and how many there are of each rule."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.cells import CellFormat
from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.layout import unique_names
from pyhelpers.csvio.scan import Scan
from pyhelpers.csvio.table import Table
from pyhelpers.statistics.schema import PLAIN, Field, Rule, Schema, text_rules
from pyhelpers.statistics.value_counts import REMEMBERED, hash_numbers, hash_texts
from pyhelpers.text import counted

if TYPE_CHECKING:
    from numpy import bool_, float64, int64, uint64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import ColumnChunk


@dataclass(frozen=True, order=True)
class Violation:
    """A value that breaks a rule.

    Attributes
    ----------
    record : int
        The number of the record, the first after the header is 1; 0 is the header.
    line : int or None
        The line on which the record ends; None where it is not known.
    """

    record: int
    column: str
    rule: str
    value: str
    expected: str
    line: int | None = None

    def row(self) -> dict[str, Any]:
        """Return the violation as a row of the output."""
        return {
            "line": self.line, "record": self.record, "column": self.column, "rule": self.rule,
            "value": self.value, "expected": self.expected,
        }  # fmt: skip


@dataclass
class Findings:
    """The first violations in order of the records, and the count of each rule."""

    most: int
    first: list[Violation] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    records: int = 0

    def add(self, found: Iterable[Violation]) -> None:
        """Add violations of the records that come next."""
        self.first = sorted([*self.first, *found])[: self.most]

    def sentences(self) -> list[str]:
        """Return how many values break each rule."""
        return [
            f"{column}: {counted(count, 'value breaks', 'values break')} the rule {rule!r}"
            if rule not in ("missing column", "extra column")
            else f"{column}: {rule}"
            for (column, rule), count in self.counts.items()
        ]


def first_broken(rules: list[Rule], text: str) -> Rule | None:
    """Return the first rule that a value breaks."""
    return next((rule for rule in rules if not rule[2](text)), None)


class ColumnCheck:
    """Check one column, block by block."""

    def __init__(self, one: Field, strict: bool, required: bool, cells: CellFormat) -> None:
        self.field, rules = one, text_rules(one, strict, cells)
        self._judge = lru_cache(REMEMBERED)(partial(first_broken, rules))  # texts come again
        self._plain = text_rules(one, False, PLAIN)  # of a number as Python writes it
        self._required = required or bool(one.constraints.get("required"))

    def check(self, chunk: "ColumnChunk", before: int, found: Findings) -> list[Violation]:
        """Check a block that `before` records precede; return the first violations in it."""
        import numpy as np

        if isinstance(chunk, Texts):
            broken = self._texts(chunk)
        else:
            broken = self._numbers(np.asarray(chunk))
        found.counts.update((self.field.name, rule[0]) for _, _, rule in broken)
        return [
            Violation(before + row + 1, self.field.name, rule[0], value, rule[1])
            for row, value, rule in broken[: found.most]
        ]

    def _texts(self, texts: Texts) -> list[tuple[int, str, Rule]]:
        judged = {text: self._broken(texts, text) for text in texts.counts}
        if not any(judged.values()):
            return []
        return [
            (row, text if isinstance(text, str) else "", rule)
            for row, text in enumerate(texts)
            if (rule := judged[text] if text in judged else self._broken(texts, text)) is not None
        ]

    def _broken(self, texts: Texts, text: Any) -> Rule | None:
        """Return the first rule that one of the texts breaks."""
        if texts.is_missing(text):
            return REQUIRED if self._required else None
        return self._judge(text)

    def _numbers(self, numbers: "NDArray[float64]") -> list[tuple[int, str, Rule]]:
        """Check a block whose fields are all numbers or missing: fast where none breaks a rule."""
        import numpy as np

        limits, absent = self.field.constraints, np.isnan(numbers)
        bad: NDArray[bool_] = absent & self._required
        if self.field.type == "integer":
            bad |= ~absent & (numbers != np.floor(numbers))
        bad |= numbers < limits.get("minimum", -math.inf)
        bad |= numbers > limits.get("maximum", math.inf)
        found = []
        for row in np.flatnonzero(bad).tolist():
            text = "" if absent[row] else repr(float(numbers[row]))
            rule = (
                REQUIRED
                if absent[row]
                else next((rule for rule in self._plain if not rule[2](text)), None)
            )
            if rule is not None:
                found.append((row, text.removesuffix(".0"), rule))
        return found


REQUIRED: Rule = ("required", "a value", bool)
EXACT = 2**53  # larger whole numbers lose digits as floats, and are told apart as texts
ABSENT = 2**64 - 1  # instead of the hash of a missing value


class UniqueCheck:
    """Find the records whose values in some columns came before, by 64-bit hashes.

    Parameters
    ----------
    memory : int
        Bytes that the hashes may take, 8 a record.
    """

    def __init__(self, fields: list[Field], memory: int) -> None:
        self.fields, self._memory = fields, memory
        self.name = ", ".join(one.name for one in fields)
        self._hashes: list[NDArray[uint64]] = []

    def add(self, chunks: "list[ColumnChunk]") -> None:
        """Take the columns of a block."""
        import numpy as np

        mixed = np.zeros(len(chunks[0]), dtype=np.uint64)
        absent = np.zeros(len(mixed), dtype=bool)
        for one, chunk in zip(self.fields, chunks, strict=True):
            hashes, missing = self._hash(one, chunk)
            mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + hashes
            absent |= missing
        mixed[absent] = np.uint64(ABSENT)
        self._hashes.append(mixed)
        if 8 * sum(map(len, self._hashes)) > self._memory:
            what = f"column {self.name}: unique values need 8 bytes a record, more than --memory"
            raise KitError(f"{what}; give it more, or leave the rule out")

    @staticmethod
    def _hash(one: Field, chunk: "ColumnChunk") -> "tuple[NDArray[uint64], NDArray[bool_]]":
        """Return each value's hash, and which are missing; as numbers 1 and 1.0 are the same."""
        import numpy as np

        if not isinstance(chunk, Texts):
            numbers = np.asarray(chunk)
            return hash_numbers(numbers), np.isnan(numbers)
        absent = np.array([chunk.is_missing(text) for text in chunk], dtype=bool)
        hashes = hash_texts([str(text) for text in chunk])
        if one.numeric:
            known = {text: chunk.number(text) for text in chunk.counts}
            numbers = np.array([math.nan if (n := known[t]) is None else n for t in chunk])
            exact = np.abs(numbers) < EXACT
            hashes[exact] = hash_numbers(numbers[exact])
        return hashes, absent

    def repeated(self) -> "NDArray[int64]":
        """Return the numbers of the records that repeat an earlier one, from 1, in order."""
        import numpy as np

        hashes = np.concatenate(self._hashes) if self._hashes else np.empty(0, dtype=np.uint64)
        order = np.argsort(hashes, kind="stable")
        ordered = hashes[order]
        again = np.flatnonzero((ordered[1:] == ordered[:-1]) & (ordered[1:] != np.uint64(ABSENT)))
        found: NDArray[int64] = np.sort(order[again + 1]) + 1
        return found


def texts_of(schema: Schema, strict: bool) -> frozenset[str]:
    """Return the columns whose spelling matters: all but those of numbers without such rules."""
    spelled = {"pattern", "enum", "minLength", "maxLength"}
    return frozenset(
        one.name
        for one in schema.fields
        if strict or not one.numeric or spelled & {*one.constraints}
    )


def validate(scan: Scan, schema: Schema, most: int, strict: bool, memory: int) -> Findings:
    """Check every record of a table, in one pass.

    Parameters
    ----------
    scan : Scan
        Opened with `texts_of` its schema as texts.
    most : int
        How many violations are kept; all are counted.
    strict : bool
        Whether a value must be spelled as its type: "1.0" and " 1" are then not integers.
    memory : int
        Bytes for the hashes of unique columns.

    Raises
    ------
    KitError
        For a malformed record, and when unique columns need more than `memory`.
    """
    found = Findings(most)
    known = [one for one in schema.fields if one.name in scan.names]
    for one in schema.fields:
        if one not in known and (one.constraints.get("required") or not schema.fewer_columns):
            _count_header(found, one.name, "missing column", "is not in the header")
    named = {one.name for one in schema.fields}
    for name in [] if schema.more_columns else [one for one in scan.names if one not in named]:
        _count_header(found, name, "extra column", "is not in the schema")
    cells = scan.options.cells_of
    checks = [ColumnCheck(one, strict, one.name in schema.key, cells(one.name)) for one in known]
    keys = [[one] for one in known if one.constraints.get("unique")]
    key = [one for one in known if one.name in schema.key]
    keys += [key] if key and key not in keys else []
    uniques = [UniqueCheck(fields, memory // len(keys)) for fields in keys]
    names = [one.name for one in known]
    for chunks in scan.chunks(names) if names else []:
        for check, chunk in zip(checks, chunks, strict=True):
            found.add(check.check(chunk, found.records, found))
        for unique in uniques:
            unique.add([chunks[names.index(one.name)] for one in unique.fields])
        found.records += len(chunks[0])
    for unique in uniques:
        records = unique.repeated().tolist()
        found.counts[unique.name, "unique"] += len(records)
        found.add(
            Violation(record, unique.name, "unique", "", "a value that comes once")
            for record in records[:most]
        )
    found.counts = Counter({rule: count for rule, count in found.counts.items() if count})
    return found


def _count_header(found: Findings, name: str, rule: str, expected: str) -> None:
    found.counts[name, rule] += 1
    found.add([Violation(0, name, rule, "", expected)])


def located(found: list[Violation], table: Table) -> list[Violation]:
    """Return violations with their lines, and with the values as they are spelled.

    Reads the table again, up to the last of them.
    """
    wanted: dict[int, list[int]] = {}
    for position, one in enumerate(found):
        wanted.setdefault(one.record, []).append(position)
    answer, last = list(found), max(wanted, default=0)
    names = unique_names(table.names)
    for position in wanted.get(0, []):
        answer[position] = replace(answer[position], line=table.layout.lines)
    for record, (line, fields) in enumerate(table.records if last else (), start=1):
        for position in wanted.get(record, []):
            columns = answer[position].column.split(", ")
            known = [fields[names.index(name)] for name in columns if name in names]
            value = ", ".join(known) if len(known) == len(columns) else answer[position].value
            answer[position] = replace(answer[position], line=line, value=value)
        if record == last:
            break
    return answer
