"""Models: training beside pandas and scikit-learn by hand."""

from pathlib import Path

import numpy as np

from bench.context import PYTHON, Bench, Section, relative
from bench.side_by_side import Goal, Job

SAYS = """
Training from a CSV to a model on disk, start included, with five-fold cross-validation and a fifth
held out. The rival is what a notebook does: `read_csv`, a ColumnTransformer (median,
StandardScaler, OneHotEncoder), `cross_val_score`, `fit`, joblib.
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


JOBS = {"linear": linear, "large": large}
SECTION = Section("model", SAYS, JOBS, quick=("linear",), large=("large",))
