"""show-descent network: the playground's exercise: which network tells two classes apart."""

from typing import Annotated, Any

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import new_app
from pyhelpers.cli.options import Format, Seed
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.commands.show_descent._options import Picture, Plot, check_output, show
from pyhelpers.playground import plots
from pyhelpers.playground.datasets import CLOUDS, FEATURES, Cloud
from pyhelpers.playground.network import (
    Activation,
    Network,
    Shape,
    Solver,
    Task,
    new_task,
    search,
    searched,
)

MOST_NEURONS = 256


def parse_hidden(text: str) -> tuple[int, ...]:
    """Return the neurons of each hidden layer in "8,8"; "none" is no layer.

    Examples
    --------
    >>> parse_hidden("8,8"), parse_hidden("none")
    ((8, 8), ())
    """
    if text == "none":
        return ()
    words = [word.strip() for word in text.split(",")]
    if not all(w.isascii() and w.isdigit() and 0 < int(w) <= MOST_NEURONS for w in words):
        raise KitError(f"--hidden takes neurons a layer like 8,8, or none; not {text!r}", 2)
    return tuple(int(word) for word in words)


def parse_inputs(text: str) -> tuple[str, ...]:
    """Return what the network sees, from "x,y,xy"."""
    names = tuple(word.strip() for word in text.split(","))
    if not set(names) <= set(FEATURES):
        raise KitError(f"--inputs takes some of {','.join(FEATURES)}; not {text!r}", 2)
    return names


def clouds_named(names: list[str] | None) -> list[Cloud]:
    """Return the data sets of these names, each once; all when none is named."""
    for name in names or ():
        if name not in CLOUDS:
            raise KitError(f"no data set {name!r}; some of {', '.join(CLOUDS)}", 2)
    return [cloud for cloud in CLOUDS if not names or cloud in names]


def best_shape(task: Task, shape: Shape, seed: int) -> Shape:
    """Return the best configuration of a search, and say how it went."""
    tries = len(list(searched(shape)))
    with progress(f"searching {task.name}", tries, in_bytes=False) as advance:
        found = search(task, shape, seed, advance)
    note(f"{task.name}: {tries} configurations tried; the best by validation loss:")
    for one, loss in found[:3]:
        note(f"  {loss:.4f}  {one.name}")
    return found[0][0]


def row_of(network: Network) -> dict[str, Any]:
    """Return what a trained network is and how good it is."""
    shape, task = network.shape, network.task
    return {
        "data": task.name,
        "hidden": ",".join(map(str, shape.hidden)) or "none",
        "rate": shape.rate,
        "alpha": shape.alpha,
        "activation": shape.activation,
        "inputs": ",".join(shape.inputs),
        "epochs": shape.epochs,
        "train_loss": network.loss(task.train),
        "test_loss": network.loss(task.test),
        "test_accuracy": network.accuracy(task.test),
    }


app = new_app()


@app.command()
def network(
    data: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DATA]...", help=f"Some of {', '.join(CLOUDS)}; default all."),
    ] = None,
    hidden: Annotated[
        str, typer.Option("--hidden", help="Neurons of each hidden layer; none is no layer.")
    ] = "4,2",
    rate: Annotated[
        float, typer.Option("-r", "--rate", min=1e-6, max=10, help="Learning rate.")
    ] = 0.03,
    alpha: Annotated[float, typer.Option("--alpha", min=0, help="L2 regularisation.")] = 0.0,
    activation: Annotated[
        Activation, typer.Option("--activation", help="Of hidden neurons.")
    ] = "tanh",
    solver: Annotated[Solver, typer.Option("--solver", help="How it descends.")] = "adam",
    inputs: Annotated[
        str, typer.Option("--inputs", help=f"What it sees: some of {','.join(FEATURES)}.")
    ] = "x,y",
    epochs: Annotated[int, typer.Option("--epochs", min=1, max=100_000)] = 100,
    points: Annotated[
        int, typer.Option("--points", min=20, max=100_000, help="To train on, and as many to test.")
    ] = 250,
    noise: Annotated[
        float, typer.Option("--noise", min=0, max=0.5, help="How far points stray, 0 to 0.5.")
    ] = 0.1,
    find: Annotated[
        bool, typer.Option("--search", help="Find layers, rate, penalty and activation.")
    ] = False,
    seed: Seed = 1,
    output: Picture = None,
    plot: Plot = None,
    format: Format = None,
) -> None:
    """Train a small network on points of two classes; draw its border and its losses.

    Examples:
      show-descent network circle
      show-descent network spiral --hidden 8,8 -o spiral.png
      show-descent network xor --hidden none --inputs x,y,xy
      show-descent network spiral --search

    The data are the playground's: an inner disc and a ring, opposite quadrants, two heaps, two arms
    of a spiral; all four when none is named. Losses are mean cross-entropies. --search tries every
    configuration for some epochs and the best of them for all (about 15 s a data set), chooses by
    points apart, and never looks at the test points.
    """
    from threadpoolctl import threadpool_limits

    check_output(output, plot, format)
    shape = Shape(
        parse_hidden(hidden), rate, alpha, activation, solver, parse_inputs(inputs), epochs
    )
    networks, rows = [], []
    with threadpool_limits(1):  # matrices this small are slower on two cores
        for name in clouds_named(data):
            task, chosen = new_task(name, points, noise, seed), shape
            if find:
                chosen = best_shape(task, shape, seed)
            networks.append(Network(task, chosen, seed).train(epochs))
            rows.append(row_of(networks[-1]))
        if output:
            plots.draw_networks(networks, output)

        def texts() -> list[str]:
            return [text for one in networks for text in plots.in_text(one)]

        show(rows, texts, plot, format)
