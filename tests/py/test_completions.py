"""Tab in real shells: each option of each command completes values of its own type, never else."""

import csv
import gzip
import os
import re
import shlex
import shutil
import subprocess
from os.path import commonprefix
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.__main__ import module_of
from pyhelpers.cli.app import command_of
from tests.conftest import ROOT
from tests.tab_types import completed

SHELLS = [
    "bash",
    pytest.param("zsh", marks=pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh here")),
]
# The only options whose value is a file, a folder, or a model (a folder or .zip).
FILES = {"-o", "--output", "--data", "--file", "--token-file", "--log", "--python", "--ssh-key"}
FILES |= {"cloud-env pack --to", "--key", "--exclude", "--include"}
FOLDERS = {"--folder", "--into", "ml-model replay --model"}
FOLDERS |= {"ml-model train -o", "ml-model train --output"}
# A folder holds these: files complete to their common beginning, folders to the folder.
HERE = {"some.csv": "s", "subdir": "subdir/"}
# An option of a help text and the name of its value.
NAMED = re.compile(r"(?<=[ /])(--?[a-z][a-z-]*) ([A-Z]+\b|[a-z]+\|\S+)")


def scripts() -> list[tuple[str, str]]:
    """Return each script's command line, with its subcommand, and the help that describes it."""
    found = []
    for path in sorted((ROOT / "bin").iterdir()):
        if not path.is_file() or '\npy "$@"\n' in path.read_text():
            continue
        page = help_of(path.name)
        words = re.search(r"^Commands:\n((?:  .*\n)+)", page, re.MULTILINE)
        alternatives = re.search(r"^Usage: \S+ ((?:[a-z]+\|)+[a-z]+)", page, re.MULTILINE)
        found.append((path.name, page))
        if words:
            names = re.findall(r"^  ([a-z]+)", words[1], re.MULTILINE)
            found += [(f"{path.name} {name}", help_of(f"{path.name} {name}")) for name in names]
        elif alternatives:
            found += [(f"{path.name} {name}", page) for name in alternatives[1].split("|")]
    return found


def help_of(line: str) -> str:
    name, *words = line.split()
    done = subprocess.run(
        [ROOT / "bin" / name, *words, "--help"], capture_output=True, text=True, check=True
    )
    return done.stdout


def typer_parameters() -> list[tuple[str, Any]]:
    """Return each option of the Python commands, behind its command line."""
    found = []
    for path in sorted((ROOT / "bin").iterdir()):
        if not path.is_file() or '\npy "$@"\n' not in path.read_text():
            continue
        top = command_of(module_of(path.name))
        below: dict[str, Any] = {path.name: top}
        if hasattr(top, "list_commands"):
            names = top.list_commands(None)
            below = {f"{path.name} {name}": top.get_command(None, name) for name in names}
        for line, command in below.items():
            found += [(line, p) for p in command.params if p.param_type_name == "option"]
    return found


def typer_options() -> list[tuple[str, list[str]]]:
    """Return each option of the Python commands that takes a value, with its choices."""
    return [
        (f"{line} {name}", [str(word) for word in getattr(parameter.type, "choices", [])])
        for line, parameter in typer_parameters()
        for name in parameter.opts
        if not parameter.is_flag
    ]


def typer_flags() -> list[str]:
    """Return each option of the Python commands that takes no value."""
    return [
        f"{line} {name}"
        for line, parameter in typer_parameters()
        for name in (*parameter.opts, *parameter.secondary_opts)
        if parameter.is_flag
    ]


def script_options() -> list[tuple[str, list[str]]]:
    """Return each option that a script's help names with a value, with its choices."""
    found = []
    for line, page in scripts():
        described = page[page.find("\n\n") :].partition("Options:")[2] or page
        for name, value in re.findall(
            r"(?<=[ /])(--?[a-z][a-z-]*) ([A-Z]+\b|[a-z]+\|\S+)", described
        ):
            found.append((f"{line} {name}", value.split("|") if "|" in value else []))
    return list({line: choices for line, choices in found}.items())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stand in a folder with one file and one folder; return the environment of a shell there."""
    home = tmp_path / "home"
    (home / ".local/state/beachhead").mkdir(parents=True)
    for shell in ("bash", "zsh"):
        (home / f".{shell}rc").write_text(f". {ROOT}/dotfiles/{shell}rc\n")
    (tmp_path / "here/subdir").mkdir(parents=True)
    (tmp_path / "here/some.csv").write_text("Height-Inches,Weight Pounds\n70,150\n")
    monkeypatch.chdir(tmp_path / "here")
    return {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"}


def after_tab(shell: str, lines: list[str], variables: dict[str, str]) -> list[str]:
    """Return what Tab adds to each line; a space behind a whole word does not count."""
    results = completed(shell, lines, variables)
    assert len(results) == len(lines)
    return [
        result[len(line) :].rstrip(" ") if result.startswith(line) else result
        for line, result in zip(lines, results, strict=True)
    ]


def words_of(lines: list[str]) -> list[str]:
    """Return the last word of each command line, as Bash reads it."""
    script = "csv-stats() { printf '%s\\0' \"${@: -1}\"; }\n" + "\n".join(lines)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    return done.stdout.split("\0")[:-1]


def test_there_are_options_to_check() -> None:
    options = dict(typer_options()) | dict(script_options())
    assert len(options) > 250
    assert {"csv-stats cluster --seed", "sample-large-csv -n", "predict-aws --text"} <= set(options)
    assert options["cloud-env creds --cloud"] == ["aws", "azure", "gcp", "github"]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option_completes_its_own_type(shell: str, folder: dict[str, str]) -> None:
    options = typer_options() + script_options()
    added = after_tab(shell, [f"{line} " for line, _ in options], folder)
    wrong = []
    for (line, choices), text in zip(options, added, strict=True):
        option = line.split()[-1]
        if line in FOLDERS or option in FOLDERS:
            expected = HERE["subdir"]
        elif line in FILES or option in FILES:
            expected = HERE["some.csv"]
        else:
            expected = commonprefix(choices)
        if text != expected:
            wrong.append((line, text, expected))
    assert not wrong


@pytest.mark.parametrize("shell", SHELLS)
def test_every_choice_completes_from_its_beginning(shell: str, folder: dict[str, str]) -> None:
    expected = {}
    for line, choices in typer_options() + script_options():
        for choice in choices:
            if line.split()[-1].startswith("--") and not any(
                other != choice and other.startswith(choice[:-1]) for other in choices
            ):
                expected[f"{line} {choice}"[:-1]] = choice[-1]
    lines = list(expected)
    assert len(lines) > 100
    assert dict(zip(lines, after_tab(shell, lines, folder), strict=True)) == expected


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option_is_completed_after_its_subcommand(shell: str, folder: dict[str, str]) -> None:
    lines = [line for line, _ in typer_options() + script_options() if " --" in line]
    flags = [
        f"{line} {flag}" for line, page in scripts() for flag in re.findall(r"--[a-z-]+", page)
    ]
    expected = {}
    for line in lines:
        others = {*lines, *flags, *typer_flags()} - {line}
        if not any(other.startswith(line[:-1]) for other in others):
            expected[line[:-1]] = line[-1]
    added = [text.rstrip("=") for text in after_tab(shell, list(expected), folder)]
    assert len(added) > 150
    assert dict(zip(expected, added, strict=True)) == expected


@pytest.mark.parametrize("shell", SHELLS)
def test_arguments_complete_files_folders_or_nothing(shell: str, folder: dict[str, str]) -> None:
    Path("subdir/model.zip").touch()
    expected = {
        "csv-stats describe so": "me.csv",
        "csv-stats describe some.csv so": "me.csv",
        "csv-stats histogram some.csv s": "",
        "sample-large-csv -n 5 so": "me.csv",
        "predict --url http://127.0.0.1 so": "me.csv",
        "csv-stats describe --format csv --skip-bad so": "me.csv",
        "csv-stats describe --memory=so": "",
        "csv-stats cluster --output=so": "me.csv",
        "csv-stats describe --format=js": "on",
        "ml-model info ": "subdir/",
        "ml-model info subdir/": "model.zip",
        "ml-model predict s": "ubdir/",
        "ml-model predict subdir so": "me.csv",
        "deploy-model aws ": "subdir/",
        "deploy-model aws subdir s": "",
        "deploy-model g": "cp",
        "cloud-env try ": "subdir/",
        "cloud-env bootstrap ": "subdir/",
        "cloud-env doctor s": "",
        "cloud-env tools re": "",
        "cloud-env tools res": "tore",
        "cloud-env tools add s": "",
        "hello.sh s": "",
        "find-places s": "",
        "csv-stats des": "cribe",
    }
    added = after_tab(shell, list(expected), folder)
    assert dict(zip(expected, added, strict=True)) == expected


NAMES = [
    *("a b", "b,c", 'd"e', "f$HOME", "g`touch pwned`", "h$(touch pwned)", "i'j", "k;l", "m#n"),
    *("o~p", "q*r", "s!t", "u\\v", "w|x", "y&z", "A(B)", "Ünï", "日本", "C:D", "E=F", "G@H", "I<J"),
]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_column_options_complete_the_columns_of_the_named_file(
    shell: str, delimiter: str, folder: dict[str, str]
) -> None:
    with open("my data.csv", "w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=delimiter).writerows([NAMES, ["1"] * len(NAMES)])
    lines = [f"csv-stats describe 'my data.csv' --by {name[0]}" for name in NAMES]
    lines += [f'csv-stats describe my\\ data.csv -c "{name[0]}' for name in NAMES if name[0] != "s"]
    results = completed(shell, lines, folder)
    wanted = NAMES + [name for name in NAMES if name[0] != "s"]
    assert words_of(results) == wanted
    assert not Path("pwned").exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_file_is_found_wherever_it_stands(shell: str, folder: dict[str, str]) -> None:
    back = "\x02" * len(" some.csv")
    shutil.copy("some.csv", Path(folder["HOME"], "at home.csv"))
    lines = [
        "csv-stats describe --format json some.csv -c W",
        "csv-stats compare some.csv other.csv --by W",
        f"csv-stats histogram -c W some.csv{back}",
        "csv-stats histogram ./some.csv --column=W",
        "csv-stats histogram ~/at\\ home.csv -c W",
        "ml-model evaluate subdir some.csv --target W",
        "new-ml-project surf --data some.csv --target W",
        "sample-large-csv -n 5 some.csv --by W",
        "predict --url http://127.0.0.1 some.csv --text W",
    ]
    for line, result in zip(lines, completed(shell, lines, folder), strict=True):
        assert "Weight Pounds" in shlex.split(result.replace("--column=", "")), line


@pytest.mark.parametrize("shell", SHELLS)
def test_a_list_of_columns_goes_on_after_a_comma(shell: str, folder: dict[str, str]) -> None:
    line = "ml-model train some.csv --features Height-Inches,W"
    [result] = completed(shell, [line], folder)
    assert shlex.split(result)[-1].rstrip(",") == "Height-Inches,Weight Pounds"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_file_that_is_not_plain_text_has_no_columns(shell: str, folder: dict[str, str]) -> None:
    Path("a.gz").write_bytes(gzip.compress(b"Height,Weight\n"))
    Path("b.csv").write_text("Height,Weight\n", encoding="utf-16")
    Path("c.csv").write_text("Height\x1b[2J,Height\x07\n")
    os.mkfifo("d.csv")
    with open("e.csv", "wb") as file:
        file.truncate(1 << 40)  # nobody could read it to its end
    Path("f.csv").touch()
    names = ("a.gz", "b.csv", "c.csv", "d.csv", "e.csv", "f.csv", "subdir", "none.csv", "-")
    lines = [f"csv-stats describe {name} -c H" for name in (*names, "https://example.org/a.csv")]
    assert completed(shell, lines, folder) == lines


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_starts_no_program(shell: str, folder: dict[str, str], tmp_path: Path) -> None:
    if not (strace := shutil.which("strace")):
        pytest.skip("no strace here")
    record = tmp_path / "calls"
    traced = tmp_path / "traced"
    traced.write_text(f'#!/bin/sh\nexec {strace} -f -qq -e execve -o {record} {shell} "$@"\n')
    traced.chmod(0o755)
    with Path(folder["HOME"], ".zshrc").open("a") as file:
        file.write("autoload -Uz compinit; compinit -D\n")
    lines = ["csv-stats describe some.csv -c W", "csv-stats describe --format j", "ml-model info "]
    assert completed(shell, lines, folder, str(traced)) != lines
    assert record.read_text().count("execve(") == 1
