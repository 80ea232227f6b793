"""pyhelpers/descent/network.py: its data sets, and networks that classify them."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, log_loss

from pyhelpers import KitError
from pyhelpers.descent import network_search
from pyhelpers.descent.datasets import CLASSIFICATION, features, make_dataset
from pyhelpers.descent.network import Hyperparameters, Network
from pyhelpers.descent.network_search import search, search_grid
from pyhelpers.descent.tasks import new_task


@pytest.mark.parametrize("name", CLASSIFICATION)
def test_a_data_set_has_two_even_classes_and_repeats_with_its_seed(name: str) -> None:
    points, classes = make_dataset(name, 1000, 0.1, seed=4)
    assert points.shape == (1000, 2) and set(classes) == {0, 1}
    assert 0.4 < classes.mean() < 0.6
    again, other = make_dataset(name, 1000, 0.1, seed=4), make_dataset(name, 1000, 0.1, seed=5)
    assert (again[0] == points).all() and (other[0] != points).any()
    assert np.abs(points).max() < 7


def test_without_noise_each_data_set_has_its_named_shape() -> None:
    points, classes = make_dataset("xor", 500, 0.0, 1)
    assert ((points[:, 0] * points[:, 1] > 0) == (classes == 1)).all()
    points, classes = make_dataset("gauss", 500, 0.0, 1)
    assert ((points.sum(axis=1) > 0) == (classes == 1)).all()
    points, classes = make_dataset("circle", 500, 0.0, 1)
    assert ((np.linalg.norm(points, axis=1) < 2.5) == (classes == 1)).all()
    points, classes = make_dataset("spiral", 500, 0.0, 1)
    radius = np.linalg.norm(points, axis=1)
    turned = np.arctan2(points[:, 0], points[:, 1]) - 1.75 * 2 * np.pi * radius / 5
    assert ((np.cos(turned) < 0) == (classes == 1))[radius > 0].all()


def test_inputs_are_the_functions_of_their_names() -> None:
    points = np.array([[2.0, 3.0], [-1.0, 0.5]])
    seen = features(points, ("xy", "x2", "siny"))
    assert seen.tolist() == [[6.0, 4.0, np.sin(3.0)], [-0.5, 1.0, np.sin(0.5)]]
    with pytest.raises(KitError, match="there is no input 'z'"):
        features(points, ("z",))


def test_losses_and_accuracy_are_scikit_learns() -> None:
    task = new_task("circle", 200, 0.1, 1)
    network = Network(task, Hyperparameters((6,), rate=0.03, epochs=20), 1).train(20)
    points, classes = task.test
    sure = network.probability(points)
    assert network.loss(task.test) == pytest.approx(log_loss(classes, sure))
    assert network.score(task.test) == accuracy_score(classes, sure > 0.5)
    assert network.losses[-1] == (network.loss(task.train), network.loss(task.test))
    assert len(network.losses) == 20 and network.losses[-1][0] < 0.5 * network.losses[0][0]


def test_xor_needs_hidden_neurons_or_the_right_input() -> None:
    task = new_task("xor", 250, 0.0, 1)

    def accuracy(hidden: tuple[int, ...], inputs: tuple[str, ...]) -> float:
        params = Hyperparameters(hidden, rate=0.03, inputs=inputs)
        return Network(task, params, 1).train(60, follow=False).score(task.test)

    assert accuracy((), ("x", "y")) < 0.7
    assert accuracy((8,), ("x", "y")) > 0.95
    assert accuracy((), ("x", "y", "xy")) > 0.95


def test_regularisation_keeps_the_weights_small_and_training_repeats() -> None:
    task = new_task("circle", 250, 0.3, 1)
    free, held = (
        Network(task, Hyperparameters((8, 8), rate=0.03, alpha=alpha), 1).train(30)
        for alpha in (0.0, 1.0)
    )
    assert held.losses[-1][0] > free.losses[-1][0]
    assert Network(task, free.params, 1).train(30).losses == free.losses


def test_a_search_selects_by_the_validation_points_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_search, "SEARCHED_HIDDEN", ((), (8,)))
    monkeypatch.setattr(network_search, "SEARCHED_RATES", (0.0001, 0.03))
    monkeypatch.setattr(network_search, "SEARCHED_ALPHAS", (0.0,))
    task = new_task("circle", 200, 0.1, 1)
    tries: list[int] = []
    result = search(task, Hyperparameters(epochs=40), 1, tries.append)
    found = result.found
    assert len(list(search_grid(Hyperparameters()))) == 6 and sum(tries) == 6 + 2
    assert (found[0][0].hidden, found[0][0].rate) == ((8,), 0.03)
    assert [loss for _, loss in found] == sorted(loss for _, loss in found)
    points, classes = task.test
    other = search(
        replace(task, test=(points, 1 - classes)), Hyperparameters(epochs=40), 1, tries.append
    )
    assert other.found == found
    assert (result.tried, result.epochs) == (6, 6 * 10 + 2 * 30)
