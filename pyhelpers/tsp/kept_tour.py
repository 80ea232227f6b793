"""The best tour of a search, and how it is kept, so that a killed search goes on from it."""

import json
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.checkpoint import Checkpoint
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

Report = Callable[[float, float], None]


class KeptTour:
    """The best tour of a search that was killed, and the seconds that the search took.

    Attributes
    ----------
    seconds, length : float
    tour : array of int or None
        A closed tour over the nodes of the symmetric form; None if nothing was kept.

    Parameters
    ----------
    cities : str
        What the problem is known by.

    Raises
    ------
    KitError
        When the kept tour is one of another problem.
    """

    def __init__(self, kept: Checkpoint, cities: str) -> None:
        self._kept, self._cities = kept, cities
        text = kept.kept("tour")
        before: dict[str, Any] = json.loads(text) if text else {"cities": cities}
        if before["cities"] != cities:
            raise KitError("the cities have changed since a tour was kept; run it without --resume")
        self.seconds: float = before.get("seconds", 0.0)
        self.length: float = before.get("length", math.inf)
        self.tour: Array | None = None
        if "tour" in before:
            import numpy as np

            self.tour = np.array(before["tour"], dtype=np.intp)

    def keep(self, tour: "Array", length: float, seconds: float) -> None:
        """Keep a tour, if that is due."""
        if self._kept.due():
            what = {"cities": self._cities, "seconds": seconds, "length": length}
            self._kept.keep("tour", json.dumps(what | {"tour": tour.tolist()}).encode())


class Incumbent:
    """The shortest route so far; `report` is called with each shorter one."""

    def __init__(
        self, form: SymmetricForm, report: Report, kept: KeptTour | None, began: float
    ) -> None:
        self.tour: Array | None = None
        self.length = float("inf")
        self._form, self._report, self._begin = form, report, time.monotonic()
        self._kept, self._all_began = kept, began

    def seconds(self) -> float:
        """Return the time since the search began."""
        return time.monotonic() - self._begin

    def take(self, tour: "Array") -> None:
        """Keep a closed tour over the nodes if it is shorter."""
        length = self._form.length(tour)
        if self.tour is None or length < self.length:
            self.tour, self.length = tour, length
            if math.isfinite(length):  # else an edge is missing
                self._report(self.seconds(), length)
        if self._kept is not None and self.tour is not None:
            self._kept.keep(self.tour, self.length, time.monotonic() - self._all_began)
