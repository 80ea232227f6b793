"""Predict with trees, linear models and their blends, without scikit-learn.

Few rows are predicted by Python alone, many (and all by kernels) by numpy, with the same numbers.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pyhelpers.model.decision_trees import FEW_ROWS, TreeEnsemble
from pyhelpers.model.derived_features import PARTS, date_parts, row_components
from pyhelpers.model.kernel_machine import KernelMachine
from pyhelpers.model.linear_model import Label, softmax
from pyhelpers.model.schema import LARGEST_FLOAT, Feature, Row, too_large

NAN = math.nan
Plan = list[tuple[str, int, Any]]


def one_hot(count: int, flag: bool) -> list[list[float]]:
    """Return the columns of each of some categories, of a missing and of an unknown value.

    Examples
    --------
    >>> one_hot(2, flag=True)
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """
    width = count + flag
    known = [[float(at == code) for at in range(width)] for code in range(count)]
    return [*known, [float(flag and at == count) for at in range(width)], [0.0] * width]


class RowFields:
    """The fields of rows, and what they become; `preprocessing.design_matrix` for one row.

    Parameters
    ----------
    fields : sequence of dict
        As `preprocessing` describes them.
    """

    def __init__(self, features: Sequence[Feature], fields: Sequence[Mapping[str, Any]]) -> None:
        self._fields = list(fields)
        self._codes = [
            {name: code for code, name in enumerate(feature.categories)}
            if feature.kind == "category"
            else {}
            for feature in features
        ]

    def values(self, row: Row) -> list[Any]:
        """Return a row's numbers, parts of dates, codes of categories and components of texts.

        A code of -1 stands for a missing category, -2 for an unknown one.
        """
        found: list[Any] = []
        for value, field, codes in zip(row, self._fields, self._codes, strict=True):
            kind = field["kind"]
            if kind == "number":
                found.append(NAN if value is None else value)
            elif kind == "category":
                found.append(-1 if value is None else codes.get(str(value), -2))
            elif kind == "text":
                found += row_components(str(value or ""), field)
            else:
                parts = [NAN] * len(PARTS) if value is None else date_parts(float(value))
                found += [parts[PARTS.index(part["part"])] for part in field["parts"]]
                found.append(parts[-1])
        return found

    def plan(self, view: str) -> Plan:
        """Return the columns of a view: what is done, with which of `values`, and how."""
        codes: Plan = []
        parts: Plan = []
        at = 0
        for field in self._fields:
            kind = field["kind"]
            if kind == "category":
                codes += [("code", at, None)] if view == "boosting" else []
                parts += _category_plan(field, view, at)
                at += 1
                continue
            scales = [field] if kind == "number" else field["parts" if kind == "date" else "scales"]
            for scale in scales:
                parts.append(_number_plan(scale, view, at))
                at += 1
            if view == "forest" and field["flag"]:
                parts.append(("missing", at if kind == "date" else at - 1, None))
            at += kind == "date"
        return codes + parts


def _number_plan(scale: Mapping[str, Any], view: str, at: int) -> tuple[str, int, Any]:
    if view == "boosting":
        return "raw", at, None
    if view == "forest":
        return "filled", at, scale["fill"]
    return "scaled", at, (scale["fill"], scale["center"], scale["scale"])


def _category_plan(field: Mapping[str, Any], view: str, at: int) -> Plan:
    if view == "linear" and field["own"]:
        return [("table", at, one_hot(field["own"], field["flag"]))]
    if view == "boosting" and not field["many"]:
        return []
    means = field["means"]
    if view == "linear":
        scales = field["scales"]
        means = [
            [(mean - of["center"]) / of["scale"] for mean, of in zip(row, scales, strict=True)]
            for row in means
        ]
    return [("table", at, means)]


def designed(plan: Plan, values: Sequence[Any]) -> list[float]:
    """Return the columns of a plan for a row's values."""
    found: list[float] = []
    for what, at, how in plan:
        value = values[at]
        if what == "raw":
            found.append(value)
        elif what == "filled":
            found.append(how if value != value else value)
        elif what == "scaled":
            fill, center, scale = how
            found.append(((fill if value != value else value) - center) / scale)
        elif what == "table":
            found += how[value if value >= 0 else -3 - value]  # missing and unknown stand last
        elif what == "code":
            found.append(value if 0 <= value < 254 else NAN)
        else:
            found.append(float(value != value))
    return found


def _linear_member(member: Mapping[str, Any], classes: int) -> Callable[[list[float]], list[float]]:
    if "kernel" in member:
        row_scores = KernelMachine(member).row_scores
        return lambda x: softmax(row_scores(x)) if classes else row_scores(x)
    outputs = list(zip(member["weights"], member["intercept"], strict=True))

    def output(x: list[float]) -> list[float]:
        scores = []
        for weights, intercept in outputs:
            total = 0.0
            for value, weight in zip(x, weights, strict=True):
                total += value * weight
            scores.append(total + intercept)
        return softmax(scores) if classes else scores

    return output


def _tree_member(
    member: Mapping[str, Any], trees: TreeEnsemble, classes: int
) -> Callable[[list[float]], list[float]]:
    lookups = [
        {code: float(place) for place, code in enumerate(known)}
        for known in member.get("codes", ())
    ]

    def output(x: list[float]) -> list[float]:
        if member["view"] == "forest":
            if max(x) > LARGEST_FLOAT or min(x) < -LARGEST_FLOAT:
                return [NAN] * (classes or 1)
        else:
            x = [*[known.get(x[at], NAN) for at, known in enumerate(lookups)], *x[len(lookups) :]]
        found = trees.output(x)
        if not classes or len(found) == classes:
            return found
        spread = [0.0] * classes
        for at, share in zip(trees.classes or (), found, strict=True):
            spread[at] = share
        return spread

    return output


class PlainEnsemble:
    """A model of one or several members, as plain data.

    Parameters
    ----------
    document : mapping
        As `ensemble.Ensemble` has it, and checked.
    trees : sequence of TreeEnsemble
        One for each estimator.
    classes : list or None
        The card's classes.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        document: Mapping[str, Any],
        trees: Sequence[TreeEnsemble],
        classes: Sequence[Label] | None,
    ) -> None:
        self._features, self._document, self._trees = list(features), document, list(trees)
        self._classes = None if classes is None else list(classes)
        self._rows = RowFields(features, document["fields"])
        count = len(self._classes or ())
        views = dict.fromkeys(member["view"] for member in document["members"])
        self._plans = {view: self._rows.plan(view) for view in views}
        self._members = [
            (member["view"], member["weight"], self._member(member, count))
            for member in document["members"]
        ]

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy in another process is made of."""
        return {
            "features": self._features,
            "document": self._document,
            "trees": self._trees,
            "classes": self._classes,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make the copy."""
        self.__init__(**state)  # type: ignore[misc]

    def _member(
        self, member: Mapping[str, Any], classes: int
    ) -> Callable[[list[float]], list[float]]:
        if member["view"] == "linear":
            return _linear_member(member, classes)
        return _tree_member(member, self._trees[member["estimator"]], classes)

    @cached_property
    def _vectorised(self) -> Any:
        from pyhelpers.model.decision_trees_numpy import VectorisedTrees
        from pyhelpers.model.ensemble import Ensemble

        trees = [VectorisedTrees(one) for one in self._trees]
        return Ensemble(self._features, self._document, trees, self._classes)

    def output(self, row: Row) -> list[float]:
        """Return a row's number, or the probability of each class."""
        values = self._rows.values(row)
        matrices = {view: designed(plan, values) for view, plan in self._plans.items()}
        total = [0.0] * max(1, len(self._classes or ()))
        for view, weight, output in self._members:
            for at, found in enumerate(output(matrices[view])):
                total[at] += weight * found
        temperature = self._document["temperature"]
        if self._classes is None or temperature is None:
            return total
        return softmax([math.log(min(max(one, 1e-15), 1.0)) / temperature for one in total])

    def _outputs(self, rows: Sequence[Row]) -> list[list[float]]:
        found = []
        for number, row in enumerate(rows):
            try:
                output = self.output(row)
            except OverflowError:
                output = [NAN]
            if not all(map(math.isfinite, output)):
                raise too_large(row, number, self._features)
            found.append(output)
        return found

    def predict(self, rows: Iterable[Row]) -> list[Label]:
        """Return each row's number or class."""
        rows = list(rows)
        if len(rows) >= FEW_ROWS:
            labels: list[Label] = self._vectorised.predict(rows)
            return labels
        if self._classes is None:
            return [output[0] for output in self._outputs(rows)]
        return [self._classes[output.index(max(output))] for output in self._outputs(rows)]

    def probabilities(self, rows: Iterable[Row]) -> list[list[float]]:
        """Return each row's probability of each class."""
        rows = list(rows)
        if len(rows) >= FEW_ROWS:
            shares: list[list[float]] = self._vectorised.probabilities(rows)
            return shares
        return self._outputs(rows)

    def predict_columns(self, columns: Sequence[Any]) -> list[Label] | None:
        """Return the predictions for a block of rows; None where one is not finite."""
        labels: list[Label] | None = self._vectorised.predict_columns(columns)
        return labels

    def outputs(self, columns: Sequence[Any]) -> Any:
        """Return numbers or probabilities for columns as `Ensemble.outputs` takes them."""
        return self._vectorised.outputs(columns)

    def labels_and_shares(self, columns: Sequence[Any]) -> tuple[list[Label], list[Any]] | None:
        """Return classes and probabilities for a block of rows; None where one is not finite."""
        both: tuple[list[Label], list[Any]] | None = self._vectorised.labels_and_shares(columns)
        return both

    def probability_columns(self, columns: Sequence[Any]) -> list[list[float]] | None:
        """Return the probabilities for a block of rows; None where one is not finite."""
        shares: list[list[float]] | None = self._vectorised.probability_columns(columns)
        return shares
