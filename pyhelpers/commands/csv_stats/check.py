"""csv-stats check: validate a table against a schema, or infer one."""

from dataclasses import replace
from typing import Annotated, Literal

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import DataFile, Format, new_app
from pyhelpers.cli.inputs import open_bytes
from pyhelpers.cli.output import emit, note
from pyhelpers.commands.csv_stats._opening import rereadable, scanned
from pyhelpers.commands.csv_stats._options import Memory, reads
from pyhelpers.commands.csv_stats.describe import summarise_files
from pyhelpers.csvio.cells import MISSING
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.sources import display_name
from pyhelpers.csvio.table import table_of
from pyhelpers.files import write_whole
from pyhelpers.machine import parse_memory
from pyhelpers.text import counted

app = new_app()


@app.command()
@reads
def check(
    file: DataFile = None,
    schema: Annotated[
        str | None, typer.Option("--schema", help="Table Schema or JSON Schema to check against.")
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Schema to write, such as schema.json.")
    ] = None,
    as_format: Annotated[
        Literal["table-schema", "json-schema"],
        typer.Option("--as", help="Kind of schema that -o writes."),
    ] = "table-schema",
    strict_types: Annotated[
        bool,
        typer.Option("--strict-types", help="Refuse 1.0 as an integer, blanks around numbers."),
    ] = False,
    most: Annotated[
        int, typer.Option("--most", min=1, help="Number of violations to print; all are counted.")
    ] = 20,
    memory: Memory = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Check a table against a schema, or infer one.

    Examples:
      csv-stats check people.csv -o people.schema.json
      csv-stats check people.parquet --as json-schema -o people.schema.json
      csv-stats check today.csv --schema people.schema.json
      curl -s https://example.org/today.csv | csv-stats check --schema people.schema.json

    Without --schema a Table Schema (Frictionless Data) is inferred: types, required columns,
    ranges, allowed values, patterns of codes, unique keys. Its rules are printed, and -o writes it
    as JSON, with --as json-schema as a JSON Schema of a record. With --schema, of either kind, each
    record is checked; the first violations are printed with line and column, the count of each
    rule goes to standard error, and any violation ends with exit code 1. Streams; unique columns
    need 8 bytes a record. Lines are known of CSV files, not of pipes.
    """
    if schema is None:
        _infer(file, options, output, as_format, memory, format)
        return
    if output is not None:
        raise KitError("-o writes an inferred schema; leave out --schema or -o", 2)
    from pyhelpers.statistics.json_schema import parse_any_schema
    from pyhelpers.statistics.validation import located, texts_of, validate

    with open_bytes(schema) as stream:
        rules = parse_any_schema(stream.read().decode("utf-8-sig", "replace"), display_name(schema))
    if options.cells.missing is MISSING:  # --missing was not given
        options = replace(options, cells=replace(options.cells, missing=frozenset(rules.missing)))
    chosen = replace(options, texts=texts_of(rules, strict_types))
    with scanned(file, chosen) as scan:
        found = validate(scan, rules, most, strict_types, parse_memory(memory))
    first = found.first
    if first and rereadable(file) and not scan.kinds:  # a typed table has records, not lines
        bad: list[int] | None = [] if options.skip_bad else None
        table = table_of(open_bytes(file), display_name(file), bad=bad, reading=options.reading)
        first = located(first, table)
    emit((one.row() for one in first), format)
    for sentence in found.sentences():
        note(sentence)
    if total := found.counts.total():
        violations = f"{counted(total, 'violation')} of {display_name(schema)}"
        raise KitError(f"{display_name(file)}: {violations}; correct the data or the schema")
    note(f"{display_name(file)}: {counted(found.records, 'record')}, no violation")


def _infer(
    file: str | None,
    options: Options,
    output: str | None,
    as_format: str,
    memory: str | None,
    format: str | None,
) -> None:
    from pyhelpers.statistics.dictionary import DICTIONARY_SPEC
    from pyhelpers.statistics.json_schema import as_json_schema
    from pyhelpers.statistics.schema import infer_schema, rule_rows

    groups = summarise_files([file or "-"], options, None, DICTIONARY_SPEC, memory)
    schema = infer_schema(groups[""], options.cells.missing)
    if output is not None:
        with write_whole(output) as stream:
            text = as_json_schema(schema) if as_format == "json-schema" else schema.as_text()
            stream.write(text.encode())
    emit(rule_rows(schema), format)
