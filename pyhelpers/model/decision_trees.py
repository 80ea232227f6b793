"""Decision trees as flat arrays, and their outputs for one row in Python without packages.

The nodes of each tree are in preorder: a node's left child is the next node. A node's `column`
says what it compares, with N columns in a row: `c` below N asks whether value c is at most
`number`, and a missing value goes right; N + c asks the same, and a missing value goes left;
2N + c asks whether category c is in the set `number`; -1 is a leaf.
"""

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

LEAF = -1
NO_CATEGORY = 255  # in a set: a missing or unknown category
SET_BYTES = 32
FEW_NODES = 1_000_000  # below, a list is worth its memory, 32 bytes a number: it is read faster
FEW_ROWS = 100  # below, Python is faster than numpy's vectors


@dataclass
class TreeEnsemble:
    """Trees whose outputs are added up, in their order.

    Attributes
    ----------
    kind : str
        "boosting": each tree adds its number to one output, in turn, after the baseline.
        "forest": the mean of the trees' numbers, or of their leaves' shares of the classes; values
        are rounded to 32 bits first, as scikit-learn does.
    columns : int
        N, the number of values in a row.
    baseline : list of float
        Of boosting: what each output starts with.
    roots : array of int
        The first node of each tree.
    column, number, right : array
        One entry a node: what it compares, with which number, and its right child. A leaf's
        number is its value, or its row in `shares`.
    shares : array of float
        The classes' shares in each leaf of a forest of classes.
    sets : list of bytes
        256 bits each, one a category; the last one is for missing and unknown categories.
    classes : list of int or None
        The position of each class among the model's classes; None for a regression.
    """

    kind: str
    columns: int
    baseline: "list[float]"
    roots: "array[int]"
    column: "array[int]"
    number: "array[float]"
    right: "array[int]"
    shares: "array[float]" = field(default_factory=lambda: array("d"))
    sets: list[bytes] = field(default_factory=list)
    classes: list[int] | None = None

    @cached_property
    def _nodes(self) -> tuple[list[int], Any, list[int], list[int], list[int]]:
        """Column, threshold, step to the right child, roots and sets, as they are read fastest.

        Most steps are small numbers, which Python holds once: their list needs little memory. So
        does a list of thresholds that holds equal ones once.
        """
        sets = [int.from_bytes(one, "little") for one in self.sets]
        steps = [right and right - node for node, right in enumerate(self.right)]
        column, thresholds = self.column.tolist(), self.number
        if len(column) > FEW_NODES:
            return column, thresholds, steps, self.roots.tolist(), sets
        known: dict[float, float] = {}
        once, pairs = known.setdefault, zip(column, thresholds, strict=True)
        numbers = [once(number, number) if at >= 0 else 0.0 for at, number in pairs]
        return column, numbers, steps, self.roots.tolist(), sets

    def _leaves(self, row: Sequence[float]) -> list[float]:
        """Return the number of the leaf that a row reaches in each tree."""
        column, thresholds, steps, roots, sets = self._nodes
        numbers = self.number
        values: list[Any] = [*row, *[-math.inf if value != value else value for value in row]]
        of_sets = len(values)
        found = []
        if not sets:
            for node in roots:
                while (at := column[node]) >= 0:
                    if values[at] <= thresholds[node]:
                        node += 1
                    else:
                        node += steps[node]
                found.append(numbers[node])
            return found
        values += [int(value) if 0 <= value < NO_CATEGORY else NO_CATEGORY for value in row]
        for node in roots:
            while (at := column[node]) >= 0:
                if at < of_sets:
                    left = values[at] <= thresholds[node]
                else:
                    left = sets[int(thresholds[node])] >> values[at] & 1
                node += 1 if left else steps[node]
            found.append(numbers[node])
        return found

    def scores(self, row: Sequence[float]) -> list[float]:
        """Return a row's outputs before they become probabilities.

        Raises
        ------
        ValueError
            For a forest: a value that is infinite in 32 bits.
        """
        if self.kind == "forest":
            row = array("f", row)
            if any(map(math.isinf, row)):
                raise ValueError("a value is too large for 32 bits")
        found = self._leaves(row)
        if self.kind == "boosting":
            return _in_turn(self.baseline, found)
        width = 1 if self.classes is None else len(self.classes)
        totals = [0.0] * width
        for leaf in found:
            if self.classes is None:
                totals[0] += leaf
            else:
                start = int(leaf) * width
                for at in range(width):
                    totals[at] += self.shares[start + at]
        return [total / len(found) for total in totals]

    def output(self, row: Sequence[float]) -> list[float]:
        """Return a row's number, or the probability of each class."""
        scores = self.scores(row)
        if self.classes is None or self.kind == "forest":
            return scores
        if len(scores) == 1:
            share = expit(scores[0])
            return [1 - share, share]
        top = max(scores)
        weights = [math.exp(score - top) for score in scores]
        total = 0.0
        for weight in weights:
            total += weight
        return [weight / total for weight in weights]


def _in_turn(baseline: Sequence[float], numbers: Iterable[float]) -> list[float]:
    """Add numbers to the outputs in turn; not by `sum`, which newer Pythons round otherwise."""
    if len(baseline) == 1:
        total = baseline[0]
        for number in numbers:
            total += number
        return [total]
    totals = list(baseline)
    for at, number in enumerate(numbers):
        totals[at % len(totals)] += number
    return totals


def expit(score: float) -> float:
    """Return the probability of log-odds.

    Examples
    --------
    >>> expit(0.0), expit(-1000.0), expit(1000.0)
    (0.5, 0.0, 1.0)
    """
    if score < -709:  # where exp overflows
        return math.exp(score)
    return 1 / (1 + math.exp(-score))
