"""Features of dates and free texts: parts of a date, and weighted character n-grams."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

DATE_PARTS = ("year", "month", "day", "weekday", "hour", "days")
CLOCK_PARTS = ("hour", "hour_sin", "hour_cos")  # of times of day: 23:59 is beside 0:00
PARTS = (*DATE_PARTS, *CLOCK_PARTS[1:])
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = -719162, 2932896  # 0001-01-01 and 9999-12-31, in days since 1970-01-01
LONGEST_TEXT = 2_000  # characters of a text that are used
# A polynomial of the characters, modulo 2^32; the bucket is the top bits of its product with
# Knuth's multiplier (The Art of Computer Programming 3, 6.4).
BASE, MULTIPLIER, MASK = 1_000_003, 2_654_435_761, 0xFFFFFFFF
DECIMALS = 7  # of what is kept of a text's weights: more only make the file larger
CHUNK = 256  # texts of which all counts are held at once


def date_parts(days: float) -> list[float]:
    """Return the PARTS of a date and time given as days since 1970-01-01.

    Weekday 0 is Monday; the hour has a fraction.

    Examples
    --------
    >>> date_parts(2.5)[:6]
    [1970.0, 1.0, 3.0, 5.0, 12.0, 2.5]
    """
    days = min(max(days, FIRST_DAY), LAST_DAY)
    whole = math.floor(days)
    day = date.fromordinal(EPOCH_ORDINAL + whole)
    hour = (days - whole) * 24
    parts = [*map(float, (day.year, day.month, day.day, day.weekday())), hour, days]
    return [*parts, *_cycle(hour)]


def _cycle(hour: float) -> tuple[float, float]:
    """Return sine and cosine of the hand of a clock of 24 hours."""
    angle = math.tau * hour / 24
    return math.sin(angle), math.cos(angle)


def date_part_columns(days: Any, names: Sequence[str] = DATE_PARTS) -> dict[str, Any]:
    """Return some PARTS of dates by name, each an array of shape (n,); NaN for a missing date."""
    import numpy as np

    known = np.clip(np.where(np.isnan(days), 0.0, days), FIRST_DAY, LAST_DAY)
    whole = np.floor(known).astype(np.int64)
    stamps = whole.astype("datetime64[D]")
    months = stamps.astype("datetime64[M]")
    parts = [
        stamps.astype("datetime64[Y]").astype(np.int64) + 1970,
        months.astype(np.int64) % 12 + 1,
        (stamps - months.astype("datetime64[D]")).astype(np.int64) + 1,
        (whole + 3) % 7,
        (known - whole) * 24,
        known,
    ]
    found = dict(zip(DATE_PARTS, np.array(parts, dtype=float), strict=True))
    if not set(names) <= set(DATE_PARTS):
        # By Python's sine, which numpy's need not equal to the last digit.
        hours, places = np.unique(found["hour"], return_inverse=True)
        of_hours = np.array([_cycle(hour) for hour in hours.tolist()])
        found["hour_sin"], found["hour_cos"] = of_hours[places].T
    return {name: np.where(np.isnan(days), np.nan, found[name]) for name in names}


def normal_text(text: str) -> str:
    """Return a text in lower case with single blanks, one before and one after it."""
    return f" {' '.join(text.lower().split())} "[:LONGEST_TEXT]


def ngram_buckets(text: str, sizes: Sequence[int], bits: int) -> "Counter[int]":
    """Return how often each of 2^bits buckets of character n-grams occurs in a text."""
    codes = [*map(ord, normal_text(text))]
    found: Counter[int] = Counter()
    for size in sizes:
        for start in range(len(codes) - size + 1):
            value = 0
            for code in codes[start : start + size]:
                value = (value * BASE + code) & MASK
            found[((value * MULTIPLIER) & MASK) >> (32 - bits)] += 1
    return found


def text_weights(text: str, document: Mapping[str, Any]) -> dict[int, float]:
    """Return the weight of each bucket in a text: (1 + ln count) * idf, of length 1 together."""
    idf = document["idf"]
    counts = ngram_buckets(text, document["sizes"], document["bits"])
    weights = {bucket: (1 + math.log(count)) * idf[bucket] for bucket, count in counts.items()}
    length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    return {bucket: weight / length for bucket, weight in weights.items()} if length else {}


def ngram_counts(texts: Sequence[str], sizes: Sequence[int], bits: int) -> Any:
    """Return the counts of `ngram_buckets` as an array of shape (texts, 2^bits)."""
    import numpy as np

    normal = [normal_text(text) for text in texts]
    lengths = np.array([len(text) for text in normal])
    codes = np.frombuffer("".join(normal).encode("utf-32-le", "surrogatepass"), np.uint32)
    rows = np.repeat(np.arange(len(texts)), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(codes))  # to the text's end
    places = []
    for size in sizes:
        value = np.zeros(max(0, len(codes) - size + 1), np.uint32)
        for step in range(size):
            value = value * np.uint32(BASE) + codes[step : len(codes) - size + 1 + step]
        inside = left[: len(value)] >= size
        bucket = (value * np.uint32(MULTIPLIER)) >> np.uint32(32 - bits)
        places.append(rows[: len(value)][inside] * (1 << bits) + bucket[inside])
    counts = np.bincount(np.concatenate(places), minlength=len(texts) << bits)
    return counts.reshape(len(texts), 1 << bits)


def _weighted(texts: Sequence[str], document: dict[str, Any]) -> Iterator[Any]:
    """Yield the weights of `text_weights` as arrays, some texts at a time."""
    import numpy as np

    idf = np.asarray(document["idf"])
    for start in range(0, len(texts), CHUNK):
        counts = ngram_counts(texts[start : start + CHUNK], document["sizes"], document["bits"])
        weights = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0.0) * idf
        lengths = np.sqrt((weights * weights).sum(axis=1, keepdims=True))
        yield weights / np.where(lengths > 0, lengths, 1.0)


def text_components(texts: Sequence[str], document: dict[str, Any]) -> Any:
    """Return the texts' components, shape (texts, components), bit for bit as `row_components`."""
    import numpy as np

    components, idf = np.asarray(document["components"]), np.asarray(document["idf"])
    found = np.zeros((len(texts), components.shape[1]))
    for start in range(0, len(texts), CHUNK):
        counts = ngram_counts(texts[start : start + CHUNK], document["sizes"], document["bits"])
        for at, row in enumerate(counts, start):
            used = np.flatnonzero(row)
            if len(used):
                logs = np.array([math.log(count) for count in row[used].tolist()])
                weights = (1 + logs) * idf[used]
                weights /= math.sqrt(math.fsum((weights * weights).tolist()))
                # Added one after the other, as Python does; a matrix product is rounded otherwise.
                found[at] = np.cumsum(weights[:, None] * components[used], axis=0)[-1]
    return found


def row_components(text: str, document: Mapping[str, Any]) -> list[float]:
    """Return one text's components."""
    components = document["components"]
    found = [0.0] * len(components[0])
    for bucket, weight in sorted(text_weights(text, document).items()):
        for at, of in enumerate(components[bucket]):
            found[at] += weight * of
    return found


def fit_text(
    texts: Sequence[str], seed: int, bits: int = 11, sizes: Sequence[int] = (3, 4), most: int = 24
) -> dict[str, Any]:
    """Learn the weights of n-grams and a truncated SVD of the weighted counts.

    Returns
    -------
    dict
        `sizes` and `bits` of the n-grams, `idf` of each bucket as scikit-learn smooths it, and
        `components`, shape (2^bits, components).
    """
    import numpy as np

    found: np.ndarray[Any, Any] = np.zeros(1 << bits)
    for start in range(0, len(texts), CHUNK):
        found += (ngram_counts(texts[start : start + CHUNK], sizes, bits) > 0).sum(axis=0)
    document = {"sizes": list(sizes), "bits": bits}
    document["idf"] = np.round(np.log((1 + len(texts)) / (1 + found)) + 1, DECIMALS)
    from scipy.sparse import csr_array, vstack

    weights = vstack([csr_array(some) for some in _weighted(texts, document)])
    count = min(most, max(1, len(texts) - 1))
    components = _right_singular_vectors(weights, count, seed)
    document["components"] = np.round(components, DECIMALS)
    return document


def _right_singular_vectors(weights: Any, count: int, seed: int) -> Any:
    """Return those of the largest singular values, by subspace iteration (Halko et al. 2011)."""
    import numpy as np

    size = weights.shape[1]
    drawn = np.random.default_rng(seed).normal(size=(size, min(size, count + 10)))
    basis = np.linalg.qr(drawn)[0]
    for _ in range(8):
        basis = np.linalg.qr(weights.T @ (weights @ basis))[0]
    small = weights @ basis
    values, vectors = np.linalg.eigh(small.T @ small)
    found = basis @ vectors[:, np.argsort(values)[::-1][:count]]
    signs = np.sign(found[np.abs(found).argmax(axis=0), np.arange(count)])
    return found * signs
