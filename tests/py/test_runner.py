"""The fail-safe: a test that fails turns the run red, whichever tongue it is written in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

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


def run_suite(folder: Path, name: str, text: str, ci: str = "") -> subprocess.CompletedProcess[str]:
    (folder / name).write_text(text)
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(folder)]
    words += ["-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest"]
    env = os.environ | {"CI": ci}
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True)


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_test_turns_the_run_red(tmp_path: Path, name: str) -> None:
    done = run_suite(tmp_path, name, FAILING[name])
    assert done.returncode == 1
    assert "1 failed" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("name", SKIPPING)
def test_what_is_skipped_is_listed_with_its_reason_at_the_end(tmp_path: Path, name: str) -> None:
    done = run_suite(tmp_path, name, SKIPPING[name])
    assert done.returncode == 0
    assert "1 skipped" in done.stdout.splitlines()[-1]
    assert any("SKIPPED" in line and "no moon" in line for line in done.stdout.splitlines()[-3:])


def test_a_missing_peer_is_a_skip_for_a_person_and_a_failure_in_ci(tmp_path: Path) -> None:
    assert run_suite(tmp_path, "test_peer.py", MISSING_PEER).returncode == 0
    assert run_suite(tmp_path, "test_peer.py", MISSING_PEER, ci="true").returncode == 1
