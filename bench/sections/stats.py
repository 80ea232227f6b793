"""Statistics: csv-stats beside pandas, duckdb, polars, pyarrow, csvstat, Miller and datamash."""

from pathlib import Path

import numpy as np
import pandas as pd

from bench.context import HEIGHTS, PYTHON, Bench, Section, relative
from bench.side_by_side import Goal, Job, Side

SAYS = """
`csv-stats describe` with exact quartiles on 10 floats, 2 whole numbers, a category and a date; on
the 25,000 heights and weights, where start-up decides; from a pipe; and a whole report. duckdb,
pyarrow, polars and pandas are asked for the same numbers: exact linear quartiles; csvstat, Miller
and datamash give their own choice of them.
"""
MEGABYTES, QUICK_MEGABYTES = 520, 20
ROWS_A_BLOCK = 200_000
BYTES_A_ROW = 122.6
SCRIPTS = {
    "duckdb": """
import duckdb, sys
table = f"read_csv('{sys.argv[1]}')"
kinds = duckdb.sql(f"describe select * from {table}").fetchall()
numbers = [n for n, kind, *_ in kinds if kind in ("DOUBLE", "BIGINT")]
ask = ", ".join(f'count("{n}"), avg("{n}"), stddev("{n}"), min("{n}"), max("{n}"), '
                f'quantile_cont("{n}", [.25, .5, .75])' for n in numbers)
duckdb.sql(f"select {ask} from {table}").fetchall()
""",
    "pyarrow": """
import sys, pyarrow.csv, pyarrow.compute as c
table = pyarrow.csv.read_csv(sys.argv[1])
for name, column in zip(table.column_names, table.columns):
    if str(column.type) in ("double", "int64"):
        c.quantile(column, [.25, .5, .75]), c.mean(column), c.stddev(column, ddof=1)
        c.min_max(column)
""",
    "polars": """
import sys, polars as pl, polars.selectors as cs
frame = pl.scan_csv(sys.argv[1]).select(cs.numeric())
names = frame.collect_schema().names()
stats = [getattr(pl.col(n), f)().alias(f"{n} {f}") for n in names
         for f in ("count", "mean", "std", "min", "max")]
stats += [pl.col(n).quantile(q, "linear").alias(f"{n} {q}") for n in names for q in (.25, .5, .75)]
frame.select(stats).collect(engine="streaming")
""",
    "pandas": """
import sys, pandas
print(pandas.read_csv(sys.argv[1]).describe())
""",
}
MODULES = ("duckdb", "pyarrow", "polars")
PARQUET = {
    "duckdb": SCRIPTS["duckdb"].replace("read_csv", "read_parquet"),
    "pandas": SCRIPTS["pandas"].replace("read_csv", "read_parquet"),
}
FASTER = Goal("ratio", most=1)


def write_numeric(path: Path, megabytes: float) -> None:
    """Write about so many megabytes of 10 floats, 2 whole numbers, a category and a date."""
    rng = np.random.default_rng(7)
    left = int(megabytes * 1e6 / BYTES_A_ROW)
    start = np.datetime64("2015-01-01")
    with path.open("w") as out:
        first = True
        while left > 0:
            n = min(ROWS_A_BLOCK, left)
            columns = {
                f"f{i}": rng.normal(50 * (i - 3), 10 * (i + 1), n).round(4 + i % 3)
                for i in range(10)
            }
            frame = pd.DataFrame(columns)
            frame["n1"], frame["n2"] = rng.integers(0, 100_000, n), rng.poisson(40, n)
            frame["cat"] = rng.choice(["red", "green", "blue", "yellow", "violet"], n)
            frame["day"] = (start + rng.integers(0, 4000, n).astype("timedelta64[D]")).astype(str)
            frame.to_csv(out, index=False, header=first)
            first, left = False, left - n


def numeric(bench: Bench) -> tuple[str, float]:
    """Return the file of numbers and its megabytes."""
    megabytes = QUICK_MEGABYTES if bench.quick else MEGABYTES
    path = bench.file("numeric.csv", lambda path: write_numeric(path, megabytes))
    return relative(path), path.stat().st_size / 1e6


def engines(bench: Bench, file: str) -> list[Side]:
    """Return a side for each engine that people describe with; pandas, the kit's own, last."""
    scripts = {name: bench.script(f"describe_{name}.py", text) for name, text in SCRIPTS.items()}
    sides = [bench.rival(name, f"exec {{}} {scripts[name]} {file}") for name in MODULES]
    pandas = f"exec {PYTHON} {scripts['pandas']} {file}"
    return [*sides, bench.plain("pandas", pandas, f"pandas {pd.__version__}")]


def describe(bench: Bench) -> Job:
    """Describe a file that takes seconds to read."""
    file, megabytes = numeric(bench)
    ours = bench.ours("csv-stats", f"exec bin/csv-stats describe {file}",
                      FASTER, Goal("peak MB", most=500))  # fmt: skip
    sides = [ours, *engines(bench, file)]
    title = f"describe {megabytes:.0f} MB; the ratio is to the quickest rival"
    return Job(title, sides, to_quickest=True)


def parquet(bench: Bench) -> Job:
    """Describe the same table as Parquet."""
    file, megabytes = numeric(bench)

    def write(path: Path) -> None:
        pd.read_csv(file).to_parquet(path)

    table = relative(bench.file("numeric.parquet", write))
    scripts = {name: bench.script(f"parquet_{name}.py", text) for name, text in PARQUET.items()}
    sides = [
        bench.ours("csv-stats", f"exec bin/csv-stats describe {table}", Goal("ratio", most=1.2)),
        bench.rival("duckdb", f"exec {{}} {scripts['duckdb']} {table}"),
        bench.plain("pandas", f"exec {PYTHON} {scripts['pandas']} {table}", pd.__version__),
    ]
    return Job(f"describe the Parquet file of {megabytes:.0f} MB of CSV", sides)


def small(bench: Bench) -> Job:
    """Describe a file whose reading takes no time."""
    ours = bench.ours(
        "csv-stats", f"exec bin/csv-stats describe {HEIGHTS}", Goal("ratio", most=0.35)
    )
    tools = [
        bench.rival("csvstat", f"exec {{}} {HEIGHTS}"),
        bench.rival("mlr", f"exec {{}} --icsv --opprint summary {HEIGHTS}"),
        bench.rival(
            "datamash",
            "exec {} -t, --header-in count 2 mean 2 sstdev 2 min 2 q1 2 median 2 q3 2 max 2 "
            f"count 3 mean 3 sstdev 3 min 3 q1 3 median 3 q3 3 max 3 < <(tr -d '\\r' <{HEIGHTS})",
        ),
    ]
    return Job("describe 25,000 records, start included", [ours, *tools, *engines(bench, HEIGHTS)])


def pipe(bench: Bench) -> Job:
    """Describe a stream of ten times the file."""
    file, megabytes = numeric(bench)
    stream = f"(cat {file}; for i in {{2..10}}; do tail -n +2 {file}; done)"
    sides = [
        bench.ours("csv-stats", f"{stream} | bin/csv-stats describe", Goal("peak MB", most=1000)),
        bench.plain("cat >/dev/null", f"{stream} | cat"),
    ]
    return Job(f"describe {megabytes / 100:.1f} GB from a pipe", sides, most_rounds=1, warm=False)


def report(bench: Bench) -> Job:
    """Write a report; beside it, reading the same file with pandas."""
    records = 5_000 if bench.quick else 100_000

    def write(path: Path) -> None:
        columns = np.random.default_rng(1).normal(size=(records, 20)).round(4)
        pd.DataFrame(columns).add_prefix("c").to_csv(path, index=False)

    wide = relative(bench.file("wide.csv", write))
    page = f"exec bin/csv-stats report {wide} --target c0 -o {relative(bench.folder)}/report.html"
    describe_it = f"exec {PYTHON} {bench.script('describe_pandas.py', SCRIPTS['pandas'])} {wide}"
    sides = [
        bench.ours("csv-stats report", page, Goal("wall s", most=20)),
        bench.plain("pandas' describe alone", describe_it, f"pandas {pd.__version__}"),
    ]
    return Job(f"a report on {records:,} records of 20 columns", sides, most_rounds=3)


JOBS = {"describe": describe, "parquet": parquet, "small": small, "pipe": pipe, "report": report}
NEEDS = (*MODULES, "csvstat", "mlr", "datamash")
SECTION = Section("stats", SAYS, JOBS, ("describe", "parquet", "small", "report"), ("pipe",), NEEDS)
