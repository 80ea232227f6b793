"""Split records for measuring: held-out records and folds, at random, by groups or by time.

Random splits are those of scikit-learn's train_test_split, KFold and StratifiedKFold with the same
seed; they are made here since importing scikit-learn takes longer than training a linear model.
"""

from typing import Any

from pyhelpers import KitError

UNUSED, HELD_OUT = -2, -1  # parts of records that are in no fold


def train_and_test(count: int, share: float, seed: int, classes: Any = None) -> tuple[Any, Any]:
    """Return shuffled positions for fitting and held-out ones, as train_test_split does.

    Parameters
    ----------
    share : float
        Of records held out.
    classes : numpy.ndarray of int, shape (count,), optional
        Stratify by these.
    """
    import numpy as np

    random = np.random.RandomState(seed)
    held = int(np.ceil(share * count))
    if classes is None:
        order = random.permutation(count)
        return order[held:], order[:held]
    counts = np.bincount(classes)
    places = np.split(np.argsort(classes, kind="mergesort"), np.cumsum(counts)[:-1])
    kept = _rounded_shares(counts, count - held, random)
    out = _rounded_shares(counts - kept, held, random)
    fitting, testing = [], []
    for place, keep, leave in zip(places, kept, out, strict=True):
        order = place[random.permutation(len(place))]
        fitting.append(order[:keep])
        testing.append(order[keep : keep + leave])
    return random.permutation(np.concatenate(fitting)), random.permutation(np.concatenate(testing))


def _rounded_shares(counts: Any, total: int, random: Any) -> Any:
    """Return whole numbers in proportion to counts, of sum `total`; ties are drawn."""
    import numpy as np

    exact = counts / counts.sum() * total
    shares = np.floor(exact)
    left = int(total - shares.sum())
    for remainder in np.unique(exact - np.floor(exact))[::-1]:
        if left <= 0:
            break
        (places,) = np.where(exact - np.floor(exact) == remainder)
        taken = random.choice(places, size=min(len(places), left), replace=False)
        shares[taken] += 1
        left -= len(taken)
    return shares.astype(int)


def random_folds(count: int, folds: int, seed: int, classes: Any = None) -> Any:
    """Return the fold of each record, as KFold or (with classes) StratifiedKFold deal them."""
    import numpy as np

    random = np.random.RandomState(seed)
    found = np.empty(count, np.int64)
    if classes is None:
        order = np.arange(count)
        random.shuffle(order)
        found[order] = np.repeat(np.arange(folds), [len(p) for p in np.array_split(order, folds)])
        return found
    _, first, inverse = np.unique(classes, return_index=True, return_inverse=True)
    order_of_class = np.unique(first, return_inverse=True)[1]
    encoded = order_of_class[inverse]
    ordered = np.sort(encoded)
    dealt = np.array([np.bincount(ordered[i::folds], minlength=len(first)) for i in range(folds)])
    for one in range(len(first)):
        of_class = np.repeat(np.arange(folds), dealt[:, one])
        random.shuffle(of_class)
        found[encoded == one] = of_class
    return found


def random_parts(y: Any, classes: int, share: float, folds: int, seed: int) -> Any:
    """Return each record's fold, HELD_OUT for those held out; stratified where classes are large.

    Parameters
    ----------
    y : numpy.ndarray, shape (records,)
        Numbers, or positions among the classes.
    classes : int
        Number of classes; 0 for a regression.
    """
    import numpy as np

    counts = np.bincount(y, minlength=classes) if classes else np.zeros(1, int)
    held = round(len(y) * share)
    large = counts.min() > 1 and min(held, len(y) - held) >= len(counts)
    fitting, testing = train_and_test(len(y), share, seed, y if classes and large else None)
    parts = np.full(len(y), HELD_OUT)
    if folds < 2:
        parts[fitting] = 0
        return parts
    known = y[fitting]
    rare = np.unique(known, return_counts=True)[1].min() if classes else 0
    parts[fitting] = random_folds(len(fitting), folds, seed, known if rare >= folds else None)
    return parts


def group_parts(groups: Any, share: float, folds: int, seed: int, name: str) -> Any:
    """Return each record's fold, HELD_OUT for those held out; no group is in two parts.

    Groups are taken in random order; each goes to the part that lacks most of its share.
    """
    import numpy as np

    _, inverse, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    parts = max(1, folds)
    if len(sizes) < parts + 1:
        what = f"--group {name} has {len(sizes)} groups where {parts + 1} or more are needed"
        raise KitError(f"{what}; choose fewer --folds", 2)
    wanted = np.array([share, *[(1 - share) / parts] * parts]) * len(groups)
    part_of_group = np.empty(len(sizes), np.int64)
    order = np.random.default_rng(seed).permutation(len(sizes))
    for place, group in enumerate(order):
        # The first groups fill each part once, so that none is empty.
        part = place if place <= parts else int(np.argmax(wanted))
        part_of_group[group] = part
        wanted[part] -= sizes[group]
    return part_of_group[inverse] - 1  # HELD_OUT is -1


def time_parts(times: Any, share: float, folds: int) -> Any:
    """Return each record's fold in the order of time, HELD_OUT for the latest.

    Fold 0 is only fitted on; each later one is predicted by a model of all folds before it
    (walk-forward). Records of one time are not separated.
    """
    import numpy as np

    _, rank = np.unique(times, return_inverse=True)
    order = np.argsort(rank, kind="stable")
    place = np.empty(len(times))
    place[order] = np.arange(len(times)) / len(times)
    first = np.full(rank.max() + 1, 1.0)
    np.minimum.at(first, rank, place)  # all records of a time go where the first one goes
    share_before = first[rank]
    parts = max(1, folds) + (folds > 1)
    fold = np.floor(share_before / (1 - share) * parts).astype(np.int64)
    found = np.where(share_before >= 1 - share, HELD_OUT, np.minimum(fold, parts - 1))
    if HELD_OUT not in found or len(np.unique(found)) < parts + 1:
        raise KitError("--time-order has too few different times for the folds; fewer --folds", 2)
    return found
