"""What a network learns: training, validation and test points, drawn or read from a CSV."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyhelpers import KitError
from pyhelpers.csvio.cells import to_number
from pyhelpers.csvio.table import MISSING, Table, parse_number
from pyhelpers.descent.datasets import CLASSIFICATION, DATASETS, REGRESSION, make_dataset
from pyhelpers.text import counted

if TYPE_CHECKING:
    from pyhelpers.descent.datasets import Points, Targets

Kind = Literal["classification", "regression"]
SEED_STEP = 1_000_003  # between the seeds of training, validation and test points
LEAST_ROWS, MOST_ROWS, MOST_CLASSES = 20, 20_000, 10
SHARES = (0.6, 0.8)  # of a file: training to the first, validation to the second, then test


@dataclass(frozen=True)
class Task:
    """Points to train, validate and test a network on.

    Attributes
    ----------
    name : str
        Data set, or the file's name.
    kind : {"classification", "regression"}
    columns : tuple of str
        Names of the coordinates.
    labels : tuple of str
        Names of the classes; empty for a regression.
    train, validation, test : (ndarray, ndarray)
        Points, shape (n, d), and class numbers or values, shape (n,).
    """

    name: str
    kind: Kind
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    train: "tuple[Points, Targets]"
    validation: "tuple[Points, Targets]"
    test: "tuple[Points, Targets]"


def new_task(name: str, count: int, noise: float, seed: int) -> Task:
    """Draw `count` points of a data set each for training, validation and testing."""
    kind: Kind = "classification" if name in CLASSIFICATION else "regression"
    labels = ("0", "1") if kind == "classification" else ()
    seeds = (seed + part * SEED_STEP for part in range(3))
    drawn = (make_dataset(name, count, noise, each) for each in seeds)
    return Task(name, kind, ("x", "y"), labels, *drawn)


def split_names(names: Sequence[str] | None) -> tuple[list[str], str | None]:
    """Return the data sets that are named, each once, and the file; all with classes for none.

    Raises
    ------
    KitError
        (2) For a name of neither, or a file beside something else.
    """
    names = names or tuple(CLASSIFICATION)
    known = [name for name in DATASETS if name in names]
    files = [name for name in names if name not in DATASETS]
    for name in files:
        if name != "-" and "/" not in name and "." not in name and not os.path.exists(name):
            sets = f"{', '.join(CLASSIFICATION)} (classes), {', '.join(REGRESSION)} (values)"
            raise KitError(f"there is no data set or file {name!r}; choose from {sets}", 2)
    if len(files) > 1 or (files and known):
        raise KitError("a FILE is trained on alone; name one FILE, or data sets", 2)
    return known, files[0] if files else None


def read_task(
    table: Table,
    columns: Sequence[str] | None,
    target: str | None,
    kind: Kind | None,
    seed: int,
    note: Callable[[str], None] = lambda text: None,
) -> Task:
    """Read a task from a CSV; 60 % of the records train, 20 % validate, 20 % test, at random.

    Parameters
    ----------
    columns : sequence of str or None
        Columns of numbers; None: all but the target.
    target : str or None
        None: the last column.
    kind : {"classification", "regression"} or None
        None: classification for texts and for two values, else regression.
    note : function of str
        Called with a sentence where records are left out.

    Raises
    ------
    KitError
        For a missing column, a value that is not a number, or too few records.
    """
    import numpy as np

    target = target or table.names[-1]
    columns = tuple(columns or (name for name in table.names if name != target))
    if not columns or target in columns:
        raise KitError(
            f"{table.source}: name a column besides {target!r} by -x, another target by -y"
        )
    points, texts = _read_rows(table, columns, target, note)
    if len(points) < LEAST_ROWS:
        what = counted(len(points), "complete record is", "complete records are")
        raise KitError(f"{table.source}: {what} too few; add some, {LEAST_ROWS} at least")
    order = np.random.default_rng(seed).permutation(len(points))
    if len(order) > MOST_ROWS:
        note(f"{table.source}: {MOST_ROWS:,} of {len(order):,} records are used, drawn at random")
        order = order[:MOST_ROWS]
    targets, labels = _parse_targets(table.source, target, texts, kind)
    cuts = [round(share * len(order)) for share in SHARES]
    parts = [(points[rows], targets[rows]) for rows in np.split(order, cuts)]
    found: Kind = "classification" if labels else "regression"
    return Task(os.path.basename(table.source), found, columns, labels, *parts)


def _read_rows(
    table: Table, columns: Sequence[str], target: str, note: Callable[[str], None]
) -> "tuple[Points, list[tuple[int, str]]]":
    """Return the numbers of the complete records, and the line and text of their targets."""
    import numpy as np

    places = [(table.index(name), name) for name in columns]
    last, rows, texts, left_out = table.index(target), [], [], 0
    for line, fields in table.records:
        if any(fields[place] in MISSING for place in (last, *(place for place, _ in places))):
            left_out += 1
            continue
        rows.append([parse_number(fields[at], table.source, line, name) for at, name in places])
        texts.append((line, fields[last]))
    if left_out:
        what = counted(left_out, "record has", "records have")
        note(f"{table.source}: {what} a missing value; left out")
    points = np.array(rows, dtype=float).reshape(len(rows), len(columns))
    if not np.isfinite(points).all():
        raise KitError(f"{table.source}: has an infinite number; remove that record")
    return points, texts


def _parse_targets(
    source: str, target: str, texts: Sequence[tuple[int, str]], kind: Kind | None
) -> "tuple[Targets, tuple[str, ...]]":
    """Return class numbers and the classes' names, or values and no name."""
    import numpy as np

    found = {text for _, text in texts}
    numeric = all(to_number(text) is not None for text in found)
    labels = tuple(sorted(found, key=float) if numeric else sorted(found))
    if kind == "regression" or (kind is None and numeric and len(labels) > 2):
        values = np.array([parse_number(text, source, line, target) for line, text in texts])
        if not np.isfinite(values).all() or len(labels) < 2:
            raise KitError(f"{source}: column {target!r} needs finite values that differ")
        return values, ()
    if not 2 <= len(labels) <= MOST_CLASSES:
        what = f"{source}: column {target!r} has {counted(len(labels), 'class', 'classes')}"
        raise KitError(f"{what}; a network here takes 2 to {MOST_CLASSES}, or --task regression")
    places = {label: place for place, label in enumerate(labels)}
    return np.array([places[text] for _, text in texts]), labels
