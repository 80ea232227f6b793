"""Draw by a design: reservoir, with replacement, Bernoulli, by weight, stratified."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.blocks import Block, record_start
from pyhelpers.csvio.records import Field
from pyhelpers.sampling.design_state import Progress, Uniforms, random_state
from pyhelpers.sampling.draw import exponential
from pyhelpers.sampling.row_store import Store

Allocate = Callable[[Sequence[int], int], list[int]]


def records(blocks: Iterable[Block], number: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield each record as bytes of its own, with its number, the first `number` + 1."""
    for data, ends, _, comment, _ in blocks:
        start = 0
        with memoryview(data) as view:
            for end in ends:
                number += 1
                start = record_start(data, start, end, comment)
                yield number, bytes(view[start:end])
                start = end


def as_bytes(block: Block, places: Sequence[int]) -> list[bytes]:
    """Return the records at the given places of a block as bytes of their own."""
    return [record.tobytes() for record in block.cut_out(places)]


def _accepted(uniforms: Any, t: int, rows: int) -> tuple[list[int], list[int]]:
    """Return which of the records from number t on take a slot, and which slots."""
    if isinstance(uniforms, list):
        slots = [int(u * n) for n, u in enumerate(uniforms, t)]
        steps = [step for step, slot in enumerate(slots) if slot < rows]
        return steps, [slots[step] for step in steps]
    import numpy as np

    # Few doubles can give a slot; the bound is above those by more than rounding takes away.
    where = np.flatnonzero(uniforms < rows / t * (1 + 2**-40))
    at = (uniforms[where] * (where + t)).astype(np.int64)
    taken = at < rows
    return where[taken].tolist(), at[taken].tolist()


def reservoir(
    blocks: Iterable[Block],
    rows: int,
    random: Random,
    store: Store,
    progress: Progress | None = None,
) -> int:
    """Leave `rows` records chosen uniformly in the store; return how many there were.

    Vitter's algorithm R (ACM TOMS 11, 1985): record number t takes a slot with chance rows / t.
    Only what takes a slot is copied.
    """
    progress = progress or Progress()
    uniforms = Uniforms(random)
    seen: int = progress.before.get("seen", 0)
    progress.now = lambda: {"seen": seen, "random": uniforms.state()}
    for block in blocks:
        ends = block.ends
        fill = min(max(rows - seen, 0), len(ends))
        store.add_all(seen, as_bytes(block, range(fill)))
        drawn = uniforms.draw(len(ends) - fill, not isinstance(ends, list))
        steps, slots = _accepted(drawn, seen + fill + 1, rows)
        places = [fill + step for step in steps]
        numbers = [seen + place for place in places]
        store.put_all(slots, numbers, as_bytes(block, places))
        seen += len(ends)
    return seen


def with_replacement(
    blocks: Iterable[Block],
    rows: int,
    random: Random,
    store: Store,
    progress: Progress | None = None,
) -> int:
    """Leave `rows` records, each drawn from all of them, in the store; return how many there were.

    Each slot is a sample of one. What it holds at record t it gives up at record floor(t/u) + 1,
    u uniform in (0, 1]: later than s with chance t/s, as it must be.
    """
    progress = progress or Progress()
    due = [(at, slot) for at, slot in progress.before.get("due", ())]
    due = due or [(1, slot) for slot in range(rows)]
    seen: int = progress.before.get("seen", 0)
    progress.now = lambda: {"seen": seen, "due": due, "random": random_state(random)}
    for block in blocks:
        ends = block.ends
        taken: dict[int, int] = {}
        while due and due[0][0] <= seen + len(ends):
            number, slot = due[0]
            taken[slot] = number
            heapq.heapreplace(due, (int(number / (1 - random.random())) + 1, slot))
        slots, numbers = sorted(taken), [taken[slot] for slot in sorted(taken)]
        pieces = as_bytes(block, [number - seen - 1 for number in numbers])
        if seen:
            store.put_all(slots, numbers, pieces)
        else:  # the first record has taken every slot
            for number, row in zip(numbers, pieces, strict=True):
                store.add(number, row)
        seen += len(ends)
    return seen


def bernoulli(
    blocks: Iterable[Block], chance: float, random: Random, progress: Progress | None = None
) -> Iterator[list[bytes]]:
    """Yield records, each kept with the same chance whatever became of the others."""
    progress = progress or Progress()
    uniforms = Uniforms(random)
    progress.now = lambda: {"random": uniforms.state()}
    for block in blocks:
        ends = block.ends
        drawn = uniforms.draw(len(ends), not isinstance(ends, list))
        if isinstance(drawn, list):
            kept = [place for place, u in enumerate(drawn) if u < chance]
        else:
            kept = (drawn < chance).nonzero()[0].tolist()
        yield as_bytes(block, kept)


def _weight(text: bytes, number: int) -> float:
    try:
        weight = float(text)
    except ValueError:
        shown = text.decode("utf-8", "replace")
        raise KitError(f"row {number}: weight {shown!r} is not a number; fix that row") from None
    if not 0 <= weight < float("inf"):
        raise KitError(f"row {number}: a weight may not be {weight}; fix that row")
    return weight


def weighted(
    blocks: Iterable[Block],
    weight: Field,
    rows: int,
    random: Random,
    store: Store,
    progress: Progress | None = None,
) -> int:
    """Leave `rows` records, drawn by weight, in the store; return how many had any weight.

    Efraimidis and Spirakis, Weighted random sampling with a reservoir (2006): the records with
    the smallest exponential(1) / weight.
    """
    progress = progress or Progress()
    kept = [(key, slot) for key, slot in progress.before.get("kept", ())]
    number = before = progress.before.get("number", 0)
    positive: int = progress.before.get("positive", 0)
    progress.now = lambda: {
        "number": number,
        "positive": positive,
        "kept": kept,
        "random": random_state(random),
    }
    for number, record in records(blocks, before):
        value = _weight(weight(record, number), number)
        if not value:
            continue
        positive += 1
        key = -exponential(random.random) / value
        if len(kept) < rows:
            heapq.heappush(kept, (key, store.add(number, record)))
        elif kept and key > kept[0][0]:
            slot = kept[0][1]
            store.put(slot, number, record)
            heapq.heapreplace(kept, (key, slot))
    return positive


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
    progress: Progress | None = None,
) -> tuple[list[int], int]:
    """Hold up to `rows` of each stratum; return the sample's slots, and how many there were."""
    progress = progress or Progress()
    strata = progress.before.get("strata", ())
    slots = {value.encode("latin-1"): held for value, _, held in strata}
    sizes = Counter({value.encode("latin-1"): size for value, size, _ in strata})
    before = sizes.total()
    progress.now = lambda: {
        "strata": [(value.decode("latin-1"), sizes[value], slots[value]) for value in slots],
        "random": random_state(random),
    }
    for number, record in records(blocks, before):
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
