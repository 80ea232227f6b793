"""Tables to train on, and their CSV."""

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.datasets import load_iris

from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions, prepare
from pyhelpers.model.training_data import PreparedData


def data(text: str) -> TrainingCsv:
    return TrainingCsv(io.BytesIO(text.encode()), "t.csv")


def prepared(text: str, **wishes: Any) -> PreparedData:
    return prepare(data(text), TrainingOptions("y", **wishes))


def csv_of(names: str, rows: Iterable[Iterable[object]]) -> str:
    return names + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


KINDS = csv_of(
    "when,size,town,street,review,y",
    [
        (
            f"2021-{n % 12 + 1:02d}-{n % 28 + 1:02d}" if n % 19 else "",
            n % 37 if n % 23 else "",
            ("Faro", "Porto", "")[n % 3],
            f"street {n * 7 % 310}",
            " ".join(("fine", "poor", "slow", "warm", "loud")[n * k % 5] for k in (1, 2, 3, 5))
            + f" {n}",
            n % 37 + 5 * (n % 3) + n % 12 + (n * 7 % 310) / 50,
        )
        for n in range(1_200)
    ],
)


def iris() -> tuple[Any, Any, str]:
    data = load_iris()
    x, y = data.data, data.target_names[data.target]
    lines = (",".join(map(str, [*row, kind])) for row, kind in zip(x, y, strict=True))
    return x, y, "a,b,c,d,kind\n" + "\n".join(lines) + "\n"


def numbers(count: int = 200) -> tuple[Any, Any, str]:
    drawn = np.random.default_rng(5)
    x = drawn.normal(size=(count, 3))
    y = 3 * x[:, 0] - x[:, 1] ** 2 + drawn.normal(scale=0.3, size=count)
    lines = (",".join(map(str, [*row, value])) for row, value in zip(x, y, strict=True))
    return x, y, "a,b,c,y\n" + "\n".join(lines) + "\n"
