"""sample-large-csv of Parquet, Arrow and JSON lines: the rows that the same CSV gives."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.conftest import HEIGHTS, Run, Shim

pa = pytest.importorskip("pyarrow", reason="the extra named formats is not installed")
pq = pytest.importorskip("pyarrow.parquet")
SIZE = 3000


@pytest.fixture
def frame() -> pd.DataFrame:
    found = pd.read_csv(HEIGHTS)[:SIZE]
    return found.assign(
        team=lambda f: "t" + (f.Index % 7 % 3).astype(str), note=lambda f: "é,\n" + f.team
    )


@pytest.fixture
def files(frame: pd.DataFrame, tmp_path: Path) -> Path:
    frame.to_csv(tmp_path / "a.csv", index=False, lineterminator="\n")
    frame.to_parquet(tmp_path / "a.parquet", row_group_size=700)
    frame.to_feather(tmp_path / "a.feather")
    frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    return tmp_path


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


DESIGNS: list[list[Any]] = [
    ["-n", 50], ["-n", 0], ["-n", 9999], ["--fraction", 0.1], ["-n", 40, "--replace"],
    ["-n", 60, "--shuffled"], ["-n", 30, "--by", "team"], ["-n", 30, "--by", "team", "--equal"],
    ["-n", 25, "--weight", "Weight-Pounds"], ["-n", 20, "--replace", "--shuffled"],
]  # fmt: skip


@pytest.mark.parametrize("words", DESIGNS, ids=lambda words: " ".join(map(str, words)))
def test_a_seed_draws_the_rows_of_the_csv(run: Run, files: Path, words: list[Any]) -> None:
    wanted = run("sample-large-csv", *words, "--seed", 7, "--no-cache", files / "a.csv")
    for name in ("a.parquet", "a.feather"):
        found = run("sample-large-csv", *words, "--seed", 7, files / name)
        assert found.returncode == 0, found.stderr
        pd.testing.assert_frame_equal(table(found.stdout), table(wanted.stdout))
        assert found.stderr.replace(name, "a.csv") == wanted.stderr


def test_types_are_kept_in_parquet_and_arrow(run: Run, tmp_path: Path) -> None:
    import pyarrow.feather as feather

    data = pa.table(
        {
            "id": pa.array(range(500), pa.int16()),
            "code": [f"{n:05}" for n in range(500)],
            "tags": [[n, None] for n in range(500)],
            "size": [{"w": n, "h": None} for n in range(500)],
            "at": pa.array(range(500), pa.timestamp("ns", "UTC")),
        }
    ).replace_schema_metadata({"made": "here"})
    pq.write_table(data, tmp_path / "a.parquet", row_group_size=90)
    data = pq.read_table(tmp_path / "a.parquet")
    for name in ("out.parquet", "out.feather"):
        done = run("sample-large-csv", "-n", 77, "--seed", 3, "-o", tmp_path / name,
                   tmp_path / "a.parquet")  # fmt: skip
        assert done.returncode == 0, done.stderr
        read = pq.read_table if name.endswith("parquet") else feather.read_table
        found = read(tmp_path / name)
        assert found.schema.equals(data.schema, check_metadata=True)
        assert found.equals(data.take(found["id"].to_pylist()))
    csv = table(run("sample-large-csv", "-n", 77, "--seed", 3, tmp_path / "a.parquet").stdout)
    assert csv["id"].tolist() == found["id"].to_pylist()
    assert list(csv.columns) == ["id", "code", "tags", "size.w", "size.h", "at"]


def test_only_groups_with_a_row_drawn_are_read(run: Run, files: Path, frame: pd.DataFrame) -> None:
    content = bytearray((files / "a.parquet").read_bytes())
    broken = pq.ParquetFile(io.BytesIO(content)).metadata.row_group(4).column(1)
    content[broken.data_page_offset : broken.data_page_offset + 60] = b"\xff" * 60
    (files / "b.parquet").write_bytes(content)
    seen = set()
    for seed in range(12):
        done = run("sample-large-csv", "-n", 2, "--seed", seed, files / "b.parquet")
        wanted = table(run("sample-large-csv", "-n", 2, "--seed", seed, files / "a.csv").stdout)
        hit = bool((wanted.Index > 2800).any())
        seen.add(hit)
        assert (done.returncode == 1) == hit
        if hit:
            assert "row group 5" in done.stderr and done.stderr.count("\n") == 1
        else:
            pd.testing.assert_frame_equal(table(done.stdout), wanted)
    assert seen == {True, False}


def test_every_row_is_drawn_as_often(run: Run, files: Path) -> None:
    counts = np.zeros(SIZE)
    for seed in range(40):
        done = run("sample-large-csv", "-n", 600, "--seed", seed, files / "a.parquet")
        counts[table(done.stdout).Index.to_numpy() - 1] += 1
    groups = counts.reshape(-1, 300).sum(axis=1)
    assert stats.chisquare(groups).pvalue > 1e-4  # one in 10,000 fails by chance; seeds are fixed


def test_several_files_and_pipes(run: Run, files: Path, frame: pd.DataFrame) -> None:
    frame[:1000].to_parquet(files / "1.parquet")
    frame[1000:][[*frame.columns[::-1]]].to_parquet(files / "2.parquet")  # in another order
    wanted = table(run("sample-large-csv", "-n", 90, "--seed", 1, files / "a.csv").stdout)
    both = run("sample-large-csv", "-n", 90, "--seed", 1, files / "1.parquet", files / "2.parquet")
    pd.testing.assert_frame_equal(table(both.stdout), wanted)
    piped = run(
        "bash", "-c", 'cat "$1" | sample-large-csv -n 90 --seed 1', "-", files / "a.parquet"
    )
    pd.testing.assert_frame_equal(table(piped.stdout), wanted)
    frame.rename(columns={"team": "side"}).to_parquet(files / "3.parquet")
    done = run("sample-large-csv", "-n", 9, files / "1.parquet", files / "3.parquet")
    assert done.returncode == 1 and "its columns differ" in done.stderr
    done = run("sample-large-csv", "-n", 9, files / "1.parquet", files / "a.csv")
    assert done.returncode == 1 and "a.csv: is of another format than" in done.stderr


def test_a_bucket(run: Run, files: Path, shim: Shim, clean_env: dict[str, str]) -> None:
    shim("aws", f'case "$*" in *head-object*) echo {(files / "a.parquet").stat().st_size};; '
                f'*) cat {files / "a.parquet"};; esac')  # fmt: skip
    found = run("sample-large-csv", "-n", 90, "--seed", 1, "s3://b/a.parquet")
    wanted = run("sample-large-csv", "-n", 90, "--seed", 1, files / "a.csv")
    assert found.returncode == 0, found.stderr
    pd.testing.assert_frame_equal(table(found.stdout), table(wanted.stdout))


def test_json_lines_become_a_csv_or_stay_lines(run: Run, files: Path) -> None:
    found = table(run("sample-large-csv", "-n", 9999, files / "a.jsonl").stdout)
    pd.testing.assert_frame_equal(found, table((files / "a.csv").read_text()))
    lines = run("sample-large-csv", "--lines", "--no-header", "-n", 20, files / "a.jsonl").stdout
    every = (files / "a.jsonl").read_text().splitlines()
    assert len(lines.splitlines()) == 20 and set(lines.splitlines()) <= set(every)


def test_what_does_not_fit_is_refused(run: Run, files: Path) -> None:
    for words, said in (
        (["--seek", files / "a.parquet"], "--seek is for text"),
        (["-d", ";", files / "a.parquet"], "leave out -d"),
        (["--by", "x", files / "a.parquet"], "no column 'x'"),
        (["-o", files / "o.parquet", files / "a.csv"], "only Parquet and Arrow sources"),
        (["--weight", "team", files / "a.parquet"], "weight 't1' is not a number"),
    ):
        done = run("sample-large-csv", "-n", 5, *words)
        assert done.returncode in (1, 2) and said in done.stderr, done
        assert not (files / "o.parquet").exists()
