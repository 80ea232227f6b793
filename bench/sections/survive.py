"""Jobs that are killed: whether they survive, what keeping progress costs, and packing a home."""

import hashlib
import json
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import join
from typing import Any

from bench.context import Bench, Section
from bench.killed import Result, Search, Task
from bench.side_by_side import ROOT, Column, Goal, Job, Side, Values, measure
from tests.loopback import Answer, Request, serve
from tests.py.test_checkpoint_models import FEW, contents
from tests.py.test_checkpoint_samples import Site, serving

SAYS = """
`kills` and `home-kills` send each job at least 30 SIGKILLs at random moments and give the command
again; each time it ends, its result is compared with that of a run that nobody disturbed: byte for
byte, a model but for the seconds in its card, a tour by its length, which may not be longer than
the one kept. A kill hits a run at a moment drawn from the time that a run takes which nobody kills;
a run that ends before it is an end more. `cost` is the processor's time of a job with `--resume`
and without, in turns; a search with `--time` has the same seconds either way, and its cost is the
length of the tour that it then finds: the last column. `home`
packs a home of 500 MB for the first time and unchanged, and unpacks it into another.
"""
KILLS, QUICK_KILLS = 30, 2


def table(rows: int, times: int = 1) -> bytes:
    """Return a CSV of numbers and texts, whose rows come so many times."""
    draw = random.Random(4)
    lines = (
        f"{n},{draw.gauss(5, 2):.9f},{draw.random():.9f},{'abc'[n % 3]}\n" for n in range(rows)
    )
    return b"id,x,y,team\n" + "".join(lines).encode() * times


def tasks(bench: Bench, times: int = 1) -> Iterator[Task]:
    """Yield the jobs with --resume, on files whose rows come so many times."""

    def csv(name: str, rows: int, times: int = 1) -> Path:
        def make(path: Path) -> None:
            path.write_bytes(table(rows, times))

        return bench.file(f"{name}-{times}.csv", make)

    data = csv("data", 200_000, times)
    large = csv("large", 3_000_000, times)
    few = csv("few", 400)
    some = csv("some", 4000)
    work = Path(bench.enter(tempfile.TemporaryDirectory(dir=bench.folder)))
    out, forest, tree = work / "out", bench.folder / "forest", work / "model"
    env = bench.env | {"PATH": f"{ROOT}/bin:{bench.env['PATH']}", "PYTHONPATH": str(ROOT)}
    env["BEACHHEAD_STATE"] = str(work / "state")

    def taken(path: Path) -> Result:
        def result() -> object:
            text = path.read_bytes()
            path.unlink()
            return hashlib.sha256(text).hexdigest()

        return result

    def model() -> object:
        found = contents(tree)
        shutil.rmtree(tree)
        return found

    def task(name: str, words: list[str], resumed: list[str], result: Result) -> Task:
        return Task(name, words, resumed, result, env, work / "stdout")

    if not forest.exists():
        words = ["ml-model", "train", str(few), "--target", "y", "-o", str(forest), "--model"]
        subprocess.run([*words, "forest", "--folds", "0"], env=env, check=True, stdout=-3)
    words = ["ml-model", "predict", str(forest), str(data), "-o", str(out)]
    yield task("ml-model predict", words, ["--resume"], taken(out))
    service = bench.enter(serve(answer))
    words = ["predict", "--url", service.url, "--chunk-rows", "50", str(some), "-o", str(out)]
    yield task("predict", words, ["--resume"], taken(out))
    words = ["csv-stats", "describe", str(large)]
    yield task("csv-stats describe", words, ["--resume"], taken(work / "stdout"))
    words = [f"{ROOT}/.venv/bin/python", "-c", FEW, "train", str(few), "--target", "y"]
    words += ["--model", "auto", "--time", "600", "--folds", "2", "-o", str(tree)]
    yield task("ml-model train --model auto", words, ["--resume"], model)
    site = bench.enter(serving(Site(large.read_bytes())))
    words = ["sample-large-csv", "-n", "20000", "--seed", "7", site.url, "-o", str(out)]
    yield task("sample-large-csv", words, ["--resume"], taken(out))


def answer(request: Request) -> Answer:
    """Predict each row after a moment, as a model in a cloud does."""
    time.sleep(0.02)
    return Answer({"predictions": [1 for _ in request.json()["instances"]]})


def search(bench: Bench) -> Search:
    """Return a search for a tour."""
    draw = random.Random(5)
    rows = [f"c{n},{draw.random() * 1000:.3f},{draw.random() * 1000:.3f}\n" for n in range(2000)]
    cities = bench.write("cities.csv", "name,x,y\n" + "".join(rows))
    work = Path(bench.enter(tempfile.TemporaryDirectory(dir=bench.folder)))
    env = bench.env | {"BEACHHEAD_STATE": str(work / "state")}
    words = [f"{ROOT}/bin/solve-tsp", str(cities), "--time", "6", "--method", "local", "--closed"]
    out = work / "stdout"

    def result() -> object:
        return json.loads(out.read_text())["distance"]

    words += ["--format", "json"]
    return Search("solve-tsp --time", words, ["--resume"], result, env, out)


def tour(bench: Bench) -> Side:
    """Return the side of a search for a tour that is killed."""
    task = search(bench)

    def same(length: Any) -> bool:
        return bool(length <= task.best * (1 + 1e-12))  # the order of a sum may differ

    return killed_side(bench, task, same)


def killed_side(bench: Bench, task: Task, same: Callable[[object], bool] | None = None) -> Side:
    """Return the side of a job that is killed."""
    most = QUICK_KILLS if bench.quick else KILLS

    def run() -> Values:
        wanted = None if same else task.done()
        found = task.killed(most, same or (lambda result: result == wanted))
        return found | {"wrong": found["ends"] - found["right"]}

    return Side(task.name, run, (Goal("wrong", most=0),), ours=True)


def homes(bench: Bench) -> Iterator[Side]:
    """Yield the sides of a home that is packed and unpacked under kills."""
    work = Path(bench.enter(tempfile.TemporaryDirectory(dir=bench.folder)))
    home, into, archive = work / "home", work / "into", work / "home.pack"
    fill(home, 200)
    env = bench.env | {"HOME": str(home), "BEACHHEAD_STATE": str(work / "state")}
    wanted = digest(home)
    cloud_env = f"{ROOT}/bin/cloud-env"

    def packed() -> object:
        subprocess.run([cloud_env, "unpack", str(archive), "--into", str(into)], env=env,
                       check=True, capture_output=True)  # fmt: skip
        found = unpacked()
        archive.unlink()
        shutil.rmtree(work / "state")
        return found

    def unpacked() -> object:
        found = digest(into)
        shutil.rmtree(into)
        into.mkdir()
        return found

    into.mkdir()
    words = [cloud_env, "pack", "--to", str(archive)]
    pack = Task("cloud-env pack", words, [], packed, env, work / "stdout")
    yield killed_side(bench, pack, lambda found: found == wanted)
    other = work / "other.pack"
    subprocess.run([*words[:-1], str(other)], env=env, check=True, capture_output=True)
    words = [cloud_env, "unpack", str(other), "--into", str(into)]
    unpack = Task("cloud-env unpack", words, [], unpacked, env, work / "stdout")
    yield killed_side(bench, unpack, lambda found: found == wanted)


def fill(home: Path, megabytes: int) -> None:
    """Fill a home: half of it text, half of it bytes that cannot be compressed."""
    draw = random.Random(3)
    text = table(30_000)
    for number in range(megabytes):
        folder = home / f"project {number % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        half = str(number).encode() + text[: 1 << 19]
        (folder / f"{number}.csv").write_bytes(half)
        (folder / f"{number}.bin").write_bytes(draw.randbytes(1 << 19))


def digest(folder: Path) -> str:
    """Return a checksum of a folder's names and bytes."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def kills(bench: Bench) -> Job:
    """Kill each job with --resume, again and again."""
    sides = [killed_side(bench, task) for task in tasks(bench)]
    return killed_job("jobs with --resume that are killed", [*sides, tour(bench)])


def home_kills(bench: Bench) -> Job:
    """Kill packing and unpacking, again and again."""
    return killed_job("a home of 200 MB, packed and unpacked under kills", [*homes(bench)])


def killed_job(title: str, sides: list[Side]) -> Job:
    """Return the table of jobs that are killed."""
    columns = (
        Column("kills", 0),
        Column("ends", 0),
        Column("wrong", 0),
        Column("undisturbed s", 1),
    )
    return Job(title, sides, columns, most_rounds=1, warm=False)


def cost(bench: Bench) -> Job:
    """Run each job with --resume and without."""
    columns = (
        Column("cpu s", 2), Column("with --resume", 2), Column("more", 3), Column("longer tour", 3),
    )  # fmt: skip

    def side(task: Task) -> Side:
        def run() -> Values:
            plain, kept = (
                measure(join([*task.words, *more]), task.env)["cpu s"]
                for more in ([], task.resumed)
            )
            return {"cpu s": plain, "with --resume": kept, "more": kept / plain}

        return Side(task.name, run, (Goal("more", most=1.03),), ours=True)

    times = 1 if bench.quick else 5
    sides = [*(side(task) for task in tasks(bench, times)), tour_cost(search(bench))]
    return Job("what keeping progress costs", sides, columns)


def tour_cost(task: Search) -> Side:
    """Return the side of a search: the seconds are the same, the tour may be longer."""

    def run() -> Values:
        spent, lengths = [], []
        for more in ([], task.resumed):
            begin = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
            lengths.append(task.done(*more))
            spent.append(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - begin)
        plain, kept = spent
        found = {"cpu s": plain, "with --resume": kept, "more": kept / plain}
        return found | {"longer tour": lengths[1] / lengths[0]}  # type: ignore[operator]

    goals = Goal("more", most=1.03), Goal("longer tour", most=1.03)
    return Side(task.name, run, goals, ours=True)


def home(bench: Bench) -> Job:
    """Pack a home, pack it again unchanged, unpack it."""
    work = Path(bench.enter(tempfile.TemporaryDirectory(dir=bench.folder)))
    source, into, archive = work / "home", work / "into", work / "home.pack"
    fill(source, 20 if bench.quick else 500)
    env = bench.env | {"HOME": str(source), "BEACHHEAD_STATE": str(work / "state")}
    pack = f"bin/cloud-env pack --to {archive}"

    def run(shell: str, *emptied: Path) -> Values:
        for path in emptied:
            shutil.rmtree(path, ignore_errors=True)
        if emptied:
            archive.unlink(missing_ok=True)
        return measure(shell, env) | {"archive MB": archive.stat().st_size / 1e6}

    def back() -> Values:
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        return measure(f"bin/cloud-env unpack {archive} --into {into}", env)

    columns = (
        Column("wall s", 2), Column("cpu s", 2), Column("peak MB", 0, most=True),
        Column("archive MB", 0),
    )  # fmt: skip
    sides = [
        Side("pack", lambda: run(pack, work / "state"), ours=True),
        Side("pack, unchanged", lambda: run(pack), ours=True),
        Side("unpack", lambda: back() | {"archive MB": archive.stat().st_size / 1e6}, ours=True),
    ]
    return Job("a home of 500 MB, half of it text", sides, columns, most_rounds=3, warm=False)


JOBS = {"kills": kills, "home-kills": home_kills, "cost": cost, "home": home}
SECTION = Section("survive", SAYS, JOBS, quick=("home",))
