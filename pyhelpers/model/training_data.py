"""The records of a training: their columns, targets and folds, and the matrices made of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pyhelpers.model import preprocessing
from pyhelpers.model.column_store import ColumnStore
from pyhelpers.model.column_types import Column
from pyhelpers.model.derived_features import text_components
from pyhelpers.model.metrics import Task
from pyhelpers.model.preprocessing import Document, View
from pyhelpers.model.schema import MISSING_CODE, UNKNOWN_CODE, Feature
from pyhelpers.model.target_means import TargetMeans, target_means

CROSS_PARTS = 5  # of the records, for target means
MOST_OUTPUTS = 10  # classes whose shares are target means
EXAMPLE = 200  # characters of a text that the card holds
BlockFunction = Callable[[Any, Any, Any], Any]


@dataclass
class PreparedData:
    """Records of a CSV, ready for training.

    Attributes
    ----------
    features : list of Feature
        The model's fields.
    fields : list of dict
        What each field becomes: see `preprocessing`.
    classes : list or None
        Sorted; None for a regression.
    y : numpy.ndarray, shape (records,)
        Numbers, or positions among the classes.
    part : numpy.ndarray, shape (records,)
        The fold of a record; HELD_OUT, or UNUSED where it has no target.
    cross : numpy.ndarray, shape (records,)
        The part of a record in which target means are cross-fitted.
    retyped : dict of str
        The type that the first values of a column have, where all of them have another.
    lookups : list of numpy.ndarray or None
        For categories and texts, what each code of the store stands for.
    """

    source: str
    names: list[str]
    task: Task
    target: Column
    used: list[Column]
    classes: list[Any] | None
    y: Any
    part: Any
    cross: Any
    store: ColumnStore
    left_out: dict[str, str]
    retyped: dict[str, str] = field(default_factory=dict)
    walk_forward: bool = False
    features: list[Feature] = field(default_factory=list)
    fields: list[Document] = field(default_factory=list)
    lookups: list[Any] = field(default_factory=list)
    means: dict[int, TargetMeans] = field(default_factory=dict)

    @property
    def folds(self) -> int:
        """The number of folds; 1 where there is no cross-validation."""
        return int(self.part.max()) + 1

    @property
    def scored_folds(self) -> list[int]:
        """The folds that cross-validation predicts."""
        return list(range(1 if self.walk_forward else 0, self.folds)) if self.folds > 1 else []

    def fitting_folds(self, scored: int | None) -> list[int]:
        """Return the folds from which a fold is predicted; all of them for None."""
        if scored is None:
            return list(range(self.folds))
        return [f for f in range(self.folds) if (f < scored if self.walk_forward else f != scored)]

    def has_means(self, view: View) -> bool:
        """Return whether a view has columns that depend on the target."""
        return any(preprocessing.needs_means(document, view) for document in self.fields)

    def columns_of(self, arrays: Sequence[Any]) -> list[Any]:
        """Return a block's columns as `design_matrix` takes them."""
        return [
            values if lookup is None else lookup[values]
            for lookup, values in zip(self.lookups, arrays, strict=True)
        ]

    def field_values(self, rows: Any) -> list[Any]:
        """Return fields' values for records: numbers, days, or texts with None, as in a CSV."""
        import numpy as np

        found = []
        for feature, column in zip(self.features, self.used, strict=True):
            values = self.store.column(column.place)[rows]
            if feature.kind in ("category", "text"):
                texts = np.array([*column.texts, None], dtype=object)
                values = texts[values]
            found.append(values)
        return found

    def blocks(
        self, view: View, parts: Sequence[int], folds: Sequence[int], part: Any = None
    ) -> Iterator[tuple[Any, Any, Any]]:
        """Yield matrix, targets and positions of the records of some parts, block by block.

        Parameters
        ----------
        parts : sequence of int
            The parts whose records are wanted: folds, HELD_OUT.
        folds : sequence of int
            The folds whose target means are used; cross-fitted where they are `parts` themselves.
        part : numpy.ndarray, optional
            In place of the part of each record.
        """
        import numpy as np

        fitting = list(parts) == list(folds)
        tables = {
            at: means.cross_fitted(folds) if fitting else means.table(folds)
            for at, means in self.means.items()
        }
        part = self.part if part is None else part
        wanted = np.isin(part, parts)
        for place, block in self.store.slices():
            rows = np.flatnonzero(wanted[place])
            if len(rows):
                columns = self.columns_of([block[column.place][rows] for column in self.used])
                at = rows + place.start
                cross = self.cross[at] if fitting else None
                x = preprocessing.design_matrix(self.fields, columns, view, tables, cross)
                yield x, self.y[at], at

    def map_blocks(
        self, function: BlockFunction, view: View, parts: Sequence[int], folds: Sequence[int]
    ) -> Iterator[Any]:
        """Yield a function's results for matrix, targets and parts of each block of `blocks`."""
        for x, y, at in self.blocks(view, parts, folds):
            yield function(x, y, self.part[at])

    def matrix(
        self, view: View, parts: Sequence[int], folds: Sequence[int], part: Any = None
    ) -> tuple[Any, Any, Any]:
        """Return matrix, targets and positions of the records of some parts, as `blocks` does."""
        import numpy as np

        found = list(self.blocks(view, parts, folds, part))
        if len(found) == 1:
            return found[0]
        x, y, at = (np.concatenate(pieces) for pieces in zip(*found, strict=True))
        return x, y, at


def fit_fields(data: PreparedData, seed: int) -> None:
    """Describe each field and fit what it becomes, from the records of the folds."""
    import numpy as np

    fitted, known = data.part >= 0, data.part >= -1
    y = _outputs(data)[fitted]
    for at, column in enumerate(data.used):
        values = data.store.column(column.place)
        if column.kind == "text":
            _fit_text(data, column, values, fitted, seed)
        elif column.kind == "category":
            feature, lookup = _categories(column, values[known])
            codes = lookup[values[fitted]]
            document = preprocessing.fit_field(feature, codes)
            sizes = (data.folds, CROSS_PARTS, len(feature.categories))
            cross = data.cross[fitted]
            means = target_means(codes, y, data.part[fitted], cross, sizes)
            document["scales"] = _scales(means, codes, cross, data)
            data.means[at] = means
            _append(data, feature, document, lookup)
        else:
            feature = _number_feature(column, values[known])
            _append(data, feature, preprocessing.fit_field(feature, values[fitted]), None)
    if not any(preprocessing.needs_means(d, "forest") for d in data.fields):
        data.means = {}
    data.y = np.asarray(data.y)


def _append(data: PreparedData, feature: Feature, document: Document, lookup: Any) -> None:
    data.features.append(feature)
    data.fields.append(document)
    data.lookups.append(lookup)


def _outputs(data: PreparedData) -> Any:
    """Return the target as columns: itself, the share of the second class, or of each class."""
    import numpy as np

    if data.classes is None:
        return data.y[:, None]
    if len(data.classes) == 2:
        return (data.y[:, None] == 1).astype(float)
    counts = np.bincount(data.y[data.part >= 0], minlength=len(data.classes))
    largest = np.sort(np.argsort(-counts, kind="stable")[:MOST_OUTPUTS])
    return (data.y[:, None] == largest).astype(float)


def _scales(means: TargetMeans, codes: Any, cross: Any, data: PreparedData) -> list[Any]:
    import numpy as np

    tables = means.cross_fitted(list(range(data.folds)))
    rows = np.where(codes < 0, tables.shape[1] - 2 - (codes + 1), codes)
    return [preprocessing.scale_of(column) for column in tables[cross, rows].T]


def _categories(column: Column, codes: Any) -> tuple[Feature, Any]:
    """Return a category's description, and the position among them of each code of the store."""
    import numpy as np

    counts = np.bincount(codes[codes >= 0], minlength=len(column.texts))
    order = sorted(np.flatnonzero(counts), key=lambda code: (-counts[code], column.texts[code]))
    kept = order[: preprocessing.MOST_CATEGORIES]
    lookup = np.full(len(column.texts) + 1, UNKNOWN_CODE)
    lookup[kept] = np.arange(len(kept))
    lookup[-1] = MISSING_CODE  # the code -1
    names = [column.texts[code] for code in kept]
    missing = int((codes < 0).sum())
    return Feature(column.name, "category", missing, categories=names, absent=column.absent), lookup


def _number_feature(column: Column, values: Any) -> Feature:
    import numpy as np

    missing = int(np.isnan(values).sum())
    kind: Any = column.kind
    known = Feature(column.name, kind, missing, form=column.form, absent=column.absent)
    if missing == len(values):
        return known
    low, middle, high = np.nanquantile(values, [0, 0.5, 1]).tolist()
    return replace(known, low=low, middle=middle, high=high)


def _fit_text(data: PreparedData, column: Column, codes: Any, fitted: Any, seed: int) -> None:
    """Append a column of free texts: its n-grams are learnt from the different texts."""
    import numpy as np

    present = np.unique(codes[fitted & (codes >= 0)])
    texts = [column.texts[code] for code in present]
    document = preprocessing.fit_text_field(texts, seed)
    components = text_components(column.texts, document)
    lookup = np.concatenate([components, np.zeros((1, components.shape[1]))])  # missing: the last
    preprocessing.finish_text_field(document, lookup[codes[fitted]])
    missing = int((codes[data.part >= -1] < 0).sum())
    shown = [texts[0][:EXAMPLE]] if texts else []
    feature = Feature(column.name, "text", missing, categories=shown, absent=column.absent)
    _append(data, feature, document, lookup)
