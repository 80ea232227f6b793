"""Network: a small neural network in the playground, trained epoch by epoch."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from pyhelpers.descent.clouds import Cloud, cloud, features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pyhelpers.descent.clouds import Classes, Points

Activation = Literal["tanh", "relu", "logistic", "identity"]
Solver = Literal["sgd", "adam"]
BATCH = 10
SEED_STEP = 1_000_003  # apart from each other: the seeds of train, validation and test points

# What --search tries: every combination.
SEARCHED_HIDDEN: tuple[tuple[int, ...], ...] = ((), (4,), (8,), (8, 8))
SEARCHED_RATES = (0.003, 0.01, 0.03)
SEARCHED_ALPHAS = (0.0, 0.01)
SEARCHED_ACTIVATIONS: tuple[Activation, ...] = ("tanh", "relu")


@dataclass(frozen=True)
class Shape:
    """A configuration of the playground.

    Attributes
    ----------
    hidden : tuple of int
        Neurons of each hidden layer; none is logistic regression.
    rate : float
        Learning rate.
    alpha : float
        L2 penalty.
    inputs : tuple of str
        What it sees of a point; see `clouds.features`.
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
        """How a person would call it."""
        layers = ",".join(map(str, self.hidden)) or "none"
        return f"hidden {layers} rate {self.rate:g} alpha {self.alpha:g} {self.activation}"


@dataclass(frozen=True)
class Task:
    """Points to learn from and points to be tried on; the three sets are drawn apart."""

    name: Cloud
    train: "tuple[Points, Classes]"
    validation: "tuple[Points, Classes]"
    test: "tuple[Points, Classes]"


def new_task(name: Cloud, count: int, noise: float, seed: int) -> Task:
    """Draw `count` points each for training, for choosing and for testing."""
    seeds = (seed + part * SEED_STEP for part in range(3))
    return Task(name, *(cloud(name, count, noise, each) for each in seeds))


@dataclass(frozen=True)
class Trained:
    """A trained network, and its losses (mean cross-entropy, nats) after each epoch."""

    shape: Shape
    train_losses: "NDArray[np.float64]"
    test_losses: "NDArray[np.float64]"
    test_accuracy: float
    probability: "Callable[[Points], Points]"


def _loss(model: Any, seen: "Points", classes: "Classes") -> float:
    import numpy as np

    sure = model.predict_proba(seen)[np.arange(len(classes)), classes]
    return float(-np.log(np.clip(sure, 1e-12, 1)).mean())


def _new_model(shape: Shape, seed: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        hidden_layer_sizes=shape.hidden,
        activation=shape.activation,
        solver=shape.solver,
        alpha=shape.alpha,
        learning_rate_init=shape.rate,
        batch_size=BATCH,
        random_state=seed,
    )


def train(
    task: Task,
    shape: Shape,
    seed: int,
    tried_on: "tuple[Points, Classes] | None" = None,
    every: int = 1,
) -> Trained:
    """Train a network on a task's training points with scikit-learn's MLPClassifier.

    Parameters
    ----------
    seed : int
        Of the first weights and of the order of the points.
    tried_on : points and classes, optional
        What the test losses are measured on; the task's test points unless given.
    every : int
        Epochs between two measurements.

    Raises
    ------
    KitError
        For an unknown input.
    """
    import numpy as np

    points, classes = task.train
    tried, truth = tried_on or task.test
    seen = features(points, shape.inputs)
    centre, spread = seen.mean(axis=0), seen.std(axis=0)

    def look(points: "Points") -> "Points":
        scaled: Points = (features(points, shape.inputs) - centre) / spread
        return scaled

    seen, unseen = look(points), look(tried)
    model, losses = _new_model(shape, seed), []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for epoch in range(shape.epochs):
            model.partial_fit(seen, classes, classes=[0, 1])
            if epoch % every == every - 1 or epoch == shape.epochs - 1:
                losses.append((_loss(model, seen, classes), _loss(model, unseen, truth)))
    return Trained(
        shape,
        np.array([one for one, _ in losses]),
        np.array([other for _, other in losses]),
        float((model.predict(unseen) == truth).mean()),
        lambda points: model.predict_proba(look(points))[:, 1],
    )


def searched(shape: Shape) -> Iterator[Shape]:
    """Yield every configuration that a search tries: `shape` with other layers, rates, penalties.

    Examples
    --------
    >>> len(list(searched(Shape())))
    42
    """
    for hidden, activation in product(SEARCHED_HIDDEN, SEARCHED_ACTIVATIONS):
        if hidden or activation == "tanh":  # without hidden layers there is nothing to activate
            for rate, alpha in product(SEARCHED_RATES, SEARCHED_ALPHAS):
                yield replace(shape, hidden=hidden, rate=rate, alpha=alpha, activation=activation)


def search(
    task: Task, shape: Shape, seed: int, advance: Callable[[int], None]
) -> list[tuple[Shape, float]]:
    """Try every configuration; return them with their validation loss, the best first.

    The test points take no part: the winner's test loss is an honest one.
    """
    found = []
    for one in searched(shape):
        trained = train(task, one, seed, tried_on=task.validation, every=one.epochs)
        found.append((one, float(trained.test_losses[-1])))
        advance(1)
    return sorted(found, key=lambda pair: pair[1])
