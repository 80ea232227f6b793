"""Odd arguments, names and addresses end in one clear line, never in "unexpected ..."."""

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from random import Random

import pytest

from pyhelpers.sampling.draw import gnu_shuf
from tests.conftest import Run, Shim
from tests.loopback import run_server

TEXT = b"a,b\n1,2\n3,4\n"
LONG = "9" * 5000


class Site(BaseHTTPRequestHandler):
    """Serves a table under one address alone, as it is sent; shows the host asked for."""

    def do_GET(self) -> None:
        found = self.path == "/%C3%BC%20%FF.csv?q=%C3%A9"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(TEXT if found else b"")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with run_server(Site) as url:
        yield url


@pytest.mark.parametrize("command", [["csv-stats", "describe"], ["sample-large-csv"]])
def test_other_letters_than_ascii_in_an_address_are_encoded(
    run: Run, site: str, command: list[str]
) -> None:
    done = run(*command, site + "/ü \udcff.csv?q=é#part")
    assert (done.returncode, done.stderr.count("only 2 of")) == (0, len(command) == 1)


BAD = ["[::1/a", "h:99999999/a", "/a", "127.0.0.1:x/", "a..b/x", "a" * 300 + "/"]


@pytest.mark.parametrize("rest", BAD)
def test_what_is_no_address_is_said_to_be_none(run: Run, rest: str) -> None:
    done = run("csv-stats", "describe", "http://" + rest)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is not an address" in done.stderr


CASES: list[tuple[int, list[str]]] = [
    *((2, ["csv-stats", "describe", "--encoding", name]) for name in ("idna", "utf-7", "\udcff")),
    (2, ["csv-stats", "describe", "--encoding", "undefined"]),
    (2, ["csv-stats", "cluster", "-k", "1", "--seed", "-1"]),
    (2, ["csv-stats", "cluster", "-k", "1", "--seed", str(1 << 70)]),
    (2, ["csv-stats", "fit", "--target", "b", "--features", "a", "--confidence", "nan"]),
    (1, ["csv-stats", "density", "--x", "a", "--y", "b"]),
    (0, ["csv-stats", "cluster", "-k", "1", "--name", "0=\udcff"]),
    (2, ["show-descent", "network", "xor", "--rate", "nan"]),
    (2, ["make-change", "5", "--coins", "9" * 30]),
    (2, ["make-change", "5", "--coins", LONG]),
    (2, ["make-change", "5", "--till", f"1={LONG}"]),
    (2, ["make-change", LONG]),
]


@pytest.mark.parametrize(("code", "words"), CASES, ids=lambda value: str(value)[:50])
def test_odd_arguments_have_a_clear_answer(run: Run, code: int, words: list[str]) -> None:
    done = run(*words, input=TEXT)
    assert "unexpected" not in done.stderr and done.stderr.count("\n") <= 1
    assert done.returncode == code, done.stderr


def test_files_whose_names_are_no_utf8_are_read_and_reported(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "caf\udce9.csv"
    table.write_bytes(TEXT + b"".join(b"%d,%d\n" % (i, i * i % 7) for i in range(50)))
    for words in (
        ["csv-stats", "describe", table],
        ["csv-stats", "report", table, "-o", tmp_path / "r\udce9.html"],
        ["csv-stats", "report", table, "--ipynb", "-o", tmp_path / "r.ipynb"],
        ["sample-large-csv", "-n", 9, table, "-o", tmp_path / "s\udce9.csv"],
    ):
        done = run(*words)
        assert (done.returncode, done.stderr) == (0, ""), words


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs Linux's /proc")
def test_files_that_say_no_size_are_read(run: Run) -> None:
    described = run("csv-stats", "describe", "--format", "csv", "/proc/self/limits")
    assert (described.returncode, "Limit" in described.stdout) == (0, True)
    done = run("sample-large-csv", "--no-header", "/proc/self/limits")
    assert (done.returncode, done.stdout[:5]) == (0, "Limit")


@pytest.mark.parametrize("other", ["exit 1", "seq 1 5", "echo busybox >&2; exit 1", "seq 0 9999"])
def test_another_shuf_than_gnus_is_noticed_and_the_draw_is_the_same(
    run: Run, tmp_path: Path, clean_env: dict[str, str], other: str
) -> None:
    table = tmp_path / "a.csv"
    table.write_text("a\n" + "".join(f"{i}\n" for i in range(10_000)))
    for words in (["-n", 5], ["-n", 10, "--replace"]):
        command = ["sample-large-csv", "--seed", 7, *words, table]
        gnus = run(*command)
        path = clean_env["PATH"]
        Shim(tmp_path / f"bin{len(words)}", clean_env)("shuf", other)
        others = run(*command)
        clean_env["PATH"] = path
        assert (others.returncode, others.stderr, others.stdout) == (0, "", gnus.stdout)


def test_numbers_are_drawn_as_gnu_shuf_draws_them(run: Run, tmp_path: Path) -> None:
    for seed in range(60):
        draw = Random(seed)
        count = draw.choice([1, 2, 3, 255, 256, 257, 65_536, 70_000, 131_072, 10**6, 2**40])
        rows, replace = min(count, draw.choice([1, 2, 50, 3000])), draw.random() < 0.3
        (tmp_path / "random").write_bytes(Random(seed).randbytes(1 << 18))
        words = ["-i", f"0-{count - 1}", "-n", rows, *(["-r"] if replace else [])]
        told = run("shuf", *words, f"--random-source={tmp_path / 'random'}").stdout
        found = list(gnu_shuf(count, rows, replace, Random(seed).randbytes))
        assert found == list(map(int, told.split())), (seed, count, rows, replace)
