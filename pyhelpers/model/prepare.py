"""Prepare the data of a training: task, fields, what each becomes, and a split of the records."""

from dataclasses import dataclass, field
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.cells import missing_with
from pyhelpers.machine import parse_memory
from pyhelpers.model.checks import listed
from pyhelpers.model.column_store import ColumnStore, store_share
from pyhelpers.model.column_types import (
    Column,
    column_type,
    text_or_category,
    type_by_all_values,
    why_useless,
)
from pyhelpers.model.columns import NONE, TrainingCsv
from pyhelpers.model.metrics import Task
from pyhelpers.model.splits import UNUSED, group_parts, random_parts, time_parts
from pyhelpers.model.training_data import CROSS_PARTS, PreparedData, fit_fields
from pyhelpers.model.values import CLOCK

FEW_VALUES = 10  # whole numbers of at most so many values are taken for classes
FEWEST_RECORDS = 10
MOST_READINGS = 3  # of a table, until its columns have the types of all their values


@dataclass(frozen=True)
class TrainingOptions:
    """Options of a training; None lets the data decide.

    Attributes
    ----------
    simple_fields : bool
        Only numbers and categories: dates and free texts are categories.
    """

    target: str
    features: list[str] | None = None
    categories: list[str] = field(default_factory=list)
    task: Task | None = None
    model: str | None = None
    seconds: float = 60.0
    test_size: float = 0.2
    folds: int = 5
    seed: int = 0
    memory: str | None = None
    missing: list[str] | None = None
    group: str | None = None
    time_order: str | None = None
    measure: str | None = None
    within: float | None = None
    simple: bool = False
    refit: bool = False
    simple_fields: bool = False


@dataclass(frozen=True)
class Read:
    """What was read: the target, the columns to learn from, and those that split the records."""

    target: Column
    used: list[Column]
    group: Column | None
    time: Column | None
    store: ColumnStore
    known: Any  # which records have a target
    retyped: dict[str, str]  # columns whose first values are of another type, with that one


def prepare(table: TrainingCsv, options: TrainingOptions) -> PreparedData:
    """Read a CSV, decide the task, split the records, and fit what each field becomes."""
    if options.folds == 1:
        raise KitError("--folds takes 0, for no cross-validation, or 2 and more", 2)
    read = read_columns(table, options)
    task = options.task or infer_task(read)
    y, classes = targets(task, read)
    part = split(read, y, classes, options)
    left_out = {} if options.features else useless(read, part)
    kept = [column for column in read.used if column.name not in left_out]
    if not kept:
        why = listed([f"{name}: {reason}" for name, reason in left_out.items()])
        what = f"{table.source}: no column to learn from" + (f" ({why})" if why else "")
        raise KitError(f"{what}; name some with --features", 2)
    for column in kept:
        if (
            column.kind == "category"
            and not options.simple_fields
            and column.name not in (options.categories)
        ):
            column.kind = text_or_category(column, read.store.column(column.place))
    import numpy as np

    drawn = np.random.default_rng(options.seed)
    cross = drawn.integers(0, CROSS_PARTS, read.store.rows, np.int8)
    walk = options.time_order is not None
    data = PreparedData(
        table.source,
        table.names,
        task,
        read.target,
        kept,
        classes,
        y,
        part,
        cross,
        read.store,
        left_out,
        read.retyped,
        walk,
    )
    fit_fields(data, options.seed)
    return data


def read_columns(table: TrainingCsv, options: TrainingOptions) -> Read:
    """Read the columns that training needs.

    Raises
    ------
    KitError
        For a column that is missing or named twice, and for too few records.
    """
    goal = table.index(options.target)
    chosen = [table.index(name) for name in options.features or table.names]
    if options.features and options.target in options.features:
        raise KitError(f"{options.target!r} is the target; leave it out of --features", 2)
    for name in options.categories:
        table.index(name)
    group_at = table.index(options.group) if options.group else None
    time_at = table.index(options.time_order) if options.time_order else None
    wanted = [goal, *(at for at in (group_at, time_at) if at is not None), *chosen]
    columns, store, retyped = _read(table, list(dict.fromkeys(wanted)), options)
    target = columns[goal]
    used = [columns[at] for at in dict.fromkeys(chosen) if at not in (goal, group_at)]
    known = known_targets(table.source, target, store)
    group = None if group_at is None else columns[group_at]
    time = None if time_at is None else columns[time_at]
    return Read(target, used, group, time, store, known, retyped)


def _read(
    table: TrainingCsv, positions: list[int], options: TrainingOptions
) -> tuple[dict[int, Column], ColumnStore, dict[str, str]]:
    """Read columns with the types of all their values.

    Their first values say how they are read. Where all of them say otherwise, the table is read
    again; a third time where only then the texts were known.

    Returns
    -------
    dict, ColumnStore, dict
        The columns by their positions, what they hold, and the first type of those read again.
    """
    missing, limit = missing_with(options.missing), store_share(parse_memory(options.memory))

    def typed(place: int, kind_and_form: tuple[str, str]) -> Column:
        return _column(table, positions[place], place, options, kind_and_form)

    columns = [
        typed(place, column_type((record[at] for record in table.sample), missing))
        for place, at in enumerate(positions)
    ]
    first = [(column.kind, column.form) for column in columns]
    store = table.read(columns, limit)
    for _ in range(0 if table.whole else MOST_READINGS - 1):
        found = [
            typed(column.place, type_by_all_values(column, store.column(column.place), missing))
            for column in columns
        ]
        if all(a.kind == b.kind and a.form == b.form for a, b in zip(columns, found, strict=True)):
            break
        columns, rows = found, store.rows
        store.blocks.clear()
        table.rewind()
        store = table.read(columns, limit)
        if store.rows != rows:
            raise KitError(f"{table.source}: changed while it was read; try again")
    pairs = zip(columns, first, strict=True)
    retyped = {c.name: kind for c, (kind, _) in pairs if c.kind != kind}
    return dict(zip(positions, columns, strict=True)), store, retyped


def _column(
    table: TrainingCsv,
    position: int,
    place: int,
    options: TrainingOptions,
    kind_and_form: tuple[str, str],
) -> Column:
    """Return a column of a type, if the options leave it that."""
    name, (kind, form) = table.names[position], kind_and_form
    missing = missing_with(options.missing)
    typed_text = kind == "number" and table.kinds.get(name) == "text"
    if name in options.categories or typed_text or (kind == "date" and options.simple_fields):
        kind, form = "category", "plain"
    if kind == "category" and NONE not in (options.missing or ()):
        missing -= {NONE}
    absent = None if options.missing is None else sorted(missing)
    return Column(name, position, kind, form, missing, absent, place)


def known_targets(source: str, target: Column, store: ColumnStore) -> Any:
    """Return which records have a target; a KitError for too few."""
    import numpy as np

    values = store.column(target.place)
    known = values >= 0 if target.kind == "category" else ~np.isnan(values)
    count = int(known.sum())
    if count < FEWEST_RECORDS:
        what = f"{count} {'record has' if count == 1 else 'records have'} a {target.name!r}"
        raise KitError(f"{source}: {what}; training needs at least {FEWEST_RECORDS}")
    return known


def infer_task(read: Read) -> Task:
    """Return classification for a target of texts or of few whole numbers, else regression."""
    import numpy as np

    if read.target.kind == "category":
        return "classification"
    values = read.store.column(read.target.place)[read.known]
    distinct = np.unique(values)
    whole = bool((distinct == np.floor(distinct)).all())
    few = len(distinct) <= min(FEW_VALUES, len(values) // 2)
    return "classification" if whole and few else "regression"


def targets(task: Task, read: Read) -> tuple[Any, list[Any] | None]:
    """Return the targets of all records, and the sorted classes: see `PreparedData`."""
    import numpy as np

    target, known = read.target, read.known
    values = read.store.column(target.place)
    if task == "regression":
        if target.kind == "category":
            raise KitError(f"{target.name!r} holds texts; regression needs numbers", 2)
        if (values[known] == values[known][0]).all():
            only = f"{values[known][0]:g}"
            raise KitError(f"{target.name!r} is {only} in each record; add records of other values")
        return np.where(known, values, 0.0), None
    y = np.zeros(len(values), np.int64)
    if target.kind == "category":
        present = np.unique(values[known])
        order = sorted(present.tolist(), key=target.texts.__getitem__)
        lookup = np.zeros(len(target.texts) + 1, np.int64)
        lookup[order] = np.arange(len(order))
        y[known] = lookup[values[known]]
        classes: list[Any] = [target.texts[code] for code in order]
    else:
        found, y[known] = np.unique(values[known], return_inverse=True)
        whole = (found == np.floor(found)).all()
        classes = (found.astype(np.int64) if whole else found).tolist()
    if len(classes) < 2:
        raise KitError("the target has only one class; add records of another")
    return y, classes


def split(read: Read, y: Any, classes: list[Any] | None, options: TrainingOptions) -> Any:
    """Return the part of each record: its fold, HELD_OUT, or UNUSED without a target."""
    import numpy as np

    if read.group and read.time:
        raise KitError("--group and --time-order exclude each other", 2)
    part = np.full(read.store.rows, UNUSED, np.int8)
    known, share, folds, seed = read.known, options.test_size, options.folds, options.seed
    if read.group:
        groups = read.store.column(read.group.place)[known]
        part[known] = group_parts(groups, share, folds, seed, read.group.name)
    elif read.time:
        times = read.store.column(read.time.place)
        known = known & (times >= 0 if read.time.kind == "category" else ~np.isnan(times))
        if read.time.kind == "category" or read.time.form == CLOCK:
            holds = "times of day" if read.time.form == CLOCK else "neither dates nor numbers"
            raise KitError(f"--time-order {read.time.name}: holds {holds}; name a date", 2)
        part[known] = time_parts(times[known], share, folds)
    else:
        part[known] = random_parts(y[known], len(classes or ()), share, folds, seed)
    if classes and len(np.unique(y[part >= 0])) < 2:
        raise KitError("the target has only one class; add records of another")
    return part


def useless(read: Read, part: Any) -> dict[str, str]:
    """Return the columns that cannot help a model, each with the reason."""
    reasons = {c.name: why_useless(c, read.store.column(c.place)[part >= -1]) for c in read.used}
    return {name: why for name, why in reasons.items() if why}
