"""Keep the best tour of a search, so that one that was killed goes on from it."""

import json
import math
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.checkpoint import Checkpoint

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array


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
