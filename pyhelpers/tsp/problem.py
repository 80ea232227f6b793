"""Problem: cities, their distances, and where the route starts and ends."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.tsp.distances import GEOGRAPHIC, Distances, MatrixDistances, PointDistances

if TYPE_CHECKING:
    from pyhelpers.places.service import MapService
    from pyhelpers.tsp.distances import Array


MOST_COMPARED, LONGEST_COMPARED = 5_000, 80  # names, and characters, compared with an unknown name
LARGEST, SMALLEST = 1e150, 1e-150  # coordinates whose squares neither overflow nor vanish


@dataclass(frozen=True)
class Problem:
    """Cities to be visited once each.

    Attributes
    ----------
    names : list of str
        Names of the cities, all different.
    distances : Distances
    closed : bool
        Whether the route returns to where it began.
    start, end : int or None
        The city it must begin or end with; a closed tour has no end.
    points : array, shape (n, 2), or None
        Coordinates of the cities, for plots.
    geographic : bool
        Whether the points are latitudes and longitudes in degrees.
    unit : str
        Of the distances; "" if unknown.
    details : list of dict of str to str
        What the file says of each city beside its name and place; empty if nothing.
    """

    names: list[str]
    distances: Distances
    closed: bool
    start: int | None = None
    end: int | None = None
    points: "Array | None" = None
    geographic: bool = False
    unit: str = ""
    details: list[dict[str, str]] = field(default_factory=list, repr=False)

    @property
    def size(self) -> int:
        """The number of cities."""
        return len(self.names)

    def digest(self) -> str:
        """Return what the cities and their distances are known by."""
        import hashlib

        distances: Any = self.distances
        values = getattr(distances, "matrix", None)
        values = distances.points if values is None else values
        found = hashlib.sha256(repr((self.names, self.closed, self.start, self.end)).encode())
        found.update(values.tobytes())
        return found.hexdigest()

    def city(self, name: str) -> int:
        """Return the number of a city; a KitError suggests similar names."""
        import difflib

        if name in self.names:
            return self.names.index(name)
        short = [known for known in self.names[:MOST_COMPARED] if len(known) <= LONGEST_COMPARED]
        near = difflib.get_close_matches(name[:LONGEST_COMPARED], short, 3, 0.5) or short[:3]
        raise KitError(f"no city {name!r}; did you mean one of: {', '.join(near)}?", 2)

    def between(self, start: str | None, end: str | None, closed: bool | None) -> "Problem":
        """Return the problem with its ends fixed, and closed or open."""
        if closed is None:
            closed = self.closed and end is None
        if closed and end is not None and end != start:
            raise KitError("a closed tour has no --end; drop it or ask for --open", 2)
        first = None if start is None else self.city(start)
        last = None if end is None or closed else self.city(end)
        if first is not None and first == last:
            raise KitError("--start and --end name one city; use --closed to come back to it", 2)
        return replace(self, closed=closed, start=first, end=last)

    def legs(self, tour: "Array") -> "Array":
        """Return the length of each leg of a tour, shape (n,) when closed, else (n - 1,)."""
        import numpy as np

        follows = np.roll(tour, -1)
        if not self.closed or self.size == 1:
            tour, follows = tour[:-1], follows[:-1]
        return self.distances.pairs(tour, follows)

    def length(self, tour: "Array") -> float:
        """Return the length of a tour; infinite where an edge is missing."""
        import math

        return math.fsum(self.legs(tour).tolist())


def number(value: float) -> float | int:
    """Return a whole number as an int, so that distances print as they were given.

    Examples
    --------
    >>> number(128.0), number(0.5)
    (128, 0.5)
    """
    return int(value) if value == int(value) else value


def from_matrix(names: list[str], matrix: "Array", closed: bool) -> Problem:
    """Return a problem with given distances; a KitError names a repeated city."""
    import numpy as np

    _check_names(names)
    longest = float(matrix.max(where=np.isfinite(matrix), initial=0.0))
    if longest * len(names) > LARGEST**2:
        raise KitError(f"a distance of {longest:g} is too long to be summed; use a larger unit")
    return Problem(names, MatrixDistances(matrix), closed)


def from_points(names: list[str], points: "Array", kind: str, closed: bool) -> Problem:
    """Return a problem with coordinates; a KitError names a repeated city or wrong coordinates."""
    import numpy as np

    _check_names(names)
    extent = float(np.abs(points).max())
    if extent > LARGEST or 0 < extent < SMALLEST:
        raise KitError(f"coordinates of {extent:g} cannot be measured; use another unit")
    geographic = kind in GEOGRAPHIC
    shown = points
    if kind == "geo":
        whole = np.trunc(points)
        shown = whole + 5 * (points - whole) / 3
    if geographic:
        _check_globe(names, shown)
    unit = "km" if geographic else ""
    return Problem(names, PointDistances(points, kind), closed, None, None, shown, geographic, unit)


def _check_names(names: list[str]) -> None:
    if not names:
        raise KitError("it has no cities; give one in each row")
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise KitError(f"the city {name!r} is given {times} times; use each name once")


def _check_globe(names: list[str], points: "Array") -> None:
    import numpy as np

    wrong = (np.abs(points[:, 0]) > 90) | (np.abs(points[:, 1]) > 360)
    if wrong.any():
        city = int(wrong.argmax())
        where = f"{points[city, 0]:g}, {points[city, 1]:g}"
        raise KitError(f"the city {names[city]!r} is at {where}; latitude comes first, in degrees")


def with_driving_times(problem: Problem, address: str, service: "MapService") -> Problem:
    """Return the problem with an OSRM server's driving times, in seconds, as its distances."""
    from pyhelpers.places.osrm import driving_times

    if not problem.geographic or problem.points is None:
        raise KitError("--osrm needs latitudes and longitudes; give columns name,lat,lon", 2)
    matrix = driving_times(problem.points, address, service)
    return replace(problem, distances=MatrixDistances(matrix), unit="s")
