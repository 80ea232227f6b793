"""A signal that ends a command removes unfinished files; the shell reports 128 + its number."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from pyhelpers.files import write_whole
from tests.conftest import HEIGHTS, ROOT, ROUTES, Shim
from tests.served import train_heights

SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT]
# A command whose block waits to be ended.
WAITING = """
import sys, time
from pyhelpers import __main__ as dispatcher
from pyhelpers.files import orderly_end, write_whole, write_whole_folder
def run(command, args):
    with {block}:
        time.sleep(60)
dispatcher.run = run
sys.exit(dispatcher.main(["command", *sys.argv[1:]]))
"""


def await_file(folder: Path, pattern: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not list(folder.glob(pattern)):
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < deadline, f"{pattern} never came"
        time.sleep(0.02)


def end(
    words: Sequence[object],
    cwd: Path,
    env: dict[str, str],
    until: str,
    how: int,
    twice: bool = False,
) -> int:
    """Begin a command, send it a signal once a file of a pattern is there; return its exit code.

    Its standard input stays open. The signal goes to it alone, as from kill or a supervisor; a
    second one follows where the first is put off.
    """
    command = [str(word) for word in words]
    with TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.PIPE, stderr=said, start_new_session=True
        )
        assert process.stdin
        try:
            process.stdin.write(b"a,b\n" + b"1,2\n" * 16383)  # what a pipe holds, and a look takes
            process.stdin.flush()
            await_file(cwd, until, process)
            process.send_signal(how)
            while twice and process.poll() is None:  # two that come together are one
                time.sleep(0.1)
                process.send_signal(how)
            return process.wait(30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.stdin.close()
            assert b"Traceback" not in os.pread(said.fileno(), 10_000, 0)


@pytest.mark.parametrize("how", SIGNALS, ids=lambda how: how.name)
@pytest.mark.parametrize("writer", ["write_whole", "write_whole_folder"])
def test_what_was_being_written_is_gone_and_what_stood_there_stays(
    tmp_path: Path, clean_env: dict[str, str], writer: str, how: signal.Signals
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (place / "out").write_text("old")
    script = WAITING.format(block=f"{writer}(sys.argv[1])")
    words = [sys.executable, "-c", script, place / "out"]
    code = end(words, tmp_path, clean_env | {"PYTHONPATH": str(ROOT)}, "place/.out.*", how)
    assert code == -how
    assert os.listdir(place) == ["out"]
    assert (place / "out").read_text() == "old"


# A draft whose making takes long, while a thread could receive the signal.
SLOW_DRAFT = """
import tempfile, threading
made = tempfile.mkstemp
def mkstemp(**options):
    draft = made(**options)
    time.sleep(1)
    return draft
tempfile.mkstemp = mkstemp
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
"""


@pytest.mark.parametrize("how", SIGNALS, ids=lambda how: how.name)
def test_a_draft_that_is_being_made_is_removed_too(
    tmp_path: Path, clean_env: dict[str, str], how: signal.Signals
) -> None:
    imports, rest = WAITING.format(block="write_whole(sys.argv[1])").split("def run", 1)
    words = [sys.executable, "-c", f"{imports}{SLOW_DRAFT}def run{rest}", tmp_path / "out"]
    env = clean_env | {"PYTHONPATH": str(ROOT)}
    before = sorted(tmp_path.iterdir())
    assert end(words, tmp_path, env, ".out.*", how) == -how
    assert sorted(tmp_path.iterdir()) == before


def test_under_nohup_a_hang_up_ends_nothing(tmp_path: Path, clean_env: dict[str, str]) -> None:
    script = WAITING.format(block="write_whole(sys.argv[1])").replace("60", "1")
    words = ["nohup", sys.executable, "-c", script, tmp_path / "out"]
    env = clean_env | {"PYTHONPATH": str(ROOT)}
    assert end(words, tmp_path, env, ".out.*", signal.SIGHUP) == 0
    assert (tmp_path / "out").exists()


def test_where_nothing_is_being_written_a_signal_is_the_systems_to_handle(tmp_path: Path) -> None:
    before = [signal.getsignal(how) for how in SIGNALS]
    with write_whole(str(tmp_path / "out")):
        assert [signal.getsignal(how) for how in SIGNALS] != before
    assert [signal.getsignal(how) for how in SIGNALS] == before


# What is begun in the folder of the test and of TMPDIR: a pipe that never ends holds it open.
BEGUN = {
    "sample-large-csv --fraction 1 -o some.csv": ".some.csv.*",
    "csv-stats report -o page.html": "tmp/csv-stats-*",
    "csv-stats cluster -k 2": "tmp/csv-stats-*",
}


@pytest.mark.parametrize("line", BEGUN)
def test_a_command_that_is_ended_leaves_nothing(
    tmp_path: Path, clean_env: dict[str, str], line: str
) -> None:
    (tmp_path / "tmp").mkdir()
    env = clean_env | {"TMPDIR": str(tmp_path / "tmp")}
    before = sorted(tmp_path.rglob("*"))
    assert end(line.split(), tmp_path, env, BEGUN[line], signal.SIGTERM) == -signal.SIGTERM
    assert sorted(tmp_path.rglob("*")) == before


# The last step of a writer, made to last.
SLOW_RENAME = """
import os, time
def rename(*paths, **options):
    time.sleep(60)
os.rename = os.replace = rename
"""
# What is written at the end of a command, and its unfinished name in the test's folder.
WRITTEN_LAST = {
    f"solve-tsp {ROUTES} -o route.csv": ".route.csv.*",
    f"ml-model train {HEIGHTS} --target Weight-Pounds --model linear -o weight": ".weight.*",
}


@pytest.mark.parametrize("how", SIGNALS, ids=lambda how: how.name)
@pytest.mark.parametrize("line", WRITTEN_LAST, ids=lambda line: line.split()[0])
def test_a_command_that_is_ended_while_it_writes_its_result_leaves_nothing(
    tmp_path: Path, clean_env: dict[str, str], line: str, how: signal.Signals
) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow/sitecustomize.py").write_text(SLOW_RENAME)
    path = f"{tmp_path / 'slow'}:{ROOT}"
    env = clean_env | {"TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": path}
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    before = sorted(tmp_path.rglob("*"))
    words = [sys.executable, "-m", "pyhelpers", *line.split()]
    twice = how == signal.SIGINT and line.startswith("solve-tsp")  # which writes on at the first
    assert end(words, tmp_path, env, WRITTEN_LAST[line], how, twice) == -how
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP], ids=lambda how: how.name)
def test_a_deployment_that_is_ended_leaves_no_staged_folder(
    tmp_path: Path, clean_env: dict[str, str], shim: Shim, how: signal.Signals
) -> None:
    model = train_heights(tmp_path / "weight")
    (tmp_path / "tmp").mkdir()
    shim("az", f': >"{tmp_path}/asked"; exec sleep 60')
    env = clean_env | {"TMPDIR": str(tmp_path / "tmp")}
    words = ["deploy-model", "azure", model, "ada-weight", "--region", "westeurope"]
    assert end(words, tmp_path, env, "asked", how) == -how
    assert not os.listdir(tmp_path / "tmp")
