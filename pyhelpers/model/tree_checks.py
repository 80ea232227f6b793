"""Check the trees that a model file holds before scikit-learn follows their links."""

from collections.abc import Iterator
from typing import Any

TREES = (
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
HOLDERS = {"tree_", "estimators_", "_predictors"}  # attributes of estimators that hold trees


def check_trees(estimator: Any) -> None:
    """Refuse a tree with a child before its parent or outside the tree, or an unknown field.

    scikit-learn follows the links of a tree unchecked: those of a crafted file can make it read
    memory outside the model, crash, or loop forever. Training writes each node after its parent.

    Raises
    ------
    ValueError
        For the first tree that training cannot have written.
    """
    if isinstance(estimator, list):
        for one in estimator:
            check_trees(one)
        return
    for tree, fields in _trees(estimator, 1 << 31, set()):
        size, parent, children, field = _links(tree)
        inside = (children > parent) & (children < size)
        if not (size and inside.all() and (field >= 0).all() and (field < fields).all()):
            raise ValueError("a tree's links lead outside it")
    _check_categories(estimator)


def _check_categories(estimator: Any) -> None:
    """Refuse boosting that splits a field by categories that its bins do not have.

    scikit-learn finds a category's bit without a check that it is there.
    """
    import numpy as np

    bins = getattr(estimator, "_bin_mapper", None)
    if bins is None:
        return
    of_categories = np.asarray(bins.is_categorical_)
    if len(of_categories) != estimator.n_features_in_ or len(bins.bin_thresholds_) != len(
        of_categories
    ):
        raise ValueError("its bins do not fit its fields")
    for known in np.array(bins.bin_thresholds_, dtype=object)[of_categories != 0]:
        if len(known) and not (np.min(known) >= 0 and np.max(known) < 256):
            raise ValueError("a category is not a code")
    for stage in estimator._predictors:
        for tree in stage:
            by_category = tree.nodes["is_categorical"] != 0
            if not of_categories[tree.nodes["feature_idx"][by_category]].all():
                raise ValueError("a tree splits a number by categories")


def _trees(thing: Any, fields: int, seen: set[tuple[int, int]]) -> Iterator[tuple[Any, int]]:
    """Yield every tree inside an object, with the number of fields of the estimator around it."""
    from numpy import ndarray

    if (id(thing), fields) in seen:
        return
    seen.add((id(thing), fields))
    parts: Any = ()
    if f"{type(thing).__module__}.{type(thing).__qualname__}" in TREES:
        yield thing, fields
    elif isinstance(thing, dict):
        parts = thing.values()
    elif isinstance(thing, list | tuple) or (isinstance(thing, ndarray) and thing.dtype == object):
        parts = thing
    elif hasattr(thing, "__dict__"):
        held = vars(thing)
        # scikit-learn checks its input against n_features_in_; a Pipeline's is its first step's.
        if HOLDERS & held.keys() and "n_features_in_" not in held:
            raise ValueError("a forest lacks its number of fields")
        fields = min(fields, held.get("n_features_in_", fields))
        parts = held.values()
    for part in parts:
        yield from _trees(part, fields, seen)


def _links(tree: Any) -> tuple[int, Any, Any, Any]:
    """Return the number of nodes of a tree and, of its n inner nodes, position, children, field.

    The arrays are of integers, of shapes (n,), (2, n) and (n,).
    """
    import numpy as np

    if hasattr(tree, "nodes"):  # of gradient boosting
        nodes = tree.nodes
        inner = nodes["is_leaf"] == 0
        by_category = nodes["bitset_idx"][inner & (nodes["is_categorical"] != 0)]
        sets = tree.raw_left_cat_bitsets
        if len(by_category) and (sets.shape[1:] != (8,) or by_category.max() >= len(sets)):
            raise ValueError("a tree splits by a set of categories that it does not have")
        left, right, field = nodes["left"], nodes["right"], nodes["feature_idx"]
    else:
        # scikit-learn has checked that the number of nodes is right.
        left, right, field = tree.children_left, tree.children_right, tree.feature
        inner = left != -1
    children = np.array([left[inner], right[inner]], dtype=np.int64)
    return len(inner), inner.nonzero()[0], children, field[inner].astype(np.int64)
