"""The six data sets of TensorFlow Playground: points of the plane with a class or a value."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pyhelpers import KitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Targets = NDArray[np.int64] | NDArray[np.float64]

FEATURES = ("x", "y", "x2", "y2", "xy", "sinx", "siny")

# As in the playground's own code (D. Smilkov and S. Carter, 2016): all points are in the square
# from -6 to 6. Each function returns points, shape (count, 2), and their classes 0 and 1 or values.


def circle(count: int, noise: float, draw: "np.random.Generator") -> "tuple[Points, Targets]":
    """Draw an inner disc (class 1) and a ring (class 0)."""
    import numpy as np

    inner = np.arange(count) % 2
    low, high = np.where(inner, 0.0, 0.7), np.where(inner, 0.5, 1.0)
    angle, radius = draw.uniform(0, 2 * np.pi, count), 5 * draw.uniform(low, high)
    points = radius[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    moved = points + draw.uniform(-5, 5, (count, 2)) * noise
    return points, (np.linalg.norm(moved, axis=1) < 2.5).astype(np.int64)


def xor(count: int, noise: float, draw: "np.random.Generator") -> "tuple[Points, Targets]":
    """Draw points whose class is 1 where x and y have the same sign."""
    import numpy as np

    points = draw.uniform(-5, 5, (count, 2))
    points += np.where(points > 0, 0.3, -0.3)
    moved = points + draw.uniform(-5, 5, (count, 2)) * noise
    return points, (moved[:, 0] * moved[:, 1] >= 0).astype(np.int64)


def gauss(count: int, noise: float, draw: "np.random.Generator") -> "tuple[Points, Targets]":
    """Draw from two normal distributions, around (-2, -2) and (2, 2)."""
    import numpy as np

    classes = np.arange(count) % 2
    deviation = np.sqrt(0.5 + 7 * noise)
    points = draw.normal(0, deviation, (count, 2)) + np.where(classes, 2, -2)[:, None]
    return points, classes


def spiral(count: int, noise: float, draw: "np.random.Generator") -> "tuple[Points, Targets]":
    """Draw two spiral arms of one and three quarter turns."""
    import numpy as np

    classes = np.arange(count) % 2
    along = (np.arange(count) // 2) / max(count // 2, 1)
    angle = 1.75 * 2 * np.pi * along + np.pi * classes
    points = 5 * along[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    return points + draw.uniform(-1, 1, (count, 2)) * noise, classes


def plane(count: int, noise: float, draw: "np.random.Generator") -> "tuple[Points, Targets]":
    """Draw points whose value is (x + y) / 10."""
    import numpy as np

    points = draw.uniform(-6, 6, (count, 2))
    moved = points + draw.uniform(-6, 6, (count, 2)) * noise
    return points, np.asarray(moved.sum(axis=1) / 10)


def hills(count: int, noise: float, draw: "np.random.Generator") -> "tuple[Points, Targets]":
    """Draw points on six cones of radius 2, three up and three down (the playground's gauss)."""
    import numpy as np

    points = draw.uniform(-6, 6, (count, 2))
    moved = points + draw.uniform(-6, 6, (count, 2)) * noise
    tops = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
    away = np.linalg.norm(moved[:, None] - tops, axis=2)
    nearest = away.argmin(axis=1)
    heights = np.clip(1 - away.min(axis=1) / 2, 0, 1)
    return points, heights * np.array([1, -1, 1, -1, 1, -1])[nearest]


Maker = Callable[[int, float, "np.random.Generator"], "tuple[Points, Targets]"]
CLASSIFICATION: dict[str, Maker] = {"circle": circle, "xor": xor, "gauss": gauss, "spiral": spiral}
REGRESSION: dict[str, Maker] = {"plane": plane, "hills": hills}
DATASETS: dict[str, Maker] = CLASSIFICATION | REGRESSION


def make_dataset(name: str, count: int, noise: float, seed: int) -> "tuple[Points, Targets]":
    """Draw the points of a data set, in random order.

    Parameters
    ----------
    name : str
        One of `DATASETS`.
    count : int
        Number of points, half of each class (circle and xor: about half).
    noise : float
        From 0 to 0.5; how far points are moved before they get their class or value.

    Returns
    -------
    ndarray, shape (count, 2), and ndarray of 0 and 1 or of values, shape (count,)

    Examples
    --------
    >>> points, classes = make_dataset("circle", 100, 0.0, seed=1)
    >>> bool((((points**2).sum(axis=1) < 2.5**2) == (classes == 1)).all())
    True
    """
    import numpy as np

    draw = np.random.default_rng(seed)
    points, targets = DATASETS[name](count, noise, draw)
    order = draw.permutation(count)
    return points[order], targets[order]


def parse_inputs(text: str) -> tuple[str, ...]:
    """Return the network's inputs in "x,y,xy"."""
    names = tuple(word.strip() for word in text.split(","))
    if not set(names) <= set(FEATURES):
        raise KitError(f"--inputs takes some of {','.join(FEATURES)}; not {text!r}", 2)
    return names


def features(points: "Points", names: tuple[str, ...]) -> "Points":
    """Return the network's inputs for each point.

    Parameters
    ----------
    points : ndarray, shape (n, d)
    names : tuple of str
        Of "x", "y", "x2", "y2", "xy", "sinx", "siny"; empty for the coordinates as they are.

    Raises
    ------
    KitError
        For an unknown name.
    """
    import numpy as np

    if not names:
        return points
    x, y = points[:, 0], points[:, 1]
    values = (x, y, x**2, y**2, x * y, np.sin(x), np.sin(y))
    known = dict(zip(FEATURES, values, strict=True))
    for name in names:
        if name not in known:
            raise KitError(f"there is no input {name!r}; choose from {','.join(FEATURES)}", 2)
    return np.column_stack([known[name] for name in names])
