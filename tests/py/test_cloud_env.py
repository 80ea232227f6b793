"""What cloud-env writes and reads, against Python's own json and csv and against real shells."""

import ast
import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pyhelpers.cloud import aws
from pyhelpers.cloud.settings import all_settings, read_object

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "bin/lib"
# Any text that an environment variable or argument can hold.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def bash(script: str, *words: str, shell: str = "bash") -> str:
    done = subprocess.run(
        [shell, "-c", script, "test", *words],
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        timeout=60,
    )
    assert not done.stderr, done.stderr
    assert done.returncode == 0
    return done.stdout.decode()


PARTS = "; ".join(f". {LIB}/{part}.sh" for part in ("kit", "cloud-options", "cloud-emit"))
EMIT = f'self=cloud-env; {PARTS}; format=$1; shift; emit_rows "$format" a b -- "$@"'


@SLOW
@given(cells=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
@example([("höhe\n", "日本\n\n"), ("\r", '"'), ("tide\n", "")])
def test_json_and_csv_are_read_back_as_they_were(cells: list[tuple[str, str]]) -> None:
    words = [word for row in cells for word in row]
    read = json.loads(bash(EMIT, "json", *words))
    assert [(row["a"], row["b"]) for row in read] == cells
    text = bash(EMIT, "csv", *words)
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [list(row) for row in cells]


def test_a_table_is_aligned_and_harmless() -> None:
    text = bash(EMIT, "table", "日本", "x", "a\x1b[2Jb", "y\u202ez")
    assert text == "a       b\n日本    x\na?[2Jb  y?z\n"


def test_numbers_are_numbers_in_json() -> None:
    script = EMIT.replace("a b --", "mb seconds path --")
    assert json.loads(bash(script, "json", "12", "0.3", "12")) == [
        {"mb": 12, "seconds": 0.3, "path": "12"}
    ]


@pytest.mark.parametrize("kind", ["record", "rows"])
def test_without_python_plain_lines_remain(kind: str) -> None:
    emit = 'emit_record "$format" a 1 b 2' if kind == "record" else 'emit_rows "$format" a b -- 1 2'
    script = f"self=cloud-env; {PARTS}; ask_python() {{ return 1; }}; format=$1; {emit}"
    assert bash(script, "table") == "a: 1; b: 2\n"
    assert bash(script, "csv") == "a: 1; b: 2\n"  # the default in a pipe
    asked = script.replace("format=$1", "check_format json")
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr.startswith("cloud-env: python3 is missing, which writes CSV and JSON; ")


def test_what_only_looks_like_python_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("#!/bin/sh\necho 3.9.16\n")
    (tmp_path / "python3").chmod(0o755)
    lib = tmp_path / "kit/bin/lib"
    shutil.copytree(LIB, lib)
    shutil.copytree(ROOT / "pyhelpers/cloud", tmp_path / "kit/pyhelpers/cloud")
    shutil.copy(ROOT / "pyhelpers/__init__.py", tmp_path / "kit/pyhelpers")
    (tmp_path / "python3.12").symlink_to(sys.executable)
    script = f"PATH={tmp_path}:$PATH; {EMIT.replace(str(LIB), str(lib))}"
    assert json.loads(bash(script, "json", "1", "2")) == [{"a": "1", "b": "2"}]


def test_any_python_from_3_7_on_runs_it_without_packages(tmp_path: Path) -> None:
    for file in (ROOT / "pyhelpers/__init__.py", *(ROOT / "pyhelpers/cloud").glob("*.py")):
        ast.parse(file.read_text(), feature_version=(3, 7))
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[default]\nregion = eu-west-1\n")
    variables = {"HOME": str(tmp_path), "GH_TOKEN": "x"}
    olds = [shutil.which(f"python3.{minor}") for minor in range(7, 11)]
    olds += map(str, Path.home().glob(".pyenv/versions/3.[789].*/bin/python3"))
    for python in [sys.executable, *filter(None, olds)]:
        start = [python, "-X", "utf8", "-S", "-E", "-s", ROOT / "pyhelpers/cloud"]
        if subprocess.run([python, "-c", ""], capture_output=True).returncode:
            continue  # a name that pyenv knows, without a version behind it

        def ask(*words: str, start: list[object] = start) -> list[str]:
            done = subprocess.run([*map(str, start), *words], capture_output=True, env=variables)
            assert not done.stderr
            return done.stdout.decode().split("\0")

        found = f"{tmp_path}/.aws/config:2"
        assert ask("settings")[:3] == ["AWS_REGION", "eu-west-1", found]
        shown = ["github", "environment", "wins", "until revoked", "GH_TOKEN", "end", ""]
        assert ask("credentials", "", "local") == shown


@pytest.mark.parametrize(
    "text", ["", "7", '"text"', '<!doctype html>\n{"a": 1}', "[" * 5000, "\xff"]
)
def test_a_json_file_that_is_not_an_object_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "page").write_text(text, encoding="latin-1")
    assert read_object(str(tmp_path / "page")) is None
    assert read_object(str(tmp_path)) is None


@pytest.mark.parametrize(
    "text", ['{"subscriptions": 7}', '{"subscriptions": [7, {"isDefault": true, "id": 5}]}', "{"]
)
def test_a_profile_of_az_in_another_form_gives_no_subscription(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path))
    (tmp_path / "azureProfile.json").write_text("\ufeff" + text)
    assert "AZURE_SUBSCRIPTION_ID" not in [name for name, _, _ in all_settings()]


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh", "ksh"])
def test_export_survives_eval_in(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this machine")

    @SLOW
    @given(text=TEXT.filter(bool))
    def survives(text: str) -> None:
        quoted = bash(
            f'. {LIB}/cloud-export.sh; shell_quote "$1"; printf "export A=%s" "$quoted"', text
        )
        assert bash('eval "$1"; printf %s "$A"', quoted, shell=shell) == text

    survives()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost/creds", True),
        ("http://127.9.8.7:80/creds", True),
        ("http://[::1]:80/creds", True),
        ("http://169.254.170.2/creds", True),
        ("https://[fd00:ec2::23]/v1", True),
        ("http://evil.example/127.0.0.1", False),
        ("http://127.0.0.1@evil.example/", False),
        ("http://evil.example#@127.0.0.1", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://169.254.169.254/creds", False),
        ("file:///etc/passwd", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_the_token_goes_to_the_hosts_that_botocore_trusts(url: str, expected: bool) -> None:
    assert aws.is_trusted(url) is expected


@pytest.fixture
def without_python(tmp_path: Path) -> Path:
    """Return a folder with a checkout, and a PATH (bin) without Python and with an aws."""
    shutil.copytree(ROOT / "bin", tmp_path / "kit/bin")
    lib = tmp_path / "kit/bin/lib/cloud-emit.sh"
    lib.write_text(re.sub(r"/usr/[\w/-]*python\w*", "/none", lib.read_text()))
    (tmp_path / "bin").mkdir()
    for name in ("bash", "timeout", "readlink"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "bin/aws").write_text(
        "#!/bin/bash\n[[ $* == 'configure get region' ]] && echo eu-1\n"
    )
    (tmp_path / "bin/aws").chmod(0o755)
    return tmp_path


def test_without_python_export_and_creds_print_what_variables_and_clis_say(
    without_python: Path,
) -> None:
    variables = {"PATH": f"{without_python}/bin", "GH_TOKEN": "hunter2", "ACC_TID": "t'1"}

    def ask(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(without_python / "kit/bin/cloud-env"), *words]
        return subprocess.run(command, env=variables, capture_output=True, text=True)

    done = ask("export")
    expected = ["AWS_REGION='eu-1'", "AWS_DEFAULT_REGION='eu-1'", r"AZURE_TENANT_ID='t'\''1'"]
    assert done.stdout.splitlines() == [f"export {line}" for line in expected]
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "no python3 runs" in done.stderr
    done = ask("creds")
    line = (
        "cloud: github; provider: environment; state: set; until: not known; where: GH_TOKEN; who: "
    )
    assert (done.returncode, done.stdout.strip()) == (0, line.strip())
    assert "only variables were read" in done.stderr
    done = ask("creds", "--json")
    assert (done.returncode, done.stdout) == (127, "")
