"""Drift: how far a model's traffic is from its training data (population stability index).

The index of a field compares its shares of bins, q in training and p in a window of traffic: the
sum of (p - q) ln(p / q). For traffic like the training data it is distributed as chi-square, with
one degree of freedom less than there are bins, times 1/n + 1/m for n and m records (Yurdakul,
Statistical Properties of Population Stability Index, 2018). An index is an alarm if it is above
both the quantile of that distribution at 1 - FALSE_ALARMS and MATERIAL.
"""

import math
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from pyhelpers import KitError

WINDOW = 1000  # rows of the sliding window
LEAST = 200  # rows from which on the index is given
MATERIAL = 0.1  # a lower index is commonly taken for no shift
FALSE_ALARMS = 0.001  # share of windows like the training data, for each field
QUANTILE = 3.0902323061678132  # of the normal distribution, at 1 - FALSE_ALARMS
BINS = 10  # of a number
CATEGORIES = 20  # that have a bin of their own,
SHARE = 0.01  # each with at least this share of the records
Profile = dict[str, Any]


def number_profile(values: Any) -> Profile:
    """Return the bins of a number, cut at its deciles, and how many values each has.

    A number of few different values has a bin for each.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (records,)
        NaN where missing.

    Examples
    --------
    >>> import numpy as np
    >>> number_profile(np.array([1.0, 2.0, 2.0, np.nan]))
    {'edges': [1.0, 2.0], 'counts': [0, 1, 2], 'missing': 1}
    """
    import numpy as np

    known = values[~np.isnan(values)]
    edges = np.unique(known)
    if len(edges) > BINS:
        steps = np.arange(1, BINS) / BINS
        edges = np.unique(np.quantile(known, steps, method="inverted_cdf"))
    places = np.searchsorted(edges, known, side="right")
    counts = np.bincount(places, minlength=len(edges) + 1).tolist()
    return {"edges": edges.tolist(), "counts": counts, "missing": len(values) - len(known)}


def category_profile(values: Sequence[Any]) -> Profile:
    """Return the most frequent categories, how often each is there, and all others together.

    Examples
    --------
    >>> category_profile(["a", "b", "a", None])
    {'values': ['a', 'b'], 'counts': [2, 1], 'other': 0, 'missing': 1}
    """
    found = Counter(value for value in values if value is not None)
    least = SHARE * len(values)
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], str(pair[0])))[:CATEGORIES]
    kept = [(value, count) for value, count in ranked if count >= least]
    other = found.total() - sum(count for _, count in kept)
    missing = len(values) - found.total()
    counts = [count for _, count in kept]
    return {
        "values": [value for value, _ in kept],
        "counts": counts,
        "other": other,
        "missing": missing,
    }


class _Bins:
    """The bins of one field or of the predictions; `place_of` gives the bin of a value."""

    def __init__(self, profile: Any, name: str) -> None:
        try:
            expected = [*profile["counts"], profile.get("other", 0), profile["missing"]]
            if any(type(count) is not int or count < 0 for count in expected):
                raise ValueError
            self.expected = expected
            self.place_of = _by_edges(profile) if "edges" in profile else _by_values(profile)
        except (KeyError, TypeError, ValueError, AttributeError):
            what = f"the training profile of {name!r} is damaged"
            raise KitError(f"card.json: {what}; train the model again") from None

    def index(self, places: Iterable[int]) -> tuple[float, float]:
        """Return the index of values by their places, and that above which it is an alarm."""
        counts = Counter(places)
        pairs = [(counts[at], e) for at, e in enumerate(self.expected) if counts[at] or e]
        n, m = counts.total(), sum(self.expected)
        if not n or not m:
            return 0.0, math.inf
        total = 0.0
        for found, expected in pairs:
            p, q = (found + 0.5) / (n + 0.5 * len(pairs)), (expected + 0.5) / (m + 0.5 * len(pairs))
            total += (p - q) * math.log(p / q)
        return total, max(MATERIAL, (1 / n + 1 / m) * chi_square_quantile(len(pairs) - 1))


def chi_square_quantile(freedom: int) -> float:
    """Return the quantile of chi-square at 1 - FALSE_ALARMS (Wilson and Hilferty, 1931).

    Examples
    --------
    >>> round(chi_square_quantile(9))  # 27.88 by tables
    28
    """
    if not freedom:
        return 0.0
    step = 2 / (9 * freedom)
    return freedom * float((1 - step + QUANTILE * math.sqrt(step)) ** 3)


def _by_edges(profile: Mapping[str, Any]) -> Callable[[Any], int]:
    edges: list[float] = [float(edge) for edge in profile["edges"]]
    if edges != sorted(edges) or len(profile["counts"]) != len(edges) + 1:
        raise ValueError
    missing = len(edges) + 2
    return lambda value: missing if value is None else bisect_right(edges, value)


def _by_values(profile: Mapping[str, Any]) -> Callable[[Any], int]:
    places: dict[Any, int] = {value: place for place, value in enumerate(profile["values"])}
    if len(profile["counts"]) != len(places):
        raise ValueError
    other, missing = len(places), len(places) + 1
    return lambda value: missing if value is None else places.get(value, other)


@dataclass(frozen=True)
class Shift:
    """The drift of a field, or of the predictions (kind "prediction", named by the target)."""

    kind: str
    name: str
    index: float
    threshold: float

    @property
    def alarm(self) -> bool:
        """Return whether the index is above the threshold."""
        return self.index > self.threshold


class Drift:
    """Drift of the last rows that a model has predicted.

    Parameters
    ----------
    card : mapping
        A model's card; without a training profile nothing is measured.
    names : sequence of str
        The model's fields, in the order of its rows.

    Raises
    ------
    KitError
        For a profile that is damaged.
    """

    def __init__(self, card: Mapping[str, Any], names: Sequence[str]) -> None:
        profile = card.get("profile") or {}
        fields = profile.get("fields", {}) if isinstance(profile, dict) else {}
        self._parts = [
            ("field", name, place, _Bins(fields[name], name))
            for place, name in enumerate(names)
            if name in fields
        ]
        if profile:
            target = str(card.get("target"))
            bins = _Bins(profile.get("prediction"), target)
            self._parts.append(("prediction", target, len(names), bins))
        # The prediction's is the last: `names` are the fields of a row.
        self._fields = [(place, bins.place_of) for *_, place, bins in self._parts[:-1]]
        self._answer = self._parts[-1][3].place_of if self._parts else None
        self._window: deque[tuple[int, ...]] = deque(maxlen=WINDOW)
        self._lock = Lock()

    def add(self, rows: Sequence[Sequence[Any]], answers: Sequence[Any]) -> None:
        """Add rows and their predictions; only the last of many count."""
        place_answer = self._answer
        if place_answer is None:
            return
        pairs = zip(rows[-WINDOW:], answers[-WINDOW:], strict=True)
        placed = [
            (*[place_of(row[place]) for place, place_of in self._fields], place_answer(answer))
            for row, answer in pairs
        ]
        with self._lock:
            self._window.extend(placed)

    @property
    def rows(self) -> int:
        """Return how many rows the window holds."""
        return len(self._window)

    def shifts(self) -> list[Shift]:
        """Return the drift of each field and of the predictions; nothing for too few rows."""
        with self._lock:
            window = list(self._window)
        if len(window) < LEAST:
            return []
        columns = zip(*window, strict=True)
        return [
            Shift(kind, name, *bins.index(places))
            for (kind, name, _, bins), places in zip(self._parts, columns, strict=True)
        ]
