"""show-descent network: the playground's exercise, which network separates classes."""

from typing import Annotated

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Delimiter, Format, Seed, new_app
from pyhelpers.cli.inputs import open_table
from pyhelpers.cli.output import note, print_lines
from pyhelpers.cli.progress import progress
from pyhelpers.commands.show_descent._options import (
    Picture,
    Plot,
    Rates,
    check_output,
    check_rates,
    explain_labels,
    prints_plots,
    show,
)
from pyhelpers.descent.datasets import CLASSIFICATION, FEATURES, REGRESSION
from pyhelpers.descent.network import (
    LABELS,
    Activation,
    Hyperparameters,
    Network,
    Solver,
    fitting_inputs,
    parse_hidden,
    summaries,
)
from pyhelpers.descent.network_code import Origin, network_code
from pyhelpers.descent.network_plots import draw_networks, network_in_text
from pyhelpers.descent.network_search import search, search_grid
from pyhelpers.descent.tasks import Kind, Task, new_task, read_task, split_names

SETS = f"{', '.join(CLASSIFICATION)} (classes), {', '.join(REGRESSION)} (values)"
HIDDEN, RATE, POINTS, NOISE = "4,2", 0.03, 250, 0.1  # defaults

app = new_app()


def _best(task: Task, params: Hyperparameters, seed: int) -> Hyperparameters:
    """Return the best hyperparameters of a search, and print how it went."""
    tries = len(list(search_grid(params)))
    with progress(f"searching {task.name}", tries, in_bytes=False) as advance:
        result = search(task, params, seed, advance)
    cost = f"{result.epochs:,} epochs, {result.seconds:.1f} s of processor time"
    note(f"{task.name}: {tries} configurations tried, {cost}; the best by validation loss:")
    for one, loss in result.found[:3]:
        note(f"  {loss:.4f}  {one.name}")
    return result.found[0][0]


@app.command()
def network(
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA]...",
            help=f"Data sets: {SETS}; or a CSV FILE, - is stdin (default: those with classes).",
        ),
    ] = None,
    x: Annotated[
        list[str] | None,
        typer.Option("-x", help="Column of FILE; repeatable (default: all but the target)."),
    ] = None,
    y: Annotated[
        str | None, typer.Option("-y", help="Target column of FILE (default: the last).")
    ] = None,
    task: Annotated[
        Kind | None,
        typer.Option(
            "--task", help="Task of FILE (default: classification of texts and of two values)."
        ),
    ] = None,
    hidden: Annotated[
        str | None,
        typer.Option("--hidden", help="Neurons of each hidden layer, or none (default: 4,2)."),
    ] = None,
    rate: Rates = None,
    alpha: Annotated[
        float | None,
        typer.Option("--alpha", min=0, help="Strength of the L2 penalty (default: 0)."),
    ] = None,
    l1: Annotated[float, typer.Option("--l1", min=0, help="Strength of the L1 penalty.")] = 0.0,
    batch: Annotated[
        int, typer.Option("--batch", min=1, max=100_000, help="Batch size, in points.")
    ] = 25,
    activation: Annotated[
        Activation | None,
        typer.Option("--activation", help="Activation of the hidden layers (default: tanh)."),
    ] = None,
    solver: Annotated[Solver, typer.Option("--solver", help="Optimizer.")] = "adam",
    inputs: Annotated[
        str | None,
        typer.Option("--inputs", help=f"Inputs: some of {','.join(FEATURES)} (default: x,y)."),
    ] = None,
    epochs: Annotated[
        int, typer.Option("--epochs", min=1, max=100_000, help="Number of epochs.")
    ] = 100,
    points: Annotated[
        int | None,
        typer.Option(
            "--points",
            min=20,
            max=100_000,
            help="Points of a data set to train on; as many for testing (default: 250).",
        ),
    ] = None,
    noise: Annotated[
        float | None,
        typer.Option("--noise", min=0, max=0.5, help="Noise of a data set (default: 0.1)."),
    ] = None,
    find: Annotated[
        bool,
        typer.Option("--search", help="Search for layers, rate, penalty and activation."),
    ] = False,
    code: Annotated[
        bool, typer.Option("--code", help="Print a scikit-learn program that trains it.")
    ] = False,
    seed: Seed = 1,
    delimiter: Delimiter = None,
    output: Picture = None,
    plot: Plot = None,
    format: Format = None,
) -> None:
    """Train a small network on points of the plane, or on a CSV.

    Examples:
      show-descent network circle
      show-descent network spiral --hidden 8,8 -o spiral.png
      show-descent network xor --hidden none --inputs x,y,xy
      show-descent network circle --solver sgd -r 0.03 -r 3 -r 100
      show-descent network iris.csv -x petal_length -x petal_width -y species
      show-descent network spiral --search

    The data sets are those of TensorFlow Playground: circle is an inner disc and a ring, xor is
    opposite quadrants, gauss is two normal distributions, spiral is two arms; plane and hills have
    values in place of classes. Of a FILE 60 % of the records train, 20 % validate, 20 % test.
    Losses are mean cross-entropies, or half the squared error as a share of the variance; stuck is
    a loss within 5 % of what the best constant guess would cost. --search trains every
    configuration for a quarter of the epochs and the best third for all of them (about 15 s a data
    set); it selects by validation points and never uses the test points. --code prints the lines
    that reproduce one network.
    """
    from threadpoolctl import threadpool_limits

    check_rates(rate)
    check_output(output, plot, format)
    if code and (output or plot or format):
        raise KitError("--code prints a program; leave out --output, --plot and --format", 2)
    if find and any(given is not None for given in (hidden, rate, alpha, activation)):
        what = "--search tries layers, rates, penalties and activations itself"
        raise KitError(f"{what}; leave out --hidden, --rate, --alpha and --activation", 2)
    names, file = split_names(data)
    if not file and (x or y or task or delimiter):
        raise KitError("-x, -y, --task and --delimiter are for a CSV FILE; name one", 2)
    if file and any(given is not None for given in (points, noise)):
        raise KitError("--points and --noise are for data sets; leave them out", 2)
    if code and max(len(names), 1) * len(rate or [0]) > 1:
        raise KitError("--code prints one program; name one data set and one rate", 2)
    layers, rates = parse_hidden(hidden or HIDDEN), rate or [RATE]
    if file:
        table = open_table(file, delimiter)
        tasks = [read_task(table, x, y, task, seed, note)]
        origin = Origin(seed, file=file, delimiter=table.delimiter, target=y or table.names[-1])
    else:
        origin = Origin(seed, points or POINTS, NOISE if noise is None else noise)
        tasks = [new_task(name, origin.count, origin.noise, seed) for name in names]
    others = (alpha or 0.0, activation or "tanh", solver)
    planned = [
        (one, Hyperparameters(layers, each, *others, seen, epochs, l1, batch))
        for one in tasks
        for seen in [fitting_inputs(one, inputs)]
        for each in rates
    ]
    with threadpool_limits(1):  # matrices this small are slower on two cores
        planned = [(one, _best(one, p, seed) if find else p) for one, p in planned]
        if code:
            print_lines([network_code(*planned[0], origin)])
            return
        follow = bool(output) or prints_plots(plot, format)
        networks = [Network(one, params, seed).train(epochs, follow) for one, params in planned]
        if output:
            draw_networks(networks, output)

        def texts() -> list[str]:
            return [text for one in networks for text in network_in_text(one)]

        rows = summaries(networks)
        explain_labels(rows, LABELS)
        show(rows, texts, plot, format)
