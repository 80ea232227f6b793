"""Options of the ml-model subcommands, each defined once."""

from typing import Annotated, Literal

import typer

from pyhelpers.model.metrics import Task

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
    Literal["auto", "linear", "ridge", "logistic", "forest", "boosting"] | None,
    typer.Option(
        "--model",
        help="Kind of model; auto compares eight (default: linear, or logistic for classes).",
    ),
]
Seconds = Annotated[
    float, typer.Option("--time", min=0, help="Time limit of --model auto in seconds.")
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
As = Annotated[str, typer.Option("--as", help="Name of the new column.")]
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
MaxBody = Annotated[int, typer.Option("--max-body", min=1, help="Largest request, in bytes.")]
MaxRows = Annotated[int, typer.Option("--max-rows", min=1, help="Most rows in a request.")]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout", min=0.1, help="Seconds that receiving or answering a request may take."
    ),
]


def names_of(listed: list[str] | None, known: list[str]) -> list[str] | None:
    """Return the columns that a repeatable option with comma-separated names lists.

    A column whose own name has commas is found too.

    Examples
    --------
    >>> names_of(["a,b", "c,d"], ["a", "b", "c,d"])
    ['a', 'b', 'c,d']
    """
    if listed is None:
        return None
    parts = ([text] if text in known else text.split(",") for text in listed)
    return [name.strip() if name not in known else name for part in parts for name in part]
