"""Kernel density estimate of one column or two: Gaussian kernel, Scott's rule."""

from typing import TYPE_CHECKING, Any

from pyhelpers import KitError

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

GRID = 200
GRID_2D = 60
REACH = 3.0  # bandwidths beyond the outermost point
BATCH = 2_000


def scott(points: "NDArray[float64]") -> "NDArray[float64]":
    """Return the kernel's covariance by Scott's rule, as scipy.stats.gaussian_kde takes it.

    Parameters
    ----------
    points : array, shape (n, d)

    Raises
    ------
    KitError
        When there are fewer than two points, or they are constant or on one line.
    """
    import numpy as np

    n, d = points.shape
    if n < 2:
        raise KitError("a density needs two records or more; choose another column")
    spread: NDArray[float64] = np.atleast_2d(np.cov(points.T))
    covariance: NDArray[float64] = spread * float(n) ** (-2.0 / (d + 4))
    try:
        np.linalg.cholesky(covariance)  # which density_at does
    except np.linalg.LinAlgError:
        what = "these values are constant or on one line"
        raise KitError(f"{what}; a density needs values that differ") from None
    return covariance


def density_at(points: "NDArray[float64]", places: "NDArray[float64]") -> "NDArray[float64]":
    """Return the density at places (m, d) of points (n, d)."""
    import numpy as np

    covariance = scott(points)
    whiten = np.linalg.inv(np.linalg.cholesky(covariance)).T
    points, places = points @ whiten, places @ whiten
    size = points.shape[1]
    scale = np.sqrt(np.linalg.det(2 * np.pi * covariance)) * len(points)
    found = np.zeros(len(places))
    for start in range(0, len(points), BATCH):
        part = points[start : start + BATCH]
        away = sum((places[:, [i]] - part[:, i]) ** 2 for i in range(size))
        found += np.exp(-0.5 * away).sum(axis=1)
    density: NDArray[float64] = found / scale
    return density


def grid_of(points: "NDArray[float64]") -> "list[NDArray[float64]]":
    """Return the grid of each column on which a density is shown."""
    import numpy as np

    size = GRID if points.shape[1] == 1 else GRID_2D
    reach = REACH * np.sqrt(np.diag(scott(points)))
    return [
        np.linspace(column.min() - beyond, column.max() + beyond, size)
        for column, beyond in zip(points.T, reach, strict=True)
    ]


def density_rows(points: "NDArray[float64]", names: list[str]) -> list[dict[str, Any]]:
    """Return the density on a grid, one row per grid point."""
    import numpy as np

    axes = grid_of(points)
    places = np.stack([a.ravel() for a in np.meshgrid(*axes, indexing="ij")], axis=1)
    found = density_at(points, places)
    return [
        dict(zip([*names, "density"], [*place, value], strict=True))
        for place, value in zip(places.tolist(), found.tolist(), strict=True)
    ]
