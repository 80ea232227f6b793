"""Edge lists: each row has a distance from one city to another, as in the chapter."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.csvio.table import Table, parse_number
from pyhelpers.tsp.problem import Problem, from_matrix

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

MOST_CITIES = 5_000  # a matrix of 200 MB


@dataclass
class EdgeList:
    """The rows of a list: cities numbered in order of appearance, and the distance of each pair.

    Attributes
    ----------
    number : dict of str to int
        The cities.
    distance : dict of (int, int) to float
    line : dict of (int, int) to int
        The line of each pair.
    """

    source: str
    number: dict[str, int] = field(default_factory=dict)
    distance: dict[tuple[int, int], float] = field(default_factory=dict)
    line: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, line: int, start: str, end: str, distance: float) -> None:
        """Add one row; an edge from a city to itself adds the city only."""
        first = self.number.setdefault(start, len(self.number))
        pair = first, self.number.setdefault(end, len(self.number))
        if start == end:
            return
        if self.distance.setdefault(pair, distance) != distance:
            before = f"{self.distance[pair]:g} on line {self.line[pair]}"
            what = f"{start!r} to {end!r} is {distance:g} here and {before}"
            raise KitError(f"{self.source}: line {line}: {what}; keep one of them")
        self.line.setdefault(pair, line)

    @property
    def one_way(self) -> bool:
        """Whether no pair of cities is given in both directions: then edges are undirected."""
        return not any((b, a) in self.distance for a, b in self.distance)

    def matrix(self, directed: bool) -> "Array":
        """Return the distances, infinite where none is given."""
        import numpy as np

        matrix = np.full((len(self.number), len(self.number)), np.inf)
        pairs = np.array(list(self.distance), dtype=np.intp).reshape(-1, 2)
        lengths = np.fromiter(self.distance.values(), float)
        if not directed:
            back = np.isinf(matrix[pairs[:, 1], pairs[:, 0]])
            matrix[pairs[back, 1], pairs[back, 0]] = lengths[back]
        matrix[pairs[:, 0], pairs[:, 1]] = lengths
        np.fill_diagonal(matrix, 0)
        return matrix


def edge_problem(
    table: Table, columns: tuple[int, int, int], directed: bool | None
) -> tuple[Problem, bool]:
    """Read an edge list.

    Parameters
    ----------
    columns : (int, int, int)
        Positions of from, to and distance.
    directed : bool or None
        None: rows are undirected when no pair is given in both directions.

    Returns
    -------
    Problem, bool
        An open path over the cities; whether rows were used in both directions.

    Raises
    ------
    KitError
        For a distance that is not a finite number from 0 up, a nameless city, two rows that
        contradict each other, or too many cities.
    """
    edges = EdgeList(table.source)
    for line, start, end, distance in _rows(table, columns):
        edges.add(line, start, end, distance)
    if len(edges.number) > MOST_CITIES:
        raise KitError(
            f"{table.source}: an edge list of {len(edges.number)} cities; "
            f"above {MOST_CITIES} give coordinates"
        )
    both = edges.one_way if directed is None else not directed
    return from_matrix(list(edges.number), edges.matrix(not both), closed=False), both


def _rows(table: Table, columns: tuple[int, int, int]) -> Iterator[tuple[int, str, str, float]]:
    first, second, third = columns
    for line, fields in table.records:
        start, end = fields[first].strip(), fields[second].strip()
        if not start or not end:
            column = table.names[second if start else first]
            raise KitError(f"{table.source}: line {line}, column {column!r}: no city is named")
        name = table.names[third]
        distance = parse_number(fields[third], table.source, line, name)
        if not math.isfinite(distance) or distance < 0:
            what = f"{fields[third]!r} from {start!r} to {end!r} is not a distance"
            where = f"{table.source}: line {line}, column {name!r}"
            raise KitError(f"{where}: {what}; correct or remove it")
        yield line, start, end, distance
