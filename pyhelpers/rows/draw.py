"""Draws: shuf makes them, from seeded random bytes; the worker holds the line to it."""

import os
from _thread import start_new_thread
from collections.abc import Callable
from random import Random

from pyhelpers import KitError

# File descriptors that bin/sample-large-csv opens: to its draw, and back from it.
TO_DRAW, FROM_DRAW = 3, 4


def random_bytes(seed: int) -> Callable[[int], bytes]:
    """Return a function that gives the next so many bytes, the same for a seed on any machine."""
    return Random(seed).randbytes


def _feed(request: bytes, more: Callable[[int], bytes]) -> None:
    """Write a request and then random bytes for as long as they are read."""
    try:
        while request:
            request = request[os.write(TO_DRAW, request) :] or more(1 << 14)
    except BrokenPipeError:
        pass


def draw(low: int, high: int, rows: int, seed: int) -> list[int]:
    """Return sorted numbers drawn by shuf, uniformly and without repetition, low <= n <= high."""
    request = f"{low} {high} {rows}\n".encode()
    start_new_thread(_feed, (request, random_bytes(seed)))
    with open(FROM_DRAW, "rb", closefd=False) as answer:
        numbers = sorted(map(int, answer.read().split()))
    if len(numbers) != rows:
        raise KitError("shuf made no draw; install GNU coreutils, whose shuf has --random-source")
    return numbers
