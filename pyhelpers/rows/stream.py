"""Streams: a uniform sample of records whose number is not known beforehand, in one pass."""

from collections.abc import Iterator
from random import Random

from pyhelpers.rows.scan import Block


def records(blocks: Iterator[Block]) -> Iterator[bytes]:
    """Yield each record of blocks as bytes of its own."""
    for data, ends in blocks:
        start = 0
        for end in ends:
            yield bytes(data[start:end])
            start = end


def reservoir(blocks: Iterator[Block], rows: int, random: Random) -> tuple[list[bytes], int]:
    """Return `rows` records chosen uniformly, in the order they came, and how many came.

    Vitter's algorithm R (ACM TOMS 11, 1985): record number t takes a slot with chance rows / t.
    Only what takes a slot is copied.
    """
    kept: list[tuple[int, bytes]] = []
    seen, draw = 0, random.random
    for data, ends in blocks:
        start = 0
        for end in ends:
            seen += 1
            if seen <= rows:
                kept.append((seen, bytes(data[start:end])))
            elif (slot := int(draw() * seen)) < rows:
                kept[slot] = seen, bytes(data[start:end])
            start = end
    kept.sort()
    return [record for _, record in kept], seen
