"""Batches: ml-model predict beside pandas in chunks."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.context import HEIGHTS, PYTHON, Bench, Section, relative
from bench.models import train
from bench.side_by_side import Goal, Job

SAYS = """
A CSV in, the same CSV with a column more out. The rival does what a notebook does: `read_csv` in
chunks of 100,000 rows, a column added, `to_csv`; its boosting has scikit-learn's defaults, 100
trees as ours has.
"""
FIT = """
import sys
import joblib, pandas as pd
from sklearn.linear_model import LinearRegression
rows = pd.read_csv(sys.argv[1])
model = LinearRegression().fit(rows[["Height-Inches"]].to_numpy(), rows["Weight-Pounds"])
joblib.dump(model, sys.argv[2])
"""
FIT_BOOSTING = FIT.replace("linear_model import LinearRegression", "ensemble import *").replace(
    "LinearRegression()", "HistGradientBoostingRegressor()"
)
CHUNKS = """
import sys
import joblib, pandas as pd
model = joblib.load(sys.argv[1])
for number, rows in enumerate(pd.read_csv(sys.argv[2], chunksize=100_000)):
    rows["prediction"] = model.predict(rows[["Height-Inches"]].to_numpy())
    rows.to_csv(sys.stdout, index=False, header=number == 0)
"""


def write_rows(path: Path, count: int) -> None:
    """Write heights and weights that were drawn with a fixed seed."""
    drawn = np.random.default_rng(1)
    heights, weights = drawn.normal(68, 1.9, count), drawn.normal(127, 11, count)
    pairs = enumerate(zip(heights.tolist(), weights.tolist(), strict=True))
    with path.open("w") as stream:
        stream.write("Index,Height-Inches,Weight-Pounds\n")
        stream.writelines(f"{n},{height:.5f},{weight:.4f}\n" for n, (height, weight) in pairs)


def batch(bench: Bench) -> Job:
    """Predict many rows."""
    count = 50_000 if bench.quick else 2_000_000
    rows = relative(bench.file("rows.csv", lambda path: write_rows(path, count)))
    model, goal = relative(train(bench)), Goal("ratio", most=round(1 / 3, 2))
    ours = f"exec bin/ml-model predict {model} {rows}"
    by_hand = relative(bench.folder / "line.joblib")
    bench.prepare(f"{PYTHON} {bench.script('fit.py', FIT)} {rows} {by_hand}")
    two = bench.ours("ml-model predict --jobs 2", f"{ours} --jobs 2", goal)
    return Job(f"{count:,} rows", [
        bench.ours("ml-model predict", ours, goal),
        replace(two, optional=True),
        bench.plain("pandas in chunks",
                    f"exec {PYTHON} {bench.script('chunks.py', CHUNKS)} {by_hand} {rows}"),
    ])  # fmt: skip


def boosting(bench: Bench) -> Job:
    """Predict many rows with trees."""
    count = 50_000 if bench.quick else 2_000_000
    rows = relative(bench.file("rows.csv", lambda path: write_rows(path, count)))
    model = relative(train(bench, "boosting"))
    by_hand = relative(bench.folder / "boosting.joblib")
    fit = bench.script("fit_boosting.py", FIT_BOOSTING)
    bench.prepare(f"{PYTHON} {fit} {HEIGHTS} {by_hand}")
    goals = Goal("ratio", most=0.5), Goal("peak MB", most=300)
    chunks = bench.script("chunks.py", CHUNKS)
    return Job(f"{count:,} rows, boosting", [
        bench.ours("ml-model predict", f"exec bin/ml-model predict {model} {rows}", *goals),
        bench.plain("pandas in chunks", f"exec {PYTHON} {chunks} {by_hand} {rows}"),
    ])  # fmt: skip


SECTION = Section(
    "predict-batch", SAYS, {"batch": batch, "boosting": boosting}, quick=("batch", "boosting")
)
