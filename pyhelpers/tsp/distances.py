"""Distances between cities: from a matrix, or computed from coordinates as they are needed."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

EARTH_KM = 6371.0088  # mean radius, IUGG
TSPLIB_EARTH_KM = 6378.388
TSPLIB_PI = 3.141592
GEOGRAPHIC = ("great_circle", "geo")
Scalar = Callable[[int, int], float]


@dataclass(frozen=True)
class MatrixDistances:
    """Distances that were given; infinity where there is no edge.

    Attributes
    ----------
    matrix : array of float, shape (n, n)
        From row to column; the diagonal is ignored.
    """

    matrix: "Array"

    @property
    def size(self) -> int:
        """The number of cities."""
        return len(self.matrix)

    @property
    def symmetric(self) -> bool:
        """Whether each distance is the same in both directions."""
        return bool((self.matrix == self.matrix.T).all())

    def pairs(self, i: "Array", j: "Array") -> "Array":
        """Return the distance of each pair of cities."""
        found: Array = self.matrix[i, j]
        return found

    def block(self, rows: "Array | slice") -> "Array":
        """Return whole rows of the matrix."""
        found: Array = self.matrix[rows]
        return found

    def scalar(self) -> Scalar:
        """Return a quick function of two cities, for loops in plain Python."""
        cells: Any = self.matrix
        view = memoryview(cells)
        return lambda a, b: view[a, b]


@dataclass(frozen=True)
class PointDistances:
    """Distances computed from coordinates, without a matrix of n x n.

    Attributes
    ----------
    points : array of float, shape (n, 2)
        x and y; latitude and longitude in degrees for `great_circle`, in TSPLIB's
        degrees.minutes for `geo`.
    kind : str
        A key of `FORMULAS`; all but `euclid` and `great_circle` are TSPLIB 95's (Reinelt 1991).
    """

    points: "Array"
    kind: str

    symmetric = True

    @property
    def size(self) -> int:
        """The number of cities."""
        return len(self.points)

    def pairs(self, i: "Array", j: "Array") -> "Array":
        """Return the distance of each pair of cities."""
        found: Array = FORMULAS[self.kind](self.points[i].T, self.points[j].T)
        return found

    def block(self, rows: "Array | slice") -> "Array":
        """Return the distances from some cities to all, shape (rows, n)."""
        some, every = self.points[rows].T[:, :, None], self.points.T[:, None, :]
        found: Array = FORMULAS[self.kind](some, every)
        return found

    def scalar(self) -> Scalar:
        """Return a quick function of two cities, for loops in plain Python."""
        x, y = self.points.T.tolist()
        hypot = math.hypot
        if self.kind == "euclid":
            return lambda a, b: hypot(x[a] - x[b], y[a] - y[b])
        if self.kind == "euc_2d":
            return lambda a, b: int(hypot(x[a] - x[b], y[a] - y[b]) + 0.5)
        if self.kind == "great_circle":
            return _great_circle_scalar(x, y)
        formula = FORMULAS[self.kind]
        return lambda a, b: float(formula((x[a], y[a]), (x[b], y[b])))

    def embedding(self) -> "Array":
        """Return coordinates, shape (n, 2 or 3), in which nearer is never farther by the formula.

        Points of a sphere are put on it in space: the chord grows with the arc.
        """
        import numpy as np

        if self.kind not in GEOGRAPHIC:
            return self.points
        to_radians = _tsplib_radians if self.kind == "geo" else np.radians
        latitude, longitude = to_radians(self.points.T)
        flat = np.cos(latitude)
        return np.stack(
            [flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1
        )


Distances = MatrixDistances | PointDistances


def _euclid(a: Any, b: Any) -> Any:
    import numpy as np

    across, along = a[0] - b[0], a[1] - b[1]
    across *= across
    along *= along
    across += along
    return np.sqrt(across)


def _rounded(a: Any, b: Any) -> Any:
    import numpy as np

    return np.floor(_euclid(a, b) + 0.5)


def _ceiling(a: Any, b: Any) -> Any:
    import numpy as np

    return np.ceil(_euclid(a, b))


def _manhattan(a: Any, b: Any) -> Any:
    import numpy as np

    return np.floor(np.abs(a[0] - b[0]) + np.abs(a[1] - b[1]) + 0.5)


def _maximum(a: Any, b: Any) -> Any:
    import numpy as np

    return np.floor(np.maximum(np.abs(a[0] - b[0]), np.abs(a[1] - b[1])) + 0.5)


def _pseudo_euclid(a: Any, b: Any) -> Any:
    """ATT: the root of a tenth of the squares, rounded up."""
    import numpy as np

    return np.ceil(np.sqrt(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) / 10))


def _tsplib_radians(degrees: Any) -> Any:
    """Read degrees.minutes, as TSPLIB writes latitudes and longitudes."""
    import numpy as np

    whole = np.trunc(degrees)
    return TSPLIB_PI * (whole + 5 * (degrees - whole) / 3) / 180


def _geographic(a: Any, b: Any) -> Any:
    """GEO: whole kilometres on TSPLIB's sphere; none from a city to itself."""
    import numpy as np

    (lat_a, lon_a), (lat_b, lon_b) = [
        [_tsplib_radians(np.asarray(half)) for half in point] for point in (a, b)
    ]
    q1 = np.cos(lon_a - lon_b)
    q2, q3 = np.cos(lat_a - lat_b), np.cos(lat_a + lat_b)
    angle = np.arccos(np.clip(0.5 * ((1 + q1) * q2 - (1 - q1) * q3), -1, 1))
    return np.floor(TSPLIB_EARTH_KM * angle + 1)


def _great_circle(a: Any, b: Any) -> Any:
    """Kilometres by the haversine formula (Sinnott, Sky and Telescope 68, 1984)."""
    import numpy as np

    (lat_a, lon_a), (lat_b, lon_b) = [[np.radians(half) for half in point] for point in (a, b)]
    chord = (
        np.sin((lat_a - lat_b) / 2) ** 2
        + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_a - lon_b) / 2) ** 2
    )
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))


def _great_circle_scalar(latitudes: list[float], longitudes: list[float]) -> Scalar:
    lat, lon = [list(map(math.radians, degrees)) for degrees in (latitudes, longitudes)]
    cosines = list(map(math.cos, lat))
    sin, asin, sqrt = math.sin, math.asin, math.sqrt

    def distance(a: int, b: int) -> float:
        across = sin((lon[a] - lon[b]) / 2)
        chord = sin((lat[a] - lat[b]) / 2) ** 2 + cosines[a] * cosines[b] * across * across
        return 2 * EARTH_KM * asin(sqrt(min(chord, 1.0)))

    return distance


FORMULAS: dict[str, Callable[[Any, Any], Any]] = {
    "euclid": _euclid,
    "great_circle": _great_circle,
    "euc_2d": _rounded,
    "ceil_2d": _ceiling,
    "man_2d": _manhattan,
    "max_2d": _maximum,
    "att": _pseudo_euclid,
    "geo": _geographic,
}
