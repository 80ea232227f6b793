"""cloud-env's Bash readers and writers against Python's json, csv and configparser."""

import configparser
import csv
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "bin/lib"
# Any text that an environment variable or argument can hold.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
KEY = st.text("abcXYZ_-", min_size=1, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 10**9) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=12,
)
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


def flatten(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        flat: dict[str, str] = {}
        for key, inner in pairs:
            flat |= flatten(inner, f"{path}.{key}" if path else str(key))
        return flat
    return {path: value if isinstance(value, str) else json.dumps(value)}


@SLOW
@given(value=st.dictionaries(KEY, JSON, max_size=5), indent=st.sampled_from([None, 2]))
def test_read_json_reads_what_json_wrote(tmp_path: Path, value: Any, indent: int | None) -> None:
    file = tmp_path / "some.json"
    file.write_text("\ufeff" + json.dumps(value, indent=indent, ensure_ascii=indent is None))
    out = bash(
        f'. {LIB}/cloud-files.sh; declare -A json; read_json "$1"; '
        'for key in "${!json[@]}"; do printf "%s\\0%s\\0" "$key" "${json[$key]}"; done',
        str(file),
    )
    words = out.split("\0")[:-1]
    assert dict(zip(words[::2], words[1::2], strict=True)) == flatten(value)


@pytest.mark.parametrize(
    "text",
    ["", "7", '"text"', '<!doctype html>\n<html lang="en"><p>x: {"a": 1}, "b"]', ']}"]{"'],
)
def test_read_json_passes_over_what_is_no_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "page").write_text(text)
    script = f'set -eu; . {LIB}/cloud-files.sh; declare -A json; read_json "$1"; printf done'
    assert bash(script, str(tmp_path / "page")) == "done"


PARTS = "; ".join(f". {LIB}/{part}.sh" for part in ("kit", "cloud-options", "cloud-emit"))
EMIT = PARTS + '; format=$1; shift; emit_rows "$format" a b -- "$@"'


@SLOW
@given(cells=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_emit_writes_what_json_and_csv_read(cells: list[tuple[str, str]]) -> None:
    words = [word for row in cells for word in row]
    read = json.loads(bash("self=x;" + EMIT, "json", *words))
    assert [(str(row["a"]), str(row["b"])) for row in read] == cells
    text = bash("self=x;" + EMIT, "csv", *words)
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [list(row) for row in cells]


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


@SLOW
@given(
    sections=st.dictionaries(
        KEY,
        st.dictionaries(st.text("abc_", min_size=1, max_size=4), st.text("xyz =:/-[]", max_size=9)),
        min_size=1,
        max_size=3,
    )
)
def test_ini_value_reads_what_configparser_wrote(
    tmp_path: Path, sections: dict[str, dict[str, str]]
) -> None:
    parser = configparser.RawConfigParser(delimiters=("=",))
    parser.read_dict(sections)
    file = tmp_path / "config"
    with file.open("w") as out:
        parser.write(out)
    script = f'. {LIB}/cloud-files.sh; ini_value "$1" "$2" "$3" || :; printf %s "$value"'
    for section, pairs in sections.items():
        for name, value in pairs.items():
            assert bash(script, str(file), section, name) == value.strip()
