"""Trees: the links of a loaded forest, checked before compiled code follows them."""

from collections.abc import Iterator
from typing import Any

TREES = (
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
HOLDERS = {"tree_", "estimators_", "_predictors"}  # of trees, in what predicts


def check_trees(estimator: Any) -> None:
    """Refuse a tree that leads outside itself, back, or to a field that the model has not.

    scikit-learn follows a tree's links unchecked: those of a crafted file would have it read memory
    that is none of the model's, crash, or never end. Training writes each node after its parent.

    Raises
    ------
    ValueError
        For the first tree that is not as training makes it.
    """
    for tree, fields in _trees(estimator, 1 << 31, set()):
        size, parent, children, field = _links(tree)
        inside = (children > parent) & (children < size)
        if not (size and inside.all() and (field >= 0).all() and (field < fields).all()):
            raise ValueError("a tree's links lead outside it")


def _trees(thing: Any, fields: int, seen: set[tuple[int, int]]) -> Iterator[tuple[Any, int]]:
    """Yield every tree below an object, with how many fields those who hold it take."""
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
        # What scikit-learn compares with the width of its input; a Pipeline's is another's.
        if HOLDERS & held.keys() and "n_features_in_" not in held:
            raise ValueError("a forest does not say how many fields it takes")
        fields = min(fields, held.get("n_features_in_", fields))
        parts = held.values()
    for part in parts:
        yield from _trees(part, fields, seen)


def _links(tree: Any) -> tuple[int, Any, Any, Any]:
    """Return how many nodes a tree has, which are no leaves, their two children, their fields.

    Three integer arrays of shapes (n,), (2, n) and (n,).
    """
    import numpy as np

    if hasattr(tree, "nodes"):  # of gradient boosting
        nodes = tree.nodes
        inner = nodes["is_leaf"] == 0
        if nodes["is_categorical"][inner].any():
            raise ValueError("a tree splits by categories, which ours never do")
        left, right, field = nodes["left"], nodes["right"], nodes["feature_idx"]
    else:
        # scikit-learn has made sure that there are as many nodes as the tree says.
        left, right, field = tree.children_left, tree.children_right, tree.feature
        inner = left != -1
    children = np.array([left[inner], right[inner]], dtype=np.int64)
    return len(inner), inner.nonzero()[0], children, field[inner].astype(np.int64)
