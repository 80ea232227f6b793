"""Typed tables to write in each of Arrow's formats."""

import datetime
import decimal
import io
import math
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow", reason="the extra named formats is not installed")
pq = pytest.importorskip("pyarrow.parquet")

DAY = datetime.date(2024, 2, 29)
NOON = datetime.datetime(2024, 2, 29, 12, 0, 0, 250_000)


def written(table: Any, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    if kind == "parquet":
        pq.write_table(table, out, **how)
    else:
        opened = pa.ipc.new_file if kind == "arrow" else pa.ipc.new_stream
        with opened(out, table.schema) as writer:
            writer.write_table(table, **how)
    return out.getvalue()


KINDS = ("parquet", "arrow", "stream")


def typed() -> Any:
    return pa.table(
        {
            "whole": pa.array([1, 2, None, 4]),
            "real": [1.5, float("nan"), None, math.inf],
            "price": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-2"), None]),
            "zip": ["00501", "10001", None, "7"],
            "id": pa.array([2**60 + 1, 2**60, 5, None]),
            "open": [True, False, None, True],
            "day": [DAY, None, DAY, DAY],
            "at": [NOON, None, NOON, NOON],
            "tags": [["a", "b"], [], None, ["ü"]],
            "size": [{"w": 1, "h": 2.5}, None, {"w": 3, "h": None}, {"w": 5, "h": 1.0}],
            "none": pa.nulls(4),
        }
    )
