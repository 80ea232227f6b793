"""Options of the ml-model subcommands, each defined once."""

import csv
from typing import Annotated, Literal

import typer

from pyhelpers.model.metrics import Measure, Task

ModelPath = Annotated[
    str, typer.Argument(metavar="MODEL", help="Folder or .zip of a trained model.")
]
Pickle = Annotated[
    bool,
    typer.Option("--allow-pickle", help="Load a .pkl file, which can run any code of its author."),
]
WithSklearn = Annotated[
    bool,
    typer.Option("--with-sklearn", help="Predict with scikit-learn instead of plain trees."),
]

# train
Target = Annotated[str, typer.Option("--target", help="Column to predict.")]
Features = Annotated[
    list[str] | None,
    typer.Option(
        "--features",
        help="Comma-separated columns to learn from (default: all that can help).",
    ),
]
Categories = Annotated[
    list[str] | None,
    typer.Option(
        "--categories", help="Comma-separated columns to read as texts, even if they hold numbers."
    ),
]
TaskName = Annotated[
    Task | None, typer.Option("--task", help="Kind of prediction (default: from the target).")
]
Kind = Annotated[
    Literal["auto", "linear", "ridge", "logistic", "forest", "extratrees", "boosting"] | None,
    typer.Option(
        "--model",
        help="Kind of model; auto blends the best (default: linear, or logistic for classes).",
    ),
]
OneKind = Annotated[
    Literal["linear", "ridge", "logistic", "forest", "extratrees", "boosting"] | None,
    typer.Option("--model", help="Kind of model (default: linear, or logistic for classes)."),
]
Seconds = Annotated[
    float, typer.Option("--time", min=0, help="Time limit of --model auto in seconds.")
]
Simple = Annotated[
    bool,
    typer.Option(
        "--simple", help="With --model auto, the simplest model within one standard error."
    ),
]
Within = Annotated[
    float | None,
    typer.Option("--within", min=0, help="With --model auto, milliseconds that one row may take."),
]
MeasureName = Annotated[
    Measure | None,
    typer.Option("--measure", help="Measure to choose by (default: r2, or log_loss for classes)."),
]
Memory = Annotated[
    str | None, typer.Option("--memory", help="Memory limit (default: 25 % of RAM).")
]
Missing = Annotated[
    list[str] | None,
    typer.Option(
        "--missing",
        help="Comma-separated missing values besides NA, null and such; ,a: instead of them.",
    ),
]
Group = Annotated[
    str | None,
    typer.Option("--group", help="Column whose equal values stay on one side of each split."),
]
TimeOrder = Annotated[
    str | None,
    typer.Option("--time-order", help="Column of times: train on earlier, measure on later ones."),
]
Refit = Annotated[
    bool,
    typer.Option("--refit", help="After measuring, fit the model again on all records."),
]
TestSize = Annotated[
    float,
    typer.Option("--test-size", min=0.01, max=0.9, help="Share of records held out to measure on."),
]
Folds = Annotated[
    int, typer.Option("--folds", min=0, max=100, help="Folds of cross-validation; 0 for none.")
]
Output = Annotated[str, typer.Option("-o", "--output", help="Folder or .zip to write.")]

# evaluate
Truth = Annotated[
    str | None,
    typer.Option("--target", help="Column of true values (default: the training target)."),
]

# predict
OutputFile = Annotated[
    str | None, typer.Option("-o", "--output", help="File to write (default: standard output).")
]
As = Annotated[str, typer.Option("--as", help="Name of the new column.")]
Proba = Annotated[
    bool, typer.Option("--proba", help="Add the probability of each class, a column each.")
]
Interval = Annotated[
    float | None,
    typer.Option(
        "--interval",
        min=0.01,
        max=0.999,
        help="Add the ends of an interval that holds this share of the true values.",
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", help="Number of processes; -1 for one per core.")]
Cluster = Annotated[
    str | None, typer.Option("--cluster", help="Address of a Dask scheduler, tcp://HOST:8786.")
]

# serve
Port = Annotated[
    int,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        envvar=["AIP_HTTP_PORT", "PORT"],
        help="Port; 0 for any free one.",
    ),
]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
TokenFile = Annotated[
    str | None,
    typer.Option(
        "--token-file",
        help="File with the token that clients must send (default: $BEACHHEAD_TOKEN, if set).",
    ),
]
Prefix = Annotated[
    str, typer.Option("--prefix", help="Path prefix that a proxy passes on, such as /models/a.")
]
Cors = Annotated[
    list[str] | None,
    typer.Option(
        "--cors",
        help="Origin whose pages may use the service, https://HOST[:PORT], or * for all; may be "
        "repeated (default: none).",
    ),
]
LogFile = Annotated[
    str | None,
    typer.Option(
        "--log", metavar="FILE", help="File to append requests for predictions to, as JSON lines."
    ),
]
LogSample = Annotated[
    float,
    typer.Option("--log-sample", min=0, max=1, help="Share of requests that are logged."),
]
LogSize = Annotated[
    int,
    typer.Option(
        "--log-size",
        min=1,
        help="Largest size of the log in bytes; a full log is renamed FILE.1.",
    ),
]
MaxBody = Annotated[int, typer.Option("--max-body", min=1, help="Largest request, in bytes.")]
MaxRows = Annotated[int, typer.Option("--max-rows", min=1, help="Most rows in a request.")]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout", min=0.1, help="Seconds that receiving or answering a request may take."
    ),
]


def listed(texts: list[str] | None) -> list[str] | None:
    """Return the texts of a repeatable option with commas."""
    return None if texts is None else [part for text in texts for part in text.split(",")]


def names_of(listed: list[str] | None, known: list[str]) -> list[str] | None:
    """Return the columns that a repeatable option with comma-separated names lists.

    A column whose own name has commas is found too.

    Examples
    --------
    >>> names_of(["a,b", "c,d"], ["a", "b", "c,d"]), names_of(["a,c,d"], ["a", "c,d"])
    (['a', 'b', 'c,d'], ['a', 'c,d'])
    """
    if listed is None:
        return None
    return [name for text in listed for name in _names(text, known)]


def _names(text: str, known: list[str]) -> list[str]:
    """Split a text at commas, but not within a column's name or within quotes."""
    if text in known:
        return [text]
    pieces = next(csv.reader([text], skipinitialspace=True), [])
    found: list[str] = []
    while pieces:
        longest = next(
            (n for n in range(len(pieces), 1, -1) if _joined(pieces[:n], known) is not None), 1
        )
        found.append(_joined(pieces[:longest], known) or pieces[0].strip())
        pieces = pieces[longest:]
    return found


def _joined(pieces: list[str], known: list[str]) -> str | None:
    """Return the column that pieces of a text at commas are, with or without blanks after them."""
    return next((mark.join(pieces) for mark in (",", ", ") if mark.join(pieces) in known), None)
