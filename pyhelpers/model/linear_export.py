"""Export a linear or logistic pipeline as coefficients, and check them against the pipeline."""

from collections.abc import Sequence
from typing import Any

from pyhelpers.model.arrays import matrix
from pyhelpers.model.linear_model import PlainModel
from pyhelpers.model.schema import Feature, Value

LINEAR = ("LinearRegression", "Ridge", "LogisticRegression")
TOLERANCE = 1e-9  # relative: the weights include the division by the scaler, which rounds
MANY_CATEGORIES = 300  # columns; the weights of each cost a prediction with all columns
UNSEEN = "\0never seen in training\0"


def _scores(pipeline: Any, rows: Sequence[Sequence[Value]], features: Sequence[Feature]) -> Any:
    """Return the scores of rows, shape (rows, K): predictions, or log-odds."""
    regression = not hasattr(pipeline, "decision_function")
    ask = pipeline.predict if regression else pipeline.decision_function
    return ask(matrix(rows, features)).reshape(len(rows), -1)


def _category_term(
    pipeline: Any, features: Sequence[Feature], base: list[Value], at: int
) -> dict[str, Any]:
    """Return what each category of one field adds to the scores of a row of unseen categories."""
    values: list[Value] = [*features[at].categories, None]
    rows = [[*base[:at], value, *base[at + 1 :]] for value in values]
    added = (_scores(pipeline, rows, features) - _scores(pipeline, [base], features)).tolist()
    weights = dict(zip(features[at].categories, added, strict=False))
    return {"kind": "category", "weights": weights, "missing": added[-1]}


def coefficients(pipeline: Any, features: Sequence[Feature]) -> PlainModel | None:
    """Return the coefficients of a fitted pipeline of `make_pipeline`.

    Returns
    -------
    PlainModel or None
        None for an estimator that is not linear, and for very many columns of categories.
    """
    import numpy as np

    estimator = pipeline.named_steps["model"]
    texts = sum(feature.kind == "category" for feature in features)
    if type(estimator).__name__ not in LINEAR or texts > MANY_CATEGORIES:
        return None
    weights = np.atleast_2d(estimator.coef_)
    base: list[Value] = [UNSEEN] * len(features)
    numbers = [at for at, feature in enumerate(features) if feature.kind == "number"]
    terms: dict[int, dict[str, Any]] = {}
    if numbers:
        steps = pipeline.named_steps["prepare"].named_transformers_["numbers"].named_steps
        for order, at in enumerate(numbers):
            center, scale = float(steps["scale"].mean_[order]), float(steps["scale"].scale_[order])
            fill = float(steps["fill"].statistics_[order])
            column = (weights[:, order] / scale).tolist()
            terms[at] = {"kind": "number", "fill": fill, "center": center, "weights": column}
            base[at] = center
    for at, feature in enumerate(features):
        if feature.kind == "category":
            terms[at] = _category_term(pipeline, features, base, at)
    return PlainModel(
        {
            "intercept": _scores(pipeline, [base], features)[0].tolist(),
            "classes": estimator.classes_.tolist() if hasattr(estimator, "classes_") else None,
            "terms": [{"name": features[at].name, **terms[at]} for at in range(len(features))],
        }
    )


def agrees(plain: PlainModel, pipeline: Any, x: Any, features: Sequence[Feature]) -> bool:
    """Return whether coefficients and a pipeline agree on rows, within `TOLERANCE`."""
    import numpy as np

    rows = [[None if value != value else value for value in row] for row in x.tolist()]
    mine = np.array([plain.scores(row) for row in rows])
    theirs = _scores(pipeline, rows, features)
    scale = max(1e-300, float(np.abs(theirs).max()))
    return bool(np.abs(mine - theirs).max() <= TOLERANCE * scale)
