"""solve-tsp: the shortest route through cities."""

import sys
from typing import Annotated, Any, Literal

import typer

from pyhelpers import KitError
from pyhelpers._cli import Delimiter, Format, emit, emit_one, new_app, note
from pyhelpers.tsp.inputs import read_problem
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.report import legs, plain, record, sentence, simulation_sentence
from pyhelpers.tsp.search import Plan
from pyhelpers.tsp.solve import Solution, solve

app = new_app()


def _watch(seconds: float, length: float) -> None:
    note(f"{seconds:.1f} s: {plain(length)}")


def _print(problem: Problem, solution: Solution, format: str | None) -> None:
    if format == "json":
        emit_one(record(problem, solution), format)
    else:
        emit(legs(problem, solution), format)


def _cores() -> int:
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@app.command()
def main(
    file: Annotated[
        str | None, typer.Argument(help="Cities to read; absent or - is stdin; or a URL.")
    ] = None,
    closed: Annotated[
        bool | None,
        typer.Option("--closed/--open", help="Return to the start, or not; an edge list: not."),
    ] = None,
    start: Annotated[str | None, typer.Option(help="The city to begin with.")] = None,
    end: Annotated[str | None, typer.Option(help="The city to end with; makes it open.")] = None,
    method: Annotated[
        Literal["auto", "greedy", "exact", "local", "fast"],
        typer.Option(help="How to search; auto chooses by size."),
    ] = "auto",
    simulations: Annotated[int, typer.Option(min=1, help="Random starts of --method greedy.")] = 25,
    seconds: Annotated[
        float | None,
        typer.Option("--time", min=0.01, help="Seconds to search; shows each better route."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Give the same bytes on every run.")
    ] = None,
    kicks: Annotated[
        int | None, typer.Option("--iterations", min=0, help="Steps of a search by --seed.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Cores to use; default all.")] = None,
    directed: Annotated[
        bool | None,
        typer.Option("--directed/--undirected", help="Whether an edge list's rows go one way."),
    ] = None,
    delimiter: Delimiter = None,
    format: Format = None,
) -> None:
    """Find the shortest route through cities, and say how good it is.

    Examples:
      solve-tsp tests/data/bay-area-routes.csv
      solve-tsp tests/data/bay-area-routes.csv --method greedy --simulations 25
      solve-tsp cities.csv --closed --start Lisbon --format json

    FILE is an edge list (columns from, to, distance: an open path unless --closed), coordinates
    (name, lat, lon: kilometres on the globe; name, x, y), a square matrix with the cities in its
    header (an empty field: no way), or a TSPLIB file. The route comes to standard output leg by
    leg, its quality to standard error; --format json gives both in one object.
    """
    problem, notes = read_problem(file, delimiter, directed, None)
    for text in notes:
        note(text)
    problem = problem.between(start, end, closed)
    plan = Plan(method, seconds, seed, kicks, simulations, jobs or _cores())
    watch: Any = _watch if seconds is not None else lambda seconds, length: None
    solution = solve(problem, plan, watch)
    _print(problem, solution, format)
    if solution.simulation is not None:
        emit(solution.simulation.outcomes(problem.names), "table", sys.stderr)
        note(simulation_sentence(solution, simulations))
    note(sentence(problem, solution))
    if solution.interrupted:
        raise KitError("interrupted; the route above is the best so far", 130)
