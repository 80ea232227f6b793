"""docs/reference/clouds.md lists the signs by which a cloud shell is detected."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

TABLE = (ROOT / "docs/reference/clouds.md").read_text().partition("## What each")[0]


def signs() -> Iterator[tuple[str, str]]:
    """Yield each cloud's word with each sign of its row."""
    for word, rest in re.findall(r"^\| `(\w+)` \| [^|]*\|(.*)$", TABLE, re.MULTILINE):
        for sign in re.findall(r"`([^`]+)`", rest):
            yield word, sign


def test_every_cloud_has_its_row() -> None:
    code = (ROOT / "bin/lib/cloud-detect.sh").read_text()
    clouds = re.findall(r"^clouds=\((.*)\)$", code, re.MULTILINE)[0].split()
    assert list(dict.fromkeys(word for word, _ in signs())) == clouds
    named = {sign.partition("=")[0] for _, sign in signs()}
    variables = re.findall(r"cloud_variables=\((.*?)\)", code, re.DOTALL)[0].split()
    assert set(variables) - {"HOME"} <= named


@pytest.mark.parametrize(("word", "sign"), list(signs()))
def test_a_sign_tells_its_cloud(run: Run, home: Path, tmp_path: Path, word: str, sign: str) -> None:
    name, _, value = sign.partition("=")
    variables = {}
    if sign.startswith("~/"):
        (home / sign[2:]).mkdir()
    elif sign.startswith("/"):
        (tmp_path / "top" / sign[1:]).mkdir(parents=True)
        variables["BEACHHEAD_SYSROOT"] = str(tmp_path / "top")
    elif name == name.upper():
        variables[name] = value.replace("...", "1.0") or "set"
    else:
        variables["SUDO_USER"] = name
    assert run("cloud-env", "detect", **variables).stdout == f"{word}\n"
