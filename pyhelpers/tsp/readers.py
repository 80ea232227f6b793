"""Read a problem from an edge list, a matrix, coordinates or a TSPLIB file."""

import io
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, cast

from pyhelpers import KitError
from pyhelpers.csvio.cells import to_number
from pyhelpers.csvio.sources import display_name, open_source
from pyhelpers.csvio.table import MISSING, Table, parse_number, refuse_twice, table_of
from pyhelpers.text import counted
from pyhelpers.tsp.edge_lists import edge_problem
from pyhelpers.tsp.problem import Problem, from_matrix, from_points
from pyhelpers.tsp.tsplib import read_tsplib

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

TSPLIB = re.compile(
    rb"(?:[^\S\n]{0,9}(?:[#%][^\n]*)?\n)*\s{0,99}(NAME|TYPE|COMMENT|DIMENSION|EDGE_WEIGHT_\w+)\s{0,99}:"
    rb"|(?:[^\n]{0,200}\n){0,9}\s*(NODE_COORD|EDGE_WEIGHT)_SECTION",
    re.I,
)
ENDS = (("from", "to"), ("source", "target"), ("origin", "destination"), ("start", "end"))
PLACES = (
    ("great_circle", ("lat", "latitude"), ("lon", "lng", "long", "longitude")),
    ("euclid", ("x",), ("y",)),
)
NAMES = ("name", "city", "label", "id", "place")
MOST_DETAILED = 10_000  # cities whose other columns are kept
FORMS = (
    "give columns from,to,distance, or name,lat,lon, or name,x,y, "
    "or a square matrix with the cities in its header, or a TSPLIB file"
)


@dataclass(frozen=True)
class Selection:
    """Cities to keep: those with the highest scores, and some named ones.

    Attributes
    ----------
    column : str
        Column of scores.
    count : int
        Number of cities to keep.
    kept : frozenset of str
        Cities that are kept whatever their score.
    """

    column: str
    count: int
    kept: frozenset[str] = frozenset()


def read_problem(
    file: str | None, delimiter: str | None, directed: bool | None, best: Selection | None
) -> tuple[Problem, list[str]]:
    """Read a problem; its form is detected.

    Parameters
    ----------
    best : Selection or None
        For coordinates only.

    Returns
    -------
    Problem, list of str
        The problem, and notes on how the file was read.
    """
    source, stream = display_name(file), open_source(file)
    try:
        return _read(stream, source, delimiter, directed, best)
    except KitError as error:
        if error.exit_code != 1 or str(error).startswith(source):
            raise
        raise KitError(f"{source}: {error}") from None


def _read(
    stream: BinaryIO,
    source: str,
    delimiter: str | None,
    directed: bool | None,
    best: Selection | None,
) -> tuple[Problem, list[str]]:
    head = cast(io.BufferedReader, stream).peek(512)
    if TSPLIB.match(head.removeprefix(b"\xef\xbb\xbf")):
        _only_for_points(best)
        return read_tsplib(stream, source), []
    return _from_table(_table(stream, source, delimiter), directed, best)


def _table(stream: BinaryIO, source: str, delimiter: str | None) -> Table:
    table = table_of(stream, source, delimiter)
    table.names = [name.strip() for name in table.names]
    return table


def _from_table(
    table: Table, directed: bool | None, best: Selection | None
) -> tuple[Problem, list[str]]:
    names = [name.lower() for name in table.names]
    for kind, *wanted in PLACES:
        found = [next((names.index(name) for name in half if name in names), -1) for half in wanted]
        if min(found) >= 0:
            refuse_twice(table.source, names, [*wanted[0], *wanted[1], *NAMES])
            return _points(table, names, kind, (found[0], found[1]), best)
    _only_for_points(best)
    columns = _edge_columns(names)
    if columns is None:
        return _matrix(table), []
    refuse_twice(table.source, names, [names[at] for at in columns])
    problem, both = edge_problem(table, columns, directed)
    note = "no edge is given in both directions: edges are undirected (see --directed)"
    return problem, [note] if both and directed is None and problem.size > 2 else []


def _only_for_points(best: Selection | None) -> None:
    if best is not None:
        raise KitError("--score selects cities with coordinates; this file has none", 2)


def _edge_columns(names: list[str]) -> tuple[int, int, int] | None:
    """Return the positions of from, to and distance; None when it is not an edge list."""
    for start, end in ENDS:
        if start in names and end in names:
            ends = (names.index(start), names.index(end))
            rest = [column for column in range(len(names)) if column not in ends]
            named = [column for column in rest if names[column] in ("distance", "weight", "cost")]
            if rest:
                return *ends, (named or rest)[0]
    return None


def _points(
    table: Table,
    names: list[str],
    kind: str,
    columns: tuple[int, int],
    best: Selection | None,
) -> tuple[Problem, list[str]]:
    import numpy as np

    label = next((names.index(name) for name in NAMES if name in names), None)
    if label is None:
        label = next((at for at in range(len(names)) if at not in columns), None)
    score = None if best is None else table.index(best.column)
    rest = [at for at in range(len(names)) if at not in (*columns, label)]
    found: list[tuple[float, str, float, float, dict[str, str]]] = []
    for line, fields in table.records:
        x, y = [_finite(table, line, fields, column) for column in columns]
        name = str(len(found) + 1) if label is None else fields[label].strip()
        rank = 0.0
        if best is not None and name in best.kept:
            rank = math.inf
        elif score is not None:
            if fields[score].strip() in MISSING:
                continue
            rank = parse_number(fields[score], table.source, line, table.names[score])
        more = {table.names[at]: fields[at] for at in rest} if len(found) < MOST_DETAILED else {}
        found.append((rank, name, x, y, more))
    if best is not None:
        found = sorted(found, key=lambda place: -place[0])[: best.count]
    points = np.array([place[2:4] for place in found], dtype=float).reshape(-1, 2)
    cities = distinct([place[1] for place in found])
    renamed = [new for new, place in zip(cities, found, strict=True) if new != place[1]]
    what = counted(len(renamed), "city has", "cities have")
    notes = [f"{what} the name of another: {', '.join(renamed[:3])}"] if renamed else []
    problem = from_points(cities, points, kind, closed=True)
    if rest and len(found) < MOST_DETAILED:
        problem = replace(problem, details=[place[4] for place in found])
    return problem, notes


def distinct(names: list[str]) -> list[str]:
    """Return names that are all different: a repeated one becomes "name (2)".

    Examples
    --------
    >>> distinct(["Cafe", "Cafe", "Cafe (2)", "Cafe"])
    ['Cafe', 'Cafe (3)', 'Cafe (2)', 'Cafe (4)']
    """
    taken, seen, found = set(names), dict[str, int](), list[str]()
    for name in names:
        new = name
        while name in seen and new in taken:
            seen[name] += 1
            new = f"{name} ({seen[name]})"
        seen.setdefault(name, 1)
        taken.add(new)
        found.append(new)
    return found


def _finite(table: Table, line: int, fields: list[str], column: int) -> float:
    number = parse_number(fields[column], table.source, line, table.names[column])
    if not math.isfinite(number):
        where = f"{table.source}: line {line}, column {table.names[column]!r}"
        raise KitError(f"{where}: {fields[column]!r} is not a coordinate; correct it")
    return number


def _matrix(table: Table) -> Problem:
    """Read a square matrix: cities in the header, in the first column, in both or in neither."""
    import numpy as np

    records = list(table.records)
    width, height = len(table.names), len(records)
    numeric = all(to_number(name) is not None for name in table.names)
    nameless = width == height + 1 and numeric
    if nameless:
        records.insert(0, (1, table.names))
        names, labelled, height = [str(city + 1) for city in range(width)], False, width
    elif width == height + 1:
        names, labelled = table.names[1:], True
    elif width == height:
        names, labelled = table.names, False
    else:
        what = f"{width} columns and {height} records are not a square matrix"
        raise KitError(f"{table.source}: {what}; {FORMS}")
    matrix = np.empty((height, height))
    for row, (line, fields) in enumerate(records):
        if labelled and fields[0].strip() != names[row]:
            what = f"the row is {fields[0]!r}, but {names[row]!r} is next in the header"
            raise KitError(f"{table.source}: line {line}: {what}; use the header's order")
        matrix[row] = _row(table, names, row, line, fields[labelled:])
    np.fill_diagonal(matrix, 0)
    return from_matrix(names, matrix, closed=True)


def _row(
    table: Table, names: list[str], row: int, line: int, fields: list[str]
) -> "list[float] | Array":
    """Read one row's distances; an empty field, inf or NaN is a missing edge."""
    numbers = []
    for column, text in enumerate(fields):
        missing = text.strip() in MISSING
        number = math.inf if missing else parse_number(text, table.source, line, names[column])
        if number < 0 and column != row:
            where = f"{table.source}: line {line}, column {names[column]!r}"
            what = f"{text!r} from {names[row]!r} is not a distance"
            raise KitError(f"{where}: {what}; correct it, or leave it empty for no edge")
        numbers.append(math.inf if math.isnan(number) else number)
    return numbers
