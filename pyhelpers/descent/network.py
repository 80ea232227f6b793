"""A small neural network on points of two classes, trained epoch by epoch, and a search."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from pyhelpers import KitError
from pyhelpers.descent.datasets import Dataset, features, make_dataset

if TYPE_CHECKING:
    from pyhelpers.descent.datasets import Classes, Points

Activation = Literal["tanh", "relu", "logistic", "identity"]
Solver = Literal["sgd", "adam"]
BATCH = 25
MOST_NEURONS = 256  # of a layer
SEED_STEP = 1_000_003  # between the seeds of training, validation and test points

# The grid of --search: each combination for a quarter of the epochs, the best third for all.
SEARCHED_HIDDEN: tuple[tuple[int, ...], ...] = ((), (4,), (8,), (8, 8))
SEARCHED_RATES = (0.01, 0.03, 0.1)
SEARCHED_ALPHAS = (0.0, 0.01)
SEARCHED_ACTIVATIONS: tuple[Activation, ...] = ("tanh", "relu")
TRIAL = 4
KEPT = 3


@dataclass(frozen=True)
class Hyperparameters:
    """Hyperparameters of a network.

    Attributes
    ----------
    hidden : tuple of int
        Neurons of each hidden layer; () is logistic regression.
    rate : float
        Learning rate.
    alpha : float
        L2 penalty.
    inputs : tuple of str
        Inputs for a point; see `datasets.features`.
    """

    hidden: tuple[int, ...] = (4, 2)
    rate: float = 0.01
    alpha: float = 0.0
    activation: Activation = "tanh"
    solver: Solver = "adam"
    inputs: tuple[str, ...] = ("x", "y")
    epochs: int = 100

    @property
    def name(self) -> str:
        """Name for messages and plots."""
        layers = ",".join(map(str, self.hidden)) or "none"
        return f"hidden {layers} rate {self.rate:g} alpha {self.alpha:g} {self.activation}"


@dataclass(frozen=True)
class Task:
    """Training, validation and test points, drawn independently."""

    name: Dataset
    train: "tuple[Points, Classes]"
    validation: "tuple[Points, Classes]"
    test: "tuple[Points, Classes]"


def new_task(name: Dataset, count: int, noise: float, seed: int) -> Task:
    """Draw `count` points each for training, validation and testing."""
    seeds = (seed + part * SEED_STEP for part in range(3))
    return Task(name, *(make_dataset(name, count, noise, each) for each in seeds))


def parse_hidden(text: str) -> tuple[int, ...]:
    """Return the number of neurons of each hidden layer in "8,8"; "none" means no hidden layer.

    Examples
    --------
    >>> parse_hidden("8,8"), parse_hidden("none")
    ((8, 8), ())
    """
    if text == "none":
        return ()
    words = [word.strip() for word in text.split(",")]
    if not all(w.isascii() and w.isdigit() and 0 < int(w) <= MOST_NEURONS for w in words):
        raise KitError(f"--hidden takes neurons per layer like 8,8, or none; not {text!r}", 2)
    return tuple(int(word) for word in words)


class Network:
    """A network in training on a task, and its losses (mean cross-entropy, nats) so far.

    Parameters
    ----------
    task : Task
        The network is trained on its training points.
    params : Hyperparameters
    seed : int
        Of the first weights and of the order of the points.

    Raises
    ------
    KitError
        For an unknown input.
    """

    def __init__(self, task: Task, params: Hyperparameters, seed: int) -> None:
        from sklearn.neural_network import MLPClassifier

        self.task, self.params = task, params
        self.losses: list[tuple[float, float]] = []  # on training and on test points
        seen = features(task.train[0], params.inputs)
        self._centre, self._spread = seen.mean(axis=0), seen.std(axis=0)
        self._model = MLPClassifier(
            hidden_layer_sizes=params.hidden,
            activation=params.activation,
            solver=params.solver,
            alpha=params.alpha,
            learning_rate_init=params.rate,
            batch_size=min(BATCH, len(seen)),
            random_state=seed,
        )

    def _look(self, points: "Points") -> "Points":
        seen: Points = (features(points, self.params.inputs) - self._centre) / self._spread
        return seen

    def train(self, epochs: int, follow: bool = True) -> "Network":
        """Train for more epochs; with `follow` the losses are measured after each."""
        import numpy as np

        points, classes = self.task.train
        seen = self._look(points)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # divergence shows in the losses
            for _ in range(epochs):
                self._model.partial_fit(seen, classes, classes=[0, 1])
                if follow:
                    self.losses.append((self.loss(self.task.train), self.loss(self.task.test)))
        return self

    def probability(self, points: "Points") -> "Points":
        """Return the probability of class 1 at each point."""
        sure: Points = self._model.predict_proba(self._look(points))[:, 1]
        return sure

    def loss(self, known: "tuple[Points, Classes]") -> float:
        """Return the mean cross-entropy over points whose classes are known."""
        import numpy as np

        points, classes = known
        sure = np.where(classes, self.probability(points), 1 - self.probability(points))
        return float(-np.log(np.clip(sure, 1e-12, 1)).mean())

    def summary(self) -> dict[str, Any]:
        """Return the hyperparameters and how good the network is, as a row."""
        params, task = self.params, self.task
        return {
            "data": task.name,
            "hidden": ",".join(map(str, params.hidden)) or "none",
            "rate": params.rate,
            "alpha": params.alpha,
            "activation": params.activation,
            "inputs": ",".join(params.inputs),
            "epochs": params.epochs,
            "train_loss": self.loss(task.train),
            "test_loss": self.loss(task.test),
            "test_accuracy": self.accuracy(task.test),
        }

    def accuracy(self, known: "tuple[Points, Classes]") -> float:
        """Return the share of the points that are classified correctly."""
        points, classes = known
        return float(((self.probability(points) > 0.5) == (classes == 1)).mean())


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


def search(
    task: Task, params: Hyperparameters, seed: int, advance: Callable[[int], None]
) -> list[tuple[Hyperparameters, float]]:
    """Train every configuration; return the best third with their validation losses, best first.

    The test points are not used, so the winner's test loss is unbiased. One round of successive
    halving: K. Jamieson and A. Talwalkar, Non-stochastic best arm identification and
    hyperparameter optimization, AISTATS 2016.
    """

    def tried(network: Network) -> float:
        advance(1)
        return network.loss(task.validation)

    early = max(params.epochs // TRIAL, 1)
    begun = [Network(task, one, seed).train(early, follow=False) for one in search_grid(params)]
    begun.sort(key=tried)
    kept = begun[: len(begun) // KEPT]
    for network in kept:
        network.train(params.epochs - early, follow=False)
    kept.sort(key=tried)
    return [(network.params, network.loss(task.validation)) for network in kept]
