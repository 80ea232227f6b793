"""docs/reference/environment.md names every variable that the sources read or set, and no other."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

NAME = r"[A-Z][A-Z0-9_]*"
# How a Bash file names a variable that may be unset (set -u), hands one on, or takes one away.
READ = re.compile(rf"\$\{{!?({NAME})(?=:?[-+=?])|(?:\bexport|-v)\s+({NAME})")
UNSET = re.compile(r"\bunset ([A-Z0-9_ ]+)")
SET = re.compile(rf"^\s*(?:export )?({NAME})=", re.MULTILINE)
# Kit style: what is not in capitals is the kit's own. install.sh must run in bash 3.2 and passes
# its values on in capitals, so that there only the forms above count, and these families.
ANY = re.compile(rf"\$\{{?!?({NAME})\b|\b([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b")
FAMILY = re.compile(r"\b((?:PIP|UV|GIT|BEACHHEAD)_[A-Z_]*[A-Z])\b")
PYTHON = re.compile(
    rf'os\.environ[^\n]{{0,12}}[\[(]\s*"({NAME})"'
    r'|"((?:BEACHHEAD|AIP)_[A-Z_]+)"|envvar=\["(\w+)", "(\w+)"'
)
# pyhelpers/cloud reads variables that it lists by name.
LISTED = re.compile(r'"([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])"')
# What a shell or an editor keeps for itself, what is part of a pattern, install.sh's own.
NO_VARIABLES = set(
    """
    BASH_REMATCH BASH_SOURCE BASH_VERSINFO BASH_VERSION COMP_CWORD COMP_LINE COMP_POINT COMP_WORDS
    COMPREPLY EPOCHREALTIME EUID IFS OSTYPE PIPESTATUS PPID PWD RANDOM SECONDS SHELL ZSH_VERSION
    VIMRUNTIME AWS_EX CLOUD_SH EXTENDED_HISTORY HIST_IGNORE_DUPS HIST_IGNORE_SPACE HIST_VERIFY
    ZSH_FOLDER SHARE_HISTORY LOCAL_OPTIONS NULL_GLOB DRAW LOCKS UV PYTHON PIP SETS STATE
    VENV_VERSION RC_MID WHY
    """.split()  # noqa: SIM905
)


def code(path: Path) -> str:
    """Return a file without its comments."""
    sign = '"' if path.name == "vimrc" else "#"
    return re.sub(rf"(^|\s){sign}\s.*$", "", path.read_text(), flags=re.MULTILINE)


def names(pattern: re.Pattern[str], text: str) -> set[str]:
    return {name for found in pattern.finditer(text) for name in found.groups() if name}


def in_shell(path: Path) -> set[str]:
    text = code(path)
    found = names(READ, text) | {n for group in UNSET.findall(text) for n in group.split()}
    if path.is_relative_to(ROOT / "dotfiles"):
        found |= names(SET, text)
    if path.name == "install.sh" or path.is_relative_to(ROOT / "install"):
        return found | names(FAMILY, text)
    return found | names(ANY, text)


def used() -> set[str]:
    """Return the variables that the sources read, set or take away."""
    files = [
        path for folder in ("bin", "dotfiles", "install") for path in (ROOT / folder).rglob("*")
    ]
    kinds = ("", ".sh", ".bash", ".zsh")
    made = ROOT / "dotfiles/completions"
    shell = [p for p in files if p.is_file() and p.suffix in kinds and p.parent != made]
    found = set().union(*map(in_shell, [*shell, ROOT / "install.sh"]))
    for path in (ROOT / "pyhelpers").rglob("*.py"):
        if "templates" not in path.parts:
            found |= names(PYTHON, path.read_text())
        if path.parent.name == "cloud":
            found |= names(LISTED, path.read_text())
    return found - NO_VARIABLES


def documented() -> set[str]:
    """Return the variables of the page's tables, but those that the kit does not look at."""
    page = (
        (ROOT / "docs/reference/environment.md")
        .read_text()
        .partition("\n## What other programs")[0]
    )
    cells = re.findall(r"^\| (`[^|]*`) \|", page, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_the_page_names_every_variable_of_the_sources() -> None:
    assert used() - documented() == set()


def test_the_page_names_no_variable_that_the_sources_do_not_know() -> None:
    gone = {name for name in documented() - used() if name == name.upper()}
    assert gone == set()
    text = "".join(path.read_text() for path in (ROOT / "bin/lib").iterdir())
    assert all(name in text for name in documented() if name != name.upper())


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("echo ${HOME-}", {"HOME"}),
        ("[[ -v NEW ]] || export OLD", {"NEW", "OLD"}),
        ("unset A B_C", {"A", "B_C"}),
        ("first_set NEW_ONE", {"NEW_ONE"}),
        ("x=1 # ${NO}", set()),
    ],
)
def test_the_scan_sees(line: str, found: set[str], tmp_path: Path) -> None:
    (tmp_path / "x.sh").write_text(line)
    assert in_shell(tmp_path / "x.sh") == found
