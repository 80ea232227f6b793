"""Options that csv-stats' subcommands share, and the parsing of their values."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any, Literal

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Delimiter
from pyhelpers.csvio.dialect import parse_delimiter
from pyhelpers.csvio.scan import Options

By = Annotated[str | None, typer.Option("--by", help="Column to group by.")]
Memory = Annotated[
    str | None,
    typer.Option("--memory", help="Memory limit, such as 500M (default: 25 % of RAM)."),
]
Output = Annotated[
    str | None, typer.Option("-o", "--output", help="Picture to write: .png, .svg or .pdf.")
]
Draw = Annotated[
    bool, typer.Option("--draw", help="Draw in characters even if the output is not a terminal.")
]
X = Annotated[str, typer.Option("--x", help="Column of the horizontal axis.")]
Aggregation = Annotated[
    Literal["count", "sum", "mean", "min", "max"] | None,
    typer.Option("--aggregate", help="What is drawn (default: count; with --y, mean)."),
]
Confidence = Annotated[
    float, typer.Option("--confidence", help="Confidence of intervals and bands, in percent.")
]


def reading_options(
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Skip malformed records and report how many.")
    ] = False,
    encoding: Annotated[
        str, typer.Option("--encoding", help="Text encoding, such as latin-1 or cp1252.")
    ] = "utf-8",
    delimiter: Delimiter = None,
) -> Options:
    """Return how to read the file; a KitError for a delimiter of two characters."""
    return Options(parse_delimiter(delimiter), encoding, skip_bad)


def reads(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the command-line options of `reading_options` for its parameter `options`."""
    own = inspect.signature(command)
    shared = inspect.signature(reading_options).parameters

    @wraps(command)
    def called(**given: Any) -> None:
        options = reading_options(**{name: given.pop(name) for name in shared})
        command(**given, options=options)

    parameters: list[inspect.Parameter] = []
    for name, parameter in own.parameters.items():
        parameters += shared.values() if name == "options" else [parameter]
    called.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    return called


def drawn(output: str | None, format: str | None, draw_it: bool) -> bool:
    """Return whether a result is to be drawn in characters."""
    return output is None and (draw_it or (format is None and sys.stdout.isatty()))


def confidence_of(percent: float) -> float:
    """Return a percentage as a fraction; a KitError (2) outside 50 to 100."""
    if not 50 <= percent < 100:
        raise KitError(f"--confidence takes a percentage from 50 to below 100, not {percent:g}", 2)
    return percent / 100


def parse_percentiles(text: str) -> tuple[float, ...]:
    """Return the fractions that "5,50,95" names.

    Raises
    ------
    KitError
        When one is not a number from 0 to 100.

    Examples
    --------
    >>> parse_percentiles("95,2.5")
    (0.025, 0.95)
    """
    try:
        fractions = tuple(sorted({float(part) / 100 for part in text.split(",")}))
    except ValueError:
        fractions = (-1.0,)
    if not all(0 <= fraction <= 1 for fraction in fractions):
        raise KitError(f"percentiles are comma-separated numbers from 0 to 100, not {text!r}", 2)
    return fractions


def parse_names(text: str) -> list[str]:
    """Return the names of a comma-separated list, read as a CSV record: a name may be quoted.

    Raises
    ------
    KitError
        When there is none.

    Examples
    --------
    >>> parse_names('Height-Inches, "a,b"')
    ['Height-Inches', 'a,b']
    """
    import csv

    names = [name for name in next(csv.reader([text], skipinitialspace=True), []) if name]
    if not names:
        raise KitError("--features takes comma-separated names, such as size,age", 2)
    return names


def parse_clusters(text: str) -> int | None:
    """Return the number of clusters that -k names, None for auto; a KitError (2) for neither."""
    if text == "auto":
        return None
    if not text.isdigit() or not int(text):
        raise KitError(f"-k takes a number from 1 up, or auto, not {text!r}", 2)
    return int(text)


def parse_aggregate(given: str | None, y: str | None) -> tuple[str, str]:
    """Return what is aggregated and the name of its column; a KitError (2) without --y for sums.

    Examples
    --------
    >>> parse_aggregate(None, None), parse_aggregate("sum", "kWh")
    (('count', 'count'), ('sum', 'sum of kWh'))
    """
    how = given or ("mean" if y else "count")
    if y is None and how != "count":
        raise KitError(f"--aggregate {how} needs numbers; name their column with --y", 2)
    return how, "count" if how == "count" else f"{how} of {y}"


def with_texts(options: Options, *columns: str | None) -> Options:
    """Return the options with some columns taken as text: those whose values are categories."""
    return replace(options, texts=frozenset(filter(None, columns)))
