"""Scale: sampling, describe, training and prediction by size of the input, and by workers."""

from bench.context import PYTHON, Bench, Section, relative
from bench.dask_cluster import Cluster, cores, dask
from bench.growth import SIZES, SPEED, WORKERS, grown, size_name
from bench.sections.stats import write_numeric
from bench.side_by_side import Column, Job, Side, Values

SAYS = """
The figures behind docs/how-to/scale.md: one table of 14 columns in several sizes, on one core, and
the same work by one process, by two, and by one and two Dask workers. Cores are given by `taskset`.
A Dask worker has one thread and one core; scheduler and client share those cores, and `cpu s` and
`peak MB` are the command's own, beside the workers'. `make pictures` draws the tables.
"""
MEGABYTES, QUICK_MEGABYTES = (1, 10, 100, 1000), (1, 2, 4)
PIPED = 10_000  # megabytes
SAMPLE = "sample-large-csv -n 10000 --seed 1 --no-cache"
DESCRIBE = "bin/csv-stats describe"
PREDICT = "bin/ml-model predict"
TRAIN = "bin/ml-model train --target f0 --model linear --folds 0 --memory 2000"


def table(bench: Bench, megabytes: float) -> str:
    """Return a file of 10 floats, 2 whole numbers, a category and a date."""
    name = f"table-{megabytes:g}.csv"
    return relative(bench.file(name, lambda path: write_numeric(path, megabytes)))


def sizes(bench: Bench) -> tuple[int, ...]:
    """Return the megabytes of the tables."""
    return QUICK_MEGABYTES if bench.quick else MEGABYTES


def model(bench: Bench) -> str:
    """Return a linear model of the table."""
    folder = bench.folder / "line"
    if not folder.exists():
        bench.prepare(f"{TRAIN} {table(bench, sizes(bench)[0])} -o {relative(folder)}")
    return relative(folder)


def by_size(bench: Bench, title: str, command: str) -> Job:
    """Return a command, its FILE where {} stands, on one core, against the size of the file."""
    sides = []
    for megabytes in sizes(bench):
        shell = cores(1) + command.format(table(bench, megabytes))
        side = bench.ours(size_name(megabytes), shell)
        sides.append(with_speed(side, megabytes))
    return Job(title, sides, SIZES, most_rounds=3, warm=False, says=grown)


def with_speed(side: Side, megabytes: float) -> Side:
    """Return a side that also tells megabytes a second."""

    def run() -> Values:
        values = side.run()
        return values | {SPEED: megabytes / values["wall s"]}

    return Side(side.name, run, ours=True)


def by_workers(bench: Bench, command: str, title: str, megabytes: int, two: str = "") -> Job:
    """Return a command on FILE by processes and by Dask workers; `two` asks for two processes."""
    megabytes = sizes(bench)[-1] if bench.quick else megabytes
    shell = command.format(table(bench, megabytes))
    sides = [
        on_cluster(bench, bench.enter(dask(bench.folder, workers)), workers, shell)
        for workers in (2, 1)
    ]
    sides = [bench.ours("2 processes", cores(2) + shell + two), *reversed(sides)]
    sides.append(bench.ours("1 process", cores(1) + shell))
    return Job(f"{title}: {megabytes:,} MB", sides, WORKERS, most_rounds=3, warm=False)


def on_cluster(bench: Bench, cluster: Cluster, workers: int, shell: str) -> Side:
    """Return a side on a cluster, with what its workers took."""
    name = f"{workers} Dask worker{'s'[: workers - 1]}"
    side = bench.ours(name, f"{shell} --cluster {cluster.address}")

    def run() -> Values:
        before = cluster.processor_seconds()
        values = side.run()
        took = cluster.processor_seconds() - before
        return values | {"workers' cpu s": took, "worker MB": cluster.peak()}

    return Side(name, run, ours=True)


def sample_sizes(bench: Bench) -> Job:
    """Sample files of several sizes."""
    return by_size(bench, "sample-large-csv: 10,000 records", f"{SAMPLE} {{}}")


def describe_sizes(bench: Bench) -> Job:
    """Describe files of several sizes."""
    return by_size(bench, "csv-stats describe, exact quartiles", f"{DESCRIBE} {{}}")


def train_sizes(bench: Bench) -> Job:
    """Train on files of several sizes, in passes over blocks."""
    out = relative(bench.folder / "trained")
    return by_size(bench, "ml-model train, a linear model", f"{TRAIN} {{}} -o {out}")


def predict_sizes(bench: Bench) -> Job:
    """Predict from files of several sizes."""
    return by_size(bench, "ml-model predict, a linear model", f"{PREDICT} {model(bench)} {{}}")


def describe_workers(bench: Bench) -> Job:
    """Describe by processes and by Dask workers, which read the file themselves."""
    return by_workers(bench, f"{DESCRIBE} {{}}", "csv-stats describe", 1000)


def train_workers(bench: Bench) -> Job:
    """Train by one process and by Dask workers, to which the records are sent."""
    out = relative(bench.folder / "trained")
    return by_workers(bench, f"{TRAIN} {{}} -o {out}", "ml-model train", 100)


def predict_workers(bench: Bench) -> Job:
    """Predict by processes and by Dask workers, to which the records are sent."""
    command = f"{PREDICT} {model(bench)} {{}}"
    return by_workers(bench, command, "ml-model predict", 100, " --jobs 2")


MERGED = """
import pickle, sys, time
from pathlib import Path
from pyhelpers.csvio.options import Options
from pyhelpers.statistics import byte_ranges
from pyhelpers.statistics.column_summary import SummarySpec
from pyhelpers.statistics.describe import describe_table
file, folder, parts, times, kept = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:])
byte_ranges.PART_BYTES = (Path(file).stat().st_size - 200) // parts  # less the header
byte_ranges.MOST_KEPT = kept << 20
def summaries(work, ranges, *rest):
    # Of the first pass only: a second one is merged alike.
    for number, part in enumerate(ranges):
        place = folder / f"{parts}-{kept}-{number}.pickle"
        if not place.exists():
            place.write_bytes(pickle.dumps(work(part, *rest)))
        yield place
class Merge(Exception): pass
class Table(byte_ranges.RangesTable):
    def run(self, table_pass):
        places = list(self._apply(byte_ranges.run_on, self._parts, self._options, table_pass))
        if len(places) != parts:
            raise SystemExit(f"{len(places)} parts")
        size, clock, whole = 0, [0.0, 0.0], None
        def received():
            nonlocal size
            for place in places * times:
                data = place.read_bytes()
                size += len(data)
                begin = time.process_time()
                found = pickle.loads(data)
                clock[0] += time.process_time() - begin
                yield found.groups
        begin = time.process_time()
        table_pass.merge(received())
        clock[1] = time.process_time() - begin - clock[0]
        print(parts * times, size / 1e6, *clock)
        raise Merge
try:
    describe_table(Table([file], Options(), summaries), None, SummarySpec(), 1 << 30)
except Merge:
    pass
"""
MERGE = (
    Column("summaries", 0),
    Column("MB received", 1),
    Column("unpickle s", 3),
    Column("merge s", 3),
    Column("peak MB", 0, most=True),
)


def read_merge(out: str) -> Values:
    """Return what a merge printed."""
    names = [column.name for column in MERGE]
    return dict(zip(names, map(float, out.split()), strict=False))


def merge(bench: Bench) -> Job:
    """Merge 100 summaries, as the client of a cluster does."""
    folder, largest = bench.folder / "summaries", sizes(bench)[-1]
    folder.mkdir(exist_ok=True)
    run = f"PYTHONPATH=. {PYTHON} {bench.script('merge.py', MERGED)} {table(bench, largest)} "
    sides = []
    for parts, times in ((100, 1), (4, 25)):
        for name, kept in (("brackets", 256), ("sketches", 0)):
            words = f"{relative(folder)} {parts} {times} {kept}"
            bench.prepare(run + words)
            title = f"100 {name} of ranges of {largest / parts:,g} MB"
            sides.append(bench.ours(title, run + words, read=read_merge))
    return Job("what the client of a cluster merges, 14 columns", sides, MERGE, warm=False)


def piped(bench: Bench, title: str, command: str) -> Job:
    """Return a command that reads ten gigabytes, ten times the largest table, from a pipe."""
    source = table(bench, sizes(bench)[-1])
    times = PIPED // MEGABYTES[-1]
    feed = f"(cat {source}; for i in {{2..{times}}}; do tail -n +2 {source}; done)"
    side = bench.ours(size_name(sizes(bench)[-1] * times), f"{feed} | {command}")
    return Job(
        title, [with_speed(side, sizes(bench)[-1] * times)], SIZES, most_rounds=1, warm=False
    )


def sample_pipe(bench: Bench) -> Job:
    """Sample ten gigabytes from a pipe."""
    return piped(bench, "sample-large-csv of a pipe", f"{SAMPLE} -")


def describe_pipe(bench: Bench) -> Job:
    """Describe ten gigabytes from a pipe."""
    return piped(bench, "csv-stats describe of a pipe", f"{DESCRIBE} -")


def predict_pipe(bench: Bench) -> Job:
    """Predict ten gigabytes from a pipe."""
    return piped(bench, "ml-model predict of a pipe", f"{PREDICT} {model(bench)} -")


JOBS = {
    "sample-sizes": sample_sizes, "describe-sizes": describe_sizes, "train-sizes": train_sizes,
    "predict-sizes": predict_sizes, "describe-workers": describe_workers,
    "train-workers": train_workers, "predict-workers": predict_workers, "merge": merge,
    "sample-pipe": sample_pipe, "describe-pipe": describe_pipe, "predict-pipe": predict_pipe,
}  # fmt: skip
LARGE = ("sample-pipe", "describe-pipe", "predict-pipe")
SECTION = Section("scale", SAYS, JOBS, large=LARGE)
