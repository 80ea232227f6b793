"""Asking a service: predict beside a script of a person's own and a curl for each row."""

from pathlib import Path

from bench.context import HEIGHTS, PYTHON, Bench, Section, relative
from bench.models import serve, train
from bench.side_by_side import ROOT, Job

SAYS = """
A CSV of rows asked of `ml-model serve` on loopback, whose own work is in wall alone. The script
rewrites the CSV, retries nothing and checks nothing.
"""
SCRIPT = """
import csv, itertools, json, sys, urllib.request
reader, writer = csv.DictReader(open(sys.argv[2], encoding="utf-8-sig")), csv.writer(sys.stdout)
writer.writerow([*reader.fieldnames, "prediction"])
while rows := list(itertools.islice(reader, 5000)):
    instances = [{"Height-Inches": float(row["Height-Inches"])} for row in rows]
    body = json.dumps({"instances": instances}).encode()
    kind = {"Content-Type": "application/json"}
    request = urllib.request.Request(sys.argv[1] + "/predict", body, kind)
    answers = json.load(urllib.request.urlopen(request))["predictions"]
    writer.writerows([*row.values(), answer] for row, answer in zip(rows, answers))
"""
CURL = """
while IFS=, read -r _ height _; do
  curl -s -H 'Content-Type: application/json' \\
    -d '{"instances": [{"Height-Inches": '"$height"'}]}' "$1/predict"
done < <(tail -n +2 "$2")
"""


def write_rows(path: Path, count: int) -> None:
    """Write the heights again and again."""
    head, *records = (ROOT / HEIGHTS).read_bytes().splitlines(keepends=True)
    records[-1] += b"\r\n"
    times, rest = divmod(count, len(records))
    path.write_bytes(head + b"".join(records * times + records[:rest]))


def many(bench: Bench) -> Job:
    """Ask for many rows."""
    count = 20_000 if bench.quick else 100_000
    rows = relative(bench.file("rows.csv", lambda path: write_rows(path, count)))
    url = f"http://127.0.0.1:{serve(bench).port}"
    ask = f"exec bin/predict --url {url} {rows}"
    batch = f"exec bin/ml-model predict {train(bench)} {rows}"
    script = f"exec {PYTHON} {bench.script('script.py', SCRIPT)} {url} {rows}"
    return Job(f"{count:,} rows", [
        bench.ours("predict", ask),
        bench.ours("predict -c Height-Inches", f"{ask} -c Height-Inches"),
        bench.ours("ml-model predict (no service)", batch),
        bench.plain("script with urllib", script),
    ])  # fmt: skip


def few(bench: Bench) -> Job:
    """Ask for few rows."""
    count = 50 if bench.quick else 200
    rows = relative(bench.file("few.csv", lambda path: write_rows(path, count)))
    url = f"http://127.0.0.1:{serve(bench).port}"
    curl = bench.script("curl.sh", CURL)
    return Job(f"{count:,} rows", [
        bench.ours("predict", f"exec bin/predict --url {url} {rows}"),
        bench.plain("a curl for each row", f"bash {curl} {url} {rows}"),
    ])  # fmt: skip


SECTION = Section("predict", SAYS, {"many": many, "few": few}, quick=("many", "few"))
