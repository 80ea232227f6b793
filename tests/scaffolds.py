"""Projects that new-ml-project wrote, and a venv for them that takes what is installed here."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, need_peer

COMMAND = str(ROOT / "bin/new-ml-project")


def plain_env(home: Path) -> dict[str, str]:
    """Return an environment in which no outer make, git or venv shows through."""
    kept = {key: os.environ[key] for key in ("LANG", "TMPDIR") if key in os.environ}
    pip = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
    return {"HOME": str(home), "PATH": f"{ROOT}/bin:/usr/local/bin:/usr/bin:/bin", **kept, **pip}


def new_project(folder: Path, *words: str) -> Path:
    """Run new-ml-project for a folder; return the folder."""
    done = subprocess.run(
        [COMMAND, str(folder), *words],
        capture_output=True,
        text=True,
        env=plain_env(folder.parent),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return folder


def borrowed_venv(folder: Path) -> Path:
    """Make a venv that sees the kit's packages, then the peers': nothing is fetched."""
    need_peer("jupyter-kernel")
    client = Path(need_peer("moto_server")).parent.parent
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    peers = client / "lib" / version / "site-packages"
    inside = folder / "lib" / version / "site-packages"
    (inside / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n{peers}\n")
    (folder / "bin/ruff").symlink_to(need_peer("ruff"))
    return folder


def make(project: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make in a project."""
    env = plain_env(project.parent) | variables
    return subprocess.run(
        ["make", *words], cwd=project, env=env, capture_output=True, text=True, timeout=300
    )


def yaml_of(path: Path) -> Any:
    """Return a YAML file, read by PyYAML (dates and !Tags aside, it is JSON)."""
    python = Path(need_peer("yamllint")).resolve().parent / "python"
    script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))"
    done = subprocess.run([python, "-c", script, path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
