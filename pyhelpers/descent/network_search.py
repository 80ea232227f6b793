"""Search for a network's layers, learning rate, penalty and activation by successive halving."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from pyhelpers.descent.network import Activation, Hyperparameters, Network
from pyhelpers.descent.tasks import Task

# The grid: each combination for a quarter of the epochs, the best third for all.
SEARCHED_HIDDEN: tuple[tuple[int, ...], ...] = ((), (4,), (8,), (8, 8))
SEARCHED_RATES = (0.01, 0.03, 0.1)
SEARCHED_ALPHAS = (0.0, 0.01)
SEARCHED_ACTIVATIONS: tuple[Activation, ...] = ("tanh", "relu")
TRIAL = 4
KEPT = 3


def search_grid(params: Hyperparameters) -> Iterator[Hyperparameters]:
    """Yield every configuration of a search: `params` with other layers, rates and penalties.

    Examples
    --------
    >>> len(list(search_grid(Hyperparameters())))
    42
    """
    for hidden, activation in product(SEARCHED_HIDDEN, SEARCHED_ACTIVATIONS):
        if hidden or activation == "tanh":  # without hidden layers the activation has no effect
            for rate, alpha in product(SEARCHED_RATES, SEARCHED_ALPHAS):
                yield replace(params, hidden=hidden, rate=rate, alpha=alpha, activation=activation)


@dataclass(frozen=True)
class SearchResult:
    """The best third of a search with their validation losses, best first, and what it cost."""

    found: list[tuple[Hyperparameters, float]]
    tried: int
    epochs: int
    seconds: float  # of processor time


def search(
    task: Task, params: Hyperparameters, seed: int, advance: Callable[[int], None]
) -> SearchResult:
    """Train every configuration.

    The test points are not used, so the winner's test loss is unbiased. One round of successive
    halving: K. Jamieson and A. Talwalkar, Non-stochastic best arm identification and
    hyperparameter optimization, AISTATS 2016.
    """

    def tried(network: Network) -> float:
        advance(1)
        return network.loss(task.validation)

    start = time.process_time()
    early = max(params.epochs // TRIAL, 1)
    begun = [Network(task, one, seed).train(early, follow=False) for one in search_grid(params)]
    begun.sort(key=tried)
    kept = begun[: len(begun) // KEPT]
    for network in kept:
        network.train(params.epochs - early, follow=False)
    kept.sort(key=tried)
    found = [(network.params, network.loss(task.validation)) for network in kept]
    epochs = early * len(begun) + (params.epochs - early) * len(kept)
    return SearchResult(found, len(begun), epochs, time.process_time() - start)
