"""Random numbers of a design, and what it keeps to go on with them after it was killed."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any


class Uniforms:
    """Doubles in [0, 1) of Python's generator, one by one or, the same ones, many at once."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._many: Any = None

    def draw(self, count: int, at_once: bool) -> Any:
        """Return the next `count`, as an array if all at once."""
        if self._many is None and not at_once:
            uniform = self._random.random
            return [uniform() for _ in range(count)]
        if self._many is None:
            self._many = numpy_generator(self._random)
        return self._many.random_sample(count)

    def state(self) -> list[Any]:
        """Return the state of Python's generator that goes on with the next of them."""
        if self._many is None:
            return random_state(self._random)
        _, key, position, *_ = self._many.get_state()
        return [Random.VERSION, [*key.tolist(), int(position)], None]


def numpy_generator(random: Random) -> Any:
    """Return a generator of numpy's that continues the sequence of Python's."""
    import numpy as np

    *key, position = random.getstate()[1]
    generator = np.random.RandomState()
    generator.set_state(("MT19937", np.array(key, np.uint32), position, 0, 0.0))
    return generator


class Progress:
    """What a design has to know, beside its store, to go on behind a block.

    Attributes
    ----------
    before : dict
        What it knew when it was killed; empty at the beginning. A store has its rows again.
    now : function
        Returns what it knows now, as JSON has it.
    """

    def __init__(self, before: Mapping[str, Any] | None = None) -> None:
        self.before: Mapping[str, Any] = before or {}
        self.now: Callable[[], dict[str, Any]] = dict


def random_state(random: Random) -> list[Any]:
    """Return the state of a generator as JSON has it."""
    version, numbers, gauss = random.getstate()
    return [version, list(numbers), gauss]


def continue_random(random: Random, progress: Progress) -> None:
    """Let a generator go on where it was when progress was kept."""
    if state := progress.before.get("random"):
        random.setstate((state[0], tuple(state[1]), state[2]))
