"""Command-line options that several commands share."""

from typing import Annotated, Literal

import typer

File = Annotated[str | None, typer.Argument(help="CSV file or URL; - is stdin (default: stdin).")]
Columns = Annotated[
    list[str] | None, typer.Option("-c", "--column", help="Column; repeat for more (default: all).")
]
Delimiter = Annotated[
    str | None, typer.Option("-d", "--delimiter", help="Field delimiter (default: detected).")
]
Format = Annotated[
    Literal["table", "csv", "json"] | None,
    typer.Option("--format", help="Output format (default: table on a terminal, else csv)."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Random seed.")]
