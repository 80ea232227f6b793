"""Draw stratified samples: allocate rows to the values of a column, draw within each."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random

from pyhelpers.csvio.blocks import Block
from pyhelpers.csvio.fields import Field
from pyhelpers.sampling.row_store import Store
from pyhelpers.sampling.stream_sampling import records

Allocate = Callable[[Sequence[int], int], list[int]]


def proportional(sizes: Sequence[int], rows: int) -> list[int]:
    """Allocate rows in proportion to stratum sizes by largest remainders (Hamilton).

    >>> proportional([60, 30, 10], 5)
    [3, 2, 0]
    """
    total = sum(sizes)
    shares = [rows * size // total for size in sizes]
    rest = sorted(range(len(sizes)), key=lambda s: -(rows * sizes[s] % total))
    for stratum in rest[: rows - sum(shares)]:
        shares[stratum] += 1
    return shares


def equal(sizes: Sequence[int], rows: int) -> list[int]:
    """Allocate rows equally; what one stratum lacks, the others give.

    >>> equal([60, 1, 30], 10)
    [5, 1, 4]
    """
    shares, left = [0] * len(sizes), rows
    order = sorted(range(len(sizes)), key=lambda s: (sizes[s], -s))
    for done, stratum in enumerate(order):
        shares[stratum] = min(sizes[stratum], left // (len(sizes) - done))
        left -= shares[stratum]
    return shares


def count_strata(blocks: Iterable[Block], field: Field) -> Counter[bytes]:
    """Count the records of each value, in the order of first occurrence."""
    return Counter(field(record, number) for number, record in records(blocks))


def draw_strata(
    blocks: Iterable[Block],
    field: Field,
    sizes: Counter[bytes],
    shares: Sequence[int],
    random: Random,
) -> Iterator[list[bytes]]:
    """Yield, from all records again, each stratum's share of it: Knuth's algorithm S in each."""
    come = dict(sizes)
    take = dict(zip(sizes, shares, strict=True))
    for number, record in records(blocks):
        value = field(record, number)
        if random.random() * come[value] < take[value]:
            take[value] -= 1
            yield [record]
        come[value] -= 1


def stream_strata(
    blocks: Iterable[Block],
    field: Field,
    rows: int,
    allocate: Allocate,
    random: Random,
    store: Store,
) -> tuple[list[int], int]:
    """Hold up to `rows` of each stratum; return the sample's slots, and how many there were."""
    slots: dict[bytes, list[int]] = {}
    sizes: Counter[bytes] = Counter()
    for number, record in records(blocks):
        value = field(record, number)
        sizes[value] += 1
        held = slots.setdefault(value, [])
        if len(held) < rows:
            held.append(store.add(number, record))
        elif (place := int(random.random() * sizes[value])) < rows:
            store.put(held[place], number, record)
    total = sum(sizes.values())
    chosen: list[int] = []
    for held, share in zip(
        slots.values(), allocate([*sizes.values()], min(rows, total)), strict=True
    ):
        random.shuffle(held)
        chosen += held[:share]
    return chosen, total
