"""Read and write trees as a safetensors file: a JSON header and plain arrays; nothing runs.

The arrays of the trees of estimator 0 are `0.number` and `0.column`, one entry a node, all trees
one after the other in preorder: which nodes are leaves says where each right child is and where a
tree ends, so no file can hold a link that leads astray. `0.shares`, `0.sets`, `0.baseline` and
`0.classes` are as `TreeEnsemble` has them. The metadata hold `0.kind` and `0.columns`.
"""

import json
import math
import struct
import sys
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from pyhelpers.model.decision_trees import LEAF, SET_BYTES, TreeEnsemble

TYPES = {"F64": "d", "I32": "i", "U8": "B"}  # of safetensors, and of the module array
NAMES = {"number": "F64", "shares": "F64", "baseline": "F64", "column": "I32", "classes": "I32"}
ALIGNED = 8  # bytes: each array begins at a multiple
MOST_COLUMNS = 1 << 28
HEAD = struct.Struct("<Q")  # the header's length


def _wrong(what: str) -> NoReturn:
    raise ValueError(f"the trees are broken: {what}")


def right_children(column: Sequence[int]) -> tuple["array[int]", "array[int]"]:
    """Return the first node of each tree and each node's right child (0 of a leaf).

    Raises
    ------
    ValueError
        Where the last tree is not whole.

    Examples
    --------
    >>> roots, right = right_children([2, -1, 0, -1, -1, -1])
    >>> roots.tolist(), right.tolist()
    ([0, 5], [2, 0, 4, 0, 0, 0])
    """
    right = array("i", bytes(4 * len(column)))
    roots, waiting, root = array("i"), list[int](), True
    for node, place in enumerate(column):
        if root:
            roots.append(node)
            root = False
        if place != LEAF:
            waiting.append(node)
        elif waiting:
            right[waiting.pop()] = node + 1
        else:
            root = True
    if not root:
        _wrong("the last tree is not whole")
    return roots, right


def pack_trees(ensembles: Sequence[TreeEnsemble]) -> bytes:
    """Return trees as the bytes of a file; equal trees always give the same bytes."""
    metadata: dict[str, str] = {}
    parts: list[tuple[str, str, list[int], bytes]] = []
    for at, trees in enumerate(ensembles):
        metadata |= {f"{at}.kind": trees.kind, f"{at}.columns": str(trees.columns)}
        for name, kind in NAMES.items():
            values = getattr(trees, name)
            if values:
                data = _little(array(TYPES[kind], values)).tobytes()
                parts.append((f"{at}.{name}", kind, [len(values)], data))
        if trees.sets:
            shape = [len(trees.sets), SET_BYTES]
            parts.append((f"{at}.sets", "U8", shape, b"".join(trees.sets)))
    parts.sort(key=lambda part: list(TYPES).index(part[1]))  # the larger types first: all aligned
    header: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for name, kind, shape, data in parts:
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [end, end + len(data)]}
        end += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNED)
    return b"".join([HEAD.pack(len(text)), text, *(part[3] for part in parts)])


def _little(data: "array[Any]") -> "array[Any]":
    """Return an array in the byte order of the file."""
    if sys.byteorder == "big":
        data = data[:]
        data.byteswap()
    return data


def _header(content: bytes) -> tuple[dict[str, Any], int]:
    """Return the parsed header, and where the arrays begin."""
    if len(content) < HEAD.size:
        _wrong("the file is too short")
    start = HEAD.size + HEAD.unpack_from(content)[0]
    if start > len(content):
        _wrong("the header is longer than the file")
    try:
        header = json.loads(content[HEAD.size : start])
    except (ValueError, RecursionError):
        _wrong("the header is not JSON")
    if not isinstance(header, dict):
        _wrong("the header is not an object")
    return header, start


def _arrays(content: bytes) -> tuple[dict[str, Any], dict[str, "array[Any]"]]:
    """Return a file's metadata and its arrays; each byte of the file belongs to one array."""
    header, start = _header(content)
    metadata = header.pop("__metadata__", None)
    if not isinstance(metadata, dict):
        _wrong("the metadata are missing")
    found, data = {}, memoryview(content)[start:]
    for name, about in header.items():
        first, last, kind = _extent(name, about, len(data))
        found[name] = first, last, kind
    end, arrays = 0, {}
    for name, (first, last, kind) in sorted(found.items(), key=lambda item: item[1][:2]):
        if first != end:
            _wrong("its arrays overlap or leave gaps")
        values: array[Any] = array(TYPES[kind])
        values.frombytes(data[first:last])
        arrays[name], end = _little(values), last
    if end != len(data):
        _wrong("bytes are left over")
    return metadata, arrays


def _extent(name: str, about: object, size: int) -> tuple[int, int, str]:
    """Return where an array begins and ends, and its type."""
    if not isinstance(about, dict) or about.keys() != {"dtype", "shape", "data_offsets"}:
        _wrong(f"{name} is not described")
    kind, shape, offsets = about["dtype"], about["shape"], about["data_offsets"]
    whole = all(
        isinstance(part, list) and all(type(one) is int and one >= 0 for one in part)
        for part in (shape, offsets)
    )
    if (
        not isinstance(kind, str)
        or kind not in TYPES
        or not whole
        or len(offsets) != 2
        or len(shape) > 2
    ):
        _wrong(f"{name} is not described")
    first, last = offsets
    width = array(TYPES[kind]).itemsize
    if not first <= last <= size or last - first != math.prod(shape) * width:
        _wrong(f"{name} is not as long as its shape")
    return first, last, kind


def read_trees(content: bytes) -> list[TreeEnsemble]:
    """Return the trees in a file, all of its numbers checked.

    Raises
    ------
    ValueError
        For a file that `pack_trees` cannot have written.
    """
    metadata, arrays = _arrays(content)
    count = sum(name.endswith(".kind") for name in metadata)
    found = [_ensemble(at, metadata, arrays) for at in range(count)]
    if arrays:
        _wrong(f"{min(arrays)} belongs to no trees")
    return found


def _ensemble(
    at: int, metadata: Mapping[str, Any], arrays: dict[str, "array[Any]"]
) -> TreeEnsemble:
    kind, columns = metadata.get(f"{at}.kind"), metadata.get(f"{at}.columns")
    if kind not in ("boosting", "forest") or not isinstance(columns, str):
        _wrong("their kind is not known")
    if not columns.isdecimal() or not 0 < int(columns[:10]) < MOST_COLUMNS:
        _wrong("their number of columns is not known")
    parts: dict[str, Any] = {
        name: arrays.pop(f"{at}.{name}", array(TYPES[type_of])) for name, type_of in NAMES.items()
    }
    sets = arrays.pop(f"{at}.sets", array("B")).tobytes()
    roots, right = right_children(parts["column"])
    trees = TreeEnsemble(
        kind,
        int(columns),
        parts["baseline"].tolist(),
        roots,
        parts["column"],
        parts["number"],
        right,
        parts["shares"],
        [sets[start : start + SET_BYTES] for start in range(0, len(sets), SET_BYTES)],
        parts["classes"].tolist() or None,
    )
    if len(sets) % SET_BYTES:
        _wrong("their sets are not whole")
    _check_outputs(trees)
    _check_nodes(trees)
    return trees


def _check_outputs(trees: TreeEnsemble) -> None:
    """Refuse trees whose outputs are not those of their kind."""
    classes = trees.classes
    width = 1 if classes is None else len(classes)
    if classes is not None and (width < 2 or len({*classes}) < width or min(classes) < 0):
        _wrong("their classes are not positions")
    if not trees.roots:
        _wrong("there are none")
    if trees.kind == "forest":
        shared = width if classes is not None else 0
        if trees.baseline or (len(trees.shares) % shared if shared else len(trees.shares)):
            _wrong("their leaves do not fit their classes")
    else:
        outputs = 1 if width <= 2 else width
        if len(trees.baseline) != outputs or len(trees.roots) % outputs or trees.shares:
            _wrong("their outputs do not fit their classes")
    if not all(map(math.isfinite, [*trees.baseline, *trees.shares])):
        _wrong("a number is not finite")


def _check_nodes(trees: TreeEnsemble) -> None:
    """Refuse nodes that compare a column, a set or a leaf that is not there."""
    if len(trees.column) != len(trees.number):
        _wrong("their nodes are not whole")
    places = 3 if trees.sets else 2
    if min(trees.column) < LEAF or max(trees.column) >= places * trees.columns:
        _wrong("a node compares a column that is not there")
    shared = trees.kind == "forest" and trees.classes is not None
    if not trees.sets and not shared and all(map(math.isfinite, trees.number)):
        return  # the usual case, much faster than the loop
    of_sets = 2 * trees.columns
    rows = len(trees.shares) // len(trees.classes or [0]) if shared else None
    for place, number in zip(trees.column, trees.number, strict=True):
        if number != number or (place == LEAF and math.isinf(number)):
            _wrong("a number is not finite")
        most = len(trees.sets) if place >= of_sets else rows if place == LEAF else None
        if most is not None and not (0 <= number < most and number == int(number)):
            _wrong("a node's set or leaf is not there")
