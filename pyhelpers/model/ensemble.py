"""Predict with one or several fitted estimators, whose outputs are averaged with weights."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pyhelpers.machine import cores
from pyhelpers.model.kernel_machine import KernelMachine
from pyhelpers.model.linear_model import Label
from pyhelpers.model.preprocessing import (
    Document,
    columns_of_rows,
    columns_of_values,
    design_matrix,
    needs_means,
)
from pyhelpers.model.schema import LARGEST_FLOAT, Feature, Row, too_large

RANK = 1e-11  # singular values below this share of the largest are taken for 0
CHUNK = 1 << 15  # rows that a thread predicts at once, which limits memory
LEAST_CHUNK = 1 << 13  # rows for which a thread is worth while


def softmax_rows(scores: Any) -> Any:
    """Return probabilities from log-odds; a single column belongs to the second of two classes."""
    import numpy as np

    if scores.shape[1] == 1:
        scores = np.concatenate([np.zeros_like(scores), scores], axis=1)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class LinearFit:
    """Weights of a fitted linear model on the columns of the linear view.

    Attributes
    ----------
    intercept : numpy.ndarray, shape (outputs,)
    weights : numpy.ndarray, shape (outputs, columns)
    """

    intercept: Any
    weights: Any

    def scores(self, x: Any) -> Any:
        """Return the outputs for rows, shape (rows, outputs): numbers, or log-odds."""
        return x @ self.weights.T + self.intercept

    def probabilities(self, x: Any) -> Any:
        """Return the probability of each class, shape (rows, classes)."""
        return softmax_rows(self.scores(x))


def known_codes(x: Any, codes: Sequence[Sequence[int]]) -> Any:
    """Return a matrix whose leading columns hold positions among the codes of training."""
    import numpy as np

    x = x.copy()
    for column, present in enumerate(codes):
        lookup = np.full(257, np.nan)
        lookup[list(present)] = np.arange(len(present))
        values = x[:, column]
        x[:, column] = lookup[np.where(np.isnan(values), 256, values).astype(int)]
    return x


def _linear_scores(member: Mapping[str, Any], x: Any) -> Any:
    """Return a linear member's outputs, shape (rows, outputs).

    Added column by column: a matrix product's rounding depends on the number of rows.
    """
    import numpy as np

    scores = np.zeros((len(x), len(member["intercept"])))
    for column, weights in zip(x.T, np.asarray(member["weights"]).T, strict=True):
        scores += column[:, None] * weights
    scores += np.asarray(member["intercept"])
    return scores


def member_outputs(member: Mapping[str, Any], estimator: Any, x: Any, classes: int) -> Any:
    """Return a member's numbers, shape (rows,), or probabilities, shape (rows, classes).

    Parameters
    ----------
    estimator : object
        Of scikit-learn, or a `KernelMachine`; None for a linear member.
    classes : int
        Number of classes; 0 for a regression.
    """
    import numpy as np

    if member["view"] == "linear":
        scores = _linear_scores(member, x) if estimator is None else estimator.scores(x)
        return softmax_rows(scores) if classes else scores[:, 0]
    if member["view"] == "boosting":
        x = known_codes(x, member["codes"])
    else:
        x = np.clip(x, -LARGEST_FLOAT, LARGEST_FLOAT)
    if not classes:
        return estimator.predict(x)
    found = np.zeros((len(x), classes))
    found[:, estimator.classes_] = estimator.predict_proba(x)
    return found


def calibrated(shares: Any, temperature: float) -> Any:
    """Return probabilities whose log-odds are divided by a temperature (Guo et al. 2017)."""
    import numpy as np

    return softmax_rows(np.log(np.clip(shares, 1e-15, 1.0)) / temperature)


class Ensemble:
    """A model of one or several members.

    Parameters
    ----------
    document : mapping
        `fields` (what each field becomes), `members` (view, weight, and either weights or the
        position of the estimator), `temperature` (None: probabilities stay as they are).
    classes : list or None
        The card's classes.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        document: Mapping[str, Any],
        estimators: Sequence[Any],
        classes: Sequence[Label] | None,
    ) -> None:
        import numpy as np

        self._features, self.estimators = list(features), list(estimators)
        self._fields: list[Document] = document["fields"]
        self.members: list[Mapping[str, Any]] = document["members"]
        self._kernels = [
            KernelMachine(member) if "kernel" in member else None for member in self.members
        ]
        self._temperature = document["temperature"]
        self._classes = None if classes is None else list(classes)
        self._means = {
            at: np.asarray(field["means"])
            for at, field in enumerate(self._fields)
            if field["kind"] == "category"
            and any(needs_means(field, member["view"]) for member in self.members)
        }

    def outputs(self, columns: Sequence[Any]) -> Any:
        """Return numbers or probabilities for columns as `columns_of_rows` has them."""
        import numpy as np

        count, threads = len(columns[0]), cores()
        size = min(CHUNK, max(LEAST_CHUNK, -(-count // threads)))

        def part(start: int) -> Any:
            return self._outputs([column[start : start + size] for column in columns])

        if count <= size:
            return part(0)
        with ThreadPoolExecutor(threads) as pool:  # numpy lets other threads run meanwhile
            return np.concatenate(list(pool.map(part, range(0, count, size))))

    def _outputs(self, columns: Sequence[Any]) -> Any:
        import numpy as np

        classes, total = len(self._classes or ()), 0.0
        matrices: dict[str, Any] = {}
        with np.errstate(over="ignore", invalid="ignore"):
            for member, kernel in zip(self.members, self._kernels, strict=True):
                view = member["view"]
                if view not in matrices:
                    matrices[view] = design_matrix(self._fields, columns, view, self._means)
                at = member.get("estimator")
                estimator = kernel if at is None else self.estimators[at]
                found = member_outputs(member, estimator, matrices[view], classes)
                if view == "forest":
                    found[(np.abs(matrices[view]) > LARGEST_FLOAT).any(axis=1)] = np.nan
                total = total + member["weight"] * found
        if classes and self._temperature is not None:
            total = calibrated(total, self._temperature)
        return total

    def _of_rows(self, rows: Iterable[Row]) -> Any:
        rows = list(rows)
        found = self.outputs(columns_of_rows(self._features, self._fields, rows))
        import numpy as np

        bad = ~np.isfinite(found if found.ndim == 1 else found.sum(axis=1))
        if bad.any():
            row = int(bad.argmax())
            raise too_large(rows[row], row, self._features)
        return found

    def predict(self, rows: Iterable[Row]) -> list[Label]:
        """Return each row's number or class."""
        return self._labels(self._of_rows(rows))

    def probabilities(self, rows: Iterable[Row]) -> list[list[float]]:
        """Return each row's probability of each class."""
        found: list[list[float]] = self._of_rows(rows).tolist()
        return found

    def _labels(self, found: Any) -> list[Label]:
        if self._classes is None:
            numbers: list[Label] = found.tolist()
            return numbers
        return [self._classes[at] for at in found.argmax(axis=1).tolist()]

    def labels_and_shares(self, columns: Sequence[Any]) -> tuple[list[Label], list[Any]] | None:
        """Return classes and probabilities for a block of rows; None where one is not finite."""
        found = self.outputs_of_values(columns)
        return None if found is None else (self._labels(found), found.tolist())

    def outputs_of_values(self, columns: Sequence[Any]) -> Any:
        """Return numbers or probabilities for whole fields; None where one is not finite."""
        import numpy as np

        found = self.outputs(columns_of_values(self._features, self._fields, columns))
        return found if np.isfinite(found).all() else None

    def predict_columns(self, columns: Sequence[Any]) -> list[Label] | None:
        """Return the predictions for a block of rows; None where one is not finite.

        Parameters
        ----------
        columns : sequence of numpy.ndarray, shape (rows,)
            One per field: numbers with NaN, or texts with None, for missing values.
        """
        found = self.outputs_of_values(columns)
        return None if found is None else self._labels(found)

    def probability_columns(self, columns: Sequence[Any]) -> list[list[float]] | None:
        """Return the probabilities for a block of rows; None where one is not finite."""
        found = self.outputs_of_values(columns)
        return None if found is None else found.tolist()
