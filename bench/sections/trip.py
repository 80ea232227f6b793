"""Delivery rounds with time windows: plan-trip beside PyVRP and OR-Tools alone."""

import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bench import rivals
from bench.context import PYTHON, Bench, Section, relative
from bench.side_by_side import Column, Goal, Job, Side, Values, measure

SAYS = """
How much longer all routes together last than in the best plan known, in percent, after ten seconds:
`plan-trip --vehicles` as a person calls it, PyVRP alone and OR-Tools' routing alone, each with all
customers, windows, stays and loads. Customers are drawn by the rules of Solomon's class R1
(Operations Research 35, 1987): a square of 100 x 100, a depot at 35, 35, demands of 1 to 50 for
vehicles of 200, stays of 10, a horizon of 230, windows of 10 or 60. A unit is a minute, and travel
takes whole minutes. The best known is the least of two searches by PyVRP and of the sides so far.
"""
HORIZON, STAY, CAPACITY, MORNING = 230, 10, 200, 8 * 60
SIZES, WIDTHS, SECONDS = (25, 50), (10, 60), 10
PYVRP = """
import json, sys
from pyvrp import Model
from pyvrp.stop import MaxRuntime
given, seconds, seed = json.load(sys.stdin), float(sys.argv[1]), int(sys.argv[2])
model = Model()
places = [model.add_location(at, 0) for at in range(len(given["minutes"]))]
depot = model.add_depot(places[0])
for at, place in enumerate(places[1:], 1):
    early, late = given["windows"][at]
    model.add_client(place, delivery=[given["demand"][at]], service_duration=given["stay"],
                     tw_early=early, tw_late=late)
model.add_vehicle_type(given["vehicles"], capacity=[given["capacity"]], start_depot=depot,
                       end_depot=depot, tw_early=0, tw_late=given["horizon"],
                       unit_distance_cost=0, unit_duration_cost=1)
for a, row in enumerate(given["minutes"]):
    for b, minutes in enumerate(row):
        model.add_edge(places[a], places[b], distance=0, duration=minutes)
found = model.solve(MaxRuntime(seconds), seed=seed, display=False).best
assert found.is_feasible()
print(json.dumps({"total": sum(route.duration() for route in found.routes())}))
"""
OR_TOOLS = """
import json, sys
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
given, seconds = json.load(sys.stdin), float(sys.argv[1])
minutes, vehicles, horizon = given["minutes"], given["vehicles"], given["horizon"]
manager = pywrapcp.RoutingIndexManager(len(minutes), vehicles, 0)
model = pywrapcp.RoutingModel(manager)
stay = lambda node: given["stay"] if node else 0
node = manager.IndexToNode
way = model.RegisterTransitCallback(lambda a, b: minutes[node(a)][node(b)])
lasting = model.RegisterTransitCallback(lambda a, b: minutes[node(a)][node(b)] + stay(node(a)))
load = model.RegisterUnaryTransitCallback(lambda a: given["demand"][node(a)])
model.SetArcCostEvaluatorOfAllVehicles(way)
model.AddDimension(lasting, horizon, horizon, False, "time")
model.AddDimension(load, 0, given["capacity"], True, "load")
time = model.GetDimensionOrDie("time")
time.SetSlackCostCoefficientForAllVehicles(1)
for at in range(1, len(minutes)):
    time.CumulVar(manager.NodeToIndex(at)).SetRange(*given["windows"][at])
for vehicle in range(vehicles):
    model.AddVariableMaximizedByFinalizer(time.CumulVar(model.Start(vehicle)))
    model.AddVariableMinimizedByFinalizer(time.CumulVar(model.End(vehicle)))
wish = pywrapcp.DefaultRoutingSearchParameters()
search_by = routing_enums_pb2.LocalSearchMetaheuristic
wish.local_search_metaheuristic = search_by.GUIDED_LOCAL_SEARCH
wish.time_limit.FromMilliseconds(int(seconds * 1000))
found = model.SolveWithParameters(wish)
ends = [(time.CumulVar(model.Start(v)), time.CumulVar(model.End(v))) for v in range(vehicles)]
total = sum(found.Min(last) - found.Max(first) for first, last in ends) if found else None
print(json.dumps({"total": total}))
"""


@dataclass(frozen=True)
class Round:
    """Customers with windows; the first place is the depot.

    Attributes
    ----------
    minutes : list of list of int
        Travel between the places.
    windows : list of (int, int)
        When a stay may begin, in minutes after the start of the day.
    """

    name: str
    minutes: list[list[int]]
    windows: list[tuple[int, int]]
    demand: list[int]
    vehicles: int
    stay: int = STAY
    capacity: int = CAPACITY
    horizon: int = HORIZON


def draw(size: int, width: int) -> Round:
    """Return a round by Solomon's rules: each window is around a time at which it can be met."""
    rng = np.random.default_rng(size + width)
    places = np.concatenate([[[35, 35]], rng.integers(0, 101, (size, 2))])
    apart = np.sqrt(((places[:, None] - places) ** 2).sum(axis=2))
    minutes = np.ceil(apart).astype(int)
    demand = [0, *rng.integers(1, 51, size).tolist()]
    windows = [(0, HORIZON)]
    for way in minutes[0, 1:].tolist():
        first, last = way, HORIZON - way - STAY
        middle = int(rng.integers(first, last + 1))
        windows.append((max(first, middle - width // 2), min(last, middle + width // 2)))
    name = f"{size} customers, {width} minutes"
    return Round(name, minutes.tolist(), windows, demand, vehicles=size)


def clock(minutes: int) -> str:
    """Return a time of the day, as plan-trip reads it."""
    hours, rest = divmod(MORNING + minutes, 60)
    return f"{hours}:{rest:02}"


def write_stops(drawn: Round, path: Path) -> None:
    """Write a round as plan-trip reads it; a stay ends before a stop closes."""
    lines = ["name,opens,closes,minutes,demand,must", "Depot,,,0,0,"]
    for at in range(1, len(drawn.minutes)):
        (early, late), amount = drawn.windows[at], drawn.demand[at]
        lines.append(f"c{at},{clock(early)},{clock(late + STAY)},{STAY},{amount},yes")
    path.write_text("\n".join(lines) + "\n")


def write_minutes(drawn: Round, path: Path) -> None:
    """Write the travel times as a matrix."""
    names = ["Depot", *(f"c{at}" for at in range(1, len(drawn.minutes)))]
    rows = [
        ",".join([name, *map(str, row)]) for name, row in zip(names, drawn.minutes, strict=True)
    ]
    path.write_text("\n".join([",".join(["", *names]), *rows]) + "\n")


def lasting(text: str, customers: int) -> float:
    """Return the minutes of all routes of a plan as JSON, which must have all customers."""
    plan = json.loads(text)
    if plan["visited"] != customers:
        raise SystemExit(f"plan-trip left out {customers - plan['visited']} of {customers}")

    def minute(time: str) -> int:
        return int(time[:2]) * 60 + int(time[3:])

    total, routes = 0, {row["route"] for row in plan["timetable"]}
    for route in routes:
        rows = [row for row in plan["timetable"] if row["route"] == route]
        begin = minute(rows[0]["arrive"]) - rows[0]["travel_minutes"]
        total += minute(rows[-1]["arrive"]) - begin
    return total


def windows(bench: Bench) -> Job:
    """Compare how long all routes last."""
    sizes, seconds = ((10,), 1) if bench.quick else (SIZES, SECONDS)
    rounds = [draw(size, width) for size in sizes for width in WIDTHS]
    least: dict[str, float] = {}

    def asked(command: str, drawn: Round) -> float:
        said: Values = {}

        def read(text: str) -> Values:
            said.update(json.loads(text))
            return {}

        given = bench.write(f"{drawn.name}.json".replace(" ", "-"), json.dumps(asdict(drawn)))
        measure(f"exec {command} <{relative(given)}", bench.env, read)
        return said["total"]

    def ours(drawn: Round) -> float:
        stops, ways = bench.folder / "stops.csv", bench.folder / "minutes.csv"
        write_stops(drawn, stops)
        write_minutes(drawn, ways)
        found: list[float] = []

        def read(text: str) -> Values:
            found.append(lasting(text, len(drawn.minutes) - 1))
            return {}

        options = f"--times {relative(ways)} --vehicles {drawn.vehicles} --capacity {CAPACITY}"
        options += f" --start-time {clock(0)} --end-time {clock(HORIZON)} --time {seconds}"
        plan = f"exec bin/plan-trip {relative(stops)} --start Depot --format json {options}"
        measure(plan, bench.env, read)
        return found[0]

    pyvrp = f"{PYTHON} {bench.script('pyvrp_alone.py', PYVRP)}"
    tools = f"{rivals.find('ortools')} {bench.script('or_tools_trip.py', OR_TOOLS)} {seconds}"

    def best(drawn: Round) -> float:
        if drawn.name not in least:
            tries = [asked(f"{pyvrp} {seconds} {seed}", drawn) for seed in (2, 3)]
            least[drawn.name] = min(tries)
        return least[drawn.name]

    def above(total: float, drawn: Round) -> float:
        least[drawn.name] = min(best(drawn), total)
        return 100 * (total / least[drawn.name] - 1)

    def alone(command: str) -> Values:
        return {drawn.name: above(asked(command, drawn), drawn) for drawn in rounds}

    goals = tuple(Goal(drawn.name, most=1.0) for drawn in rounds)
    sides = [
        Side("plan-trip --vehicles",
             lambda: {drawn.name: above(ours(drawn), drawn) for drawn in rounds}, goals, ours=True),
        Side("OR-Tools alone", partial(alone, tools), optional=True,
             missing=not rivals.find("ortools"), version=rivals.version("ortools")),
        Side("PyVRP alone", partial(alone, f"{pyvrp} {seconds} 1")),
    ]  # fmt: skip
    columns = tuple(Column(drawn.name, 2, kept=True) for drawn in rounds)
    title = f"percent above the best known, {seconds} s"
    return Job(title, sides, columns, most_rounds=1, warm=False)


SECTION = Section("trip", SAYS, {"windows": windows}, (), (), ("ortools",))
