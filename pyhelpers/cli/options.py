"""Command-line options that several commands share."""

from typing import Annotated, Literal

import typer

# Options that several commands share: written once.
File = Annotated[str | None, typer.Argument(help="CSV to read; absent or - is stdin; or a URL.")]
Columns = Annotated[
    list[str] | None, typer.Option("-c", "--column", help="A column; repeat for more.")
]
Delimiter = Annotated[
    str | None, typer.Option("-d", "--delimiter", help="One character; else seen from the file.")
]
Format = Annotated[
    Literal["table", "csv", "json"] | None,
    typer.Option("--format", help="How to print; table on a terminal, else csv."),
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=2**32 - 1, help="Seed of what is drawn at random.")
]
