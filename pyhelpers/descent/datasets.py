"""The four data sets of TensorFlow Playground: points of two classes in the plane."""

import math
from typing import TYPE_CHECKING, Literal

from pyhelpers import KitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Classes = NDArray[np.int64]

Dataset = Literal["circle", "xor", "gauss", "spiral"]
DATASETS: tuple[Dataset, ...] = ("circle", "xor", "gauss", "spiral")
RADIUS = 5.0  # all points are in the square from -6 to 6
GAP = 0.3  # between xor's quadrants
TURNS = 1.75
FEATURES = ("x", "y", "x2", "y2", "xy", "sinx", "siny")


def datasets_named(names: list[str] | None) -> list[Dataset]:
    """Return the data sets of these names, each once; all of them for None or no name."""
    for name in names or ():
        if name not in DATASETS:
            raise KitError(f"there is no data set {name!r}; choose from {', '.join(DATASETS)}", 2)
    return [dataset for dataset in DATASETS if not names or dataset in names]


def parse_inputs(text: str) -> tuple[str, ...]:
    """Return the network's inputs in "x,y,xy"."""
    names = tuple(word.strip() for word in text.split(","))
    if not set(names) <= set(FEATURES):
        raise KitError(f"--inputs takes some of {','.join(FEATURES)}; not {text!r}", 2)
    return names


def make_dataset(name: Dataset, count: int, noise: float, seed: int) -> "tuple[Points, Classes]":
    """Draw points of two classes, as TensorFlow's Playground does (D. Smilkov and S. Carter, 2016).

    Parameters
    ----------
    name : {"circle", "xor", "gauss", "spiral"}
        An inner disc and a ring; opposite quadrants; two normal distributions; two spiral arms.
    count : int
        Number of points, half of each class (xor: at random).
    noise : float
        From 0 to 0.5; how far points cross the border between the classes.

    Returns
    -------
    ndarray, shape (count, 2), and ndarray of 0 and 1, shape (count,)
        In random order.

    Examples
    --------
    >>> points, classes = make_dataset("circle", 100, 0.0, seed=1)
    >>> bool((((points**2).sum(axis=1) < 2.5**2) == (classes == 1)).all())
    True
    """
    import numpy as np

    draw = np.random.default_rng(seed)
    classes = np.arange(count) % 2
    if name == "spiral":
        along = (np.arange(count) // 2) / max(count // 2, 1)
        angle = TURNS * 2 * math.pi * along + math.pi * classes
        points = RADIUS * along[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
        points += draw.uniform(-1, 1, (count, 2)) * noise
    elif name == "gauss":
        spread = 0.5 + 7 * noise
        points = draw.normal(0, math.sqrt(spread), (count, 2)) + np.where(classes, 2, -2)[:, None]
    elif name == "circle":
        low, high = np.where(classes, 0.0, 0.7), np.where(classes, 0.5, 1.0)
        angle, radius = draw.uniform(0, 2 * math.pi, count), RADIUS * draw.uniform(low, high)
        points = radius[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
        moved = points + draw.uniform(-RADIUS, RADIUS, (count, 2)) * noise
        classes = (np.linalg.norm(moved, axis=1) < RADIUS / 2).astype(np.int64)
    else:
        points = draw.uniform(-RADIUS, RADIUS, (count, 2))
        points += np.where(points > 0, GAP, -GAP)
        moved = points + draw.uniform(-RADIUS, RADIUS, (count, 2)) * noise
        classes = (moved[:, 0] * moved[:, 1] >= 0).astype(np.int64)
    order = draw.permutation(count)
    return points[order], classes[order].astype(np.int64)


def features(points: "Points", names: tuple[str, ...]) -> "Points":
    """Return the network's inputs for each point.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
    names : tuple of str
        Of "x", "y", "x2", "y2", "xy", "sinx", "siny".

    Raises
    ------
    KitError
        For an unknown name.
    """
    import numpy as np

    x, y = points[:, 0], points[:, 1]
    values = (x, y, x**2, y**2, x * y, np.sin(x), np.sin(y))
    known = dict(zip(FEATURES, values, strict=True))
    for name in names:
        if name not in known:
            raise KitError(f"there is no input {name!r}; choose from {','.join(FEATURES)}", 2)
    return np.column_stack([known[name] for name in names])
