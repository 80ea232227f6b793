"""Pictures of clusters: facets of scatter plots, the elbow."""

from typing import TYPE_CHECKING

from pyhelpers.plots import built, new_figure, picture_format, save_figure, text_plot
from pyhelpers.statistics.kmeans import Clusters, best_k
from pyhelpers.statistics.plots import seaborn

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

DRAWN = 3_000
FACETS_A_ROW = 3
SIZE = 3.6


def cluster_picture(
    found: Clusters, rows: "NDArray[float64]", labels: list[str], path: str
) -> None:
    """Draw the first column against each other one, a facet each, coloured by cluster."""
    import numpy as np

    picture_format(path)
    sns = seaborn()
    step = max(len(rows) // DRAWN, 1)
    drawn, colours = rows[::step], [labels[i] for i in found.labels[::step]]
    others = range(1, rows.shape[1]) if rows.shape[1] > 1 else [0]
    wide = min(len(others), FACETS_A_ROW)
    high = -(-len(others) // wide)
    figure = new_figure(SIZE * wide + 1, SIZE * high)
    axes = np.atleast_1d(figure.subplots(high, wide)).ravel()
    for ax, i in zip(axes, others, strict=False):
        sns.scatterplot(
            x=drawn[:, 0], y=drawn[:, i], hue=colours, hue_order=labels, s=14, linewidth=0,
            alpha=0.6, ax=ax, legend=ax is axes[0],
        )  # fmt: skip
        ax.plot(found.centres[:, 0], found.centres[:, i], "kx", markersize=8)
        ax.set(xlabel=found.names[0], ylabel=found.names[i])
    for ax in axes[len(others) :]:
        ax.remove()
    axes[0].get_legend().set_title("cluster")
    save_figure(figure, path)


def elbow_picture(tried: dict[int, Clusters], path: str) -> None:
    """Draw inertia and silhouette over k into a file."""
    picture_format(path)
    seaborn()
    figure = new_figure(2 * SIZE, SIZE)
    left, right = figure.subplots(1, 2)
    ks = list(tried)
    left.plot(ks, [c.inertia for c in tried.values()], "o-")
    left.set(xlabel="k", ylabel="inertia")
    right.plot(ks, [c.silhouette for c in tried.values()], "o-")
    right.axvline(best_k(tried), linestyle="--", color="C3")
    right.set(xlabel="k", ylabel="mean silhouette")
    save_figure(figure, path)


def elbow_text(tried: dict[int, Clusters]) -> str:
    """Draw inertia over k in characters."""
    plot = text_plot(16)
    plot.plot(list(tried), [c.inertia for c in tried.values()], marker="braille")
    plot.xticks(list(tried))
    plot.xlabel("k")
    plot.ylabel("inertia")
    return built(plot)
