"""Warnings about the data of a training: what makes its measures wrong or its model useless."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pyhelpers.model.column_types import IDENTIFIER
from pyhelpers.model.columns import NONE
from pyhelpers.model.metrics import SIGN, roc_auc
from pyhelpers.model.schema import quote
from pyhelpers.model.splits import HELD_OUT
from pyhelpers.model.training_data import PreparedData
from pyhelpers.model.values import CLOCK, LEADING_ZERO, number_of
from pyhelpers.text import counted

CHECKED = 20_000  # records in which leakage is looked for
ALMOST = 0.9995  # of r2, ROC AUC or purity: a field that predicts the target alone
RARE_RECORDS = 2  # a class of so few records cannot be learnt
RARE_SHARE = 0.05
REPEATED_SHARE = 0.05
FEWEST_MISSING = 10  # missing values, and others, from which leakage by them is looked for
SHOWN = 5  # names or values in a message
FEWEST_GROUPS, ALIKE = 20, 0.1  # groups, and the intraclass correlation of targets, that matter
IN_ORDER = 0.99  # of the records: so many follow the one before in time
PERSONS = re.compile(
    r"(?:.*[\W_])?(?:customer|client|patient|user|subject|account|household|device|member|player|"
    r"person|employee|student|visitor|participant|session|machine|sensor)s?",
    re.IGNORECASE,
)


def listed(names: list[str]) -> str:
    """Return names with commas, the first five of many."""
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def data_warnings(data: PreparedData) -> list[str]:
    """Return warnings about values, classes, leakage and repeated records."""
    columns = [data.target, *data.used]
    notes = [note for column in columns for note in _odd_values(column)]
    notes += [
        f"{column.name}: currency signs, thousands commas and % are left out of its numbers"
        for column in columns
        if column.form == "marked"
    ]
    return notes + _class_warnings(data) + _leaks(data) + _repeated(data)


def _odd_values(column: Any) -> list[str]:
    notes = []
    if column.odd:
        shown = listed([f"{quote(text)} ({count})" for text, count in column.odd.most_common()])
        what = counted(column.odd.total(), "value")
        kind = "a category" if column.kind in ("category", "text") else f"a {column.kind}"
        verb = "is not" if column.odd.total() == 1 else "are not"
        notes.append(f"{column.name}: {what} {verb} {kind}, taken as missing: {shown}")
    if column.kind == "date" and column.ambiguous:
        first = "month" if column.form.startswith("%m") else "day"
        hint = "write them as YYYY-MM-DD if that is wrong"
        notes.append(
            f"{column.name}: each date could be read two ways, {first} taken first; {hint}"
        )
    if column.kind == "category" and (padded := _padded(column.texts)):
        what = f"values with leading zeros, such as {padded!r}, are taken for codes"
        notes.append(f"{column.name}: {what}; write them without the zeros if they are numbers")
    if column.kind == "category" and NONE in column.texts and column.absent is None:
        hint = f"use --missing {NONE} if it means a missing value"
        notes.append(f"{column.name}: {NONE!r} is taken as a value like any other; {hint}")
    return notes


def _padded(texts: Sequence[str]) -> str | None:
    """Return a number with leading zeros among numbers of several widths; None without one."""
    padded = next(filter(LEADING_ZERO.fullmatch, texts), None)
    if padded is None or len(set(map(len, texts))) == 1:
        return None
    return padded if all(number_of(text) is not None for text in texts) else None


def _class_warnings(data: PreparedData) -> list[str]:
    import numpy as np

    if data.classes is None:
        return []
    counts = np.bincount(data.y[data.part >= HELD_OUT], minlength=len(data.classes))
    rare = [str(data.classes[at]) for at in np.flatnonzero(counts <= RARE_RECORDS)]
    notes = []
    if rare:
        most = f"at most {RARE_RECORDS} records"
        notes.append(f"{counted(len(rare), 'class', 'classes')} with {most}: {listed(rare)}")
    smallest = counts[counts > RARE_RECORDS].min(initial=counts.max()) / counts.sum()
    if smallest < RARE_SHARE and len(counts) == 2:
        name = data.classes[int(counts.argmin())]
        what = f"the class {name} is rare ({100 * smallest:.1f} % of the records)"
        better = "balanced_accuracy, roc_auc and average_precision say more than accuracy"
        notes.append(f"{what}; {better}, and --measure chooses by one of them")
    return notes


def _leaks(data: PreparedData) -> list[str]:
    """Return a warning for each field that alone predicts the target almost perfectly."""
    import numpy as np

    rows = np.flatnonzero(data.part >= HELD_OUT)
    rows = np.random.default_rng(0).permutation(rows)[:CHECKED]
    y = data.y[rows]
    names = []
    for feature, column, lookup in zip(data.features, data.used, data.lookups, strict=True):
        values = data.store.column(column.place)[rows]
        if feature.kind == "category":
            values = lookup[values].astype(float)
        classes = data.classes is not None
        if feature.kind != "text" and predicts_alone(values, y, classes, feature):
            names.append(feature.name)
        elif feature.kind in ("number", "date") and _missing_predicts(values, y, classes):
            names.append(f"whether {feature.name} is missing")
    what = f"alone predicts {data.target.name} almost perfectly"
    hint = "leave it out with --features if it is not known beforehand"
    return [f"{name} {what}; {hint}" for name in names]


def predicts_alone(values: Any, y: Any, classes: bool, feature: Any) -> bool:
    """Return whether values alone predict the target almost perfectly.

    That is so where they are a line of it or in its order, where they separate two classes, or
    where nearly all records of each of few values have the same target.
    """
    import numpy as np

    known = ~np.isnan(values)
    values, y = values[known], y[known]
    if len(values) < 20 or values.min() == values.max() or y.min() == y.max():
        return False
    if feature.kind != "category":
        if not classes:
            pairs = ((values, y), (_ranks(values), _ranks(y)))
            return any(bool(np.corrcoef(*pair)[0, 1] ** 2 > ALMOST) for pair in pairs)
        if y.max() == 1:
            return abs(roc_auc(y == 1, values) - 0.5) > ALMOST - 0.5
    return _groups_predict(values, y, classes)


def _ranks(values: Any) -> Any:
    """Return ranks, of equal values the mean."""
    import numpy as np

    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[codes]


def _missing_predicts(values: Any, y: Any, classes: bool) -> bool:
    """Return whether values are missing where the target has some values, and only there."""
    import numpy as np

    missing = np.isnan(values)
    few = min(missing.sum(), len(values) - missing.sum()) < FEWEST_MISSING
    return not few and y.min() != y.max() and _groups_predict(missing.astype(float), y, classes)


def _groups_predict(values: Any, y: Any, classes: bool) -> bool:
    """Return whether nearly all records of each of few values have the same target."""
    import numpy as np

    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(counts) > len(values) / 10:
        return False
    if not classes:
        means = np.bincount(codes, y) / counts
        return bool(((y - means[codes]) ** 2).sum() < (1 - ALMOST) * ((y - y.mean()) ** 2).sum())
    table = np.zeros((len(counts), int(y.max()) + 1))
    np.add.at(table, (codes, y), 1)
    least = table.sum(axis=0).max() / len(y)
    return bool(table.max(axis=1).sum() / len(y) > max(ALMOST, 0.5 + least / 2))


def _repeated(data: PreparedData) -> list[str]:
    """Return a warning where held-out records repeat records that are fitted on.

    Records of few different values are equal by chance; the share that is expected then, if the
    fields were independent, is not counted.
    """
    import numpy as np

    rows = np.flatnonzero(data.part >= HELD_OUT)
    keys, equal = np.zeros(len(rows), np.uint64), 1.0
    for place in (None, *(column.place for column in data.used)):
        column = data.y if place is None else data.store.column(place)
        values = np.ascontiguousarray(column[rows], dtype=float)
        some = values[:: max(1, len(values) // CHECKED)]
        equal *= float(((np.unique(some, return_counts=True)[1] / len(some)) ** 2).sum())
        keys = (keys ^ values.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    held = data.part[rows] == HELD_OUT
    repeated = int(np.isin(keys[held], keys[~held]).sum())
    by_chance = -np.expm1(-equal * (~held).sum())
    if repeated / held.sum() < REPEATED_SHARE + 2 * by_chance:
        return []
    what = f"{repeated} of {counted(int(held.sum()), 'held-out record')} repeat a record"
    return [f"{what} that the model learns from: the measures are too good; remove duplicates"]


def split_hints(data: PreparedData) -> list[str]:
    """Return a warning where a random split is too good: records in order of time, or in groups."""
    import numpy as np

    rows = np.flatnonzero(data.part >= HELD_OUT)
    why = "a random split may be too good"
    for column in data.used:
        name, values = column.name, data.store.column(column.place)[rows]
        grouping = IDENTIFIER.fullmatch(name) or PERSONS.fullmatch(name)
        if column.kind == "date" and column.form != CLOCK and _in_order(values):
            hint = f"--time-order {name} measures on later records"
            return [f"the records are in order of {name}, so {why} for what comes next; {hint}"]
        if column.kind != "date" and grouping and _alike_in_groups(values, _targets(data, rows)):
            hint = f"--group {name} measures on others"
            what = f"records of one {name} have similar targets"
            return [f"{what}, so {why} for a {name} never seen; {hint}"]
    return []


def _targets(data: PreparedData, rows: Any) -> Any:
    """Return targets as columns of numbers: themselves, or an indicator of each class."""
    import numpy as np

    y = data.y[rows]
    return y[:, None] if data.classes is None else (y[:, None] == np.unique(y)[:50]).astype(float)


def _in_order(days: Any) -> bool:
    """Return whether times rise, or fall, from record to record."""
    import numpy as np

    steps = np.diff(days[~np.isnan(days)])
    if len(steps) < FEWEST_GROUPS or np.count_nonzero(steps) < FEWEST_GROUPS:
        return False
    return bool(max((steps >= 0).mean(), (steps <= 0).mean()) >= IN_ORDER)


def _alike_in_groups(values: Any, y: Any) -> bool:
    """Return whether the targets of a group are alike: by the intraclass correlation, ICC(1).

    Shrout and Fleiss (1979), with the mean size of a group.
    """
    import numpy as np

    known = ~np.isnan(values) if values.dtype.kind == "f" else values >= 0
    _, codes, sizes = np.unique(values[known], return_inverse=True, return_counts=True)
    groups, count = len(sizes), int(known.sum())
    if groups < FEWEST_GROUPS or count < 2 * groups:
        return False
    y = y[known]
    sums = np.stack([np.bincount(codes, one) for one in y.T], axis=1)
    between = (sums**2 / sizes[:, None]).sum() - (y.sum(axis=0) ** 2).sum() / count
    within = (y**2).sum() - (sums**2 / sizes[:, None]).sum()
    between, within = between / (groups - 1), within / (count - groups)
    alike = (between - within) / max(1e-300, between + (count / groups - 1) * within)
    # Five standard deviations of F's logarithm, were the groups of no consequence.
    by_chance = 5 * (2 / (groups - 1) + 2 / (count - groups)) ** 0.5
    return bool(alike > ALIKE and between > within * np.exp(by_chance))


def result_warnings(
    measure: str, found: Mapping[str, float], dummy: Mapping[str, float]
) -> list[str]:
    """Return a warning for a model that is not better than its dummy."""
    notes: list[str] = []
    found = {name: value for name, value in found.items() if None not in (value, dummy[name])}
    if measure in found and SIGN.get(measure, 1) * (found[measure] - dummy[measure]) <= 0:
        pair = f"{found[measure]:.4g} and {dummy[measure]:.4g}"
        notes.append(
            f"the model is no better than the dummy on held-out records ({measure} {pair})"
        )
    balanced = "balanced_accuracy"
    if not notes and balanced in found and found[balanced] <= dummy[balanced] + 0.02:
        notes.append(
            f"the model's classes are no better than the dummy's (balanced accuracy "
            f"{found[balanced]:.4g}, dummy {dummy[balanced]:.4g}); its probabilities rank better"
        )
    return notes
