"""csv-stats describe of several files and on a Dask cluster: the result of one machine."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pyhelpers.csvio.options import Options
from pyhelpers.statistics import byte_ranges
from pyhelpers.statistics.byte_ranges import open_range, split
from pyhelpers.statistics.range_sample import ByteRange
from tests.cluster import Cluster
from tests.conftest import HEIGHTS, ROOT, Run


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run two workers that know the kit; yield their scheduler's address."""
    running = Cluster(tmp_path_factory.mktemp("dask"), PYTHONPATH=str(ROOT))
    yield running.address
    running.close()


def parts(folder: Path, quoted: bool) -> list[Path]:
    rng = np.random.default_rng(31)
    paths = []
    for i in range(3):
        n = 3000
        frame = pd.DataFrame({"a": rng.normal(size=n), "b": rng.integers(0, 9, n), "g": "x"})
        frame["word"] = [f"w{k},\n" if quoted else f"w{k}" for k in rng.integers(0, 40, n)]
        frame.loc[5, "a"] = np.nan
        paths.append(folder / f"part {i}.csv")
        frame.assign(late="7" if i < 2 else "seven").to_csv(paths[-1], index=False)
    return paths


def test_two_workers_give_the_result_of_one_machine(
    run: Run, scheduler: str, tmp_path: Path
) -> None:
    paths = parts(tmp_path, quoted=True)
    here = run("csv-stats", "describe", *paths, "--all", "--by", "b")
    there = run("csv-stats", "describe", *paths, "--all", "--by", "b", "--cluster", scheduler)
    assert there.returncode == 0, there.stderr
    assert there.stderr == here.stderr
    one, other = (pd.read_csv(io.StringIO(done.stdout)) for done in (here, there))
    pd.testing.assert_frame_equal(one, other, rtol=1e-10)
    exact = [column for column in one if "%" in column or column in ("count", "min", "max")]
    pd.testing.assert_frame_equal(one[exact], other[exact], check_exact=True)


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_typed_files_are_read_by_workers(
    run: Run, scheduler: str, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, paths = np.random.default_rng(32), [tmp_path / f"{i}.{kind}" for i in range(2)]
    for path in paths:
        frame = pd.DataFrame({"a": rng.normal(size=3000), "n": rng.integers(0, 9, 3000)})
        frame["word"] = [f"w{k}" for k in rng.integers(0, 40, 3000)]
        if kind == "parquet":
            frame.to_parquet(path, row_group_size=700)
        else:
            frame.to_json(path, orient="records", lines=True)
    here = run("csv-stats", "describe", *paths)
    there = run("csv-stats", "describe", *paths, "--cluster", scheduler)
    assert there.returncode == 0, there.stderr
    one, other = (pd.read_csv(io.StringIO(done.stdout)) for done in (here, there))
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)
    cut = split(str(paths[0]), open_range(ByteRange(str(paths[0])), Options()))
    assert [part.groups for part in cut] == [None]  # too small to be divided
    monkeypatch.setattr(byte_ranges, "PART_BYTES", 1 << 10)
    cut = split(str(paths[0]), open_range(ByteRange(str(paths[0])), Options()))
    if kind == "parquet":
        assert [row for part in cut for row in part.groups or ()] == [0, 1, 2, 3, 4]
        assert sum(part.bytes for part in cut) == paths[0].stat().st_size


def test_a_file_is_split_at_line_ends_and_no_line_is_lost(run: Run, scheduler: str) -> None:
    cut = split(str(HEIGHTS), open_range(ByteRange(str(HEIGHTS)), Options()))
    data = HEIGHTS.read_bytes()
    assert len(cut) == 4 and cut[-1].stop == len(data)
    assert all(data[part.start - 1 : part.start] == b"\n" for part in cut)
    assert [a.stop for a in cut[:-1]] == [b.start for b in cut[1:]]
    here, there = (
        run("csv-stats", "describe", HEIGHTS, *more) for more in ((), ("--cluster", scheduler))
    )
    one, other = (pd.read_csv(io.StringIO(done.stdout)) for done in (here, there))
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)


def test_a_bad_record_has_its_line_in_the_file(run: Run, scheduler: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n" + "1,2\n" * 900 + "3\n" + "1,2\n" * 50 + "4\n" + "1,2\n" * 50)
    for more in (("--skip-bad",), ()):
        here = run("csv-stats", "describe", path, *more)
        there = run("csv-stats", "describe", path, *more, "--cluster", scheduler)
        assert "902" in here.stderr
        assert (there.returncode, there.stderr) == (here.returncode, here.stderr)


def test_many_files_are_one_table(run: Run, tmp_path: Path) -> None:
    paths = parts(tmp_path, False)
    whole = tmp_path / "whole.csv"
    pd.concat([pd.read_csv(path, dtype=str) for path in paths]).to_csv(whole, index=False)
    done = run("csv-stats", "describe", *paths)
    expected = pd.read_csv(io.StringIO(run("csv-stats", "describe", whole).stdout))
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(done.stdout)), expected, rtol=1e-12)
    other = run("csv-stats", "describe", paths[0], HEIGHTS)
    assert other.returncode == 1 and "its columns differ from those of" in other.stderr


def test_no_scheduler_is_4_and_a_pipe_is_2(run: Run) -> None:
    piped = run("csv-stats", "describe", "--cluster", "tcp://127.0.0.1:9", input="a\n1\n")
    assert piped.returncode == 2 and "name files" in piped.stderr
    gone = run("csv-stats", "describe", HEIGHTS, "--cluster", "tcp://127.0.0.1:9")
    assert gone.returncode == 4, gone.stderr
    assert gone.stderr.count("\n") == 1 and "no Dask scheduler answers" in gone.stderr
