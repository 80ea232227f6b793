"""Test functions for gradient descent, with their gradients and minima."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.descent.gradient_descent import LabelledRun, Run, observed_label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Point = NDArray[np.float64]


@dataclass(frozen=True)
class Surface:
    """A function of one or two variables.

    Attributes
    ----------
    value, gradient : function
        Of a point, shape (d,).
    minima : tuple of tuple of float
        Every local minimum.
    starts : tuple of tuple of float
        Default starting points.
    rates : tuple of float
        Default learning rates.
    box : tuple of (float, float)
        Range of each axis in plots.
    about : str
        Formula and lesson, for a note.
    """

    name: str
    value: "Callable[[Point], float]"
    gradient: "Callable[[Point], Point]"
    minima: tuple[tuple[float, ...], ...]
    starts: tuple[tuple[float, ...], ...]
    rates: tuple[float, ...]
    box: tuple[tuple[float, float], ...]
    about: str

    @property
    def dimensions(self) -> int:
        """Number of variables."""
        return len(self.box)

    def nearest_minimum(self, point: "Point") -> int:
        """Return the position in `minima` of the one nearest to a point."""
        import math

        place = [float(value) for value in point]
        return min(range(len(self.minima)), key=lambda i: math.dist(self.minima[i], place))


def _gradient(*parts: float) -> "Point":
    import numpy as np

    return np.array(parts)


def _bowl() -> Surface:
    return Surface(
        "bowl",
        lambda p: float(p[0] ** 2),
        lambda p: 2 * p,
        minima=((0.0,),),
        starts=((2.5,),),
        rates=(0.01, 0.2, 0.95, 1.05),
        box=((-4, 4),),
        about="x^2: its curvature is 2 everywhere, so rates above 2/2 = 1 diverge",
    )


def _valley() -> Surface:
    return Surface(
        "valley",
        lambda p: float(0.5 * (p[0] ** 2 + 25 * p[1] ** 2)),
        lambda p: p * _gradient(1, 25),
        minima=((0.0, 0.0),),
        starts=((-4.5, 1.0),),
        rates=(0.001, 0.05, 0.079, 0.081),
        box=((-5, 5), (-2, 2)),
        about="(x^2 + 25 y^2)/2: the steep axis sets the limit 0.08, the flat one needs many steps",
    )


def _wells() -> Surface:
    # The minima are the outer roots of 4x^3 - 8x + 1, to double precision.
    return Surface(
        "wells",
        lambda p: float(p[0] ** 4 - 4 * p[0] ** 2 + p[0]),
        lambda p: 4 * p**3 - 8 * p + 1,
        minima=((-1.47299760111403,), (1.3469974085277738,)),
        starts=((-0.5,), (0.5,)),
        rates=(0.0005, 0.02, 0.11, 0.3),
        box=((-2.3, 2.3),),
        about="x^4 - 4x^2 + x: two minima, the left one lower; the start decides which is found",
    )


def _himmelblau_value(p: "Point") -> float:
    return float((p[0] ** 2 + p[1] - 11) ** 2 + (p[0] + p[1] ** 2 - 7) ** 2)


def _himmelblau_gradient(p: "Point") -> "Point":
    first, second = p[0] ** 2 + p[1] - 11, p[0] + p[1] ** 2 - 7
    return _gradient(4 * p[0] * first + 2 * second, 2 * first + 4 * p[1] * second)


def _himmelblau() -> Surface:
    return Surface(
        "himmelblau",
        _himmelblau_value,
        _himmelblau_gradient,
        minima=(
            (3.0, 2.0),
            (-2.805118086953, 3.131312518251),
            (-3.779310253378, -3.283185991286),
            (3.584428340330, -1.848126526964),
        ),
        starts=((1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)),
        rates=(0.0002, 0.01, 0.03),
        box=((-5, 5), (-5, 5)),
        about="Himmelblau (1972): four minima of the same depth, 0",
    )


def _rosenbrock() -> Surface:
    return Surface(
        "rosenbrock",
        lambda p: float((1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2),
        lambda p: _gradient(
            -2 * (1 - p[0]) - 400 * p[0] * (p[1] - p[0] ** 2), 200 * (p[1] - p[0] ** 2)
        ),
        minima=((1.0, 1.0),),
        starts=((-1.2, 1.0),),
        rates=(0.0005, 0.002, 0.004, 0.01),
        box=((-2, 2), (-1, 3)),
        about="Rosenbrock (1960): a curved valley; its floor is reached soon, its minimum late",
    )


SURFACES = {s.name: s for s in (_bowl(), _valley(), _wells(), _himmelblau(), _rosenbrock())}


def parse_start(text: str, dimensions: int) -> tuple[float, ...]:
    """Return the point in "1,-2".

    Examples
    --------
    >>> parse_start("1,-2", 2)
    (1.0, -2.0)
    """
    try:
        point = tuple(float(word) for word in text.split(","))
    except ValueError:
        point = ()
    if len(point) != dimensions or not all(abs(value) < 1e6 for value in point):
        numbers = "1 number" if dimensions == 1 else f"{dimensions} numbers, like 1,-2"
        raise KitError(f"--start takes {numbers}; not {text!r}", 2)
    return point


def describe_run(surface: Surface, run: Run) -> tuple[dict[str, Any], LabelledRun]:
    """Return where a run began and ended, and its label: as a row, and to be drawn."""
    import numpy as np

    depths = [surface.value(np.array(minimum)) for minimum in surface.minima]
    place = surface.nearest_minimum(run.path[-1])
    lowest = depths[place]
    label = observed_label(run, lowest)
    ended = label != "diverging"
    row = {
        "start": " ".join(f"{value:g}" for value in run.path[0]),
        "rate": run.rate,
        "label": label,
        "close_after": run.closed_at(lowest),
        "end": " ".join(f"{value:.4g}" for value in run.path[-1]) if ended else None,
        "loss": float(run.losses[-1]) if ended else None,
        "nearest_minimum": " ".join(f"{v:.4g}" for v in surface.minima[place]) if ended else None,
    }
    name = f"{run.rate:g} from {row['start']}: {label}"
    return row, LabelledRun(run, name, lowest if ended else min(depths))


def surface_named(name: str) -> Surface:
    """Return the function of a name; a KitError lists the names."""
    if name not in SURFACES:
        raise KitError(f"there is no function {name!r}; choose from {', '.join(SURFACES)}", 2)
    return SURFACES[name]
