"""Models: training beside pandas and scikit-learn by hand."""

from functools import partial
from pathlib import Path

import numpy as np

from bench.context import PYTHON, Bench, Section, relative
from bench.side_by_side import Column, Goal, Job, Values

SAYS = """
Training from a CSV to a model on disk, start included, with five-fold cross-validation and a fifth
held out. The rival is what a notebook does: `read_csv`, a ColumnTransformer (median,
StandardScaler, OneHotEncoder), `cross_val_score`, `fit`, joblib.

Intervals of 90 %: 20 times, each with another seed, a model learns from 400 records and predicts
1,000 others. The coverage is the share of true values inside, over all of them; its standard error
is 0.4 points. The rival is MAPIE's cross-conformal regressor, CV+ of five folds.
"""
BY_HAND = """
import sys
import joblib, pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
data = pd.read_csv(sys.argv[1])
y = data.pop("y")
numbers = data.select_dtypes("number").columns
texts = data.columns.difference(numbers)
scaled = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
encoded = OneHotEncoder(handle_unknown="ignore")
prepare = make_column_transformer((scaled, numbers), (encoded, texts))
model = make_pipeline(prepare, LinearRegression())
x_train, x_test, y_train, y_test = train_test_split(data, y, test_size=0.2, random_state=0)
print(cross_val_score(model, x_train, y_train).mean())
print(model.fit(x_train, y_train).score(x_test, y_test))
joblib.dump(model, sys.argv[2])
"""

WITH_MAPIE = """
import sys
import pandas as pd
from mapie.regression import CrossConformalRegressor
from sklearn.linear_model import LinearRegression
for seed in range(int(sys.argv[2])):
    known, new = (pd.read_csv(f"{sys.argv[1]}/{part}-{seed}.csv") for part in ("known", "new"))
    model = CrossConformalRegressor(LinearRegression(), confidence_level=0.9, method="plus", cv=5)
    model.fit_conformalize(known[["a", "b", "c"]].to_numpy(), known.y.to_numpy())
    new["prediction"], ends = model.predict_interval(new[["a", "b", "c"]].to_numpy())
    new["low"], new["high"] = ends[:, 0, 0], ends[:, 1, 0]
    new.to_csv(sys.stdout, index=False)
"""
SEEDS = 20
ASKED = 90.0  # percent
COVERAGE = (
    Column("coverage %", 2),
    Column("points off", 2),
    Column("width", 3),
    Column("cpu s", 2),
)


def write_table(path: Path, count: int) -> None:
    """Write 14 columns, drawn with a fixed seed: ten normal, a whole number, two texts, y."""
    drawn = np.random.default_rng(0)
    towns, plans = ["Lisbon", "Porto", "Faro", "Braga"], ["basic", "plus", "pro"]
    with path.open("w") as stream:
        stream.write(",".join([*(f"x{n}" for n in range(10)), "k", "town", "plan", "y"]) + "\n")
        for _ in range(0, count, 10_000):
            x, k = drawn.normal(size=(10_000, 10)), drawn.integers(0, 1_000, 10_000)
            town, plan = drawn.integers(0, 4, 10_000), drawn.integers(0, 3, 10_000)
            y = x @ np.arange(10) + 0.01 * k + 3 * (town == 1) + drawn.normal(size=10_000)
            for row in range(10_000):
                numbers = ",".join(f"{value:.4f}" for value in x[row])
                words = f"{k[row]},{towns[town[row]]},{plans[plan[row]]},{y[row]:.4f}"
                stream.write(f"{numbers},{words}\n")


def trained(bench: Bench, name: str, count: int) -> Job:
    """Train a linear baseline on so many records."""
    table = relative(bench.file(name, lambda path: write_table(path, count)))
    out, by_hand = relative(bench.folder), bench.script("by_hand.py", BY_HAND)
    goals = Goal("cpu ratio", most=1.0), Goal("ratio", most=1.0), Goal("peak MB", most=1000)
    return Job(f"linear, {count:,} records of 14 columns", [
        bench.ours("ml-model train", f"exec bin/ml-model train {table} --target y -o {out}/line",
                   *goals),
        bench.plain("pandas and scikit-learn",
                    f"exec {PYTHON} {by_hand} {table} {out}/line.joblib"),
    ])  # fmt: skip


def linear(bench: Bench) -> Job:
    """Train a linear baseline."""
    count = 20_000 if bench.quick else 100_000
    return trained(bench, f"table-{count}.csv", count)


def large(bench: Bench) -> Job:
    """Train a linear baseline on 3.6 million records."""
    return trained(bench, "large.csv", 3_600_000)


def write_drawn(path: Path, seed: int, count: int) -> None:
    """Write a line of three normal columns, with noise that has long tails."""
    drawn = np.random.default_rng(seed)
    x = drawn.normal(size=(count, 3))
    y = x @ [1.0, 2.0, 0.5] + drawn.standard_t(4, size=count)
    np.savetxt(path, np.column_stack([x, y]), "%.6f", ",", header="a,b,c,y", comments="")


def covered(output: str) -> Values:
    """Return how often intervals hold, of records with y, prediction and ends as last columns."""
    lines = [line.split(",")[-4:] for line in output.splitlines() if not line.startswith("a,")]
    y, _, low, high = np.array(lines, float).T
    held, width = 100 * float(((low <= y) & (y <= high)).mean()), float((high - low).mean())
    return {"coverage %": held, "points off": abs(held - ASKED), "width": width}


def interval(bench: Bench) -> Job:
    """Predict intervals for records that the model has not seen."""
    seeds = 3 if bench.quick else SEEDS
    for seed in range(seeds):
        bench.file(f"known-{seed}.csv", partial(write_drawn, seed=seed, count=400))
        bench.file(f"new-{seed}.csv", partial(write_drawn, seed=1_000 + seed, count=1_000))
    at, by_hand = relative(bench.folder), bench.script("with_mapie.py", WITH_MAPIE)
    train = f"bin/ml-model train {at}/known-$n.csv --target y --seed $n -o {at}/sure >{at}/said"
    predict = f"bin/ml-model predict {at}/sure {at}/new-$n.csv --interval 0.9"
    each = f"for n in $(seq 0 {seeds - 1}); do {train} && {predict} || exit; done"
    return Job(f"90 % intervals, {seeds} seeds", [
        bench.ours("ml-model --interval 0.9", each, Goal("points off", most=2), read=covered),
        bench.rival("mapie", f"exec {{}} {by_hand} {at} {seeds}", read=covered),
    ], COVERAGE, most_rounds=1, warm=False)  # fmt: skip


JOBS = {"linear": linear, "interval": interval, "large": large}
SECTION = Section("model", SAYS, JOBS, quick=("linear",), large=("large",), needs=("mapie",))
