"""solve-tsp: the shortest route through cities."""

import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Delimiter, Format, Resume, new_app
from pyhelpers.cli.output import emit, emit_one, note, say

if TYPE_CHECKING:
    from pyhelpers.tsp.problem import Problem
    from pyhelpers.tsp.search import SearchOptions
    from pyhelpers.tsp.solution import Solution

app = new_app()


def _report(seconds: float, length: float) -> None:
    from pyhelpers.tsp.solution import plain

    note(f"{seconds:.1f} s: {plain(length)}")


@dataclass(frozen=True)
class OutputOptions:
    """How a route is printed.

    Attributes
    ----------
    format : str or None
        As `emit` takes it.
    output : str or None
        File to write in place of the legs.
    plot, google : bool
        Print a plot, or links, in place of the legs.
    """

    format: str | None
    output: str | None
    plot: bool
    google: bool


def _show(problem: "Problem", solution: "Solution", options: OutputOptions) -> None:
    """Print or write a route."""
    from pyhelpers.tsp.plots import text_route, text_simulations
    from pyhelpers.tsp.solution import legs, record
    from pyhelpers.tsp.writers import google_links, write_route

    if options.output is not None:
        write_route(problem, solution, options.output)
    if options.plot and solution.simulation is not None:
        say(text_simulations(solution))
    elif options.plot:
        say(text_route(problem, solution))
    if options.google:
        emit(google_links(problem, solution), options.format)
    elif not options.plot and options.output is None:
        if options.format == "json":
            emit_one(record(problem, solution), options.format)
        else:
            emit(legs(problem, solution), options.format)


@app.command()
def main(
    file: Annotated[
        str | None, typer.Argument(help="File or URL of cities (default: standard input).")
    ] = None,
    closed: Annotated[
        bool | None,
        typer.Option("--closed/--open", help="Return to the start (default: not for edge lists)."),
    ] = None,
    start: Annotated[str | None, typer.Option(help="First city (default: any).")] = None,
    end: Annotated[
        str | None, typer.Option(help="Last city of an open path (default: any).")
    ] = None,
    method: Annotated[
        Literal["auto", "greedy", "exact", "local", "fast"],
        typer.Option(help="Search method; auto chooses by size."),
    ] = "auto",
    simulations: Annotated[
        int, typer.Option(min=1, help="Number of random starts of --method greedy.")
    ] = 25,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--time", min=0.01, help="Time limit of all, in seconds; prints shorter lengths."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Random seed; makes the result repeatable.")
    ] = None,
    kicks: Annotated[
        int | None,
        typer.Option("--iterations", min=0, help="Number of local search kicks with --seed."),
    ] = None,
    prove: Annotated[
        bool | None,
        typer.Option(
            "--prove/--no-prove", help="Search until proved optimal (default: small problems)."
        ),
    ] = None,
    bound: Annotated[
        bool, typer.Option("--bound/--no-bound", help="Compute a lower bound.")
    ] = True,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Number of threads (default: all cores).")
    ] = None,
    directed: Annotated[
        bool | None,
        typer.Option("--directed/--undirected", help="Direction of edges (default: detected)."),
    ] = None,
    osrm: Annotated[
        str | None, typer.Option(help="URL of an OSRM server: use driving times, in seconds.")
    ] = None,
    score: Annotated[
        str | None, typer.Option(help="Score column: keep the cities with the highest scores.")
    ] = None,
    best: Annotated[
        int | None, typer.Option(min=1, help="Number of cities that --score keeps (default: 10).")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="File: .csv .json .geojson .gpx .html .png .svg."),
    ] = None,
    plot: Annotated[
        bool, typer.Option("--plot", help="Plot the route, or the simulations, as text.")
    ] = False,
    google: Annotated[
        bool, typer.Option("--google", help="Print links to Google Maps directions.")
    ] = False,
    resume: Resume = False,
    delimiter: Delimiter = None,
    format: Format = None,
) -> None:
    """Find the shortest route through cities, with a bound.

    Examples:
      solve-tsp tests/data/bay-area-routes.csv
      solve-tsp tests/data/bay-area-routes.csv --method greedy --simulations 25
      solve-tsp cities.csv --closed --start Lisbon --format json
      solve-tsp restaurants.csv --score stars --best 8 -o route.html
      cat places.csv | solve-tsp --time 5 -o route.gpx

    FILE is an edge list (columns from, to, distance: an open path unless --closed), coordinates
    (name, lat, lon: kilometres on the globe; name, x, y), a square matrix with the cities in its
    header (an empty field is a missing edge), or a TSPLIB file. The legs of the route go to
    standard output, its length and how far it may be from the optimum to standard error;
    --format json prints both as one object. -o writes a file in place of the legs, --plot draws in
    the terminal (cities without coordinates are placed by their distances), --google prints links.
    With --time and --resume the best tour is kept, and a run that was killed goes on from it.
    --osrm is tested against a server that answers as OSRM documents, not against a public one.
    """
    # Imported here, because --help needs none of them.
    from pyhelpers.checkpoint import checkpoint
    from pyhelpers.machine import cores
    from pyhelpers.places.service import MapService, cache_folder
    from pyhelpers.tsp.kept_tour import KeptTour
    from pyhelpers.tsp.plots import check_drawn
    from pyhelpers.tsp.problem import with_driving_times
    from pyhelpers.tsp.readers import Selection, read_problem
    from pyhelpers.tsp.search import SearchOptions
    from pyhelpers.tsp.solution import plain
    from pyhelpers.tsp.writers import check_output, writing_seconds

    computed = time.process_time()
    kept = frozenset(city for city in (start, end) if city is not None)
    if seed is not None and seconds is not None:
        raise KitError("--seed repeats a result, --time cannot; give --iterations with --seed", 2)
    if prove and not bound:
        raise KitError("--prove needs the lower bound; drop --no-bound", 2)
    options = SearchOptions(
        method, seconds, seed, kicks, simulations, jobs or cores(), prove, bound
    )
    if resume and seconds is None:
        raise KitError("--resume goes with --time; give the seconds of all runs together", 2)
    if score is None and best is not None:
        raise KitError("--best keeps the cities with the highest --score; name its column", 2)
    selection = None if score is None else Selection(score, best or 10, kept)
    problem, notes = read_problem(file, delimiter, directed, selection)
    if osrm is not None:
        problem = with_driving_times(problem, osrm, MapService(cache_folder()))
    problem = problem.between(start, end, closed)
    if output is not None:
        check_output(output, problem)
    if plot:
        check_drawn(problem)
    shown = OutputOptions(format, output, plot, google)
    if seconds is not None:  # waiting for a pipe or a server does not count
        table = format == "table" or format is None and sys.stdout.isatty()
        last = writing_seconds(problem.size, output, table and not (plot or google))
        begin = time.monotonic() - (time.process_time() - computed)
        options = replace(options, begin=begin, seconds=max(seconds - last, seconds / 10))
    if not resume:
        _solve(problem, options, shown, notes)
        return
    job = {"method": method, "seconds": seconds, "osrm": osrm, "score": [score, best]}
    job |= {"between": [start, end, closed], "output": output and os.path.abspath(output)}
    with checkpoint("solve-tsp", job, [file or "-"], note) as progress:
        before = KeptTour(progress, problem.digest())
        if before.tour is not None:
            note(f"goes on after {before.seconds:.1f} s, from a length of {plain(before.length)}")
        _solve(problem, replace(options, kept=before), shown, notes)


def _solve(
    problem: "Problem", options: "SearchOptions", shown: OutputOptions, notes: list[str]
) -> None:
    """Find a route and print it."""
    from pyhelpers.files import signals_deferred
    from pyhelpers.tsp.solution import sentence, simulation_sentences
    from pyhelpers.tsp.solve import solve

    watch = {} if options.seconds is None else {"report": _report}
    solution = solve(problem, options, **watch)
    if sys.stdout.isatty() and shown.output is None:
        _show(problem, solution, shown)  # who presses Ctrl-C has seen enough
    else:
        whole = False
        try:
            # Where no one reads, a second Ctrl-C ends it, or SIGTERM.
            with signals_deferred([signal.SIGINT], once=True):
                _show(problem, solution, shown)
                whole = True
        except KeyboardInterrupt:
            if not whole:
                raise
            solution.interrupted = True
    for text in notes:
        note(text)
    for text in simulation_sentences(problem, solution, options.simulations):
        note(text)
    note(sentence(problem, solution))
    if solution.interrupted:
        raise KitError("interrupted; the route above is the best so far", 130)
