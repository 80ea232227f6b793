"""cloud-env tools: the real npm, uv and mise, at the test's own packages; micromamba a stand-in."""

import csv
import io
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run, Shim
from tests.loopback import Service, serve
from tests.registries import ebb_wheel, mise_plugin, registry
from tests.vendors import peer

Kit = dict[str, str]


@pytest.fixture
def npm(clean_env: Kit) -> Iterator[Service]:
    """Serve the registry, and let npm ask it."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    with serve(registry) as service:
        clean_env["npm_config_registry"] = service.url
        yield service


@pytest.fixture
def uv(clean_env: Kit, tmp_path: Path) -> None:
    """Put uv on PATH, with a folder of wheels in place of PyPI."""
    found = [*map(str, ROOT.glob("build/uv-*/bin/uv")), *filter(None, [shutil.which("uv")])]
    if not found:
        pytest.skip("uv is not installed")
    wheel = ebb_wheel(tmp_path / "wheels")
    links = tmp_path / "programs"
    links.mkdir()
    (links / "uv").symlink_to(found[0])
    clean_env |= {
        "UV_FIND_LINKS": str(wheel.parent),
        "UV_NO_INDEX": "1",
        "UV_OFFLINE": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "PATH": f"{links}:{clean_env['PATH']}",
    }


def listed(run: Run) -> dict[str, tuple[str, str]]:
    """Return state and programs of each tool."""
    done = run("cloud-env", "tools", "--format", "csv")
    assert done.returncode == 0, done.stderr
    read = csv.DictReader(io.StringIO(done.stdout, newline=""))
    return {row["tool"]: (row["state"], row["programs"]) for row in read}


def the_list(home: Path) -> Path:
    return home / ".config/beachhead/tools"


def folder(home: Path) -> Path:
    return home / ".local/share/beachhead/tools"


def in_a_new_shell(home: Path, program: str, shell: str) -> str:
    """Return what a program prints in a shell that has read the dotfiles' part for PATH."""
    script = f'. "{ROOT}/dotfiles/shell/path.sh"; {program}'
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "BEACHHEAD_HOME": str(ROOT)}
    done = subprocess.run([shell, "-c", script], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_npm_and_uv_install_and_the_next_shell_finds_it(
    run: Run, home: Path, npm: Service, uv: None
) -> None:
    done = run("cloud-env", "tools", "add", "npm:tide-tool", "uv:ebb-tool")
    assert done.stderr == "made     npm:tide-tool: tide\nmade     uv:ebb-tool: ebb\n"
    assert done.returncode == 0
    assert listed(run) == {
        "npm:tide-tool": ("installed", "tide"),
        "uv:ebb-tool": ("installed", "ebb"),
    }
    for shell in ("bash", "zsh"):
        if shutil.which(shell):
            assert in_a_new_shell(home, "tide", shell) == "tide 2.0.0\n"
            assert in_a_new_shell(home, "ebb", shell) == "ebb 1.0\n"
    assert the_list(home).read_text() == "npm:tide-tool\nuv:ebb-tool\n"
    written = {str(path.relative_to(home)).split("/")[0] for path in home.iterdir()}
    assert written <= {".config", ".local", ".npm", ".cache"}


def test_a_lost_home_gets_its_tools_back_by_one_command(
    run: Run, home: Path, npm: Service, uv: None
) -> None:
    text = "# mine\nnpm:tide-tool@1.0.0   # an old one\n\nuv:ebb-tool\n"
    the_list(home).parent.mkdir(parents=True)
    the_list(home).write_text(text)
    assert [state for state, _ in listed(run).values()] == ["missing", "missing"]
    done = run("cloud-env", "tools", "restore")
    assert done.returncode == 0, done.stderr
    assert in_a_new_shell(home, "tide", "bash") == "tide 1.0.0\n"
    assert the_list(home).read_text() == text
    # What is broken is installed anew, what works is kept.
    for python in folder(home).glob("uv-ebb-tool/uv/*/bin/python"):
        python.unlink()
        python.symlink_to("/gone/python3.9")
    assert listed(run)["uv:ebb-tool"] == ("broken", "ebb")
    done = run("cloud-env", "tools", "restore")
    assert done.stderr == "kept     npm:tide-tool@1.0.0: tide\nmade     uv:ebb-tool: ebb\n"
    assert in_a_new_shell(home, "ebb", "bash") == "ebb 1.0\n"


def test_another_version_takes_the_place_of_the_first(run: Run, home: Path, npm: Service) -> None:
    the_list(home).parent.mkdir(parents=True)
    the_list(home).write_text("# mine\n")
    assert run("cloud-env", "tools", "add", "npm:tide-tool@1.0.0").returncode == 0
    assert run("cloud-env", "tools", "add", "npm:tide-tool@2.0.0").returncode == 0
    assert in_a_new_shell(home, "tide", "bash") == "tide 2.0.0\n"
    assert the_list(home).read_text() == "# mine\nnpm:tide-tool@2.0.0\n"
    done = run("cloud-env", "tools", "remove", "tide-tool")
    assert (done.returncode, done.stderr) == (0, "removed  npm:tide-tool@2.0.0\n")
    assert the_list(home).read_text() == "# mine\n"
    assert sorted(os.listdir(folder(home))) == [".lock", "bin"]
    assert not os.listdir(folder(home) / "bin")
    done = run("cloud-env", "tools", "remove", "npm:tide-tool")
    assert done.returncode == 1
    assert done.stderr == "failed   there is no tool npm:tide-tool; see cloud-env tools\n"


def test_what_cannot_be_installed_is_not_listed_and_leaves_nothing(
    run: Run, home: Path, npm: Service
) -> None:
    done = run("cloud-env", "tools", "add", "npm:no-such", "npm:tide-tool")
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first.startswith("failed   npm:no-such: ") and "404" in first, done.stderr
    assert second == "made     npm:tide-tool: tide"
    assert the_list(home).read_text() == "npm:tide-tool\n"
    assert not (folder(home) / "npm-no-such").exists()


def test_what_a_kill_left_is_installed_anew(
    run: Run, home: Path, npm: Service, clean_env: Kit
) -> None:
    words = [str(ROOT / "bin/cloud-env"), "tools", "add", "npm:tide-tool"]
    process = subprocess.Popen(words, env=clean_env, stderr=-3, start_new_session=True)
    while not (folder(home) / "npm-tide-tool").exists():
        time.sleep(0.02)
    done = run("cloud-env", "tools", "restore")
    assert (done.returncode, done.stderr) == (
        1,
        "cloud-env: another cloud-env tools is running; wait for it\n",
    )
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not the_list(home).exists()
    for _ in range(100):  # until the kernel has ended npm, too
        done = run("cloud-env", "tools", "add", "npm:tide-tool")
        if "is running" not in done.stderr:
            break
        time.sleep(0.1)
    assert done.returncode == 0
    assert listed(run) == {"npm:tide-tool": ("installed", "tide")}


def test_micromamba_and_mise_are_taken_where_they_are(run: Run, home: Path, shim: Shim) -> None:
    done = run("cloud-env", "tools", "add", "jq")
    assert done.returncode == 2
    assert "neither micromamba nor mise is here: name a source, such as uv:jq" in done.stderr
    shim(
        "mise",
        'case "$1" in install) d=$MISE_DATA_DIR/installs/gh/bin; mkdir -p "$d"; '
        'printf "#!/bin/sh\\necho gh\\n" >"$d/gh"; chmod +x "$d/gh" ;;'
        ' bin-paths) echo "$MISE_DATA_DIR/installs/gh/bin" ;; esac',
    )
    assert run("cloud-env", "tools", "add", "gh").returncode == 0
    shim(
        "micromamba",
        'while [ "$1" != --prefix ]; do shift; done; mkdir -p "$2/bin" "$2/conda-meta"; '
        'for p in jq python; do printf "#!/bin/sh\\necho $p\\n" >"$2/bin/$p"; done; '
        'chmod +x "$2"/bin/*; '
        'echo \'{"files": ["bin/jq", "share/man/jq.1"]}\' >"$2/conda-meta/jq-1.7-h1.json"; '
        'echo \'{"files": ["bin/python"]}\' >"$2/conda-meta/python-3.13-h1.json"',
    )
    assert run("cloud-env", "tools", "add", "jq@1.7").returncode == 0
    # What jq needs is not put on PATH: a Python of conda would hide the shell's own.
    assert listed(run) == {"mise:gh": ("installed", "gh"), "conda:jq@1.7": ("installed", "jq")}
    assert any("--channel conda-forge --override-channels jq=1.7" in call for call in shim.calls)
    assert in_a_new_shell(home, "jq; gh", "bash") == "jq\ngh\n"


@pytest.mark.peer
def test_mise_itself_installs_from_a_plugin(
    run: Run, home: Path, tmp_path: Path, clean_env: Kit
) -> None:
    clean_env["PATH"] += f":{Path(peer('mise')).parent}"
    mise_plugin(tmp_path / "plugin")
    config = home / ".config/mise/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[plugins]\ntide = "file://{tmp_path}/plugin"\n')
    done = run("cloud-env", "tools", "add", "tide@1.0.0")
    assert (done.returncode, done.stderr) == (0, "made     mise:tide@1.0.0: tide\n")
    shutil.rmtree(folder(home))
    assert listed(run) == {"mise:tide@1.0.0": ("missing", "")}
    assert run("cloud-env", "tools", "restore").returncode == 0
    assert in_a_new_shell(home, "tide", "bash") == "tide 1.0.0\n"


@pytest.mark.parametrize("word", ["../x", "uv:../x", "brew:jq", "uv:a b", "npm:-g", "uv:@a/b", ":"])
def test_what_is_no_tool_is_refused(run: Run, home: Path, word: str) -> None:
    done = run("cloud-env", "tools", "add", word)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    the_list(home).parent.mkdir(parents=True)
    the_list(home).write_text(f"# mine\n{word}\n")
    done = run("cloud-env", "tools")
    assert done.returncode == 1
    assert f"{the_list(home)}:2: " in done.stderr


def test_what_the_person_put_there_is_not_removed(run: Run, home: Path, npm: Service) -> None:
    mine = folder(home) / "npm-tide-tool"
    mine.mkdir(parents=True)
    (mine / "notes").write_text("mine")
    program = folder(home) / "bin/tide"
    program.parent.mkdir()
    program.write_text("mine")
    done = run("cloud-env", "tools", "add", "npm:tide-tool")
    assert done.returncode == 1
    assert "was not made by cloud-env tools; move it away" in done.stderr
    shutil.rmtree(mine)
    done = run("cloud-env", "tools", "add", "npm:tide-tool")
    assert done.returncode == 1
    assert program.read_text() == "mine"


def test_a_home_that_cannot_be_written_says_so(run: Run, home: Path, npm: Service) -> None:
    (home / ".local").write_text("a file where a folder belongs")
    done = run("cloud-env", "tools", "add", "npm:tide-tool")
    assert done.returncode == 1
    assert done.stderr.startswith(f"cloud-env: {folder(home)} cannot be written; check")
    assert stat.S_ISREG((home / ".local").stat().st_mode)


def test_tools_stay_out_of_the_archive_and_unpack_says_how_to_get_them_back(
    run: Run, home: Path, npm: Service, tmp_path: Path
) -> None:
    assert run("cloud-env", "tools", "add", "npm:tide-tool").returncode == 0
    done = run("cloud-env", "pack", "--to", tmp_path / "home.pack")
    left = "~/.local/share/beachhead/tools,cloud-env tools restore installs them again"
    assert left in done.stdout
    new = tmp_path / "new home"
    new.mkdir()
    done = run("cloud-env", "unpack", tmp_path / "home.pack", HOME=str(new))
    assert done.stderr.endswith("cloud-env tools restore puts back the tools that this home had\n")
    assert run("cloud-env", "tools", "restore", HOME=str(new)).returncode == 0
    assert in_a_new_shell(new, "tide", "bash") == "tide 2.0.0\n"
