"""Typed tables that are cut off or broken, and a machine without the package that reads them."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.csvio.options import Options
from pyhelpers.tables.formats import open_typed
from pyhelpers.tables.scan import open_scan
from tests.conftest import Run
from tests.typed_tables import KINDS, typed, written

pa = pytest.importorskip("pyarrow", reason="the extra named formats is not installed")
pq = pytest.importorskip("pyarrow.parquet")


def test_empty_row_groups_and_empty_tables(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    table = pa.table({"a": [1.0, 2.0]})
    with pq.ParquetWriter(file, table.schema) as writer:
        for part in (table.slice(0, 0), table, table.slice(0, 0), table):
            writer.write_table(part)
    assert "a,number,4,0,1.5" in run("csv-stats", "describe", file).stdout
    pq.write_table(table.slice(0, 0), file)
    done = run("csv-stats", "describe", file)
    assert done.returncode == 1 and "no records" in done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_off_or_broken_is_one_line(run: Run, tmp_path: Path, kind: str) -> None:
    content = written(pa.table({"a": np.random.default_rng(1).normal(size=5000)}), kind)
    file = tmp_path / "a"
    for part in (content[: len(content) // 2], content[:9], content[:-3]):
        file.write_bytes(part)
        done = run("csv-stats", "describe", file)
        if kind == "stream" and len(part) == len(content) - 3:
            continue  # its last bytes are the end mark, which may be left out
        assert done.returncode == 1, done
        assert done.stderr.count("\n") == 1 and done.stderr.startswith(f"csv-stats: {file}: ")


@given(data=st.data(), kind=st.sampled_from(KINDS))
@settings(deadline=None, max_examples=150)
def test_changed_bytes_give_an_error_or_a_table(data: Any, kind: str) -> None:
    content = bytearray(written(typed(), kind))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        scan = open_scan(io.BufferedReader(io.BytesIO(bytes(content))), "a", Options())
        for _ in scan.chunks(scan.names):
            pass
    except KitError as error:
        assert str(error).startswith("a: ") and "\n" not in str(error)


def test_a_broken_page_is_named_by_row_group_and_column(run: Run, tmp_path: Path) -> None:
    numbers = np.random.default_rng(1).normal(size=3000)
    table = pa.table({"a": numbers, "b": numbers})
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=1000, use_dictionary=False, write_page_checksum=True)
    content = bytearray(out.getvalue())
    chunk = pq.ParquetFile(io.BytesIO(content)).metadata.row_group(1).column(1)
    at = chunk.data_page_offset
    content[at + 200 : at + 300] = bytes(100)
    (tmp_path / "a.parquet").write_bytes(content)
    done = run("csv-stats", "describe", tmp_path / "a.parquet")
    assert (done.returncode, done.stdout) == (1, "")
    assert "a.parquet: row group 2, column 'b': broken data" in done.stderr


def test_a_missing_package_is_127_and_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyhelpers.machine.find_spec", lambda package: None)
    with pytest.raises(
        KitError, match="pyarrow is missing; run ./install.sh --extra formats"
    ) as no:
        open_typed(io.BufferedReader(io.BytesIO(written(typed(), "parquet"))), "a")
    assert no.value.exit_code == 127
