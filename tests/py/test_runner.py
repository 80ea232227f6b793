"""The fail-safe: a test that fails turns the run red, whichever tongue it is written in."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest

from tests import conftest
from tests.conftest import ROOT, pytest_xdist_auto_num_workers

FAILING = {
    "test_red.py": "def test_red() -> None:\n    assert 1 == 2\n",
    "red.bats": '@test "red" {\n  false\n}\n',
}
SKIPPING = {
    "test_skips.py": "import pytest\ndef test_skips() -> None:\n    pytest.skip('no moon')\n",
    "skips.bats": '@test "skips" {\n  skip "no moon"\n}\n',
}
MISSING_PEER = """
from tests.conftest import need_peer

def test_peer() -> None:
    need_peer("no-such-program")
"""


# As `make test` runs it, and as a person runs one file.
HOW = [("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0"), ()]


def has_ended(pid: int) -> bool:
    """Return whether a process is gone, or dead and not yet collected by its parent (a zombie)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:  # it is gone, or this is macOS
        with suppress(ProcessLookupError):
            os.kill(pid, 0)
            return False
    return True


def run_suite(
    folder: Path, name: str, text: str, ci: str = "", how: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    (folder / name).write_text(text)
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(folder), *how]
    words += ["-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest"]
    env = os.environ | {"CI": ci}
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("how", HOW, ids=["side by side", "alone"])
@pytest.mark.parametrize("name", FAILING)
def test_a_failing_test_turns_the_run_red(tmp_path: Path, name: str, how: tuple[str, ...]) -> None:
    done = run_suite(tmp_path, name, FAILING[name], how=how)
    assert done.returncode == 1
    assert "1 failed" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("how", HOW, ids=["side by side", "alone"])
@pytest.mark.parametrize("name", SKIPPING)
def test_what_is_skipped_is_listed_with_its_reason_at_the_end(
    tmp_path: Path, name: str, how: tuple[str, ...]
) -> None:
    done = run_suite(tmp_path, name, SKIPPING[name], how=how)
    assert done.returncode == 0
    assert "1 skipped" in done.stdout.splitlines()[-1]
    assert any("SKIPPED" in line and "no moon" in line for line in done.stdout.splitlines()[-3:])


def test_side_by_side_one_line_counts_all_and_a_worker_that_dies_is_red(tmp_path: Path) -> None:
    for name, text in (FAILING | SKIPPING).items():
        (tmp_path / name).write_text(text)
    done = run_suite(tmp_path, "test_green.py", "def test_green() -> None:\n    pass\n", how=HOW[0])
    assert "2 failed, 1 passed, 2 skipped" in done.stdout.splitlines()[-1]
    dying = "import os\ndef test_dies() -> None:\n    os._exit(0)\n"
    (tmp_path / "alone").mkdir()
    done = run_suite(tmp_path / "alone", "test_dies.py", dying, how=HOW[0])
    assert done.returncode == 1
    assert "failed" in done.stdout.splitlines()[-1]


def test_each_file_is_run_by_one_worker(tmp_path: Path) -> None:
    """A bats file runs once, however many tests are in it."""
    log = tmp_path / "log"
    setup = f'setup_file() {{ echo once >>"{log}"; }}\n'
    tests = "".join(f'@test "number {n}" {{\n  true\n}}\n' for n in range(6))
    done = run_suite(tmp_path, "many.bats", setup + tests, how=HOW[0])
    assert "6 passed" in done.stdout.splitlines()[-1]
    assert log.read_text() == "once\n"


@pytest.mark.parametrize(
    ("cores", "megabytes", "workers"), [(1, 900, 1), (1, 1900, 2), (2, 8000, 4), (8, 4000, 5)]
)
def test_workers_are_as_many_as_cores_and_memory_bear(
    monkeypatch: pytest.MonkeyPatch, cores: int, megabytes: int, workers: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: range(cores), raising=False)
    sizes = {"SC_PHYS_PAGES": megabytes, "SC_PAGE_SIZE": 1 << 20}
    monkeypatch.setattr(os, "sysconf", sizes.__getitem__)
    assert pytest_xdist_auto_num_workers() == workers


def test_a_missing_peer_is_a_skip_for_a_person_and_a_failure_in_ci(tmp_path: Path) -> None:
    assert run_suite(tmp_path, "test_peer.py", MISSING_PEER).returncode == 0
    assert run_suite(tmp_path, "test_peer.py", MISSING_PEER, ci="true").returncode == 1


def test_a_bats_test_tagged_peer_runs_with_the_peers_and_on_its_own(tmp_path: Path) -> None:
    log = tmp_path / "log"
    text = f'@test "light" {{\n  echo light >>"{log}"\n}}\n\n'
    text += f'# bats test_tags=peer\n@test "heavy" {{\n  echo heavy >>"{log}"\n  false\n}}\n'
    assert "1 passed, 1 deselected" in run_suite(tmp_path, "some.bats", text).stdout
    assert log.read_text() == "light\n"
    done = run_suite(tmp_path, "some.bats", text, how=("-m", "peer"))
    assert "1 failed, 1 deselected" in done.stdout
    assert log.read_text() == "light\nheavy\n"


DRAWING = """
from hypothesis import given, strategies as st
{imports}
@given(st.integers() | st.text() | st.floats())
def test_draws(drawn) -> None:
    with open({log!r}, "a") as log:
        print(repr(drawn), file=log)
"""


def drawn(folder: Path, *how: str, imports: str = "") -> str:
    """Return what a property test draws when it is run so."""
    log = folder / "log"
    log.write_text("")
    text = DRAWING.format(imports=imports, log=str(log))
    assert run_suite(folder, "test_draws.py", text, how=how).returncode == 0
    return log.read_text()


def test_examples_are_the_same_in_each_run_whatever_else_a_worker_has_loaded(
    tmp_path: Path,
) -> None:
    alone = drawn(tmp_path)
    assert len(alone.splitlines()) >= 100
    # Hypothesis draws from the constants of our modules that are loaded, unless it is kept from it.
    imports = (
        "import pyhelpers.commands.find_places, pyhelpers.commands.new_ml_project, tests.docs_pages"
    )
    assert drawn(tmp_path, *HOW[0], imports=imports) == alone


def test_fuzz_draws_others_and_with_the_same_seed_the_same(tmp_path: Path) -> None:
    fuzz = ("--hypothesis-profile=fuzz", "--hypothesis-seed=1")
    one = drawn(tmp_path, *fuzz)
    assert len(one.splitlines()) >= 1000
    assert drawn(tmp_path, *HOW[0], *fuzz) == one
    assert drawn(tmp_path, fuzz[0], "--hypothesis-seed=2") != one


@pytest.mark.parametrize("how", HOW, ids=["side by side", "alone"])
def test_what_waits_for_ever_is_red_even_in_its_clean_up_and_the_others_run(
    tmp_path: Path, how: tuple[str, ...]
) -> None:
    (tmp_path / "conftest.py").write_text("from tests import conftest\nconftest.PATIENCE_S = 2\n")
    text = """
    import subprocess
    def test_waits() -> None:
        with subprocess.Popen(["sleep", "30"]) as process:  # whose end waits, too
            process.wait()
    def test_green() -> None:
        pass
    """
    done = run_suite(tmp_path, "test_waits.py", dedent(text), how=how)
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout.splitlines()[-1]
    assert "no end after 2 s" in done.stdout


def test_a_bats_test_that_waits_for_ever_is_red_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid, path = tmp_path / "pid", tmp_path / "waits.bats"
    path.write_text(
        f'@test "ends" {{\n  true\n}}\n@test "waits" {{\n  echo $$ >"{pid}"; sleep 600\n}}\n'
    )
    monkeypatch.setattr(conftest, "BATS_SILENCE_S", 5)
    assert conftest.run_bats(path, peer=False) == {"ends": ("ok", "")}
    process = int(pid.read_text())
    for _ in range(100):  # it was killed: the kernel ends it soon, whoever collects its status
        if has_ended(process):
            return
        time.sleep(0.05)
    pytest.fail("the test's process runs on")
