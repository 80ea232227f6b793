"""Data for bench/sample: the same bytes each time, as large as the tables they replace."""

import csv
import random
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

SEED = 1


def _texts(count: int) -> Callable[[int], str]:
    """Return a function that cuts so many letters out of random words."""
    rng = random.Random(SEED)
    words = [f"{rng.getrandbits(28):x}"[: rng.randint(2, 7)] for _ in range(3000)]
    blob = " ".join(rng.choice(words) for _ in range(count))

    def text(length: int) -> str:
        start = rng.randrange(len(blob) - length)
        return blob[start : start + length]

    return text


def make_tsv(path: Path, rows: int = 356_000, columns: int = 160) -> None:
    """Write mostly empty columns and long texts with bare quotes, as Open Food Facts: 0.93 GB."""
    rng, text = random.Random(SEED), _texts(400_000)
    with path.open("w", buffering=1 << 20) as file:
        file.write("\t".join(f"column_{n}" for n in range(columns)) + "\n")
        for row in range(rows):
            cells = [""] * columns
            cells[0] = f"{row:013d}"
            for column in rng.sample(range(1, columns), 19):
                cells[column] = text(rng.randrange(10, 60))
            cells[5], cells[80] = text(900) + ' 5" x ', text(900)
            file.write("\t".join(cells) + "\n")


def make_quoted(path: Path, rows: int = 1_000_000) -> None:
    """Write records with quoted texts; in a tenth of them a line ends inside the quotes: 0.3 GB."""
    rng, text = random.Random(SEED), _texts(400_000)
    with path.open("w", newline="", buffering=1 << 20) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "name", "text", "value"])
        for row in range(rows):
            said = text(rng.randrange(100, 400))
            if row % 10 == 0:
                said = said[:50] + "\n" + said[50:]
            if row % 3 == 0:
                said = said[:20] + ', "so" ' + said[20:]
            writer.writerow([row, text(12), said, row / 7])


def make_short(path: Path, rows: int = 50_000_000) -> None:
    """Write records of 20 bytes: 1 GB."""
    powers = 10 ** np.arange(8, -1, -1)
    with path.open("wb") as file:
        file.write(b"first,second\n")
        for start in range(0, rows, 1_000_000):
            numbers = np.arange(start, min(start + 1_000_000, rows))
            lines = np.full((len(numbers), 20), ord(","), np.uint8)
            lines[:, :9] = numbers[:, None] // powers % 10 + ord("0")
            lines[:, 10:19] = (numbers * 7919 % 10**9)[:, None] // powers % 10 + ord("0")
            lines[:, 19] = ord("\n")
            file.write(lines.tobytes())


MAKERS = {"off.tsv": make_tsv, "quoted.csv": make_quoted, "short.csv": make_short}

if __name__ == "__main__":
    for name, make in MAKERS.items():
        path = Path(sys.argv[1]) / name
        if not path.exists():
            part = path.with_suffix(".part")
            make(part)
            part.rename(path)
