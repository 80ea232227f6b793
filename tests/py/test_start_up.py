"""Ctrl-C while a command starts: it ends by the signal, without a word."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.served import Served, train_heights

WAITS = """
import os, sys, time
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ.get("SLOW"):
            sys.stdout.write("now\\n")
            sys.stdout.flush()
            time.sleep(20)
sys.meta_path.insert(0, Slow())
"""


@pytest.mark.parametrize(
    "module",
    [
        "pyhelpers.text",
        "typer",
        "pyhelpers.commands.ml_model.serve",
        "pyhelpers.serving.server",
        "asyncio",
    ],
)
def test_ctrl_c_while_modules_are_imported_ends_without_a_word(tmp_path: Path, module: str) -> None:
    model = train_heights(tmp_path / "weight")
    (tmp_path / "sitecustomize.py").write_text(WAITS)
    words = [str(ROOT / ".venv/bin/python"), "-m", "pyhelpers", "ml-model", "serve", str(model)]
    variables = os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}", "SLOW": module}
    process = subprocess.Popen(
        [*words, "--port", "0"], env=variables, stdout=-1, stderr=-1, text=True, cwd=tmp_path
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "now\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == ("", "")
    finally:  # one that never imports it serves for ever
        process.kill()
    assert process.returncode == -signal.SIGINT


def test_ctrl_c_as_soon_as_it_serves_is_heard(tmp_path: Path) -> None:
    model = train_heights(tmp_path / "weight")
    for _ in range(5):
        service = Served(model)
        assert service.stop(signal.SIGINT) == 0
