"""At a terminal: a bar for what takes long, and Ctrl-C, which leaves nothing and nobody behind."""

import gzip
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import HEIGHTS, ROOT, need_peer
from tests.terminal import Terminal

HEAD, BODY = HEIGHTS.read_bytes().split(b"\n", 1)
BODY += b"\r\n"
WORDS = ["sample-large-csv", "-n", "3", "--seed", "1"]
# What a bar for a stream of unknown length says: how much, how fast, how long it has taken.
STREAM_BAR = re.compile(r"sampling .*\d\.\d/\? [kM]B \S+ [kM]B/s 0:\d\d:\d\d so far")


@contextmanager
def fed(pipes: list[int]) -> Iterator[None]:
    """Write rows to each pipe, slowly, as long as the block lasts; then close them."""
    enough = threading.Event()

    def feed() -> None:
        row = BODY.index(b"\n") + 1
        for pipe in pipes:
            os.write(pipe, HEAD + b"\n")
        while not enough.wait(0.05):
            for pipe in pipes:
                os.write(pipe, BODY[: 1000 * row])
        for pipe in pipes:
            os.close(pipe)

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        yield
    finally:
        enough.set()
        feeder.join()


def without_colour(drawn: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", drawn)


@pytest.fixture
def variables(clean_env: dict[str, str]) -> dict[str, str]:
    return clean_env | {"TERM": "xterm-256color"}


def test_a_stream_that_takes_long_shows_a_bar_on_a_terminal_alone(
    variables: dict[str, str], tmp_path: Path
) -> None:
    """Rows that go to the terminal too take the bar's place; they are the last that it shows."""
    pairs = [os.pipe() for _ in range(5)]
    ends = [read for read, _ in pairs]
    with open(tmp_path / "out", "wb") as out, open(tmp_path / "err", "wb") as err:
        plain = subprocess.Popen(WORDS, env=variables, stdin=ends[0], stdout=out, stderr=err)
    shown = Terminal(WORDS, variables, ends[1], subprocess.DEVNULL)
    mixed = Terminal(WORDS, variables, ends[2])
    grey = Terminal(WORDS, variables | {"NO_COLOR": "1"}, ends[3], subprocess.DEVNULL)
    dumb = Terminal(WORDS, variables | {"TERM": "dumb"}, ends[4], subprocess.DEVNULL)
    with fed([write for _, write in pairs]):
        for terminal in (shown, mixed, grey):
            terminal.wait_for("B/s")
    for read in ends:
        os.close(read)
    assert [each.end() for each in (shown, mixed, grey, dumb)] == [0] * 4
    assert plain.wait() == 0 and (tmp_path / "err").read_bytes() == b""
    rows = (tmp_path / "out").read_text("utf-8-sig")  # a terminal has no use for the mark
    assert rows.count("\n") == 4
    for terminal in (shown, mixed, grey):
        assert STREAM_BAR.search(without_colour(terminal.drawn)), terminal.drawn
    assert shown.drawn.endswith("\x1b[2K") and "\x1b[3" in shown.drawn
    assert mixed.drawn.partition("\x1b[?25h")[2].replace("\r", "") == f"\x1b[1A\x1b[2K{rows}"
    assert dumb.drawn == ""
    assert "\x1b[3" not in grey.drawn


FILE_JOB = """
import sys, pyhelpers.cli.progress
from pyhelpers.commands.sample_large_csv import Arguments, Design, Reading, Resources, sample
pyhelpers.cli.progress.PROGRESS_AFTER_S = 0
design = Design(3, 1, by=sys.argv[2])
sample(Arguments([":" + sys.argv[1]], design, Reading(), Resources(cache=False), ""))
"""


@pytest.mark.parametrize(
    ("pack", "by", "size"),
    [(bytes, "", "24.3"), (bytes, "Index", "4.9"), (gzip.compress, "", r"\d\.\d")],
)
def test_a_bar_for_a_file_ends_where_all_is_read(
    variables: dict[str, str],
    tmp_path: Path,
    pack: Callable[[bytes], bytes],
    by: str,
    size: str,
) -> None:
    """Strata are counted before they are drawn: such a file is read twice."""
    file = tmp_path / "file.csv"
    file.write_bytes(pack(HEAD + b"\n" + BODY * (4 if by else 40)))
    words = [f"{ROOT}/.venv/bin/python", "-c", FILE_JOB, str(file), by]
    terminal = Terminal(words, variables | {"PYTHONPATH": str(ROOT)}, None, subprocess.DEVNULL)
    assert terminal.end() == 0
    drawn = without_colour(terminal.drawn)
    assert re.search(rf"({size})/\1 MB \S+ \w+/s 0:00:00 left", drawn), drawn


SLOW_STEPS = """
import time, pyhelpers.cli.progress
pyhelpers.cli.progress.PROGRESS_AFTER_S = 0
with pyhelpers.cli.progress.progress("reading", 900_000_000) as advance:
    for _ in range(5):
        advance(1_000_000)
        time.sleep(0.15)
"""


def test_a_bar_tells_the_time_that_is_left(variables: dict[str, str]) -> None:
    words = [sys.executable, "-c", SLOW_STEPS]
    terminal = Terminal(words, variables | {"PYTHONPATH": str(ROOT)})
    assert terminal.end() == 0
    drawn = without_colour(terminal.drawn)
    # At 6.7 MB/s the other 895 MB will take two minutes; on a busy machine they take longer.
    assert re.search(r"[45]\.0/900\.0 MB \S+ [kM]B/s \d:(0[1-9]|[1-5]\d):\d\d left", drawn), drawn


@pytest.fixture
def places(variables: dict[str, str], tmp_path: Path) -> tuple[Path, Path]:
    """Return an empty folder for a sample, and one that is TMPDIR."""
    folders = tmp_path / "samples", tmp_path / "spool"
    for folder in folders:
        folder.mkdir()
    variables["TMPDIR"] = str(folders[1])
    return folders


@pytest.mark.parametrize("how", [["-n", "3", "--memory", "0"], ["--fraction", "1"]])
def test_ctrl_c_leaves_no_file_of_a_stream(
    variables: dict[str, str], places: tuple[Path, Path], how: list[str]
) -> None:
    """Not where the sample is held in TMPDIR, not where rows are written as they come."""
    read, write = os.pipe()
    words = ["sample-large-csv", "--no-header", *how, "-o", str(places[0] / "out.csv")]
    terminal = Terminal(words, variables, read)
    os.close(read)
    os.set_blocking(write, False)
    sent = 0
    while sent < 3_000_000:  # more than a block and what a pipe holds
        try:
            sent += os.write(write, BODY)
        except BlockingIOError:
            time.sleep(0.05)
    time.sleep(0.5)  # it waits for more
    assert len([*places[0].iterdir()]) == ("--fraction" in how)
    terminal.press("\x03")
    assert terminal.end() == 130
    assert terminal.drawn == "^C" and terminal.leaves_nobody()
    os.close(write)
    assert [[*folder.iterdir()] for folder in places] == [[], []]


def test_ctrl_c_ends_both_processes_that_copy(variables: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(HEAD + b"\n" + BODY * 112)  # 68 MB
    read, write = os.pipe()
    terminal = Terminal([*WORDS[:2], "2000000", str(file)], variables, stdout=write)
    os.close(write)
    with open(read, "rb") as pipe:
        assert pipe.read(1000).startswith(HEAD)  # they copy, and wait for us to read on
        terminal.press("\x03")
        assert terminal.end() == 130
        assert terminal.drawn == "^C" and terminal.leaves_nobody()


def test_ctrl_c_ends_the_clouds_cli_too(
    variables: dict[str, str], places: tuple[Path, Path]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        variables |= {
            "PATH": f"{ROOT}/bin:{Path(need_peer('aws')).parent}:/usr/bin:/bin",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        words = [*WORDS, "-o", str(places[0] / "out.csv"), "s3://b/k.csv"]
        terminal = Terminal(words, variables)
        asking, _ = silent.accept()
        with asking:
            terminal.press("\x03")
            assert terminal.end() == 130
            assert terminal.drawn == "^C" and terminal.leaves_nobody()
    assert [[*folder.iterdir()] for folder in places] == [[], []]
