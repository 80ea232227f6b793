"""Turn Arrow arrays into the columns of a block: floats, or texts with their counts."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.csvio.cells import EXACT, CellFormat
from pyhelpers.csvio.columns import Texts, coded_texts

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk

NO_VALUE = float("nan")
TYPED = CellFormat(frozenset(), is_text=True)  # of a column of texts: only a null is missing
WRITTEN = CellFormat(frozenset())  # of numbers that are wanted as texts
ZEROS = re.compile(r"(\.\d*?)0+(?=\D|$)")
SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


@dataclass(frozen=True)
class Leaf:
    """A column of a table: a field of the schema, or one inside a field with fields of its own.

    Attributes
    ----------
    name : str
        Its name; a dot is between the names of nested fields.
    path : tuple of int
        Its position in the schema, and in each field that holds it.
    """

    name: str
    path: tuple[int, ...]
    type: Any


def leaves(fields: Sequence[Any], before: str = "", path: tuple[int, ...] = ()) -> Iterator[Leaf]:
    """Yield the columns of a schema's fields."""
    import pyarrow.types as kinds

    for at, field in enumerate(fields):
        name, where = before + field.name, (*path, at)
        if kinds.is_struct(field.type) and field.type.num_fields:
            inner = [field.type.field(i) for i in range(field.type.num_fields)]
            yield from leaves(inner, f"{name}.", where)
        else:
            yield Leaf(name, where, field.type)


def array_of(column: Any, leaf: Leaf) -> Any:
    """Return a leaf's array out of the array of the field of the schema that holds it."""
    import pyarrow as pa
    import pyarrow.compute as compute

    for step in leaf.path[1:]:
        column = compute.struct_field(column, [step])
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0)
    return column


def kind_of(type: Any) -> str:
    """Return what a type holds: number, date, boolean or text."""
    import pyarrow.types as kinds

    if kinds.is_dictionary(type) or kinds.is_run_end_encoded(type):
        return kind_of(type.value_type)
    if (
        kinds.is_integer(type)
        or kinds.is_floating(type)
        or kinds.is_decimal(type)
        or kinds.is_duration(type)
    ):
        return "number"
    if kinds.is_date(type) or kinds.is_timestamp(type):
        return "date"
    if kinds.is_null(type):
        return ""
    return "boolean" if kinds.is_boolean(type) else "text"


def chunk_of(array: Any, spelled: bool = False) -> "ColumnChunk":
    """Return an array as numbers, NaN where one is null; or as texts.

    Parameters
    ----------
    spelled : bool
        Whether numbers are wanted as texts, too.
    """
    import pyarrow.types as kinds

    array = _plain(array)
    kind = kind_of(array.type)
    if kind == "number":
        numbers = _numbers(array)
        exact = _is_exact(array)
        if exact and not spelled:
            return numbers  # type: ignore[no-any-return]
        return _texts(array, WRITTEN, "" if exact else "text")
    if kinds.is_null(array.type) and not spelled:
        return _numbers(array)  # type: ignore[no-any-return]
    return _texts(array, TYPED, "date" if kind == "date" else "")


def _plain(array: Any) -> Any:
    """Return an array without an extension type, and without codes of other values than texts."""
    import pyarrow as pa
    import pyarrow.types as kinds

    if isinstance(array, pa.ExtensionArray):
        if str(array.type).startswith("extension<arrow.uuid"):
            return pa.array([None if one is None else str(one) for one in array.to_pylist()])
        array = array.storage
    if kinds.is_run_end_encoded(array.type):
        import pyarrow.compute as compute

        array = compute.run_end_decode(array)
    few = kinds.is_dictionary(array.type) and len(array.dictionary) <= max(len(array), 1)
    if kinds.is_dictionary(array.type) and not (few and kind_of(array.type) == "text"):
        array = array.dictionary_decode()
    return array


def _is_exact(array: Any) -> bool:
    """Return whether each number of an array is a double; a whole one beyond 2^53 is not."""
    import pyarrow.compute as compute
    import pyarrow.types as kinds

    kind = array.type
    wide = (kinds.is_integer(kind) and kind.bit_width == 64) or (
        kinds.is_decimal(kind) and kind.scale <= 0
    )
    if not wide:
        return True
    ends = compute.min_max(array).as_py()
    return all(abs(end) <= EXACT for end in ends.values() if end is not None)


def _numbers(array: Any) -> Any:
    import numpy as np
    import pyarrow as pa
    import pyarrow.types as kinds

    if kinds.is_duration(array.type):
        return _numbers(array.cast(pa.int64())) * SECONDS[array.type.unit]
    if kinds.is_float16(array.type):
        array = array.cast(pa.float32())
    if array.type != pa.float64():
        array = array.cast(pa.float64(), safe=False)
    return np.asarray(array.to_numpy(zero_copy_only=False), np.float64)


def _texts(array: Any, cells: CellFormat, kind: str) -> Texts:
    """Return an array as texts, each different value of it written once."""
    import pyarrow as pa
    import pyarrow.types as kinds

    if not kinds.is_dictionary(array.type):
        texts = kinds.is_string(array.type) or kinds.is_large_string(array.type)
        if not (texts or kinds.is_primitive(array.type)):
            array = pa.array(_written(array), pa.string())
        array = array.dictionary_encode()
    known = [NO_VALUE if text is None else text for text in _written(array.dictionary)]
    codes = array.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
    known.append(NO_VALUE)
    return coded_texts(known, codes, cells, kind)


def _written(array: Any) -> list[Any]:
    """Return the texts of an array's values; None of a null."""
    import pyarrow as pa
    import pyarrow.types as kinds

    kind = array.type
    if kinds.is_timestamp(kind) or kinds.is_time(kind):
        return [text and ZEROS.sub(_shorter, text) for text in _cast(array)]
    if kinds.is_float16(kind):
        array, kind = array.cast(pa.float32()), pa.float32()
    if kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_fixed_size_binary(kind):
        return [None if one is None else _decoded(one) for one in array.to_pylist()]
    if kinds.is_nested(kind) or kinds.is_interval(kind) or kinds.is_null(kind):
        return [None if one is None else _json(one) for one in array.to_pylist()]
    if kinds.is_duration(kind):
        return [None if one != one else repr(one) for one in _numbers(array).tolist()]
    texts = _cast(array)
    return [None if text == "nan" else text for text in texts] if kinds.is_floating(kind) else texts


def _cast(array: Any) -> list[Any]:
    import pyarrow as pa

    return array.cast(pa.string()).to_pylist()  # type: ignore[no-any-return]


def _shorter(found: re.Match[str]) -> str:
    """Return a fraction of a second without the zeros at its end."""
    return found[1].removesuffix(".")


def _decoded(octets: bytes) -> str:
    """Return bytes as text, or in hexadecimal digits."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.hex()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
