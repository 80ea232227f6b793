"""Options that csv-stats' subcommands share, and the parsing of their values."""

import inspect
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Annotated, Any, Literal

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Delimiter, Format, Sheet
from pyhelpers.cli.output import emit, say
from pyhelpers.csvio.cells import CellFormat, missing_with
from pyhelpers.csvio.dialect import parse_delimiter
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.reading import Reading
from pyhelpers.text import parse_names

WIDEST = 100  # characters of a chart
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
CountedY = Annotated[
    str | None, typer.Option("--y", help="Column of numbers (default: records are counted).")
]
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
    skip_lines: Annotated[
        int, typer.Option("--skip-lines", min=0, help="Number of lines to skip before the header.")
    ] = 0,
    comment: Annotated[
        str, typer.Option("--comment", help="Character that starts comment lines, such as #.")
    ] = "",
    no_header: Annotated[
        bool, typer.Option("--no-header", help="Read a file without a header; number its columns.")
    ] = False,
    names: Annotated[
        str | None, typer.Option("--names", help="Column names of a file without a header: a,b,c.")
    ] = None,
    quote: Annotated[
        bool, typer.Option("--quote", help="Let quoted fields of a TSV file hold line ends.")
    ] = False,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", help="COLUMN=text, =number, =date or =boolean; repeat for more."),
    ] = None,
    missing: Annotated[
        str | None,
        typer.Option(
            "--missing",
            help="Comma-separated missing values besides NA, null and such; ,a: instead of them.",
        ),
    ] = None,
    decimal: Annotated[str, typer.Option("--decimal", help="Decimal separator in numbers.")] = ".",
    thousands: Annotated[
        str, typer.Option("--thousands", help="Thousands separator in numbers (default: none).")
    ] = "",
    date_format: Annotated[
        str, typer.Option("--date-format", help="Format of dates, such as %d.%m.%Y.")
    ] = "",
    sheet: Sheet = "",
) -> Options:
    """Return how to read the file; a KitError for a value that an option does not take."""
    reading = Reading(
        parse_delimiter(delimiter),
        encoding,
        not no_header,
        tuple(parse_names(names, "--names")) if names else (),
        skip_lines,
        parse_comment(comment),
        quote=quote,
    )
    cells = CellFormat(parse_missing(missing), *parse_separators(decimal, thousands))
    return Options(reading, cells, tuple(map(parse_type, types or [])), skip_bad, sheet=sheet,
                   date_format=parse_date_format(date_format))  # fmt: skip


def parse_comment(text: str) -> str:
    """Return the character that starts comment lines; a KitError (2) for another text."""
    if text and (len(text) > 1 or not text.isascii() or text in '"\r\n'):
        raise KitError(f"--comment takes one ASCII character other than a quote, not {text!r}", 2)
    return text


def parse_type(text: str) -> tuple[str, str]:
    """Return the column and the type that "zip=text" names; a KitError (2) for another text."""
    column, _, kind = text.rpartition("=")
    if not column or kind not in ("text", "number", "date", "boolean"):
        raise KitError(f"--type takes COLUMN=text, =number, =date or =boolean, not {text!r}", 2)
    return column, kind


def parse_date_format(text: str) -> str:
    """Return a format of dates; a KitError (2) for one that has no year, month and day."""
    from datetime import datetime

    try:
        moment = datetime(2013, 12, 25)
        read = datetime.strptime(moment.strftime(text), text) if text else moment
    except ValueError:
        read = None
    if read is None or read.date() != moment.date():
        what = "takes a format with year, month and day"
        raise KitError(f"--date-format {what}, such as %d.%m.%Y, not {text!r}", 2)
    return text


def parse_missing(text: str | None) -> frozenset[str]:
    """Return what stands for a missing value; see `missing_with`.

    Examples
    --------
    >>> sorted(parse_missing(",'n/a'")), sorted(parse_missing("")), parse_missing("?") > {"?", "NA"}
    (['', "'n/a'"], [''], True)
    """
    import csv

    if text is None:
        return missing_with(None)
    return missing_with(next(csv.reader([text], skipinitialspace=True)) or [""])


def parse_separators(decimal: str, thousands: str) -> tuple[str, str]:
    """Return the separators in numbers; a KitError (2) unless they are two different characters."""
    for option, text in (("--decimal", decimal), ("--thousands", thousands)):
        if (
            len(text) != 1
            and (text or option == "--decimal")
            or text.isalnum()
            or text in tuple("+-")
        ):
            raise KitError(f"{option} takes one character that is not a digit, not {text!r}", 2)
    if decimal == thousands:
        raise KitError("--decimal and --thousands take two different characters", 2)
    return decimal, thousands


@dataclass(frozen=True)
class Chart:
    """Where a chart goes: into a picture, onto the terminal in characters, or out as rows."""

    output: str | None
    draw: bool
    format: str | None

    @property
    def is_drawn(self) -> bool:
        """Whether the chart is drawn in characters."""
        on_terminal = self.format is None and sys.stdout.isatty()
        return self.output is None and (self.draw or on_terminal)

    def show(
        self,
        picture: Callable[[str], None],
        text: Callable[[int], str],
        rows: Callable[[], Iterable[dict[str, Any]]],
    ) -> None:
        """Write the picture to a file, print the text (for a width in characters), or the rows."""
        if self.output is not None:
            picture(self.output)
        elif self.is_drawn:
            say(text(min(shutil.get_terminal_size((80, 24)).columns, WIDEST)))
        else:
            emit(rows(), self.format)


def chart_options(output: Output = None, draw: Draw = False, format: Format = None) -> Chart:
    """Return where the chart goes."""
    return Chart(output, draw, format)


GATHERED: dict[str, Callable[..., Any]] = {"options": reading_options, "chart": chart_options}


def reads(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `reading_options` for its parameter `options`.

    It gets those of `chart_options` for a parameter `chart`.
    """
    own = inspect.signature(command)
    makers = {name: GATHERED[name] for name in own.parameters if name in GATHERED}
    shared = {name: inspect.signature(maker).parameters for name, maker in makers.items()}

    @wraps(command)
    def called(**given: Any) -> None:
        made = {
            name: maker(**{option: given.pop(option) for option in shared[name]})
            for name, maker in makers.items()
        }
        command(**given, **made)

    parameters: list[inspect.Parameter] = []
    for name, parameter in own.parameters.items():
        parameters += shared[name].values() if name in shared else [parameter]
    called.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    return called


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
