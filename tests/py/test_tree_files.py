"""A file of trees is plain arrays; a crafted one is refused or answers, in bounded work."""

import json
import math
import random
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingRegressor

from pyhelpers.model.decision_trees import TreeEnsemble
from pyhelpers.model.decision_trees_numpy import VectorisedTrees
from pyhelpers.model.tree_export import export_trees
from pyhelpers.model.tree_files import pack_trees, read_trees, right_children
from tests.py.test_model_flips import BYTES, change_member

CHANGES = 20  # an example


def fitted() -> list[TreeEnsemble]:
    random = np.random.default_rng(0)
    x = random.normal(size=(120, 3))
    x[:, 0] = random.integers(0, 9, 120)
    y = x[:, 0] % 3 + x[:, 1]
    coded = HistGradientBoostingRegressor(
        max_iter=3, min_samples_leaf=5, categorical_features=[0], random_state=0
    ).fit(x, y)
    coded._preprocessor = None
    classes = ExtraTreesClassifier(3, max_depth=4, random_state=0).fit(x, x[:, 1] > 0)
    return [export_trees(coded), export_trees(classes)]


TREES = fitted()
FILE = pack_trees(TREES)
ROWS = [[1.0, 0.5, -0.5], [-1.0, math.inf, math.nan], [254.0, -1e300, 0.0], [300.0, 0.0, 5e-324]]


def answers(trees: TreeEnsemble) -> list[Any]:
    rows = [(row * trees.columns)[: trees.columns] for row in ROWS]
    found = []
    for row in rows:
        try:
            found.append(trees.output(row))
        except ValueError as error:
            assert "too large for 32 bits" in str(error)
    x = np.array([row for row in rows if np.abs(row).max() < 1e38])
    with np.errstate(all="ignore"):
        many = VectorisedTrees(trees).outputs(x)
    alone = np.array([trees.output(row) for row in x.tolist()])
    assert np.allclose(many, alone, equal_nan=True)
    return found


def rewritten(header: str) -> bytes:
    """Return the file with another header."""
    size = struct.unpack_from("<Q", FILE)[0]
    text = header.encode("utf-8", "surrogatepass")
    return struct.pack("<Q", len(text)) + text + FILE[8 + size :]


def header() -> Any:
    return json.loads(FILE[8 : 8 + struct.unpack_from("<Q", FILE)[0]])


@settings(deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_crafted_file_is_refused_or_answers(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(CHANGES):
        if draw.random() < 0.7:
            file = draw.choice(BYTES)(draw, FILE)
        else:
            file = rewritten(change_member(draw, header()))
        try:
            found = read_trees(file)
        except ValueError as error:
            assert str(error).startswith("the trees are broken: ")
            continue
        for trees in found:
            if trees.columns < 1000:
                answers(trees)


def test_the_file_is_read_by_numpy_alone() -> None:
    """The format is safetensors: a length, a header that gives each array's place, the arrays."""
    about, start = header(), 8 + struct.unpack_from("<Q", FILE)[0]
    assert start % 8 == 0 and about["__metadata__"]["0.kind"] == "boosting"
    assert about["__metadata__"]["1.columns"] == "3"
    types = {"F64": "<f8", "I32": "<i4", "U8": "u1"}
    for name, place in about.items():
        if name != "__metadata__":
            first, last = place["data_offsets"]
            array = np.frombuffer(FILE[start + first : start + last], types[place["dtype"]])
            of = getattr(TREES[int(name[0])], name[2:])
            of = b"".join(of) if name.endswith("sets") else of
            assert bytes(array) == bytes(
                memoryview(of).cast("B")
                if type(of) is not list
                else np.array(of, types[place["dtype"]])
            )


@pytest.mark.parametrize(
    ("column", "roots", "right"),
    [
        ([-1], [0], [0]),
        ([0, -1, -1, -1], [0, 3], [2, 0, 0, 0]),
        ([0, 0, -1, -1, -1], [0], [4, 3, 0, 0, 0]),
    ],
)
def test_the_shape_of_a_tree_follows_from_its_leaves(
    column: list[int], roots: list[int], right: list[int]
) -> None:
    found = right_children(column)
    assert (found[0].tolist(), found[1].tolist()) == (roots, right)


@pytest.mark.parametrize("column", [[0], [0, -1], [-1, 0, -1], [0, 0, -1, -1]])
def test_a_tree_that_is_cut_short_is_refused(column: list[int]) -> None:
    with pytest.raises(ValueError, match="the last tree is not whole"):
        right_children(column)


def changed(at: int, **parts: Any) -> bytes:
    """Return the file with other parts of some trees."""
    from dataclasses import replace

    trees = list(TREES)
    trees[at] = replace(trees[at], **parts)
    return pack_trees(trees)


def with_item(values: Any, at: int, value: Any) -> Any:
    values = values[:]
    values[at] = value
    return values


WHOLE = TREES[0]
SPLIT, LEAF_AT = WHOLE.column.index(6), WHOLE.column.index(-1)
CRAFTED = {
    "a column that is not there": (0, {"column": with_item(WHOLE.column, 0, 9)}),
    "a column below the leaves": (0, {"column": with_item(WHOLE.column, 0, -2)}),
    "a set that is not there": (0, {"number": with_item(WHOLE.number, SPLIT, 1e6)}),
    "half a set": (0, {"number": with_item(WHOLE.number, SPLIT, 0.5)}),
    "a leaf that is not a number": (0, {"number": with_item(WHOLE.number, LEAF_AT, math.nan)}),
    "an infinite baseline": (0, {"baseline": [math.inf]}),
    "outputs without classes": (0, {"baseline": [0.0, 0.0]}),
    "classes that repeat": (1, {"classes": [1, 1]}),
    "a class below 0": (1, {"classes": [-1, 0]}),
    "fewer shares": (1, {"shares": TREES[1].shares[:-1]}),
    "no trees": (0, {"column": WHOLE.column[:0], "number": WHOLE.number[:0]}),
    "more numbers than nodes": (0, {"number": WHOLE.number + WHOLE.number}),
}


@pytest.mark.parametrize("what", CRAFTED)
def test_what_training_never_writes_is_refused(what: str) -> None:
    at, parts = CRAFTED[what]
    with pytest.raises(ValueError, match="the trees are broken"):
        read_trees(changed(at, **parts))


def test_the_work_of_a_crafted_tree_is_bounded_by_its_nodes() -> None:
    """The deepest tree that nodes can make: each is the left child of the one before."""
    from array import array

    deep = 50_000
    column = array("i", [0] * deep + [-1] * (deep + 1))
    number = array("d", [math.inf] * (2 * deep + 1))
    for at in range(deep, 2 * deep + 1):
        number[at] = float(at)
    roots, right = right_children(column)
    made = TreeEnsemble("boosting", 1, [0.0], roots, column, number, right)
    [trees] = read_trees(pack_trees([made]))
    assert trees.output([1.0]) == [float(deep)]
