"""TSPLIB: problems as TSPLIB 95 writes them (Reinelt, ORSA J. Computing 3, 1991)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from pyhelpers import KitError
from pyhelpers.tsp.distances import FORMULAS
from pyhelpers.tsp.problem import Problem, from_matrix, from_points

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

TYPES = ("TSP", "ATSP")
# Each form of EXPLICIT: which triangle is written, and whether with its diagonal.
TRIANGLES = {
    "UPPER_ROW": ("upper", 1),
    "LOWER_ROW": ("lower", -1),
    "UPPER_DIAG_ROW": ("upper", 0),
    "LOWER_DIAG_ROW": ("lower", 0),
    # By columns, a triangle is the other one by rows.
    "UPPER_COL": ("lower", -1),
    "LOWER_COL": ("upper", 1),
    "UPPER_DIAG_COL": ("lower", 0),
    "LOWER_DIAG_COL": ("upper", 0),
}
COMMENTS = ("#", "%")
# A keyword and its value; some programs leave out the colon.
FIELD = re.compile(r"(?:([^:]+):|(DIMENSION|TYPE|NAME|EDGE_WEIGHT_\w+)\s)(.*)", re.IGNORECASE)
KNOWN = ("NODE_COORD_SECTION", "EDGE_WEIGHT_SECTION", "DISPLAY_DATA_SECTION")
Fields = dict[str, str]
Sections = dict[str, list[str]]


def read_tsplib(stream: BinaryIO, source: str) -> Problem:
    """Read a TSPLIB problem of type TSP or ATSP; a KitError names an unsupported feature.

    Examples
    --------
    >>> import io
    >>> square = io.BytesIO(
    ...     b"TYPE: TSP\\nDIMENSION: 4\\nEDGE_WEIGHT_TYPE: EUC_2D\\nNODE_COORD_SECTION\\n"
    ...     b"1 0 0\\n2 3 0\\n3 3 4\\n4 0 4\\nEOF\\n")
    >>> read_tsplib(square, "square.tsp").distances.pairs([0, 0], [1, 2]).tolist()
    [3.0, 5.0]
    """
    fields, sections = _split(stream, source)
    kind = (fields.get("TYPE", "").upper().split() or ["TSP"])[0]
    if kind not in TYPES:
        raise KitError(f"{source}: TYPE {kind} is not supported; use {' or '.join(TYPES)}")
    weights = fields.get("EDGE_WEIGHT_TYPE", "EXPLICIT").upper()
    if weights == "EXPLICIT":
        return _explicit(fields, sections, source)
    if weights.lower() not in FORMULAS:
        raise KitError(f"{source}: EDGE_WEIGHT_TYPE {weights} is not known; use EUC_2D or EXPLICIT")
    names, points = _points(sections.get("NODE_COORD_SECTION", []), fields, source)
    return from_points(names, points, weights.lower(), closed=True)


def _lines(stream: BinaryIO, source: str) -> Iterator[str]:
    for number, line in enumerate(stream, 1):
        try:
            yield line.decode("utf-8-sig").strip()
        except UnicodeDecodeError:
            raise KitError(
                f"{source}: line {number}: is not UTF-8; convert it with iconv"
            ) from None


def _split(stream: BinaryIO, source: str) -> tuple[Fields, Sections]:
    """Return the specification and, of each section of data, its words."""
    fields: Fields = {}
    sections: Sections = {}
    words: list[str] | None = None
    for line in _lines(stream, source):
        if line.upper() == "EOF":
            break
        if line.startswith(COMMENTS):
            continue
        name = line.rstrip(" :").upper()
        if name.endswith("_SECTION"):
            if name not in KNOWN:
                raise KitError(f"{source}: {name} is not supported; drop it, or give an edge list")
            words = sections.setdefault(name, [])
        elif line[:1].isalpha() and (found := FIELD.fullmatch(line)):
            fields[(found[1] or found[2]).strip().upper()], words = found[3].strip(), None
        elif words is not None:
            words += line.split()
        elif line:
            raise KitError(f"{source}: {line[:40]!r} is neither a field nor data; correct it")
    return fields, sections


def _dimension(fields: Fields, source: str) -> int:
    try:
        size = int(fields["DIMENSION"])
    except (KeyError, ValueError):
        raise KitError(f"{source}: DIMENSION is missing or not a number; correct it") from None
    if size < 1:
        raise KitError(f"{source}: DIMENSION is {size}; it must be at least 1")
    return size


def _numbers(words: list[str], expected: int, what: str, source: str) -> "Array":
    import numpy as np

    if len(words) != expected:
        raise KitError(f"{source}: {what} has {len(words)} numbers, {expected} are needed")
    try:
        numbers = np.fromiter(map(float, words), float, len(words))
    except ValueError as error:
        raise KitError(f"{source}: {what}: {str(error)[:80]}; correct it") from None
    if not np.isfinite(numbers).all():
        raise KitError(f"{source}: {what} has a number that is not finite; correct it")
    return numbers


def _points(words: list[str], fields: Fields, source: str) -> tuple[list[str], "Array"]:
    import numpy as np

    size = _dimension(fields, source)
    if len(words) == 3 * size + 1 and words[-1] == "-1":  # the end of a list, as some write it
        words = words[:-1]
    if len(words) != 3 * size:
        what = f"NODE_COORD_SECTION has {len(words)} words"
        raise KitError(f"{source}: {what}, {size} cities need {3 * size}: number, x and y each")
    halves = [_numbers(words[at::3], size, "NODE_COORD_SECTION", source) for at in (1, 2)]
    return words[::3], np.stack(halves, axis=1)


def _explicit(fields: Fields, sections: Sections, source: str) -> Problem:
    import numpy as np

    size, form = _dimension(fields, source), fields.get("EDGE_WEIGHT_FORMAT", "FULL_MATRIX").upper()
    words = sections.get("EDGE_WEIGHT_SECTION", [])
    if form == "FULL_MATRIX":
        matrix = _numbers(words, size * size, form, source).reshape(size, size)
    elif form in TRIANGLES:
        side, diagonal = TRIANGLES[form]
        indices = np.triu_indices if side == "upper" else np.tril_indices
        numbers = _numbers(words, size * (size + (1 if diagonal == 0 else -1)) // 2, form, source)
        where = indices(size, diagonal)
        matrix = np.zeros((size, size))
        matrix[where] = numbers
        matrix = np.where(matrix != 0, matrix, matrix.T)
    else:
        raise KitError(f"{source}: EDGE_WEIGHT_FORMAT {form} is not known; use FULL_MATRIX")
    np.fill_diagonal(matrix, 0)
    if matrix.min() < 0:
        raise KitError(f"{source}: a distance in {form} is negative; use distances from 0 up")
    problem = from_matrix([str(city + 1) for city in range(size)], matrix, closed=True)
    return _shown(problem, sections, source)


def _shown(problem: Problem, sections: Sections, source: str) -> Problem:
    """Add the coordinates of the file, for plots, to a matrix."""
    words = sections.get("DISPLAY_DATA_SECTION", sections.get("NODE_COORD_SECTION", []))
    if not words:
        return problem
    size = problem.size
    table = _numbers(words, 3 * size, "DISPLAY_DATA_SECTION", source).reshape(size, 3)
    return replace(problem, points=table[:, 1:])
