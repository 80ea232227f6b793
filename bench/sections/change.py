"""Change: make-change on a column of amounts beside a loop of a person's own."""

from pathlib import Path

import numpy as np

from bench.context import PYTHON, Bench, Section, relative
from bench.side_by_side import Job

SAYS = """
Amounts of a CSV paid in the fewest US coins, beside the loop that a person writes with `Decimal`,
which is greedy and proves nothing; and one very large amount in coins that are awkward for greed.
"""
LOOP = """
import csv, sys
from decimal import Decimal
coins = [Decimal(coin) for coin in ("0.25", "0.10", "0.05", "0.01")]
reader, writer = csv.DictReader(open(sys.argv[1])), csv.writer(sys.stdout)
writer.writerow([*reader.fieldnames, "coins", *coins])
for row in reader:
    left, counts = Decimal(row["amount"]), []
    for coin in coins:
        count, left = divmod(left, coin)
        counts.append(int(count))
    writer.writerow([*row.values(), sum(counts), *counts])
"""


def write_amounts(path: Path, count: int) -> None:
    """Write amounts from 0.00 to 99.99, drawn with a fixed seed."""
    cents = np.random.default_rng(1).integers(0, 10_000, count).tolist()
    lines = [f"{number},{each // 100}.{each % 100:02d}\n" for number, each in enumerate(cents)]
    path.write_text("sale,amount\n" + "".join(lines))


def column(bench: Bench) -> Job:
    """Pay each amount of a column."""
    count = 20_000 if bench.quick else 200_000
    file = relative(bench.file("amounts.csv", lambda path: write_amounts(path, count)))
    ours = f"exec bin/make-change {file} -c amount --format csv"
    loop = f"exec {PYTHON} {bench.script('loop.py', LOOP)} {file}"
    sides = [bench.ours("make-change -c", ours), bench.plain("a loop with Decimal", loop)]
    return Job(f"{count:,} amounts", sides)


def large(bench: Bench) -> Job:
    """Pay one amount that cannot be counted through."""
    awkward = "exec bin/make-change 10000000000 --coins 1,10,25,37,49 --optimal"
    sides = [
        bench.ours("make-change, 10^12 cents", awkward),
        bench.plain("import typer", f"exec {PYTHON} -c 'import typer'"),
    ]
    return Job("10^12 in coins of 1, 10, 25, 37 and 49", sides)


SECTION = Section("change", SAYS, {"column": column, "large": large}, ("column", "large"))
