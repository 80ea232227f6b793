"""The jobs of bench/stats: data with a fixed seed, sides in turn, tables of medians."""

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from bench.side_by_side import Side, compare, machine

ROWS_A_BLOCK = 200_000
BYTES_A_ROW = 122.6
HEIGHTS = "tests/data/height-weight-25k.csv"
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


def rivals(folder: Path, file: str) -> list[Side]:
    """Return a side for each rival that can be imported; pandas last, as the one compared with."""
    sides = []
    for name, script in SCRIPTS.items():
        python = ".venv/bin/python" if name == "pandas" else os.environ.get("RIVALS", "false")
        if subprocess.run([python, "-c", f"import {name}"], stderr=subprocess.DEVNULL).returncode:
            print(f"{name}: not installed, left out")
            continue
        program = folder / f"describe_{name}.py"
        program.write_text(script)
        sides.append(Side(name, f"exec {python} {program} {file}"))
    return sides


def main() -> None:
    """Run all jobs."""
    parser = argparse.ArgumentParser(prog="bench/stats")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--megabytes", type=float, default=520)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.data or Path(temporary)
        numeric, wide = folder / "numeric.csv", folder / "wide.csv"
        if not numeric.exists():
            write_numeric(numeric, given.megabytes)
        columns = np.random.default_rng(1).normal(size=(100_000, 20)).round(4)
        pd.DataFrame(columns).add_prefix("c").to_csv(wide, index=False)
        print(f"csv-stats, {machine()}, medians of {given.runs} runs")
        size = f"{numeric.stat().st_size / 1e6:.0f} MB"
        stats = Side("csv-stats", f"exec bin/csv-stats describe {numeric}")
        compare(f"describe {size}", [stats, *rivals(folder, str(numeric))], given.runs)
        small = Side("csv-stats", f"exec bin/csv-stats describe {HEIGHTS}")
        compare("describe 25,000 records", [small, *rivals(folder, HEIGHTS)], given.runs + 4)
        piped = f"exec bin/csv-stats describe < <(cat {numeric})"
        compare(f"describe a pipe of {size}", [Side("csv-stats", piped), stats], 1)
        page = f"exec bin/csv-stats report {wide} --target c0 -o {folder}/report.html"
        describe_wide = Side("describe", f"exec bin/csv-stats describe {wide}")
        compare("report on 100,000 x 20", [Side("report", page), describe_wide], 1)


if __name__ == "__main__":
    main()
