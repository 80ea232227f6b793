"""Tours: solve-tsp's gaps to known optima beside its rivals, bounds, proofs, very many cities."""

import statistics
from collections.abc import Callable
from functools import partial

from bench import rivals, tours
from bench.context import PYTHON, Bench, Section, relative
from bench.side_by_side import Column, Goal, Job, Side, Values, measure
from bench.tours import Instance
from pyhelpers.tsp.readers import read_problem

SAYS = """
How far above the optimum a tour is, in percent, after so many seconds of search: `solve-tsp` as a
person calls it, fast-tsp alone given the whole matrix, the best of 25 nearest-neighbour walks (the
chapter's method), OR-Tools' routing. Generated points have the optimum that the kit's prover has
proved. TSPLIB has no licence, so none of it is shipped: `--tsplib DIR` names its files.
"""
ROUTES = "tests/data/bay-area-routes.csv"
GREEDY = """
import csv, random, sys
distances, simulations = {}, int(sys.argv[2])
for row in csv.DictReader(open(sys.argv[1])):
    distances.setdefault(row["from"], {})[row["to"]] = float(row["distance"])
    distances.setdefault(row["to"], {})[row["from"]] = float(row["distance"])
cities, best = list(distances), None
for _ in range(simulations):
    at = random.choice(cities)
    left, length = set(cities) - {at}, 0.0
    while left:
        nearest = min(left, key=distances[at].__getitem__)
        length, at = length + distances[at][nearest], nearest
        left.remove(at)
    best = length if best is None else min(best, length)
print(best)
"""


def solvers(bench: Bench, instances: list[Instance], seconds: float, *goals: Goal) -> list[Side]:
    """Return a side for each solver: the gap on each instance."""

    def gaps(length: Callable[[Instance, float], float | None]) -> Callable[[], Values]:
        return partial(tours.gaps, instances, seconds, length)

    missing = not rivals.find("ortools")
    return [
        Side("solve-tsp", gaps(tours.ours(bench)), goals, ours=True),
        Side("OR-Tools", gaps(tours.or_tools(bench)), optional=True, missing=missing,
             version=rivals.version("ortools")),
        Side("nearest neighbour, 25 starts", gaps(tours.nearest_neighbour)),
        Side("fast-tsp alone", gaps(tours.fast_alone)),
    ]  # fmt: skip


def random_cities(bench: Bench) -> Job:
    """Compare gaps on generated points."""
    sizes = {60: 1} if bench.quick else {60: 1, 100: 2, 150: 3}
    instances = tours.proved(bench, sizes)
    seconds = 0.2 if bench.quick else 1.0
    columns = tuple(Column(each.name, 3, kept=True) for each in instances)
    goals = tuple(Goal(each.name, most=0.1) for each in instances)
    title = f"gap to the optimum in percent, random cities, {seconds:g} s"
    sides = solvers(bench, instances, seconds, *goals)
    return Job(title, sides, columns, most_rounds=3, warm=False)


def of_tsplib(bench: Bench, seconds: float, wished: Callable[[int], float], least: int = 0) -> Job:
    """Compare gaps on TSPLIB's instances of so many cities; a wish of 0 is no goal."""
    assert bench.tsplib
    instances = [each for each in tours.of_tsplib(bench.tsplib) if each.problem.size >= least]
    columns = tuple(Column(each.name, 2) for each in instances)
    wishes = [(each.name, wished(each.problem.size)) for each in instances]
    goals = tuple(Goal(name, most=wish) for name, wish in wishes if wish)
    title = f"gap to the optimum in percent, TSPLIB, {seconds:g} s"
    sides = solvers(bench, instances, seconds, *goals)
    return Job(title, sides, columns, most_rounds=1, warm=False)


def after_a_second(size: int) -> float:
    """Return the gap that is the goal after a second, by the number of cities; 0: none."""
    return 0.1 if size <= 1002 else 0.5 if size <= 2392 else 0.7 if size <= 4461 else 0


def after_ten(size: int) -> float:
    """Return the gap that is the goal after ten seconds."""
    return 0.1 if size <= 2392 else 0.2 if size <= 4461 else 1.5


def seeded(bench: Bench) -> Job:
    """Time a search that is the same on every run."""
    path = tours.random_points(bench, 150, 5)
    columns = Column("wall s", 3, ratio="ratio"), Column("cpu s", 3, ratio="cpu ratio"), \
        Column("peak MB", 0, most=True), Column("gap shown %", 3, kept=True)  # fmt: skip

    def search() -> Values:
        said = tours.ask(path, "--seed 1 --iterations 500", bench.env)
        return {c.name: said[c.name] for c in columns[:3]} | {"gap shown %": said["gap_percent"]}

    imports = bench.plain("import numpy", f"exec {PYTHON} -c 'import numpy'")
    sides = [Side("solve-tsp --seed 1", search, ours=True), imports]
    return Job("150 random cities, 500 kicks", sides, columns)


def repeated(bench: Bench) -> Job:
    """Show how much longer a tour is with a seed, which `--extra tours` makes shorter."""
    sizes = (1_000,) if bench.quick else (1_000, 2_000, 5_000, 10_000)
    paths = {f"{size:,} cities": tours.random_points(bench, size, 1) for size in sizes}
    columns = tuple(Column(name, 2) for name in paths)

    def search() -> Values:
        found = {}
        for name, path in paths.items():
            with_a_seed, without = (
                tours.ask(path, f"--no-bound {option}", bench.env)["distance"]
                for option in ("--seed 1", "")
            )
            found[name] = 100 * (with_a_seed / without - 1)
        return found

    goals = tuple(Goal(name, most=0.3) for name in paths)
    title = "percent by which --seed is longer than no seed"
    side = Side("solve-tsp --seed 1", search, goals, ours=True)
    return Job(title, [side], columns, most_rounds=1, warm=False)


def proofs(bench: Bench, size: int, seconds: int, share: float) -> Job:
    """Count how many of ten sets of points are proved within some seconds."""
    sets, size = (2, 40) if bench.quick else (10, size)
    columns = Column("proved", 0), Column("of", 0), Column("median s", 2), Column("slowest s", 2)

    def prove() -> Values:
        taken, done = [], 0
        for seed in range(sets):
            path = tours.random_points(bench, size, 1000 + seed)
            said = tours.ask(path, f"--prove --time {seconds}", bench.env)
            taken.append(said["wall s"])
            done += bool(said["proved"])
        middle = statistics.median(taken)
        return {"proved": done, "of": sets, "median s": middle, "slowest s": max(taken)}

    side = Side("solve-tsp", prove, (Goal("proved", least=share * sets),), ours=True)
    title = f"sets of {size} random cities proved within {seconds} s"
    return Job(title, [side], columns, most_rounds=1, warm=False)


def alone(
    bench: Bench, size: int, seconds: int, column: str, *goals: Goal, options: str = ""
) -> Side:
    """Return a search on random points: the gap shown and that to the length to expect."""
    path = tours.random_points(bench, size, 1)

    def search() -> Values:
        said = tours.ask(path, f"--time {seconds} {options}", bench.env)
        above = 100 * (said["distance"] / tours.expected(size) - 1)
        gap = above if column == "above expected %" else said["gap_percent"]
        return {column: gap} | {name: said[name] for name in ("wall s", "peak MB")}

    return Side(f"solve-tsp --time {seconds}", search, goals, ours=True)


def bound(bench: Bench) -> Job:
    """Show how good a route is said to be."""
    size, seconds, column = 1000, 10, "gap shown %"
    columns = Column(column, 2), Column("wall s", 1), Column("peak MB", 0, most=True)
    side = alone(bench, size, seconds, column, Goal(column, most=1.5))
    title = f"{size:,} random cities: the gap to its own lower bound"
    return Job(title, [side], columns, most_rounds=3, warm=False)


def many(bench: Bench) -> Job:
    """Search with very many cities: no bound, but what is expected of their number."""
    size, seconds, column = 85_900, 60, "above expected %"
    columns = Column(column, 2), Column("wall s", 1), Column("peak MB", 0, most=True)
    goals = Goal(column, most=3.5), Goal("peak MB", most=1000)
    title = f"{size:,} random cities, beside 0.7124 sqrt(n A), which is no bound"
    return Job(title, [alone(bench, size, seconds, column, *goals)], columns, most_rounds=1,
               warm=False)  # fmt: skip


def million(bench: Bench) -> Job:
    """Search with a million cities for five minutes."""
    column = "above expected %"
    columns = Column(column, 2), Column("wall s", 1), Column("peak MB", 0, most=True)
    goals = Goal(column, most=8), Goal("peak MB", most=2000)
    title = "1,000,000 random cities, beside 0.7124 sqrt(n A), which is no bound"
    side = alone(bench, 1_000_000, 300, column, *goals, options="--no-bound")
    return Job(title, [side], columns, most_rounds=1, warm=False)


def large(bench: Bench) -> Job:
    """Compare with fast-tsp alone on as many random points as rl5915, usa13509 and d15112 have."""
    seconds, sizes = 20.0, (5_915, 13_509, 15_112)
    paths = [tours.random_points(bench, size, 1) for size in sizes]
    problems = [read_problem(str(path), None, None, None)[0] for path in paths]
    instances = [
        Instance(path, problem, tours.expected(problem.size))
        for path, problem in zip(paths, problems, strict=True)
    ]
    columns = tuple(Column(each.name, 2) for each in instances)

    def search(length: Callable[[Instance, float], float | None]) -> Callable[[], Values]:
        return partial(tours.gaps, instances, seconds, length)

    sides = [Side("solve-tsp", search(tours.ours(bench)), ours=True)]
    sides.append(Side("fast-tsp alone", search(tours.fast_alone)))
    title = f"above 0.7124 sqrt(n A) in percent, random cities, {seconds:g} s"
    return Job(title, sides, columns, most_rounds=1, warm=False)


def greedy(bench: Bench) -> Job:
    """Walk to the nearest city from random starts, as the chapter does."""
    walks = 1_000 if bench.quick else 10_000
    ours = f"exec bin/solve-tsp {ROUTES} --method greedy --simulations {walks}"
    script = f"exec {PYTHON} {bench.script('greedy.py', GREEDY)} {ROUTES}"
    return Job(f"{walks:,} walks through the chapter's 15 cities, start included", [
        bench.ours("solve-tsp --method greedy", ours, Goal("wall s", most=0.5)),
        bench.plain("the same in 15 lines of Python", f"{script} {walks}"),
    ])  # fmt: skip


def limits(bench: Bench) -> Job:
    """Show by how much runs exceed their time and a start-up: that of a few cities."""
    seconds, sizes = (0.3, (200,)) if bench.quick else (2.0, (200, 5_000, 100_000))
    few = tours.random_points(bench, 20, 1)

    def over(options: str) -> Values:
        start = tours.ask(few, f"--time 0.01 {options}", bench.env)["wall s"]
        paths = {size: tours.random_points(bench, size, 1) for size in sizes}
        walls = {size: tours.ask(path, f"--time {seconds} {options}", bench.env)["wall s"]
                 for size, path in paths.items()}  # fmt: skip
        return {f"{size:,}": 100 * ((walls[size] - start) / seconds - 1) for size in sizes}

    goals = tuple(Goal(f"{size:,}", most=10) for size in sizes)
    sides = [
        Side(f"solve-tsp {options}".strip(), partial(over, options), goals, ours=True)
        for options in ("", "--no-bound", "--prove")
    ]
    columns = tuple(Column(f"{size:,}", 0) for size in sizes)
    title = f"percent above --time {seconds:g} and a start-up, by the number of cities"
    return Job(title, sides, columns, most_rounds=3, warm=False)


def ctrl_c(bench: Bench) -> Job:
    """Show how long a run goes on after Ctrl-C, which comes soon or later."""
    sizes = (200,) if bench.quick else (200, 5_000, 100_000)

    def ended(moment: float) -> Values:
        found = {}
        for size in sizes:
            path = relative(tours.random_points(bench, size, 1))
            run = f"timeout -s INT {moment} bin/solve-tsp {path} --closed --time 600"
            wall = measure(f"{run} >/dev/null; [[ $? == 124 ]]", bench.env)["wall s"]
            found[f"{size:,}"] = wall - moment
        return found

    goals = tuple(Goal(f"{size:,}", most=1) for size in sizes)
    sides = [
        Side(f"after {moment:g} s", partial(ended, moment), goals, ours=True)
        for moment in ((1,) if bench.quick else (1.5, 3, 10))
    ]
    columns = tuple(Column(f"{size:,}", 2) for size in sizes)
    title = "seconds from Ctrl-C to the end, by the number of cities"
    return Job(title, sides, columns, most_rounds=3, warm=False)


JOBS = {
    "random": random_cities,
    "tsplib-1s": lambda bench: of_tsplib(bench, 1.0, after_a_second),
    "tsplib-10s": lambda bench: of_tsplib(bench, 10.0, after_ten, least=2000),
    "seeded": seeded,
    "repeated": repeated,
    "proofs": lambda bench: proofs(bench, 100, 5, 1.0),
    "proofs-200": lambda bench: proofs(bench, 200, 60, 0.9),
    "bound": bound,
    "large": large,
    "many": many,
    "million": million,
    "greedy": greedy,
    "limits": limits,
    "ctrl-c": ctrl_c,
}
LARGE = (
    "repeated", "limits", "ctrl-c", "tsplib-1s", "tsplib-10s", "proofs-200", "large", "many",
    "million",
)  # fmt: skip
SECTION = Section("tsp", SAYS, JOBS, ("random", "seeded", "greedy"), LARGE, ("ortools",))
