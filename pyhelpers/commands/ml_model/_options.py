"""What ml-model's commands are asked with: each option written once, in words."""

from typing import Annotated, Literal

import typer

from pyhelpers.model.metrics import Task

ModelPath = Annotated[str, typer.Argument(metavar="MODEL", help="A model's folder or .zip.")]
Pickle = Annotated[
    bool,
    typer.Option("--allow-pickle", help="Unpickle a .pkl; it runs whatever its maker put in."),
]

# train
Target = Annotated[str, typer.Option("--target", help="The column to be predicted.")]
Features = Annotated[
    list[str] | None,
    typer.Option(
        "--features",
        help="Columns to learn from, split by commas; default all that tell something.",
    ),
]
Categories = Annotated[
    list[str] | None,
    typer.Option(
        "--categories", help="Columns to be taken as texts, even where they look like numbers."
    ),
]
TaskName = Annotated[
    Task | None, typer.Option("--task", help="What to do; else seen from the target.")
]
Kind = Annotated[
    Literal["auto", "linear", "ridge", "logistic", "forest", "boosting"] | None,
    typer.Option(
        "--model", help="Default linear, for classification logistic; auto tries them all."
    ),
]
Seconds = Annotated[
    float, typer.Option("--time", min=0, help="Seconds that --model auto may take to try.")
]
TestSize = Annotated[
    float,
    typer.Option("--test-size", min=0.01, max=0.9, help="Share of records held out for measuring."),
]
Folds = Annotated[
    int, typer.Option("--folds", min=0, max=100, help="Folds of cross-validation; 0 does without.")
]
Output = Annotated[str, typer.Option("-o", "--output", help="Folder, or .zip, to be written.")]

# evaluate
Truth = Annotated[
    str | None,
    typer.Option("--target", help="The column of what is true; else the one of training."),
]

# predict
As = Annotated[str, typer.Option("--as", help="The new column's name.")]
Jobs = Annotated[int, typer.Option("--jobs", help="Processes; -1 is one a core.")]
Cluster = Annotated[
    str | None, typer.Option("--cluster", help="A Dask scheduler to work on, tcp://HOST:8786.")
]

# serve
Port = Annotated[
    int,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        envvar=["AIP_HTTP_PORT", "PORT"],
        help="Port; 0 is any free one.",
    ),
]
Host = Annotated[str, typer.Option("--host", help="Address to listen at.")]
TokenFile = Annotated[
    str | None,
    typer.Option(
        "--token-file", help="File of a token that every client must show; or BEACHHEAD_TOKEN."
    ),
]
Prefix = Annotated[
    str, typer.Option("--prefix", help="Path that a proxy leaves before each of ours: /models/a.")
]
MaxBody = Annotated[int, typer.Option("--max-body", min=1, help="Bytes a request may have.")]
MaxRows = Annotated[int, typer.Option("--max-rows", min=1, help="Rows a request may have.")]
Timeout = Annotated[
    float,
    typer.Option("--timeout", min=0.1, help="Seconds for a request to arrive, and to be answered."),
]


def names_of(listed: list[str] | None, known: list[str]) -> list[str] | None:
    """Return the columns that an option names: it may be repeated, and split by commas.

    Examples
    --------
    >>> names_of(["a,b", "c,d"], ["a", "b", "c,d"])
    ['a', 'b', 'c,d']
    """
    if listed is None:
        return None
    parts = ([text] if text in known else text.split(",") for text in listed)
    return [name.strip() if name not in known else name for part in parts for name in part]
