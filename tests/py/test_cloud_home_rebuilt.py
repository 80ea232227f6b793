"""cloud-env unpack: environments are rebuilt from locks, by the real tools that wrote these."""

import os
import shutil
import subprocess
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.homes import packed, rows
from tests.vendors import peer

PROJECT = """[project]
name = "surf"
version = "1.0"
requires-python = ">=3.9"
"""
WHEEL = "tide-1.0-py3-none-any.whl"
# What each tool reads beside its lock, and the command that writes the lock.
TOOLS = {
    "uv": (
        "pyproject.toml",
        f'{PROJECT}dependencies = ["tide"]\n[tool.uv.sources]\ntide = {{ path = "{WHEEL}" }}\n',
        ["uv", "lock", "--offline"],
        "uv.lock",
    ),
    "poetry": (
        "pyproject.toml",
        "[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\n"
        f'tide = {{ path = "{WHEEL}" }}\n',
        ["poetry", "lock", "--no-interaction"],
        "poetry.lock",
    ),
    "pdm": (
        "pyproject.toml",
        f'{PROJECT}dependencies = ["tide @ file:///${{PROJECT_ROOT}}/{WHEEL}"]\n'
        "[tool.pdm]\ndistribution = false\n",
        ["pdm", "lock"],
        "pdm.lock",
    ),
    "pipenv": (
        "Pipfile",
        f'[packages]\ntide = {{ path = "./{WHEEL}" }}\n',
        ["pipenv", "lock"],
        "Pipfile.lock",
    ),
}


def wheel(path: Path) -> None:
    """Write a wheel of one module."""
    info = "tide-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("tide.py", "height = 7\n")
        out.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tide\nVersion: 1.0\n")
        text = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        out.writestr(f"{info}/WHEEL", text)
        out.writestr(f"{info}/RECORD", f"tide.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n")


@pytest.fixture(
    params=["uv", *(pytest.param(name, marks=pytest.mark.peer) for name in list(TOOLS)[1:])]
)
def tool(request: pytest.FixtureRequest) -> Path:
    """Return the program that writes and reads a lock."""
    found = [*map(str, ROOT.glob("build/uv-*/bin/uv")), shutil.which("uv")]
    if request.param == "uv" and not any(found):
        pytest.skip("uv is not installed")
    return Path(found[0] or "" if request.param == "uv" else peer(request.param))


def test_an_environment_is_rebuilt_from_its_lock(
    run: Run, home: Path, archive: Path, clean_env: dict[str, str], tool: Path
) -> None:
    project = home / "a project"
    project.mkdir()
    wheel(project / WHEEL)
    name, text, words, lock = TOOLS[tool.name]
    (project / name).write_text(text)
    env = clean_env | {"PATH": f"{tool.parent}:{clean_env['PATH']}", "PIPENV_VENV_IN_PROJECT": "1"}
    done = subprocess.run(words, cwd=project, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    subprocess.run(
        ["python3", "-m", "venv", "--without-pip", f"{project}/.venv"], env=env, check=True
    )
    said = run("cloud-env", "pack", "--to", archive)
    assert rows(said)["~/a project/.venv"] == ("leave", f"rebuilt from {lock}")
    shutil.rmtree(project)
    done = run("cloud-env", "unpack", archive, PATH=env["PATH"], UV_OFFLINE="1", PIP_NO_INDEX="1")
    assert done.returncode == 0, done.stderr
    assert f"set      {project}/.venv has what {lock} names\n" in done.stderr
    script = "import tide; assert tide.height == 7"
    subprocess.run([project / ".venv/bin/python", "-c", script], check=True)


def test_node_modules_come_back_from_their_lock(
    run: Run, home: Path, archive: Path, clean_env: dict[str, str]
) -> None:
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    project = home / "a project"
    project.mkdir()
    text = b'{"name": "tide", "version": "1.0.0"}'
    with tarfile.open(project / "tide.tgz", "w:gz") as tar:
        info = tarfile.TarInfo("package/package.json")
        info.size = len(text)
        tar.addfile(info, BytesIO(text))
    (project / "package.json").write_text('{"name": "surf", "version": "1.0.0"}')
    words = ["npm", "install", "--offline", "--no-audit", "--save-dev", "./tide.tgz"]
    subprocess.run(words, cwd=project, env=clean_env, check=True, capture_output=True)
    there = sorted(os.listdir(project / "node_modules/tide"))
    packed(run, archive)
    shutil.rmtree(project)
    words = ["cloud-env", "unpack", str(archive)]
    done = run(*words, NODE_ENV="production", npm_config_offline="true")  # as Azure sets it
    assert done.returncode == 0, done.stderr
    assert f"made     {project}/node_modules from package-lock.json\n" in done.stderr
    assert sorted(os.listdir(project / "node_modules/tide")) == there


def test_what_cannot_be_rebuilt_is_said_with_what_to_run(
    run: Run, home: Path, archive: Path
) -> None:
    (home / "a p/.venv").mkdir(parents=True)
    (home / "a p/.venv/pyvenv.cfg").write_text("home = /gone\n")
    (home / "a p/requirements.txt").write_text("tide==1\n")
    packed(run, archive)
    shutil.rmtree(home / "a p")
    done = run("cloud-env", "unpack", archive, PIP_NO_INDEX="1")
    assert done.returncode == 1
    [_, _, failed, says] = done.stderr.splitlines()
    assert failed.startswith(f"failed   {home}/a p/requirements.txt: ERROR: No matching")
    advice = says.partition("; ")[0] and says.partition("then: ")[2]
    (home / "a p/requirements.txt").write_text("# nothing\n")
    assert run("bash", "-c", f"{advice} --no-ssh --no-identity").returncode == 0
    subprocess.run([home / "a p/.venv/bin/python", "-c", ""], check=True)


def test_environments_are_rebuilt_from_their_lock(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    (home / "p/.venv").mkdir(parents=True)
    (home / "p/.venv/pyvenv.cfg").write_text("home = /gone\n")
    (home / "p/requirements.txt").write_text("# nothing\n")
    packed(run, archive)
    assert run("cloud-env", "unpack", archive, "--into", into, "--no-rebuild").returncode == 0
    assert not (into / "p/.venv").exists()
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 0
    assert done.stderr.splitlines()[1].startswith(f"made     {into}/p/.venv with Python 3.")
    subprocess.run([into / "p/.venv/bin/python", "-c", ""], check=True)
