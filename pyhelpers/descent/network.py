"""A small neural network, trained epoch by epoch on the points of a task."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pyhelpers import KitError
from pyhelpers.descent.datasets import features
from pyhelpers.descent.tasks import Task

if TYPE_CHECKING:
    from pyhelpers.descent.datasets import Points, Targets

Activation = Literal["tanh", "relu", "logistic", "identity"]
Solver = Literal["sgd", "adam"]
Label = Literal["learns", "stuck", "worse than guessing", "diverging"]
LABELS: dict[Label, str] = {  # what needs an explanation
    "stuck": "the loss is that of the best constant guess, within 5 %: nothing is learnt",
    "worse than guessing": "the loss is above that of the best constant guess",
    "diverging": "the weights have grown beyond floating point",
}
MOST_NEURONS = 256  # of a layer
STUCK = 0.05  # of the loss of the best constant: the band around it in which nothing is learnt


@dataclass(frozen=True)
class Hyperparameters:
    """Hyperparameters of a network.

    Attributes
    ----------
    hidden : tuple of int
        Neurons of each hidden layer; () is logistic or linear regression.
    rate : float
        Learning rate.
    alpha : float
        L2 penalty.
    l1 : float
        L1 penalty: after each epoch every weight moves towards 0 by rate * l1 * batches, and no
        further than 0 (proximal gradient; Beck and Teboulle, SIAM J. Imaging Sciences 2, 2009).
    batch : int
        Points of a step.
    inputs : tuple of str
        Inputs for a point, see `datasets.features`; () for the coordinates as they are.
    """

    hidden: tuple[int, ...] = (4, 2)
    rate: float = 0.01
    alpha: float = 0.0
    activation: Activation = "tanh"
    solver: Solver = "adam"
    inputs: tuple[str, ...] = ("x", "y")
    epochs: int = 100
    l1: float = 0.0
    batch: int = 25

    @property
    def name(self) -> str:
        """Name for messages and plots."""
        layers = ",".join(map(str, self.hidden)) or "none"
        l1 = f" l1 {self.l1:g}" if self.l1 else ""
        return f"hidden {layers} rate {self.rate:g} alpha {self.alpha:g}{l1} {self.activation}"


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


def fitting_inputs(task: Task, inputs: str | None) -> tuple[str, ...]:
    """Return the inputs for a task: those of --inputs, else its coordinates."""
    from pyhelpers.descent.datasets import parse_inputs

    if inputs is None:
        return ("x", "y") if task.columns == ("x", "y") else ()
    if len(task.columns) != 2:
        raise KitError(f"--inputs needs two columns; {task.name} has {len(task.columns)}", 2)
    return parse_inputs(inputs)


class Network:
    """A network in training on a task, and its losses so far.

    The loss is the mean cross-entropy (nats); of a regression half the mean squared error, as a
    share of the variance of the training targets.

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
        from sklearn.neural_network import MLPClassifier, MLPRegressor
        from sklearn.preprocessing import StandardScaler

        self.task, self.params = task, params
        self.losses: list[tuple[float, float]] = []  # on training and on test points
        self.burst = False  # the weights have left the range of floating point
        points, targets = task.train
        self._scaler = StandardScaler().fit(features(points, params.inputs))
        self._centre, self._spread = float(targets.mean()), float(targets.std()) or 1.0
        self._model = (MLPClassifier if task.labels else MLPRegressor)(
            hidden_layer_sizes=params.hidden,
            activation=params.activation,
            solver=params.solver,
            alpha=params.alpha,
            learning_rate_init=params.rate,
            batch_size=min(params.batch, len(points)),
            random_state=seed,
        )

    def train(self, epochs: int, follow: bool = True) -> "Network":
        """Train for more epochs; with `follow` the losses are measured after each."""
        import numpy as np

        points, targets = self.task.train
        seen = self._scaler.transform(features(points, self.params.inputs))
        known = {"classes": range(len(self.task.labels))} if self.task.labels else {}
        wanted: Targets = targets
        if not self.task.labels:
            wanted = ((targets - self._centre) / self._spread).astype(np.float64)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # divergence shows in the losses
            for _ in range(epochs):
                if not self.burst:
                    self._epoch(seen, wanted, known)
                if follow:
                    self.losses.append((self.loss(self.task.train), self.loss(self.task.test)))
        return self

    def _epoch(self, seen: "Points", targets: "Targets", known: dict[str, Any]) -> None:
        import numpy as np

        try:
            self._model.partial_fit(seen, targets, **known)
        except ValueError:  # scikit-learn's, for weights that are not finite
            self.burst = True
            return
        if self.params.l1:
            move = self.params.rate * self.params.l1 * -(-len(seen) // self._model.batch_size)
            for weights in self._model.coefs_:
                weights[:] = np.sign(weights) * np.maximum(np.abs(weights) - move, 0)

    def predicted(self, points: "Points") -> "Points":
        """Return the probability of each class, shape (n, classes), or the values, shape (n,)."""
        import numpy as np

        seen = self._scaler.transform(features(points, self.params.inputs))
        if self.burst:
            shape = (len(points), len(self.task.labels)) if self.task.labels else len(points)
            return np.full(shape, np.nan)
        if self.task.labels:
            sure: Points = self._model.predict_proba(seen)
            return sure
        values: Points = self._model.predict(seen) * self._spread + self._centre
        return values

    def probability(self, points: "Points") -> "Points":
        """Return the probability of class 1 at each point."""
        return self.predicted(points)[:, 1]

    def loss(self, known: "tuple[Points, Targets]") -> float:
        """Return the loss over points whose classes or values are known."""
        import numpy as np

        points, targets = known
        found = self.predicted(points)
        if self.task.labels:
            sure = found[np.arange(len(targets)), targets.astype(np.intp)]
            return float(-np.log(np.clip(sure, 1e-12, 1)).mean())
        return float(np.square((found - targets) / self._spread).mean() / 2)

    def constant_loss(self) -> float:
        """Return the training loss of the best constant prediction: what guessing costs."""
        import numpy as np

        if not self.task.labels:
            return 0.5
        shares = np.bincount(self.task.train[1].astype(np.intp)) / len(self.task.train[1])
        return float(-sum(share * np.log(share) for share in shares if share))

    def label(self) -> Label:
        """Return how the training loss compares with that of the best constant."""
        share = self.loss(self.task.train) / self.constant_loss()
        if self.burst or share != share:
            return "diverging"
        if share > 1 + STUCK:
            return "worse than guessing"
        return "stuck" if share > 1 - STUCK else "learns"

    def score(self, known: "tuple[Points, Targets]") -> float:
        """Return the share of points that are classified correctly, or R2 of a regression."""
        import numpy as np

        points, targets = known
        found = self.predicted(points)
        if self.task.labels:
            return float((found.argmax(axis=1) == targets).mean()) if not self.burst else 0.0
        return float(1 - np.square(found - targets).mean() / targets.var())

    def zero_weights(self) -> float:
        """Return the share of the weights that are 0, biases apart."""
        weights = self._model.coefs_
        return float(sum((one == 0).sum() for one in weights) / sum(one.size for one in weights))

    def summary(self) -> dict[str, Any]:
        """Return the hyperparameters and how good the network is, as a row."""
        params, task = self.params, self.task
        row: dict[str, Any] = {
            "data": task.name,
            "hidden": ",".join(map(str, params.hidden)) or "none",
            "rate": params.rate,
            "alpha": params.alpha,
            "activation": params.activation,
            "inputs": ",".join(params.inputs or task.columns),
            "epochs": params.epochs,
            "label": self.label(),
        }
        row |= {"zero_weights": self.zero_weights()} if params.l1 else {}
        row |= {"train_loss": self.loss(task.train), "test_loss": self.loss(task.test)}
        return row | {"test_accuracy" if task.labels else "test_r2": self.score(task.test)}


def summaries(networks: Sequence[Network]) -> list[dict[str, Any]]:
    """Return a row for each network, all with the same columns."""
    rows = [one.summary() for one in networks]
    columns = dict.fromkeys(key for row in rows for key in row)
    return [{column: row.get(column) for column in columns} for row in rows]
