"""show-descent network: the playground's exercise, which network separates two classes."""

from typing import Annotated

import typer

from pyhelpers.cli.app import Format, Seed, new_app
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.commands.show_descent._options import Picture, Plot, check_output, show
from pyhelpers.descent import plots
from pyhelpers.descent.datasets import DATASETS, FEATURES, datasets_named, parse_inputs
from pyhelpers.descent.network import (
    Activation,
    Hyperparameters,
    Network,
    Solver,
    Task,
    new_task,
    parse_hidden,
    search,
    search_grid,
)

app = new_app()


def _best(task: Task, params: Hyperparameters, seed: int) -> Hyperparameters:
    """Return the best hyperparameters of a search, and print how it went."""
    tries = len(list(search_grid(params)))
    with progress(f"searching {task.name}", tries, in_bytes=False) as advance:
        found = search(task, params, seed, advance)
    note(f"{task.name}: {tries} configurations tried; the best by validation loss:")
    for one, loss in found[:3]:
        note(f"  {loss:.4f}  {one.name}")
    return found[0][0]


@app.command()
def network(
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA]...", help=f"Data sets: {', '.join(DATASETS)} (default: all)."
        ),
    ] = None,
    hidden: Annotated[
        str, typer.Option("--hidden", help="Neurons of each hidden layer, or none.")
    ] = "4,2",
    rate: Annotated[
        float, typer.Option("-r", "--rate", min=1e-6, max=10, help="Learning rate.")
    ] = 0.03,
    alpha: Annotated[
        float, typer.Option("--alpha", min=0, help="Strength of the L2 penalty.")
    ] = 0.0,
    activation: Annotated[
        Activation, typer.Option("--activation", help="Activation of the hidden layers.")
    ] = "tanh",
    solver: Annotated[Solver, typer.Option("--solver", help="Optimizer.")] = "adam",
    inputs: Annotated[
        str, typer.Option("--inputs", help=f"Inputs: some of {','.join(FEATURES)}.")
    ] = "x,y",
    epochs: Annotated[
        int, typer.Option("--epochs", min=1, max=100_000, help="Number of epochs.")
    ] = 100,
    points: Annotated[
        int,
        typer.Option("--points", min=20, max=100_000, help="Training points; as many for testing."),
    ] = 250,
    noise: Annotated[
        float, typer.Option("--noise", min=0, max=0.5, help="Noise of the points.")
    ] = 0.1,
    find: Annotated[
        bool,
        typer.Option("--search", help="Search for layers, rate, penalty and activation."),
    ] = False,
    seed: Seed = 1,
    output: Picture = None,
    plot: Plot = None,
    format: Format = None,
) -> None:
    """Train a small network on points of two classes.

    Examples:
      show-descent network circle
      show-descent network spiral --hidden 8,8 -o spiral.png
      show-descent network xor --hidden none --inputs x,y,xy
      show-descent network spiral --search

    The data sets are those of TensorFlow Playground: circle is an inner disc and a ring, xor is
    opposite quadrants, gauss is two normal distributions, spiral is two arms. Losses are mean
    cross-entropies. --search trains every configuration for a quarter of the epochs and the best
    third for all of them (about 15 s a data set); it selects by validation points and never uses
    the test points.
    """
    from threadpoolctl import threadpool_limits

    check_output(output, plot, format)
    params = Hyperparameters(
        parse_hidden(hidden), rate, alpha, activation, solver, parse_inputs(inputs), epochs
    )
    networks, rows = [], []
    with threadpool_limits(1):  # matrices this small are slower on two cores
        for name in datasets_named(data):
            task = new_task(name, points, noise, seed)
            chosen = _best(task, params, seed) if find else params
            networks.append(Network(task, chosen, seed).train(epochs))
            rows.append(networks[-1].summary())
        if output:
            plots.draw_networks(networks, output)

        def texts() -> list[str]:
            return [text for one in networks for text in plots.network_in_text(one)]

        show(rows, texts, plot, format)
