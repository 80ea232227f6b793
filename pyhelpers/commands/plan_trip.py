"""plan-trip: stops with opening hours, over several days or vehicles."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Delimiter, Format, new_app
from pyhelpers.cli.inputs import open_table
from pyhelpers.cli.output import emit, emit_one, note

if TYPE_CHECKING:
    from pyhelpers.trip.stops import Calendar, Stop
    from pyhelpers.tsp.distances import Array

app = new_app()


def _calendar(
    date: str | None,
    days: int,
    hours: tuple[str, str],
    lunch: float,
    between: str,
    vehicles: int,
    capacity: int | None,
) -> "Calendar":
    """Return the days that the options describe."""
    from datetime import date as Date
    from datetime import timedelta

    from pyhelpers.trip.hours import parse_clock
    from pyhelpers.trip.stops import Calendar

    try:
        first = Date.today() if date is None else Date.fromisoformat(date)
    except ValueError:
        raise KitError(f"--date {date} is not a date; write it like 2026-12-24", 2) from None
    if between.count("-") != 1:
        raise KitError(f"--lunch-time {between} is not two times; write it like 12:00-14:00", 2)
    try:
        start, end = parse_clock(hours[0], 23), parse_clock(hours[1])
        lunch_from, lunch_to = map(parse_clock, between.split("-"))
    except ValueError as error:
        raise KitError(str(error), 2) from None
    last = Date.max - timedelta(days=days + 1)  # a place may be open until the day after
    if first > last:
        raise KitError(f"--date {first} is too late; use {last} or earlier", 2)
    if end <= start or lunch_to < lunch_from:
        raise KitError("a day or a lunch ends before it starts; correct the times", 2)
    pause = round(60 * lunch)
    if lunch and max(start, lunch_from) > min(lunch_to, end - pause):
        what = f"a lunch of {lunch:g} minutes from {between} is not within {'-'.join(hours)}"
        raise KitError(f"{what}; correct the times, or drop --lunch", 2)
    if lunch and vehicles > 1:
        raise KitError("--lunch is for one vehicle; drop it, or --vehicles", 2)
    return Calendar(first, days, start, end, pause, lunch_from, lunch_to, vehicles, capacity)


def _travel(stops: "list[Stop]", speed: float, osrm: str | None, times: str | None) -> "Array":
    """Return the seconds between stops: from a file, a server, or by speed."""
    from pyhelpers.trip.stops import places, travel_by_matrix, travel_by_speed

    if times is not None:
        from pyhelpers.tsp.readers import read_problem

        problem, _ = read_problem(times, None, None, None)
        return travel_by_matrix(stops, problem.names, problem.distances.block(slice(None)))
    if osrm is None:
        return travel_by_speed(stops, speed)
    from pyhelpers.places.osrm import driving_times
    from pyhelpers.places.service import MapService, cache_folder

    seconds = driving_times(places(stops), osrm, MapService(cache_folder()))
    return travel_by_matrix(stops, [stop.name for stop in stops], seconds / 60)


def _number(stops: "list[Stop]", option: str, name: str | None) -> int | None:
    """Return the number of a stop; a KitError names the option."""
    names = [stop.name for stop in stops]
    if name is not None and name not in names:
        raise KitError(f"{option}: there is no stop {name!r}; use a name of the file", 2)
    if f"{name} (2)" in names:
        raise KitError(f"{option}: several stops are named {name!r}; rename the others", 2)
    return None if name is None else names.index(name)


@app.command()
def main(
    file: Annotated[
        str | None, typer.Argument(help="CSV file or URL of stops (default: standard input).")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=31, help="Number of days.")] = 1,
    date: Annotated[
        str | None, typer.Option(help="First day, e.g. 2026-12-24 (default: today).")
    ] = None,
    start_time: Annotated[str, typer.Option(help="Start of each day.")] = "9:00",
    end_time: Annotated[str, typer.Option(help="End of each day.")] = "18:00",
    start: Annotated[
        str | None, typer.Option(help="Stop where each day starts, e.g. a hotel (default: any).")
    ] = None,
    end: Annotated[
        str | None, typer.Option(help="Stop where each day ends (default: the start).")
    ] = None,
    stay: Annotated[
        float, typer.Option(min=0, max=2880, help="Minutes at a stop without minutes of its own.")
    ] = 60,
    lunch: Annotated[float, typer.Option(min=0, max=1440, help="Minutes of a lunch break.")] = 0,
    lunch_time: Annotated[str, typer.Option(help="When a lunch break starts.")] = "12:00-14:00",
    speed: Annotated[float, typer.Option(min=0.1, help="Speed along great circles, in km/h.")] = 30,
    osrm: Annotated[str | None, typer.Option(help="URL of an OSRM server: driving times.")] = None,
    times: Annotated[
        str | None, typer.Option(help="File of minutes between stops: matrix or edge list.")
    ] = None,
    score: Annotated[
        str | None, typer.Option(help="Column of scores (default: score or priority, if any).")
    ] = None,
    vehicles: Annotated[
        int, typer.Option(min=1, max=500, help="Number of vehicles on each day.")
    ] = 1,
    capacity: Annotated[
        int | None,
        typer.Option(min=1, max=10**12, help="Capacity of a vehicle, for the column demand."),
    ] = None,
    minimize: Annotated[
        Literal["time", "travel"],
        typer.Option(help="What is to be least: time, waits included, or travel."),
    ] = "time",
    seconds: Annotated[
        float, typer.Option("--time", min=0.1, help="Time limit of all, in seconds.")
    ] = 5,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Random seed of the search.")] = 1,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="File: .csv .json .ics .gpx .geojson .html."),
    ] = None,
    google: Annotated[
        bool, typer.Option("--links", help="Print links to Google's and Apple's directions.")
    ] = False,
    delimiter: Delimiter = None,
    format: Format = None,
) -> None:
    """Plan days of stops with opening hours and stays.

    Examples:
      plan-trip places.csv --days 3 --date 2026-12-21 --start Hotel -o trip.html
      plan-trip places.csv --lunch 60 --end-time 20:00 --score stars -o trip.ics
      plan-trip parcels.csv --vehicles 2 --capacity 40 --start Depot --minimize travel
      find-places tourism=museum --in Oslo | plan-trip --days 2 --speed 5

    FILE has a name and lat, lon (or --times), and may have: opens, closes (9:30; several windows
    are 12:00;19:00 and 15:00;23:00), days (Mo-Fr), opening_hours as OpenStreetMap writes them,
    minutes (the stay, which ends by closing), score or priority, must (yes), demand. Where not all
    stops fit, those of the highest scores are visited; each that is left out is named with its
    reason. Up to 7 stops in 2 days are searched exactly; more by PyVRP, which ./install.sh --extra
    trip installs. Every plan is checked by code that shares nothing with the search.
    """
    # Imported here, because --help needs none of them.
    from pyhelpers.files import signals_deferred
    from pyhelpers.trip.engine import solve_trip
    from pyhelpers.trip.plan import faults
    from pyhelpers.trip.stops import Trip, read_stops
    from pyhelpers.trip.writers import (
        check_output,
        links,
        record,
        sentences,
        timetable,
        write_plan,
    )

    computed, hours = time.process_time(), (start_time, end_time)
    calendar = _calendar(date, days, hours, lunch, lunch_time, vehicles, capacity)
    stops = read_stops(open_table(file, delimiter), calendar, round(60 * stay), score)
    located = all(stop.place is not None for stop in stops)
    if output is not None:
        check_output(output, located)
    home = _number(stops, "--start", start)
    last = home if end is None else _number(stops, "--end", end)
    travel = _travel(stops, speed, osrm, times)
    trip = Trip(stops, travel, calendar, home, last, minimize == "travel")
    left = seconds - (time.process_time() - computed)  # waiting for a pipe does not count
    plan = solve_trip(trip, max(left, seconds / 10), seed)
    if wrong := next(faults(trip, plan), None):
        raise KitError(f"the plan failed its check: {wrong}; please report it")
    if output is not None:
        try:
            with signals_deferred():
                write_plan(trip, plan, output)
        except KeyboardInterrupt:
            plan = replace(plan, interrupted=True)
    if google:
        emit(links(trip, plan), format)
    elif output is None and format == "json":
        emit_one(record(trip, plan), format)
    elif output is None:
        emit(timetable(trip, plan), format)
    for text in sentences(trip, plan):
        note(text)
    if plan.interrupted:
        raise KitError("interrupted; the plan above is the best so far", 130)
    missed = [trip.stops[stop].name for stop in plan.left_out if trip.stops[stop].must]
    if missed:
        raise KitError(f"{missed[0]!r} must be visited and does not fit; see above")
