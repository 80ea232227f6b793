"""Decision trees evaluated for many rows at once by numpy's vectors.

A tree of up to 256 leaves is evaluated for all rows at each of its nodes, from the leaves up: the
node's comparison selects between the leaf numbers of its children, held as bytes. Values are
replaced by their positions among the trees' thresholds before, which fit a byte or two, so that
one instruction compares 16 to 64 rows. Larger trees are followed level by level.
"""

from collections.abc import Iterator
from typing import Any

from pyhelpers.model.decision_trees import FEW_ROWS, NO_CATEGORY, TreeEnsemble

ROWS = 1 << 15  # evaluated at once: their bytes stay in the processor's cache
Program = list[tuple[int, int, int]]
MOST_LEAVES = 256  # of a tree whose leaf numbers are bytes
LEVELS = 4  # followed between two removals of the rows that have arrived


class VectorisedTrees:
    """Trees prepared for many rows; their methods are those of scikit-learn's estimators.

    Parameters
    ----------
    trees : TreeEnsemble
        Checked: a node's children are its own, and come after it.
    """

    def __init__(self, trees: TreeEnsemble) -> None:
        import numpy as np

        self._trees = trees
        self._column = np.asarray(trees.column).astype(np.int64)
        self._number, self._right = np.asarray(trees.number), np.asarray(trees.right)
        ends = [*trees.roots[1:], len(trees.column)]
        self._spans = list(zip(trees.roots, ends, strict=True))
        self._width = 1 if trees.classes is None else len(trees.classes)
        self._shares = np.asarray(trees.shares).reshape(-1, self._width)
        bits = np.frombuffer(b"".join(trees.sets), np.uint8).reshape(-1, 32)
        self._sets = np.unpackbits(bits, axis=1, bitorder="little").astype(bool)
        inner = self._column >= 0
        used = np.unique(self._column[inner])
        self._thresholds = {
            int(at): np.unique(self._number[self._column == at])
            for at in used
            if at < 2 * trees.columns
        }
        self._used = used.tolist()
        self._programs = [self._program(start, end) for start, end in self._spans]
        if None in self._programs:
            self._prepare_large()

    def _prepare_large(self) -> None:
        """Keep of each node its children, left and right, and what it compares, as positions.

        A leaf is its own child: rows that have arrived stay there.
        """
        import numpy as np

        nodes, leaf = np.arange(len(self._column)), self._column < 0
        self._children = np.empty((len(nodes), 2), np.int64)
        self._children[:, 0] = np.where(leaf, nodes, nodes + 1)
        self._children[:, 1] = np.where(leaf, nodes, self._right)
        small = all(len(known) < 1 << 16 for known in self._thresholds.values())
        self._leaf, self._compared = leaf, np.zeros(len(nodes), np.uint16 if small else np.uint32)
        self._place = np.where(leaf, 0, np.searchsorted(self._used, self._column))
        for at, known in self._thresholds.items():
            where = self._column == at
            self._compared[where] = np.searchsorted(known, self._number[where])

    def _program(self, start: int, end: int) -> Program | None:
        """Return a small tree's nodes as place, comparand and right child; None for a large one.

        A leaf has place -1 and its number within the tree in place of a right child.
        """
        import numpy as np

        column, number = self._column[start:end], self._number[start:end]
        leaves = column < 0
        if leaves.sum() > MOST_LEAVES:
            return None
        compared = np.zeros(end - start, np.int64)
        for at in np.unique(column[~leaves]).tolist():
            where = column == at
            known = self._thresholds.get(at)
            places = number[where] if known is None else np.searchsorted(known, number[where])
            compared[where] = places
        then = np.where(leaves, np.cumsum(leaves) - 1, self._right[start:end] - start)
        return list(zip(column.tolist(), compared.tolist(), then.tolist(), strict=True))

    @property
    def classes_(self) -> list[int] | None:
        """The position of each class among the model's classes."""
        return self._trees.classes

    def predict(self, x: Any) -> Any:
        """Return the numbers of rows, shape (rows,)."""
        return self.predict_proba(x)[:, 0]

    def predict_proba(self, x: Any) -> Any:
        """Return the probabilities of rows, shape (rows, classes)."""
        import numpy as np

        if len(x) >= FEW_ROWS:
            return self.outputs(x)
        found = [self._trees.output(row) for row in x.tolist()]
        return np.array(found, dtype=float).reshape(len(x), self._width)

    def outputs(self, x: Any) -> Any:
        """Return numbers, shape (rows, 1), or probabilities, shape (rows, classes).

        Raises
        ------
        ValueError
            For a forest: a value that is infinite in 32 bits.
        """
        import numpy as np

        if self._trees.kind == "forest":
            with np.errstate(over="ignore"):
                x = x.astype(np.float32)
            if np.isinf(x).any():
                raise ValueError("a value is too large for 32 bits")
        scores = np.empty((len(x), len(self._trees.baseline) or self._width))
        for start in range(0, len(x), ROWS):
            scores[start : start + ROWS] = self._scores(x[start : start + ROWS]).T
        if self._trees.classes is None or self._trees.kind == "forest":
            return scores
        return _probabilities(scores)

    def _scores(self, x: Any) -> Any:
        """Return the sums of some rows, shape (outputs, rows)."""
        import numpy as np

        trees = self._trees
        if trees.kind == "boosting":
            totals = np.repeat(np.asarray(trees.baseline)[:, None], len(x), axis=1)
        else:
            totals = np.zeros((self._width, len(x)))
        for at, (leaf, values) in enumerate(self._reached(x)):
            if values.ndim == 1:
                totals[at % len(totals)] += np.take(values, leaf, mode="clip")
                continue
            for total, column in zip(totals, values.T, strict=True):
                total += np.take(column, leaf, mode="clip")
        return totals if trees.kind == "boosting" else totals / len(trees.roots)

    def _reached(self, x: Any) -> Iterator[tuple[Any, Any]]:
        """Yield, for each tree, the leaf that each row reaches, and the leaves' values."""
        import numpy as np

        places = self._places(self._extended(x))
        vectors, flat = _Bytes(len(x)), None
        if None in self._programs:
            kind = self._compared.dtype
            flat = np.concatenate([places[at].astype(kind) for at in self._used])
        for (start, end), program in zip(self._spans, self._programs, strict=True):
            number = self._number[start:end]
            if program is None:
                leaf = self._followed(start, flat, len(x)) - start
            else:
                leaf = vectors.select(program, places, self._sets, 2 * self._trees.columns)
                number = number[self._column[start:end] < 0]
            if self._shares.size:  # the numbers of inner nodes are never taken
                number = self._shares[np.clip(number, 0, len(self._shares) - 1).astype(np.intp)]
            yield leaf, number

    def _extended(self, x: Any) -> Any:
        """Return the values by place, shape (places, rows): those that some node compares."""
        import numpy as np

        count = self._trees.columns
        out = np.empty((len(self._used), len(x)), x.dtype)
        for row, at in zip(out, self._used, strict=True):
            column = x[:, at % count]
            if at < count:
                row[:] = column
            elif at < 2 * count:
                row[:] = np.where(np.isnan(column), -np.inf, column)
            else:
                known = (column >= 0) & (column < NO_CATEGORY)
                row[:] = np.where(known, column, NO_CATEGORY)
        return out

    def _places(self, extended: Any) -> dict[int, Any]:
        """Return each place's values as the number of thresholds below them, or as categories."""
        import numpy as np

        found = {}
        for at, values in zip(self._used, extended, strict=True):
            known = self._thresholds.get(at)
            if known is None:
                found[at] = values.astype(np.intp)  # as numpy looks things up
                continue
            small = np.uint8 if len(known) < 256 else np.uint16 if len(known) < 65536 else np.uint32
            found[at] = np.searchsorted(known, values).astype(small)
        return found

    def _followed(self, start: int, flat: Any, count: int) -> Any:
        """Return the leaf that each row reaches in a large tree, level by level.

        `flat` is what `_places` returns, place by place.
        """
        import numpy as np

        rows, node = np.arange(count), np.full(count, start, np.int64)
        reached = np.empty(count, np.int64)
        offset, children = self._place * count, self._children.ravel()
        while len(rows):
            for _ in range(LEVELS):
                at = np.take(offset, node, mode="clip")
                at += rows
                value = np.take(flat, at, mode="clip")
                right = value > np.take(self._compared, node, mode="clip")
                if self._sets.size:
                    self._by_set(node, value, right)
                node += node
                node += right
                node = np.take(children, node, mode="clip")
            arrived = np.take(self._leaf, node, mode="clip")
            reached[rows[arrived]] = node[arrived]
            rows, node = rows[~arrived], node[~arrived]
        return reached

    def _by_set(self, node: Any, value: Any, right: Any) -> None:
        """Write whether rows go right at the nodes that ask for sets of categories."""
        import numpy as np

        asked = np.flatnonzero(self._column[node] >= 2 * self._trees.columns)
        sets = self._number[node[asked]].astype(np.intp)
        right[asked] = ~self._sets[sets, value[asked].astype(np.intp)]


class _Bytes:
    """Vectors of bytes in which the leaves of one tree after the other are selected."""

    def __init__(self, rows: int) -> None:
        self._rows, self._free = rows, list[Any]()

    def _vector(self) -> Any:
        import numpy as np

        return self._free.pop() if self._free else np.empty(self._rows, np.uint8)

    def select(self, program: Program, places: dict[int, Any], sets: Any, of_sets: int) -> Any:
        """Return the number of the leaf that each row reaches in a tree.

        The vector is used again for the next tree.
        """
        import numpy as np

        found: dict[int, Any] = {}
        goes_left = self._vector()
        for node in range(len(program) - 1, -1, -1):
            place, compared, then = program[node]
            if place < 0:
                found[node] = then
                continue
            values = places[place]
            if place >= of_sets:
                np.take(sets[compared], values, out=goes_left.view(bool), mode="clip")
            else:
                np.less_equal(values, values.dtype.type(compared), out=goes_left.view(bool))
            found[node] = self._between(goes_left, found.pop(node + 1), found.pop(then))
        leaf = found[0]
        if isinstance(leaf, int):  # a tree of one leaf
            leaf = self._vector()
            leaf[:] = 0
        self._free += [goes_left, leaf]
        return leaf

    def _between(self, goes_left: Any, left: Any, right: Any) -> Any:
        """Return `left` where a row goes left, else `right`; one of the two vectors is changed."""
        import numpy as np

        if isinstance(left, int) and isinstance(right, int):
            out = np.multiply(goes_left, np.uint8((left - right) % 256), out=self._vector())
            return np.add(out, np.uint8(right), out=out)
        if isinstance(left, int):
            out = np.subtract(np.uint8(left), right, out=self._vector())
        else:
            out = np.subtract(left, np.uint8(right) if isinstance(right, int) else right, out=left)
        np.multiply(out, goes_left, out=out)
        np.add(out, np.uint8(right) if isinstance(right, int) else right, out=out)
        if not isinstance(right, int):
            self._free.append(right)
        return out


def _probabilities(scores: Any) -> Any:
    """Return probabilities of log-odds; one column belongs to the second of two classes."""
    import numpy as np

    with np.errstate(over="ignore"):
        if scores.shape[1] == 1:
            share = 1 / (1 + np.exp(-scores))
            return np.concatenate([1 - share, share], axis=1)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)
