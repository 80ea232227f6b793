"""Turn fitted estimators of trees into plain trees, and check that both give the same answers."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from pyhelpers.model.decision_trees import LEAF, NO_CATEGORY, TreeEnsemble
from pyhelpers.model.plain_ensemble import PlainEnsemble
from pyhelpers.model.schema import Feature, Row
from pyhelpers.model.tree_files import pack_trees, read_trees, right_children

IDENTITY = ("squared_error", "absolute_error", "quantile", "log_loss")
CHECKED_ROWS = 300
AGREE = 1e-9  # relative, and absolute for numbers below 1
EXTREME = (0.0, -0.0, 5e-324, 1e-30, -1e30, 1e30, 3e38, -3e38)
UNKNOWN = "\0never seen in training\0"
FORESTS = ("RandomForest", "ExtraTrees")


class CannotExport(ValueError):
    """An estimator that plain trees cannot stand for."""


class _Nodes:
    """The nodes of all trees, as they are added."""

    def __init__(self) -> None:
        self.column, self.number = array("i"), array("d")

    def add(self, column: Any, number: Any, left: Any, right: Any) -> Any:
        """Add a tree given in any order; return the order in which its nodes were added."""
        order = _preorder(column, left, right)
        self.column.extend(column[order].tolist())
        self.number.extend(number[order].tolist())
        return order


def _preorder(column: Any, left: Any, right: Any) -> Any:
    """Return the nodes in preorder: each before its left, then its right subtree."""
    import numpy as np

    inner = np.flatnonzero(column != LEAF)
    if (left[inner] == inner + 1).all():
        return np.arange(len(column))
    order, waiting = [], [0]
    while waiting:
        node = waiting.pop()
        order.append(node)
        if column[node] != LEAF:
            waiting += [int(right[node]), int(left[node])]
    return np.array(order)


def export_trees(estimator: Any) -> TreeEnsemble:
    """Return the trees of a fitted estimator of scikit-learn.

    Raises
    ------
    CannotExport
        For an estimator of another kind, with its reason.
    """
    name = type(estimator).__name__
    if name.startswith("HistGradientBoosting"):
        return _boosting(estimator)
    if name.startswith(FORESTS):
        return _forest(estimator)
    raise CannotExport(f"{name} is not an estimator of trees")


def _classes(estimator: Any) -> list[int] | None:
    known = getattr(estimator, "classes_", None)
    if known is None:
        return None
    classes = known.tolist()
    return classes if all(type(one) is int for one in classes) else list(range(len(classes)))


def _forest(estimator: Any) -> TreeEnsemble:
    import numpy as np

    nodes, shares = _Nodes(), array("d")
    classes = _classes(estimator)
    columns = int(estimator.n_features_in_)
    if estimator.n_outputs_ != 1:
        raise CannotExport("it has several targets")
    for member in estimator.estimators_:
        tree = member.tree_
        leaf = tree.children_left == -1
        lefts = tree.missing_go_to_left != 0
        column = np.where(leaf, LEAF, np.where(lefts, columns + tree.feature, tree.feature))
        number = tree.threshold.copy()
        if classes is None:
            number[leaf] = tree.value[leaf, 0, 0]
        order = nodes.add(column, number, tree.children_left, tree.children_right)
        if classes is None:
            continue
        width = len(classes)
        leaves = order[leaf[order]]
        before = len(shares) // width
        start = len(nodes.column) - len(order)
        for at, place in enumerate(np.flatnonzero(leaf[order]).tolist()):
            nodes.number[start + place] = before + at
        shares.extend(tree.value[leaves, 0, :width].ravel().tolist())
    roots, right = right_children(nodes.column)
    return TreeEnsemble(
        "forest",
        columns,
        [],
        roots,
        nodes.column,
        nodes.number,
        right,
        shares,
        classes=classes,
    )


def _boosting(estimator: Any) -> TreeEnsemble:
    import numpy as np

    classes = _classes(estimator)
    loss = estimator.loss
    if loss not in IDENTITY:
        raise CannotExport(f"its loss is {loss}")
    if estimator._preprocessor is not None:
        raise CannotExport("it encodes categories itself")
    columns = int(estimator.n_features_in_)
    bins = estimator._bin_mapper
    known, set_of = bins.make_known_categories_bitsets()
    nodes, sets = _Nodes(), list[bytes]()
    for stage in estimator._predictors:
        for predictor in stage:
            tree = predictor.nodes
            leaf = tree["is_leaf"] != 0
            by_set = ~leaf & (tree["is_categorical"] != 0)
            feature = tree["feature_idx"].astype(np.int64)
            column = np.where(tree["missing_go_to_left"] != 0, columns + feature, feature)
            column = np.where(by_set, 2 * columns + feature, column)
            number = np.where(leaf, tree["value"], tree["num_threshold"])
            for at in np.flatnonzero(by_set).tolist():
                left = predictor.raw_left_cat_bitsets[tree["bitset_idx"][at]]
                number[at] = len(sets)
                sets.append(
                    _set(left, known[set_of[feature[at]]], bool(tree["missing_go_to_left"][at]))
                )
            nodes.add(np.where(leaf, LEAF, column), number, tree["left"], tree["right"])
    roots, right = right_children(nodes.column)
    return TreeEnsemble(
        "boosting",
        columns,
        estimator._baseline_prediction.ravel().tolist(),
        roots,
        nodes.column,
        nodes.number,
        right,
        sets=sets,
        classes=classes,
    )


def _set(left: Any, known: Any, missing_left: bool) -> bytes:
    """Return the categories that go left; unknown ones go where missing ones go."""
    mask = (1 << 256) - 1
    lefts = int.from_bytes(left.tobytes(), "little")
    knowns = int.from_bytes(known.tobytes(), "little")
    found = lefts | (~knowns & mask) if missing_left else lefts
    last = 1 << NO_CATEGORY
    return (found | last if missing_left else found & ~last).to_bytes(32, "little")


def checked_trees(
    features: Sequence[Feature], document: Mapping[str, Any], ensemble: Any, classes: Any
) -> bytes:
    """Return the file of a model's trees, which answer as its estimators do.

    Parameters
    ----------
    ensemble : Ensemble
        The model with the estimators of scikit-learn.

    Raises
    ------
    CannotExport
        Where there is no plain form, or its answers differ.
    """
    import numpy as np

    from pyhelpers.model.preprocessing import columns_of_rows

    content = pack_trees([export_trees(one) for one in ensemble.estimators])
    plain = PlainEnsemble(features, document, read_trees(content), classes)
    rows = check_rows(features, CHECKED_ROWS)
    columns = columns_of_rows(features, document["fields"], rows)
    answers = ensemble.outputs(columns).reshape(len(rows), -1)
    alone = np.array([plain.output(row) for row in rows])
    for mine in (alone, plain.outputs(columns).reshape(len(rows), -1)):
        same = np.isclose(mine, answers, rtol=AGREE, atol=AGREE, equal_nan=True)
        if not same.all():
            at = np.unravel_index(int(np.argmin(same)), same.shape)
            what = f"plain trees answer {mine[at]!r} where scikit-learn answers {answers[at]!r}"
            raise CannotExport(what)
    return content


def check_rows(features: Sequence[Feature], count: int) -> list[Row]:
    """Return drawn rows: values within and beyond those of training, missing and unknown ones."""
    import numpy as np

    random = np.random.default_rng(0)

    def value(feature: Feature) -> Any:
        chance = random.random()
        if chance < 0.1:
            return None
        if feature.kind in ("number", "date"):
            low, high = feature.low or 0.0, feature.high or 0.0
            if chance < 0.2:
                return float(random.choice(EXTREME))
            return (
                float(random.choice([low, high]))
                if chance < 0.3
                else float(random.uniform(low, high))
            )
        known = feature.categories or [UNKNOWN]
        return UNKNOWN if chance < 0.2 else known[int(random.integers(len(known)))]

    return [[value(feature) for feature in features] for _ in range(count)]
