"""Plots: the route in the plane, and the shortest length so far of greedy simulations."""

import math
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.plots import in_colour, new_figure, render, save_figure, text_plot
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.solution import Solution

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

MOST_PLACED = 2_000  # most cities that are placed by their distances
MOST_NAMED = 60  # cities whose names are written into a picture
SO_FAR = "shortest so far"


def places(problem: Problem) -> "Array":
    """Return the coordinates at which to draw each city, shape (n, 2), x to the right and y up.

    Latitudes and longitudes are drawn in the proportions at their middle (equirectangular). Cities
    without coordinates are placed by their distances: classical multidimensional scaling (Torgerson
    1952).
    """
    import numpy as np

    if problem.points is None:
        return _scaled(problem)
    if not problem.geographic:
        return np.asarray(problem.points, dtype=float)
    latitude, longitude = problem.points.T
    middle = math.radians(float((latitude.min() + latitude.max()) / 2))
    return np.stack([_together(longitude) * math.cos(middle), latitude], axis=1)


def check_drawn(problem: Problem) -> None:
    """Raise a KitError for a problem that cannot be drawn."""
    if problem.points is None and problem.size > MOST_PLACED:
        raise KitError("too many cities to draw by their distances; give coordinates", 2)


def _together(longitude: "Array") -> "Array":
    """Return longitudes shifted so that the widest gap between them is at the map's edge."""
    import numpy as np

    turned: Array = longitude % 360
    order = np.sort(turned)
    gaps = np.diff(order, append=order[0] + 360)
    first = order[(int(gaps.argmax()) + 1) % len(order)]
    if np.ptp(longitude) <= 360 - gaps.max() + 1e-9:
        return longitude
    together: Array = first + (turned - first) % 360
    return together


def _scaled(problem: Problem) -> "Array":
    import numpy as np

    check_drawn(problem)
    matrix = np.array(problem.distances.block(slice(None)), dtype=float)
    matrix = np.minimum(matrix, matrix.T)
    matrix[np.isinf(matrix)] = matrix[np.isfinite(matrix)].max()
    np.fill_diagonal(matrix, 0)
    square = matrix**2
    middle = square.mean(axis=0)
    inner = -(square - middle - middle[:, None] + square.mean()) / 2
    values, vectors = np.linalg.eigh(inner)
    last = np.argsort(values)[::-1][:2]
    placed: Array = vectors[:, last] * np.sqrt(np.maximum(values[last], 0))
    if problem.size == 1:
        return np.zeros((1, 2))
    return placed * np.where(placed[np.abs(placed).argmax(axis=0), [0, 1]] < 0, -1, 1)


def line_of(problem: Problem, tour: "Array") -> "Array":
    """Return the cities along the drawn line: the first again at the end of a closed tour."""
    import numpy as np

    return np.append(tour, tour[:1]) if problem.closed else tour


def text_route(problem: Problem, solution: Solution) -> str:
    """Draw a route in characters."""
    x, y = places(problem)[line_of(problem, solution.tour)].T.tolist()
    wide, high = (max(x) - min(x)) or 1.0, (max(y) - min(y)) or 1.0
    plot = text_plot(shape=1.16 * wide / high)
    plot.plot(x, y, marker="braille")
    if problem.size <= MOST_NAMED:
        for stop, city in enumerate(solution.tour.tolist()):
            plot.text(problem.names[city], x[stop], y[stop])
    margin = 0.08 * (max(x) - min(x) or 1.0)
    plot.xlim(min(x) - margin, max(x) + margin)
    plot.title(_title(problem, solution))
    plot.xticks([])
    plot.yticks([])
    return render(plot)


def text_simulations(solution: Solution) -> str:
    """Draw the shortest length so far against the number of simulations, in characters."""
    count, best, came = _simulations(solution)
    plot = text_plot()
    plot.scatter(*zip(*came, strict=True), marker="dot" if in_colour() else "o")
    plot.plot(count, best, marker="braille" if in_colour() else "*")
    plot.title(f"{SO_FAR}, by simulations")
    plot.xlabel("simulations")
    text = render(plot)
    return text if in_colour() else f"{text}\n  *  {SO_FAR}\n  o  each simulation"


def _simulations(
    solution: Solution,
) -> tuple[list[int], list[float], list[tuple[int, float]]]:
    """Return the numbers of simulations, the best after each, and each complete one's length."""
    import numpy as np

    assert solution.simulation is not None
    best = solution.simulation.best_so_far()
    came = solution.simulation.lengths[solution.simulation.draws]
    complete = np.flatnonzero(np.isfinite(best))
    each = [(at + 1, length) for at, length in enumerate(came.tolist()) if math.isfinite(length)]
    return (complete + 1).tolist(), best[complete].tolist(), each


def _title(problem: Problem, solution: Solution) -> str:
    unit = f" {problem.unit}" if problem.unit else ""
    proved = ", proved optimal" if solution.proved else ""
    return f"{problem.size} cities, {solution.length:.7g}{unit}{proved}"


def draw(problem: Problem, solution: Solution, path: str) -> None:
    """Draw into a PNG, SVG or PDF: the simulations of a greedy search, the route of any other."""
    figure = new_figure(8, 6)
    axes = figure.subplots()
    if solution.simulation is not None:
        count, best, came = _simulations(solution)
        axes.plot(*zip(*came, strict=True), ".", color="0.6", label="each simulation")
        axes.step(count, best, where="post", label=SO_FAR)
        axes.legend()
        axes.set(xlabel="simulations", ylabel="distance", title=_title(problem, solution))
    else:
        _draw_route(axes, problem, solution)
    save_figure(figure, path)


def _draw_route(axes: Any, problem: Problem, solution: Solution) -> None:
    drawn = places(problem)
    line = line_of(problem, solution.tour)
    few = problem.size <= MOST_NAMED
    axes.plot(*drawn[line].T, "-o", linewidth=1, markersize=5 if few else 1)
    axes.plot(*drawn[solution.tour[:1]].T, "o", color="tab:green", markersize=9)
    if not problem.closed:
        axes.plot(*drawn[solution.tour[-1:]].T, "s", color="tab:red", markersize=8)
    for city in solution.tour.tolist() if few else ():
        axes.annotate(
            problem.names[city], drawn[city], (4, 4), textcoords="offset points", fontsize=8
        )
    axes.set_title(_title(problem, solution))
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_axis_off()
