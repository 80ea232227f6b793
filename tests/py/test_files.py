"""Bytes in from a file, a pipe or a URL, decompressed; files out whole or not at all."""

import bz2
import gzip
import lzma
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.csvio.sources import open_source
from pyhelpers.files import write_whole
from tests.conftest import HEIGHTS, ROOT, Run

TEXT = HEIGHTS.read_bytes()


def zstd(data: bytes) -> bytes:
    try:
        from compression import zstd as module  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        from backports import zstd as module
    return bytes(module.compress(data))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd,
}


@pytest.mark.parametrize("suffix", PACKERS)
def test_compressed_data_are_known_by_their_magic_bytes(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "no suffix"
    path.write_bytes(PACKERS[suffix](TEXT))
    assert open_source(str(path)).read() == TEXT


@pytest.mark.parametrize("suffix", PACKERS)
def test_compressed_data_cut_short_are_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cut.{suffix}"
    path.write_bytes(PACKERS[suffix](TEXT)[:-5000])
    with pytest.raises(KitError, match=r"cut\..*fetch it again"):
        open_source(str(path)).read()


def test_two_gzip_members_are_one_text(tmp_path: Path) -> None:
    path = tmp_path / "two.gz"
    path.write_bytes(gzip.compress(b"a\n1\n") + gzip.compress(b"2\n"))
    assert open_source(str(path)).read() == b"a\n1\n2\n"


def test_a_pipe_may_be_compressed_too(run: Run) -> None:
    plain = run("csv-stats", "describe", HEIGHTS)
    piped = run("csv-stats", "describe", "-", input=gzip.compress(TEXT))
    assert (piped.returncode, piped.stdout) == (0, plain.stdout)


class Site(BaseHTTPRequestHandler):
    """Serves the heights: whole on /whole.csv, cut after half on /cut.csv, and errors by name."""

    def do_GET(self) -> None:
        code = int(self.path[1:4]) if self.path[1:4].isdigit() else 200
        body = TEXT if code == 200 else b"an error page"
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if "cut" in self.path else body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_address_is_fetched(site: str) -> None:
    assert open_source(f"{site}/whole.csv").read() == TEXT


@pytest.mark.parametrize(("page", "code"), [("404", 3), ("403", 3), ("503", 4), ("cut.csv", 4)])
def test_a_refusal_a_broken_server_and_a_cut_transfer_have_their_exit_codes(
    run: Run, site: str, page: str, code: int
) -> None:
    done = run("csv-stats", "describe", f"{site}/{page}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert f"{site}/{page}" in done.stderr


def test_an_address_where_nobody_answers_is_exit_code_4(run: Run) -> None:
    done = run("csv-stats", "describe", "http://127.0.0.1:1/x.csv")
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)


def test_a_folder_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="is a folder"):
        open_source(str(tmp_path))


def test_a_written_file_is_whole_and_has_the_modes_of_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with write_whole(str(path)) as stream:
        stream.write(b"a\n")
        assert not path.exists()
    assert path.read_bytes() == b"a\n"
    (tmp_path / "plain").touch()
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), write_whole(str(path)) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_a_replaced_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "out.csv", tmp_path / "link.csv"
    path.write_bytes(b"old")
    path.chmod(0o600)
    link.symlink_to(path)
    with write_whole(str(link)) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    with (
        pytest.raises(KitError, match="cannot be written"),
        write_whole(str(tmp_path / "none" / "out")),
    ):
        pass


OVERWRITES = {
    "a sample": "sample-large-csv -n 3 t.csv -o t.csv",
    "a sample of standard input": "sample-large-csv -n 3 -o t.csv <t.csv",
    "a sample's second source": "sample-large-csv -n 3 other.csv t.csv -o ./t.csv",
    "a sample to a link": "ln -s t.csv link; sample-large-csv -n 3 t.csv -o link",
    "a sample behind its source": "sample-large-csv -n 3 t.csv >>t.csv",
    "predictions": "ml-model predict line t.csv -o t.csv",
    "predictions of standard input": "ml-model predict line -o t.csv <t.csv",
    "predictions behind their rows": "ml-model predict line t.csv >>t.csv",
    "a model for its predictions": "ml-model predict line t.csv -o line/card.json",
    "a service's predictions": "predict --url http://127.0.0.1:1 t.csv -o t.csv",
    "a report": "csv-stats report t.csv -o t.csv",
    "a schema": "csv-stats check t.csv -o t.csv",
    "a table in a folder": "csv-stats check parts -o parts/t.csv",
    "a route": "solve-tsp t.csv -o t.csv",
    "a trip's minutes": "plan-trip other.csv --times t.csv -o t.csv",
}


@pytest.mark.parametrize("case", OVERWRITES)
def test_no_command_replaces_the_file_that_it_reads(
    run: Run, tmp_path: Path, case: str, line_model: Path
) -> None:
    text = "name,lat,lon,x,y\n" + "".join(f"n{i},{i},{i % 7},{i},{2 * i}\n" for i in range(40))
    for name in ("t.csv", "other.csv"):
        (tmp_path / name).write_text(text)
    (tmp_path / "parts").mkdir()
    os.link(tmp_path / "t.csv", tmp_path / "parts/t.csv")
    shutil.copytree(line_model, tmp_path / "line")
    card = (tmp_path / "line/card.json").read_bytes()
    done = run("timeout", "20", "bash", "-c", OVERWRITES[case], cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "input file is output file; write to another file" in done.stderr
    assert (tmp_path / "t.csv").read_text() == text
    assert (tmp_path / "line/card.json").read_bytes() == card


@pytest.fixture(scope="module")
def line_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A line through points: a model of one feature, x."""
    folder = tmp_path_factory.mktemp("model")
    rows = "".join(f"{i},{2 * i + i % 3}\n" for i in range(40))
    (folder / "points.csv").write_text("x,y\n" + rows)
    words = "train points.csv --target y --features x --folds 0 -o line"
    subprocess.run([ROOT / "bin/ml-model", *words.split()], cwd=folder, check=True)
    return folder / "line"


def test_an_output_in_the_folder_of_another_input_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    (tmp_path / "out.csv").write_text("old")
    done = run("sample-large-csv", "-n", "1", "t.csv", "-o", "out.csv", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "out.csv").read_text() == "a,b\n1,2\n"
