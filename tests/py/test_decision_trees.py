"""Plain trees answer as the estimators of scikit-learn that they were exported from."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from threadpoolctl import threadpool_limits

from pyhelpers.model.decision_trees import TreeEnsemble
from pyhelpers.model.decision_trees_numpy import VectorisedTrees
from pyhelpers.model.tree_export import CannotExport, export_trees
from pyhelpers.model.tree_files import pack_trees, read_trees

EXTREME = [0.0, -0.0, 1e-300, -1e-300, 5e-324, 3e38, -3e38, 1.0, np.nextafter(1.0, 2)]
BEYOND = [1e308, -1e308, np.inf, -np.inf, np.nan, 1e39]
ROWS = 400


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Fit with one thread: on a loaded machine OpenMP's wait for one another at every leaf."""
    with threadpool_limits(1):
        yield


def data(seed: int, classes: int, missing: bool) -> tuple[Any, Any]:
    """Return 400 rows of 7 columns, some rounded, some with few values, and a target."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(ROWS, 7))
    x[:, 1] = np.round(x[:, 1], 1)
    x[:, 0] = random.integers(0, 12, ROWS)
    x[:, 3] *= 1e20
    x[:, 4] *= 1e-20
    y = x[:, 2] * x[:, 1] + (x[:, 0] % 3) + x[:, 3] / 1e20 + random.normal(size=ROWS) / 4
    if missing:
        x[random.random(x.shape) < 0.1] = np.nan
    if classes:
        return x, np.digitize(y, np.quantile(y, np.arange(1, classes) / classes))
    return x, y


def questions(seed: int, x: Any, extreme: list[float]) -> Any:
    """Return rows to predict: known ones, mixed ones, extreme values and exact thresholds."""
    random = np.random.default_rng(seed)
    mixed = np.array([random.permutation(column) for column in x.T]).T
    odd = mixed.copy()
    where = random.random(odd.shape) < 0.3
    odd[where] = random.choice(extreme, int(where.sum()))
    close = np.nextafter(x, random.choice([-np.inf, np.inf], x.shape))
    return np.concatenate([x, mixed, odd, close])


def boosting(classes: int, **settings: Any) -> Any:
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return kind(random_state=0, early_stopping=False, **settings)


def forest(classes: int, **settings: Any) -> Any:
    kind = RandomForestClassifier if classes else RandomForestRegressor
    return kind(random_state=0, n_estimators=20, **settings)


def extra(classes: int, **settings: Any) -> Any:
    kind = ExtraTreesClassifier if classes else ExtraTreesRegressor
    return kind(random_state=0, n_estimators=20, **settings)


def expected(estimator: Any, x: Any) -> Any:
    with np.errstate(over="ignore", invalid="ignore"):  # scikit-learn sums values to check them
        if hasattr(estimator, "classes_"):
            return estimator.predict_proba(x)
        return estimator.predict(x)[:, None]


def check(estimator: Any, x: Any) -> TreeEnsemble:
    """Compare plain trees with their estimator: row by row, and many rows at once."""
    exported, answers = export_trees(estimator), expected(estimator, x)
    file = pack_trees([exported])
    [plain] = read_trees(file)
    assert plain == exported and pack_trees([plain]) == file
    rows = np.array([plain.output(row) for row in x.tolist()])
    many = VectorisedTrees(plain).outputs(x)
    if plain.classes is None or plain.kind == "forest":
        assert np.array_equal(rows, answers)
        assert np.array_equal(many, answers)
    else:  # exp is rounded in one way by C and in another by numpy
        assert np.abs(rows - answers).max() < 1e-15
        assert np.abs(many - answers).max() < 1e-15
    return plain


@pytest.mark.parametrize("classes", [0, 2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_boosting_is_exported_bit_for_bit(classes: int, seed: int) -> None:
    x, y = data(seed, classes, missing=seed > 0)
    coded = [0] if seed == 2 else None
    fitted = boosting(classes, max_iter=15, categorical_features=coded).fit(x, y)
    fitted._preprocessor = None
    asked = questions(seed, x, EXTREME + BEYOND)
    if coded:
        asked[:, 0] = np.random.default_rng(seed).choice([*range(14), 254.0, np.nan], len(asked))
    plain = check(fitted, asked)
    assert bool(plain.sets) == bool(coded)


@pytest.mark.parametrize("classes", [0, 2, 3])
@pytest.mark.parametrize("kind", [forest, extra])
def test_a_forest_is_exported_bit_for_bit(kind: Any, classes: int) -> None:
    x, y = data(5, classes, missing=False)
    check(kind(classes).fit(x, y), questions(5, x, EXTREME))
    check(kind(classes, max_leaf_nodes=30).fit(x, y), questions(5, x, EXTREME))  # not in preorder


def test_large_trees_are_followed_level_by_level() -> None:
    x, y = np.random.default_rng(0).normal(size=(3000, 3)), np.arange(3000.0)
    plain = check(extra(0).fit(x, y), questions(1, x, EXTREME))
    assert VectorisedTrees(plain)._programs[0] is None
    coded = np.round(np.abs(x) * 20) % 200
    codes = [0, 1]
    fitted = boosting(
        0, max_leaf_nodes=900, min_samples_leaf=1, max_iter=3, categorical_features=codes
    ).fit(coded, y)
    fitted._preprocessor = None
    coded[::7, 0] = np.nan
    coded[::5, 1] = 254
    assert VectorisedTrees(check(fitted, coded))._programs[0] is None


@pytest.mark.parametrize("kind", [forest, extra])
@pytest.mark.parametrize("missing", [False, True])
def test_a_forest_sends_missing_values_where_scikit_learn_does(kind: Any, missing: bool) -> None:
    x, y = data(6, 2, missing)
    check(kind(2).fit(x, y), questions(6, x, [*EXTREME, np.nan]))


@pytest.mark.parametrize("value", [-np.inf, np.inf, 1e39])
def test_a_forest_refuses_what_scikit_learn_refuses(value: float) -> None:
    x, y = data(5, 0, missing=False)
    fitted = forest(0).fit(x, y)
    x[3, 3] = value
    plain = export_trees(fitted)
    many = VectorisedTrees(plain)
    for ask in (fitted.predict, many.predict, many.outputs, lambda x: plain.output(x[3].tolist())):
        with pytest.raises(ValueError), np.errstate(over="ignore", invalid="ignore"):
            ask(x)


def test_few_rows_and_many_are_answered_alike() -> None:
    x, y = data(7, 0, missing=True)
    fitted = boosting(0, max_iter=10).fit(x, y)
    plain = VectorisedTrees(export_trees(fitted))
    for count in (0, 1, 99, 100, ROWS):
        assert np.array_equal(plain.predict(x[:count]), fitted.predict(x)[:count])


def test_a_constant_target_gives_trees_of_one_leaf() -> None:
    x, _ = data(0, 0, missing=False)
    check(boosting(0, max_iter=3).fit(x, np.ones(ROWS)), x)
    check(forest(0).fit(x, np.ones(ROWS)), x)


def test_what_cannot_be_exported_is_refused() -> None:
    from sklearn.linear_model import LinearRegression

    x, y = data(0, 0, missing=False)
    with pytest.raises(CannotExport, match="LinearRegression is not an estimator of trees"):
        export_trees(LinearRegression().fit(x, y))
    with pytest.raises(CannotExport, match="its loss is poisson"):
        export_trees(boosting(0, loss="poisson", max_iter=2).fit(x, np.abs(y)))
    with pytest.raises(CannotExport, match="it encodes categories itself"):
        export_trees(boosting(0, max_iter=2, categorical_features=[0]).fit(x, y))
