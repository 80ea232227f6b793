"""solve-tsp: the shortest route through cities."""

import sys
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import new_app
from pyhelpers.cli.options import Delimiter, Format
from pyhelpers.cli.output import emit, emit_one, note, say
from pyhelpers.machine import cores
from pyhelpers.tsp.map_services import Service, cache_folder
from pyhelpers.tsp.osrm import with_road_times
from pyhelpers.tsp.plots import check_drawn, text_route, text_simulations
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.readers import Choice, read_problem
from pyhelpers.tsp.report import legs, plain, record, sentence, simulation_sentence
from pyhelpers.tsp.search import Plan
from pyhelpers.tsp.solve import Solution, solve
from pyhelpers.tsp.writers import check_output, google_links, write_route

app = new_app()


def _watch(seconds: float, length: float) -> None:
    note(f"{seconds:.1f} s: {plain(length)}")


@dataclass(frozen=True)
class Wish:
    """What a person wants to have of a route.

    Attributes
    ----------
    format : str or None
        As `emit` takes it.
    output : str or None
        A file, in place of standard output.
    plot, google : bool
        A drawing, or links, in place of the legs.
    """

    format: str | None
    output: str | None
    plot: bool
    google: bool


def _show(problem: Problem, solution: Solution, wish: Wish) -> None:
    """Give a route in the forms that are wished."""
    if wish.output is not None:
        write_route(problem, solution, wish.output)
    if wish.plot and solution.simulation is not None:
        say(text_simulations(solution))
    elif wish.plot:
        say(text_route(problem, solution))
    if wish.google:
        emit(google_links(problem, solution), wish.format)
    elif not wish.plot and wish.output is None:
        if wish.format == "json":
            emit_one(record(problem, solution), wish.format)
        else:
            emit(legs(problem, solution), wish.format)


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
    prove: Annotated[
        bool | None,
        typer.Option("--prove/--no-prove", help="Go on until proved, or --time is up."),
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Cores to use; default all.")] = None,
    directed: Annotated[
        bool | None,
        typer.Option("--directed/--undirected", help="Whether an edge list's rows go one way."),
    ] = None,
    osrm: Annotated[
        str | None,
        typer.Option(
            help="Address of an OSRM server: driving times, in seconds; never tried live."
        ),
    ] = None,
    score: Annotated[
        str | None, typer.Option(help="Of cities with coordinates, those highest in this column.")
    ] = None,
    best: Annotated[int, typer.Option(min=1, help="How many --score keeps.")] = 10,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="File: .csv .json .geojson .gpx .html .png .svg."),
    ] = None,
    plot: Annotated[bool, typer.Option("--plot", help="Draw the route, or the simulations.")] = (
        False
    ),
    google: Annotated[bool, typer.Option("--google", help="Links to directions.")] = False,
    delimiter: Delimiter = None,
    format: Format = None,
) -> None:
    """Find the shortest route through cities, and say how good it is.

    Examples:
      solve-tsp tests/data/bay-area-routes.csv
      solve-tsp tests/data/bay-area-routes.csv --method greedy --simulations 25
      solve-tsp cities.csv --closed --start Lisbon --format json
      solve-tsp restaurants.csv --score stars --best 8 -o route.html
      cat places.csv | solve-tsp --time 5 -o route.gpx

    FILE is an edge list (columns from, to, distance: an open path unless --closed), coordinates
    (name, lat, lon: kilometres on the globe; name, x, y), a square matrix with the cities in its
    header (an empty field: no way), or a TSPLIB file. The route comes to standard output leg by
    leg, its quality to standard error; --format json gives both in one object. -o writes a file
    in place of the legs, --plot draws in the terminal (cities without coordinates are placed by
    their distances), --google gives links to directions.
    """
    kept = frozenset(city for city in (start, end) if city is not None)
    wanted = None if score is None else Choice(score, best, kept)
    problem, notes = read_problem(file, delimiter, directed, wanted)
    if osrm is not None:
        problem = with_road_times(problem, osrm, Service(cache_folder()))
    problem = problem.between(start, end, closed)
    wish = Wish(format, output, plot, google)
    if output is not None:
        check_output(output, problem)
    if plot:
        check_drawn(problem)
    plan = Plan(method, seconds, seed, kicks, simulations, jobs or cores(), prove)
    watch: Any = _watch if seconds is not None else lambda seconds, length: None
    solution = solve(problem, plan, watch)
    _show(problem, solution, wish)
    for text in notes:
        note(text)
    if solution.simulation is not None:
        emit(solution.simulation.outcomes(problem.names), "table", sys.stderr)
        note(simulation_sentence(solution, simulations))
    note(sentence(problem, solution))
    if solution.interrupted:
        raise KitError("interrupted; the route above is the best so far", 130)
