"""Driving times: a matrix of durations from an OSRM server (HTTP API v1, table service)."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.places.service import MapService
from pyhelpers.tsp.distances import MatrixDistances
from pyhelpers.tsp.problem import Problem

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

MOST_SECONDS = 1e9  # of a leg: thirty years
MOST_POINTS = 100  # of a request: the limit of public servers


def with_road_times(problem: Problem, address: str, service: MapService) -> Problem:
    """Return the problem with an OSRM server's driving times, in seconds, as its distances.

    A request has at most `MOST_POINTS` places; the time between unconnected places is infinite.

    Raises
    ------
    KitError
        When the cities have no latitude and longitude, or the server does not answer with a table.
    """
    import numpy as np

    if not problem.geographic or problem.points is None:
        raise KitError("--osrm needs latitudes and longitudes; give columns name,lat,lon", 2)
    size = problem.size
    matrix = np.zeros((size, size))
    step = size if size <= MOST_POINTS else MOST_POINTS // 2
    for row in range(0, size, step):
        for column in range(0, size, step):
            rows, columns = (range(at, min(at + step, size)) for at in (row, column))
            matrix[row : row + step, column : column + step] = _table(
                problem.points, rows, columns, address, service
            )
    np.fill_diagonal(matrix, 0)
    return replace(problem, distances=MatrixDistances(matrix), unit="s")


def _table(
    points: "Array", rows: range, columns: range, address: str, service: MapService
) -> "Array":
    """Return the durations from some places to others, shape (rows, columns)."""
    import numpy as np

    places = list(rows) if rows == columns else [*rows, *columns]
    where = ";".join("{1:.6f},{0:.6f}".format(*points[place]) for place in places)
    url = f"{address.rstrip('/')}/table/v1/driving/{where}?annotations=duration"
    if rows != columns:
        numbers = [";".join(map(str, part)) for part in _numbers(len(rows), len(columns))]
        url += f"&sources={numbers[0]}&destinations={numbers[1]}"
    durations = service.ask(url, parse=lambda found: _durations(found, len(rows), len(columns)))
    table = np.array(durations, dtype=float)  # null, for unreachable, becomes NaN
    return np.where(np.isnan(table), np.inf, table)


def _durations(found: Any, rows: int, columns: int) -> list[list[float | None]]:
    """Return the table in OSRM's answer; a ValueError where there is none."""
    if found.get("code") != "Ok" or "durations" not in found:
        why = found.get("message", found.get("code", ""))
        raise ValueError(f"no table of durations: {why}")
    table: list[list[float | None]] = found["durations"]
    if len(table) != rows or any(len(row) != columns for row in table):
        raise ValueError(f"no table for {rows} x {columns} places")
    for cell in (cell for row in table for cell in row if cell is not None):
        if type(cell) not in (int, float) or not 0 <= cell <= MOST_SECONDS:
            raise ValueError("a duration is not a number of seconds")
    return table


def _numbers(rows: int, columns: int) -> tuple[range, range]:
    return range(rows), range(rows, rows + columns)
