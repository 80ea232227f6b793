"""Driving times: a matrix of durations from an OSRM server (HTTP API v1, table service)."""

from typing import TYPE_CHECKING, Any

from pyhelpers.places.service import MapService

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

MOST_SECONDS = 1e9  # of a leg: thirty years
MOST_POINTS = 100  # of a request: the limit of public servers


def driving_times(points: "Array", address: str, service: MapService) -> "Array":
    """Return an OSRM server's driving times between places (HTTP API v1, table service).

    A request has at most `MOST_POINTS` places.

    Parameters
    ----------
    points : array of float, shape (n, 2)
        Latitudes and longitudes, in degrees.

    Returns
    -------
    array of float, shape (n, n)
        Seconds; infinite between unconnected places.

    Raises
    ------
    KitError
        When the server does not answer with a table.
    """
    import numpy as np

    size = len(points)
    matrix = np.zeros((size, size))
    step = size if size <= MOST_POINTS else MOST_POINTS // 2
    for row in range(0, size, step):
        for column in range(0, size, step):
            rows, columns = (range(at, min(at + step, size)) for at in (row, column))
            matrix[row : row + step, column : column + step] = _table(
                points, rows, columns, address, service
            )
    np.fill_diagonal(matrix, 0)
    return matrix


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
