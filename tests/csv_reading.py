"""Describe a CSV through the command, and scan it by the numpy reader or the strict one."""

import io
import json
from typing import Any

from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from tests.conftest import Run

SMALL_BLOCKS: dict[str, Any] = {"small": 16, "block": 32, "processes": 1}
RECORDS = "when,level,note\n2024-01-01,1,a\n2024-01-02,2,b\n2024-01-03,3,c\n"


def described(run: Run, *words: Any, text: str | bytes = RECORDS) -> dict[str, dict[str, Any]]:
    done = run("csv-stats", "describe", "--format", "json", *words, input=text)
    assert done.returncode == 0, done.stderr
    return {row["column"]: row for row in json.loads(done.stdout)}


def scanned(text: str | bytes, fast: bool, **options: Any) -> tuple[Scan, list[list[Any]]]:
    """Return a scan, and its columns; in small blocks by the fast parser."""
    raw = text.encode() if isinstance(text, str) else text
    scan = Scan(io.BytesIO(raw), "t.csv", Options(**(SMALL_BLOCKS if fast else {}), **options))
    columns: list[list[Any]] = [[] for _ in scan.names]
    for chunks in scan.chunks(scan.names):
        for column, chunk in zip(columns, chunks, strict=True):
            column.extend(chunk)
    return scan, columns
