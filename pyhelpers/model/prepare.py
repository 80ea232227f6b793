"""Prepare the data of a training: task, features, arrays, and a split of the records."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import Table
from pyhelpers.model.metrics import IMPORTANCE_COLUMNS, Task
from pyhelpers.model.schema import Feature
from pyhelpers.model.training_data import TrainingColumn, TrainingColumns, feature_of, read_columns

FEW_VALUES = 10  # whole numbers of at most so many values are taken for classes
FEWEST_RECORDS = 10


@dataclass(frozen=True)
class TrainingOptions:
    """Options of a training; None lets the data decide."""

    target: str
    features: list[str] | None = None
    categories: list[str] = field(default_factory=list)
    task: Task | None = None
    model: str | None = None
    seconds: float = 60.0
    test_size: float = 0.2
    folds: int = 5
    seed: int = 0


@dataclass
class Split:
    """Arrays for fitting and for measuring.

    Attributes
    ----------
    x_train, x_test : numpy.ndarray, shape (rows, features)
        As `arrays.matrix` makes them.
    y_train, y_test : numpy.ndarray, shape (rows,)
        Numbers, or classes.
    """

    x_train: Any
    x_test: Any
    y_train: Any
    y_test: Any


@dataclass(frozen=True)
class PreparedData:
    """Records of a table, ready for training.

    Attributes
    ----------
    source : str
        Name of the table.
    names : list of str
        All columns of the table.
    columns : TrainingColumns
        The columns read from it.
    known : numpy.ndarray of bool, shape (records,)
        Which records have a target and are used.
    features : list of Feature
        The model's fields, in the order of the columns of the split's arrays.
    split : Split
        Records for fitting and records held out.
    """

    source: str
    names: list[str]
    columns: TrainingColumns
    known: Any
    task: Task
    features: list[Feature]
    split: Split


def prepare(table: Table, options: TrainingOptions) -> PreparedData:
    """Read a table, decide the task, describe the features and split the records."""
    columns = read_columns(table, options.target, options.features, options.categories)
    values, known = known_target(columns.target, table.source)
    task = options.task or infer_task(columns.target, values)
    check_task(task, columns.target)
    x = design_matrix(columns.features, known)
    y = labels(values, task)
    records = split(x, y, task, options.test_size, options.seed)
    features = [feature_of(column, column.values()[known]) for column in columns.features]
    return PreparedData(table.source, table.names, columns, known, task, features, records)


def infer_task(target: TrainingColumn, values: Any) -> Task:
    """Return classification for a target of texts or of few whole numbers, else regression."""
    import numpy as np

    if target.kind == "category":
        return "classification"
    distinct = np.unique(values)
    whole = bool((distinct == np.floor(distinct)).all())
    few = len(distinct) <= min(FEW_VALUES, len(values) // 2)
    return "classification" if whole and few else "regression"


def check_task(task: Task, target: TrainingColumn) -> None:
    """Raise a KitError (2) for a regression of texts."""
    if task == "regression" and target.kind == "category":
        raise KitError(f"{target.name!r} holds texts; regression needs numbers", 2)


def labels(values: Any, task: Task) -> Any:
    """Return a target as the model predicts it: numbers, or classes (whole numbers or texts)."""
    import numpy as np

    if task == "regression":
        return values
    if values.dtype == object:
        return values.astype(str)
    whole = (values == np.floor(values)).all()
    return values.astype(np.int64) if whole else values


def known_target(target: TrainingColumn, source: str) -> tuple[Any, Any]:
    """Return a target's values that are not missing, and which records have them (bool)."""
    import numpy as np

    values = target.values()
    known = np.array([value is not None for value in values])
    if target.kind != "category":
        known = ~np.isnan(values)
    if known.sum() < FEWEST_RECORDS:
        count = int(known.sum())
        what = f"{count} {'record has' if count == 1 else 'records have'} a {target.name!r}"
        raise KitError(f"{source}: {what}; training needs at least {FEWEST_RECORDS}")
    return values[known], known


def design_matrix(columns: Sequence[TrainingColumn], known: Any) -> Any:
    """Return the array of the features, for the records whose target is known."""
    import numpy as np

    parts = [column.values()[known] for column in columns]
    numeric = all(column.kind != "category" for column in columns)
    x = np.empty((len(parts[0]), len(parts)), dtype=float if numeric else object)
    for position, part in enumerate(parts):
        x[:, position] = part
    if not numeric:
        x[x != x] = None  # missing, as in `arrays.matrix`
    return x


def split(x: Any, y: Any, task: Task, test_size: float, seed: int) -> Split:
    """Hold records out for measuring, stratified by class where the classes are large enough."""
    import numpy as np
    from sklearn.model_selection import train_test_split

    counts = np.unique(y, return_counts=True)[1] if task == "classification" else [0]
    held = round(len(y) * test_size)
    stratify = y if min(counts) > 1 and min(held, len(y) - held) >= len(counts) else None
    parts = train_test_split(x, y, test_size=test_size, random_state=seed, stratify=stratify)
    x_train, x_test, y_train, y_test = parts
    if task == "classification" and len(np.unique(y_train)) < 2:
        raise KitError("the target has only one class; add records of another")
    return Split(x_train, x_test, y_train, y_test)


def decisions(data: PreparedData, options: TrainingOptions) -> list[str]:
    """Return what was decided for the user, one sentence each."""
    names = ", ".join(feature.name for feature in data.features)
    hint = "" if options.task else " (change it with --task)"
    notes = [f"{data.task} of {options.target} from {names}{hint}"]
    notes += [f"left out {name}: {why}" for name, why in data.columns.left_out.items()]
    if len(data.features) > IMPORTANCE_COLUMNS:
        many = f"more than {IMPORTANCE_COLUMNS} columns"
        notes.append(f"importance is not measured for {many}; choose columns with --features")
    missing = len(data.known) - int(sum(data.known))
    if missing:
        noun = "record" if missing == 1 else "records"
        notes.append(f"skipped {missing} {noun} without a value of {options.target}")
    return notes


def duplicate_names(names: Sequence[str]) -> list[str]:
    """Return a note on columns that share a name; empty where none do."""
    shared = [name for name, count in Counter(names).items() if count > 1]
    note = f"columns of the same name: {', '.join(shared)}; only the first of each is used"
    return [note] if shared else []


@contextmanager
def outlier_named(data: PreparedData) -> Iterator[None]:
    """Turn scikit-learn's "too large" into a message that names the most distant value's place."""
    try:
        yield
    except ValueError as error:
        if "too large" not in str(error):
            raise
        line, name, value = data.columns.farthest(data.known)
        where = f"{data.source}: line {line}, column {name!r}"
        what = f"{value!r} is too far from the other values for this model"
        raise KitError(f"{where}: {what}; fix or drop that row") from None
