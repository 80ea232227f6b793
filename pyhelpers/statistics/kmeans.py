"""Scaled k-means: clusters, how many there are, centres in the data's units."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.machine import silence_core_count
from pyhelpers.statistics.numeric_columns import random_subset
from pyhelpers.statistics.value_counts import hash_numbers
from pyhelpers.text import counted

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.random import Generator
    from numpy.typing import NDArray

STARTS = 10
MOST_STEPS = 300
FEW = 2_000  # records that are clustered sooner than scikit-learn is imported
MINIBATCH_FROM = 100_000
AT_ONCE = 2  # numbers of clusters that are tried, each in one thread
SILHOUETTE_POINTS = 2_000


@dataclass
class Clusters:
    """Clusters of records, the one with the highest values first.

    Attributes
    ----------
    centres : array, shape (k, columns)
        In the data's own units.
    labels : array, shape (n,)
        Clusters of the records that k-means was given.
    inertia : float
        Sum of squared distances to the centres, in standard deviations.
    silhouette : float
        Mean over a sample of at most 2,000 records; NaN for one cluster.
    """

    names: list[str]
    mean: "NDArray[float64]"
    std: "NDArray[float64]"
    centres: "NDArray[float64]"
    labels: "NDArray[int64]"
    inertia: float
    silhouette: float

    def assign(self, rows: "NDArray[float64]") -> "NDArray[int64]":
        """Return the nearest cluster of records (n, columns); -1 where a value is missing."""
        import numpy as np

        centres = (self.centres - self.mean) / self.std
        away = (rows - self.mean) / self.std
        distances = np.stack([((away - centre) ** 2).sum(axis=1) for centre in centres])
        whole = np.isfinite(distances).all(axis=0)
        labels: NDArray[int64] = np.where(whole, np.where(whole, distances, 0).argmin(axis=0), -1)
        return labels


def scale(rows: "NDArray[float64]", names: list[str]) -> "tuple[NDArray[float64], ...]":
    """Return mean, standard deviation and the rows in standard deviations from the mean.

    Raises
    ------
    KitError
        For a constant column.
    """
    mean, std = rows.mean(axis=0), rows.std(axis=0)
    for name, spread in zip(names, std, strict=True):
        if not spread > 0:
            raise KitError(f"column {name!r} is constant; leave it out with -c")
    return mean, std, (rows - mean) / std


def silhouette(scaled: "NDArray[float64]", labels: "NDArray[int64]", seed: int) -> float:
    """Return the mean silhouette of at most 2,000 records (Rousseeuw, JCAM 20, 1987)."""
    import numpy as np

    chosen = random_subset(len(scaled), SILHOUETTE_POINTS, seed)
    points, (used, own) = scaled[chosen], np.unique(labels[chosen], return_inverse=True)
    if not 1 < len(used) < len(chosen):
        return float("nan")
    distances = np.sqrt(sum(np.subtract.outer(x, x) ** 2 for x in points.T))
    sizes, rows = np.bincount(own), np.arange(len(chosen))
    sums = distances @ np.eye(len(used))[own]  # to the records of each cluster
    within = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[rows, own] = np.inf
    nearest = means.min(axis=1)
    widths = (nearest - within) / np.maximum(np.maximum(nearest, within), 1e-300)
    return float(np.where(sizes[own] > 1, widths, 0).mean())


def _starting_centres(
    scaled: "NDArray[float64]", k: int, random: "Generator"
) -> "NDArray[float64]":
    """Draw records that lie far apart (k-means++, greedy: Arthur and Vassilvitskii, SODA 2007)."""
    import numpy as np

    centres = [scaled[random.integers(len(scaled))]]
    nearest = ((scaled - centres[0]) ** 2).sum(axis=1)
    for _ in range(1, k):
        steps = np.cumsum(nearest)
        drawn = np.searchsorted(steps, random.random(2 + int(np.log(k))) * steps[-1])
        tried = scaled[np.minimum(drawn, len(scaled) - 1)]
        away = np.minimum(((scaled - tried[:, None]) ** 2).sum(axis=2), nearest)
        best = int(away.sum(axis=1).argmin())
        centres.append(tried[best])
        nearest = away[best]
    return np.stack(centres)


def few_k_means(
    scaled: "NDArray[float64]", k: int, seed: int
) -> "tuple[NDArray[float64], NDArray[int64], float]":
    """Return centres, labels and inertia by Lloyd's method, the best of ten starts.

    For few records: done before scikit-learn would be imported.
    """
    import numpy as np

    random, found = np.random.default_rng(seed), []
    squares = (scaled**2).sum(axis=1, keepdims=True)
    for _ in range(STARTS):
        centres = _starting_centres(scaled, k, random)
        labels = np.full(len(scaled), -1)
        for _ in range(MOST_STEPS):
            away = squares - 2 * scaled @ centres.T + (centres**2).sum(axis=1)
            before, labels = labels, away.argmin(axis=1)
            sizes = np.bincount(labels, minlength=k)
            for empty in np.flatnonzero(sizes == 0):  # takes the record that fits least
                labels[away[np.arange(len(scaled)), labels].argmax()] = empty
                sizes = np.bincount(labels, minlength=k)
            sums = [np.bincount(labels, weights=column, minlength=k) for column in scaled.T]
            centres = np.stack(sums, axis=1) / sizes[:, None]
            if np.array_equal(labels, before):
                break
        found.append((float(((scaled - centres[labels]) ** 2).sum()), centres, labels))
    inertia, centres, labels = min(found, key=lambda one: one[0])
    return centres, labels, inertia


def many_k_means(
    scaled: "NDArray[float64]", k: int, seed: int
) -> "tuple[NDArray[float64], NDArray[int64], float]":
    """Return centres, labels and inertia by scikit-learn; in mini-batches from 100,000 records."""
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from threadpoolctl import threadpool_limits

    method = MiniBatchKMeans if len(scaled) >= MINIBATCH_FROM else KMeans
    silence_core_count()
    with threadpool_limits(1):  # sums of several threads would depend on how many there are
        found = method(n_clusters=k, n_init=STARTS, random_state=seed).fit(scaled)
    return found.cluster_centers_, found.labels_, float(found.inertia_)


def different_records(rows: "NDArray[float64]") -> int:
    """Return how many different records there are, by a 64-bit hash of each."""
    import numpy as np

    mixed = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.T:
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + hash_numbers(np.ascontiguousarray(column))
    ordered = np.sort(mixed)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + 1


def k_means(rows: "NDArray[float64]", names: list[str], k: int, seed: int) -> Clusters:
    """Cluster complete records, shape (n, columns).

    Raises
    ------
    KitError
        When there are fewer different records than clusters, or a column is constant.
    """
    import numpy as np

    if (different := different_records(rows)) < k:
        records = counted(different, "different record is", "different records are")
        raise KitError(f"{records} too few for {k} clusters; choose a smaller -k")
    mean, std, scaled = scale(rows, names)
    method = few_k_means if len(rows) <= FEW else many_k_means
    middles, found, inertia = method(scaled, k, seed)
    order = np.argsort(-middles.mean(axis=1), kind="stable")
    labels = np.argsort(order)[found]
    centres = middles[order] * std + mean
    return Clusters(names, mean, std, centres, labels, inertia, silhouette(scaled, labels, seed))


def try_all(
    rows: "NDArray[float64]", names: list[str], most: int, seed: int
) -> dict[int, Clusters]:
    """Return the clusters for each k from 2 up, as far as there are different records."""
    most = min(most, different_records(rows))
    if most < 2:
        raise KitError("clusters need two different complete records; choose other columns")
    tried = range(2, most + 1)
    if len(rows) <= FEW:
        return {k: k_means(rows, names, k, seed) for k in tried}
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda k: k_means(rows, names, k, seed), tried)
        return dict(zip(tried, found, strict=True))


def best_k(tried: dict[int, Clusters]) -> int:
    """Return the k of the best mean silhouette."""
    return max(
        tried, key=lambda k: (tried[k].silhouette == tried[k].silhouette, tried[k].silhouette)
    )
