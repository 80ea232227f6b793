"""Sampling: sample-large-csv beside shuf and what else draws rows."""

from pathlib import Path

from bench import rivals, sample_data
from bench.context import PYTHON, Bench, Section, relative
from bench.side_by_side import Goal, Job, Side

SAYS = """
Rows of a TSV like Open Food Facts (160 mostly empty columns, long texts with bare quotes), of a
quoted CSV and of very short rows; caches are warm. `shuf` loses the header among the rows and
tears records that hold line ends; the others beside `sample-large-csv` write records anew or read
no quotes. What keeps every byte and every record has no rival but itself.
"""
TSV_ROWS, QUOTED_ROWS, SHORT_ROWS = 356_000, 1_000_000, 50_000_000
QUICK = 0.1  # of the rows, in a quick run
SHUF = "shuf -n (no header)"
COLD = "sample-large-csv --no-cache"
POLARS = """
import sys, polars
path, rows, separator = sys.argv[1], int(sys.argv[2]), sys.argv[3]
frame = polars.read_csv(path, separator=separator, quote_char=None if separator == "\\t" else '"',
                        infer_schema=False)
frame.sample(rows).write_csv(sys.stdout)
"""
DUCKDB = """
import sys, duckdb
quote = "quote='', delim='\\t'," if sys.argv[1].endswith(".tsv") else ""
duckdb.sql(f"copy (select * from read_csv('{sys.argv[1]}', {quote} all_varchar=true) "
           f"using sample reservoir({sys.argv[2]} rows)) to '/dev/stdout' (header)")
"""


def rows(bench: Bench, full: int) -> int:
    """Return how many rows, or drawn rows, a run of this size has."""
    return int(full * QUICK) if bench.quick else full


def tsv(bench: Bench) -> str:
    """Return the wide TSV: 0.93 GB."""
    wanted = rows(bench, TSV_ROWS)
    return relative(bench.file("off.tsv", lambda path: sample_data.make_tsv(path, wanted)))


def quoted(bench: Bench) -> str:
    """Return the quoted CSV: 0.3 GB."""
    wanted = rows(bench, QUOTED_ROWS)
    return relative(bench.file("quoted.csv", lambda path: sample_data.make_quoted(path, wanted)))


def short(bench: Bench) -> str:
    """Return the CSV of short rows: 1 GB."""
    wanted = rows(bench, SHORT_ROWS)
    return relative(bench.file("short.csv", lambda path: sample_data.make_short(path, wanted)))


def size(bench: Bench, name: str) -> str:
    """Return a file's size in words."""
    megabytes = (bench.folder / name).stat().st_size / 1e6
    return f"{megabytes / 1000:.2f} GB" if megabytes >= 100 else f"{megabytes:.0f} MB"


def shuf(bench: Bench, shell: str) -> Side:
    """Return the side that sampling is compared with."""
    return bench.plain(SHUF, shell, rivals.first_line(["shuf", "--version"]))


def file(bench: Bench) -> Job:
    """Sample many rows of a file."""
    data, drawn = tsv(bench), rows(bench, 100_000)
    polars = f"exec {{}} {bench.script('polars_sample.py', POLARS)} {data} {drawn} $'\\t'"
    goals = Goal("ratio", most=0.3), Goal("peak MB", most=100)
    title = f"{drawn:,} of {rows(bench, TSV_ROWS):,} rows of a TSV of {size(bench, 'off.tsv')}"
    return Job(title, [
        bench.ours("sample-large-csv", f"{COLD} -n {drawn} {data}", *goals),
        bench.rival("tsv-sample", f"{{}} -H -n {drawn} -i {data}"),
        bench.rival("polars", polars),
        shuf(bench, f"shuf -n {drawn} {data}"),
    ])  # fmt: skip


def few(bench: Bench) -> Job:
    """Sample few rows of a file."""
    data, drawn = tsv(bench), rows(bench, 1000)
    return Job(f"{drawn:,} of the same rows", [
        bench.ours("sample-large-csv", f"{COLD} -n {drawn} {data}", Goal("ratio", most=0.3)),
        bench.ours("again, index kept", f"sample-large-csv -n {drawn} {data}",
                   Goal("ratio", most=0.15)),
        bench.ours("--seek", f"sample-large-csv --seek -n {drawn} {data}",
                   Goal("ratio", most=0.2)),
        bench.rival("tsv-sample", f"{{}} -H -n {drawn} {data}"),
        bench.rival("xsv", f"{{}} sample {drawn} {data}"),
        shuf(bench, f"shuf -n {drawn} {data}"),
    ])  # fmt: skip


def pipe(bench: Bench) -> Job:
    """Sample a stream."""
    data, drawn = tsv(bench), rows(bench, 100_000)
    total, taken = (bench.folder / "off.tsv").stat().st_size, drawn / rows(bench, TSV_ROWS)
    held = Goal("peak MB", most=round(total * taken / 1e6) + 60)
    return Job(f"{drawn:,} rows from a pipe", [
        bench.ours("sample-large-csv", f"cat {data} | sample-large-csv -n {drawn}",
                   Goal("ratio", most=0.8), held),
        bench.rival("tsv-sample", f"cat {data} | {{}} -H -n {drawn}"),
        shuf(bench, f"cat {data} | shuf -n {drawn}"),
    ])  # fmt: skip


def gz(bench: Bench) -> Job:
    """Sample a compressed file."""
    data, drawn = tsv(bench), rows(bench, 100_000)

    def compress(path: Path) -> None:
        bench.prepare(f"gzip -1 -n -c {data} >{relative(path)}")

    packed = relative(bench.file("off.tsv.gz", compress))
    return Job(f"{drawn:,} rows of the same, compressed with gzip", [
        bench.ours("sample-large-csv", f"sample-large-csv -n {drawn} {packed}",
                   Goal("ratio", most=1)),
        shuf(bench, f"zcat {packed} | shuf -n {drawn}"),
    ])  # fmt: skip


def short_rows(bench: Bench) -> Job:
    """Sample rows of 20 bytes."""
    data, drawn = short(bench), rows(bench, 100_000)
    goal = Goal("ratio", most=0.5)
    return Job(f"{drawn:,} of {rows(bench, SHORT_ROWS):,} rows of 20 bytes", [
        bench.ours("sample-large-csv", f"{COLD} -n {drawn} {data}", goal,
                   Goal("peak MB", most=100)),
        bench.ours("from a pipe", f"cat {data} | sample-large-csv -n {drawn}"),
        bench.rival("tsv-sample", f"{{}} -H -n {drawn} -i {data}"),
        shuf(bench, f"shuf -n {drawn} {data}"),
    ])  # fmt: skip


def quoted_records(bench: Bench) -> Job:
    """Sample records with line ends in quotes."""
    data, drawn = quoted(bench), rows(bench, 10_000)
    title = f"{drawn:,} of {rows(bench, QUOTED_ROWS):,} quoted records, a tenth with line ends"
    python = f"exec {PYTHON} bench/sample_csv.py {data} {drawn}"
    polars = f"exec {{}} {bench.script('polars_sample.py', POLARS)} {data} {drawn} ,"
    duckdb = f"exec {{}} {bench.script('duckdb_sample.py', DUCKDB)} {data} {drawn}"
    return Job(title, [
        bench.ours("sample-large-csv", f"{COLD} -n {drawn} {data}", Goal("ratio", most=0.15)),
        bench.rival("xsv", f"{{}} sample {drawn} {data}"),
        bench.rival("mlr", f"{{}} --csv sample -k {drawn} {data}"),
        bench.rival("polars", polars),
        bench.rival("duckdb", duckdb),
        bench.plain("Python's csv, a reservoir", python),
    ])  # fmt: skip


def seek(bench: Bench) -> Job:
    """Seek in ten times the file: no slower."""
    data = tsv(bench)

    def tenfold(path: Path) -> None:
        rest = f"for i in {{2..10}}; do tail -n +2 {data}; done"
        bench.prepare(f"{{ cat {data}; {rest}; }} >{relative(path)}")

    large = relative(bench.file("off-10.tsv", tenfold))
    drawn = rows(bench, 1000)
    return Job(f"--seek: {drawn:,} rows, of ten times the bytes and of the file itself", [
        bench.ours(f"--seek in {size(bench, 'off-10.tsv')}",
                   f"sample-large-csv --seek -n {drawn} {large}"),
        bench.ours(f"--seek in {size(bench, 'off.tsv')}",
                   f"sample-large-csv --seek -n {drawn} {data}"),
        ])  # fmt: skip


JOBS = {
    "file": file, "few": few, "pipe": pipe, "gz": gz, "short": short_rows,
    "quoted": quoted_records, "seek": seek,
}  # fmt: skip
NEEDS = ("tsv-sample", "xsv", "mlr", "polars", "duckdb")
QUICK_JOBS = ("file", "few", "pipe", "quoted")
SECTION = Section("sample", SAYS, JOBS, QUICK_JOBS, large=("seek",), needs=NEEDS)
