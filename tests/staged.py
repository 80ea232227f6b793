"""Folders that deploy-model staged, started as their platforms start them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import HEIGHTS, ROOT
from tests.loopback import free_port

PYTHON = ROOT / ".venv/bin/python"


def train(folder: Path, name: str, model: str) -> Path:
    """Train a model of heights and weights with the kit's own command, on 1,000 records."""
    few = folder / "few.csv"
    few.write_bytes(b"".join(HEIGHTS.read_bytes().splitlines(keepends=True)[:1001]))
    words = ["train", few, "--target", "Weight-Pounds", "--features", "Height-Inches"]
    command = [ROOT / "bin/ml-model", *words, "--model", model, "-o", folder / name]
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return folder / name


@contextmanager
def started(command: list[object], folder: Path, port: str = "", **variables: str) -> Iterator[str]:
    """Run a start command with no variables but those given; yield its address.

    PORT in them becomes a free port.
    """
    port = port or str(free_port())
    environment = {"PATH": f"{PYTHON.parent}:/usr/bin:/bin", **variables}
    environment = {key: value.replace("PORT", port) for key, value in environment.items()}
    words = [str(word) for word in command]
    process = subprocess.Popen(words, cwd=folder, env=environment, stderr=subprocess.PIPE)
    assert process.stderr is not None
    try:
        line = process.stderr.readline().decode()
        assert "serving " in line, line + process.stderr.read().decode()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()
    assert process.returncode == 0


def start_of(platform: str, folder: Path, model: Path) -> tuple[list[object], dict[str, str]]:
    """Return how a platform starts a staged folder."""
    if platform == "sagemaker":
        unpacked = folder.parent / "opt ml model"
        unpacked.mkdir(exist_ok=True)
        subprocess.run(["tar", "-xzf", folder / "model.tar.gz", "-C", unpacked], check=True)
        variables = {"SAGEMAKER_BIND_TO_PORT": "PORT", "BEACHHEAD_MODEL": str(unpacked)}
        return [folder / "serve"], variables
    if platform == "azure":
        return ["python", "app.py"], {"PORT": "PORT"}
    procfile = (folder / "Procfile").read_text()
    assert procfile.startswith("web: ")
    return [*procfile.removeprefix("web: ").split()], {"PORT": "PORT"}
