"""Delivery rounds with time windows: plan-trip beside PyVRP and OR-Tools alone."""

import csv
import json
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench import rivals
from bench.context import PYTHON, Bench, Section, relative
from bench.side_by_side import Column, Goal, Job, Side, Values, measure

SAYS = """
How much more a plan takes than the best, in percent, after ten seconds: `plan-trip --vehicles` as a
person calls it, PyVRP alone and OR-Tools' routing alone, each with all customers, windows, stays
and loads. A unit is a minute.

`solomon`: Solomon's instances (Operations Research 35, 1987), the first 25 or 50 customers of each,
beside the published optimum of all travel, distances truncated to a tenth. They have no licence, so
none is shipped: `--solomon DIR` names their files and optima.csv (instance,optimum, like
R101.25,617.1). Class C2 is not among them: its day has 56 hours.

`windows`: how long all routes last together. Customers are drawn by the rules of Solomon's class
R1: a square of 100 x 100, a depot at 35, 35, demands of 1 to 50 for vehicles of 200, stays of 10, a
horizon of 230, windows of 10 or 60; travel takes whole minutes. The best known is the least of two
searches by PyVRP and of the sides so far.
"""
HORIZON, STAY, CAPACITY = 230, 10, 200
SIZES, WIDTHS, SECONDS = (25, 50), (10, 60), 10
TENTHS = 10  # of Solomon's units, to which distances are truncated
PYVRP = """
import json, sys
from pyvrp import Model
from pyvrp.stop import MaxRuntime
given, seconds, seed = json.load(sys.stdin), float(sys.argv[1]), int(sys.argv[2])
model = Model()
travel, ways = given["travel"], given["ways"]
places = [model.add_location(at, 0) for at in range(len(ways))]
depot = model.add_depot(places[0])
for at, place in enumerate(places[1:], 1):
    early, late = given["windows"][at]
    model.add_client(place, delivery=[given["demand"][at]], service_duration=given["stay"],
                     tw_early=early, tw_late=late)
model.add_vehicle_type(given["vehicles"], capacity=[given["capacity"]], start_depot=depot,
                       end_depot=depot, tw_early=0, tw_late=given["horizon"],
                       unit_distance_cost=int(travel), unit_duration_cost=int(not travel))
for a, row in enumerate(ways):
    for b, way in enumerate(row):
        model.add_edge(places[a], places[b], distance=way, duration=way)
found = model.solve(MaxRuntime(seconds), seed=seed, display=False).best
assert found.is_feasible()
costs = [route.distance() if travel else route.duration() for route in found.routes()]
print(json.dumps({"total": sum(costs)}))
"""
OR_TOOLS = """
import json, sys
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
given, seconds = json.load(sys.stdin), float(sys.argv[1])
ways, vehicles, horizon = given["ways"], given["vehicles"], given["horizon"]
manager = pywrapcp.RoutingIndexManager(len(ways), vehicles, 0)
model = pywrapcp.RoutingModel(manager)
stay = lambda node: given["stay"] if node else 0
node = manager.IndexToNode
way = model.RegisterTransitCallback(lambda a, b: ways[node(a)][node(b)])
lasting = model.RegisterTransitCallback(lambda a, b: ways[node(a)][node(b)] + stay(node(a)))
load = model.RegisterUnaryTransitCallback(lambda a: given["demand"][node(a)])
model.SetArcCostEvaluatorOfAllVehicles(way)
model.AddDimension(lasting, horizon, horizon, False, "time")
model.AddDimension(load, 0, given["capacity"], True, "load")
time = model.GetDimensionOrDie("time")
time.SetSlackCostCoefficientForAllVehicles(int(not given["travel"]))
for at in range(1, len(ways)):
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
lasts = sum(found.Min(last) - found.Max(first) for first, last in ends) if found else None
total = found.ObjectiveValue() if found and given["travel"] else lasts
print(json.dumps({"total": total}))
"""


@dataclass(frozen=True)
class Round:
    """Customers with windows; the first place is the depot.

    Attributes
    ----------
    ways : list of list of int
        Travel between the places, in parts of a minute like all times.
    windows : list of (int, int)
        When a stay may begin, after the start of the day.
    parts : int
        Of a minute.
    travel : bool
        Whether a plan has least travel, in place of least time.
    best : float or None
        The optimum, where it is known.
    """

    name: str
    ways: list[list[int]]
    windows: list[tuple[int, int]]
    demand: list[int]
    vehicles: int
    stay: int = STAY
    capacity: int = CAPACITY
    horizon: int = HORIZON
    parts: int = 1
    travel: bool = False
    best: float | None = None

    def clock(self, time: int) -> str:
        """Return a time of the day, as plan-trip reads it."""
        hours, rest = divmod(time // self.parts, 60)
        return f"{hours}:{rest:02}"


def draw(size: int, width: int) -> Round:
    """Return a round by Solomon's rules: each window is around a time at which it can be met."""
    rng = np.random.default_rng(size + width)
    places = np.concatenate([[[35, 35]], rng.integers(0, 101, (size, 2))])
    apart = np.sqrt(((places[:, None] - places) ** 2).sum(axis=2))
    ways = np.ceil(apart).astype(int)
    demand = [0, *rng.integers(1, 51, size).tolist()]
    windows = [(0, HORIZON)]
    for way in ways[0, 1:].tolist():
        first, last = way, HORIZON - way - STAY
        middle = int(rng.integers(first, last + 1))
        windows.append((max(first, middle - width // 2), min(last, middle + width // 2)))
    name = f"{size} customers, {width} minutes"
    return Round(name, ways.tolist(), windows, demand, vehicles=size)


def of_solomon(folder: Path) -> list[Round]:
    """Return Solomon's instances that optima.csv names."""
    with (folder / "optima.csv").open(newline="") as stream:
        optima = {row["instance"]: float(row["optimum"]) for row in csv.DictReader(stream)}
    return [_read(folder, name, optimum) for name, optimum in optima.items()]


def _read(folder: Path, name: str, optimum: float) -> Round:
    """Read a file: one with headings, or one of numbers alone, whose first is the vehicles'."""
    stem, _, size = name.partition(".")
    lines = [line.split() for line in (folder / f"{stem}.txt").read_text().splitlines()]
    rows = np.array([line for line in lines if len(line) == 7 and line[0].isdigit()], dtype=float)
    rows = rows[: int(size) + 1, 1:]
    apart = np.sqrt(((rows[:, None, :2] - rows[:, :2]) ** 2).sum(axis=2))
    ways = np.floor(apart * TENTHS + 1e-9).astype(int)
    times = (rows[:, 3:] * TENTHS).astype(int).tolist()
    windows = [(early, late) for early, late, _ in times]
    demand = rows[:, 2].astype(int).tolist()
    return Round(name, ways.tolist(), windows, demand, int(size), times[1][2],
                 CAPACITY if stem[-3] == "1" else 5 * CAPACITY, windows[0][1], TENTHS, True,
                 optimum * TENTHS)  # fmt: skip


def write_stops(drawn: Round, path: Path) -> None:
    """Write a round as plan-trip reads it; a stay ends before a stop closes."""
    lines, stay = ["name,opens,closes,minutes,demand,must", "Depot,,,0,0,"], drawn.stay
    for at in range(1, len(drawn.ways)):
        (early, late), amount = drawn.windows[at], drawn.demand[at]
        spans = f"{drawn.clock(early)},{drawn.clock(late + stay)},{stay // drawn.parts}"
        lines.append(f"c{at},{spans},{amount},yes")
    path.write_text("\n".join(lines) + "\n")


def write_minutes(drawn: Round, path: Path) -> None:
    """Write the travel times as a matrix."""
    names = ["Depot", *(f"c{at}" for at in range(1, len(drawn.ways)))]
    lines = [",".join(["", *names])]
    for name, row in zip(names, drawn.ways, strict=True):
        lines.append(",".join([name, *(f"{way / drawn.parts:g}" for way in row)]))
    path.write_text("\n".join(lines) + "\n")


def taken(text: str, drawn: Round) -> float:
    """Return what all routes of a plan as JSON take, which must have all customers."""
    plan, customers = json.loads(text), len(drawn.ways) - 1
    if plan["visited"] != customers:
        raise SystemExit(f"plan-trip left out {customers - plan['visited']} of {customers}")

    def minute(time: str) -> int:
        return int(time[:2]) * 60 + int(time[3:])

    total, routes = 0, {row["route"] for row in plan["timetable"]}
    for route in routes:
        rows = [row for row in plan["timetable"] if row["route"] == route]
        stops = [0, *(int(row["stop"][1:]) for row in rows[:-1]), 0]
        begin = minute(rows[0]["arrive"]) - rows[0]["travel_minutes"]
        way = sum(drawn.ways[a][b] for a, b in pairwise(stops))
        total += way if drawn.travel else minute(rows[-1]["arrive"]) - begin
    return total


def compare(bench: Bench, rounds: list[Round], seconds: float, title: str) -> Job:
    """Compare what the routes of plan-trip take with those of the solvers alone."""
    least = {drawn.name: drawn.best for drawn in rounds if drawn.best is not None}

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
            found.append(taken(text, drawn))
            return {}

        options = f"--times {relative(ways)} --vehicles {drawn.vehicles} --time {seconds}"
        options += f" --capacity {drawn.capacity} --start-time 0:00"
        options += f" --end-time {drawn.clock(drawn.horizon)}"
        options += " --minimize travel" if drawn.travel else ""
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
        if drawn.best is None:
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
    return Job(title, sides, columns, most_rounds=1, warm=False)


def solomon(bench: Bench) -> Job:
    """Compare with the published optima."""
    assert bench.solomon
    title = f"travel, percent above the published optimum, {SECONDS} s"
    return compare(bench, of_solomon(bench.solomon), SECONDS, title)


def windows(bench: Bench) -> Job:
    """Compare how long all routes last."""
    sizes, seconds = ((10,), 1) if bench.quick else (SIZES, SECONDS)
    rounds = [draw(size, width) for size in sizes for width in WIDTHS]
    return compare(bench, rounds, seconds, f"percent above the best known, {seconds} s")


SECTION = Section("trip", SAYS, {"solomon": solomon, "windows": windows}, (), (), ("ortools",))
