"""What every command prints: tables, CSV, JSON, messages; and its exit codes."""

import csv
import io
import json
import os
import pty
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from pyhelpers import cli
from pyhelpers.cli.output import emit, emit_one, note
from tests.conftest import HEIGHTS, ROOT, Run

ROWS = [{"name": 'a "quoted", name', "value": 1.5}, {"name": "ünï\rcode", "value": float("nan")}]


def printed(rows: list[dict[str, object]], format: str | None) -> str:
    out = io.StringIO()
    emit(rows, format, out)
    return out.getvalue()


def test_csv_is_what_csv_reads_back() -> None:
    read = list(csv.DictReader(io.StringIO(printed(ROWS, "csv"), newline="")))
    assert [row["name"] for row in read] == [row["name"] for row in ROWS]


def test_json_has_null_where_there_is_no_number() -> None:
    assert json.loads(printed(ROWS, "json"))[1] == {"name": "ünï\rcode", "value": None}


def test_one_record_is_one_json_object() -> None:
    out = io.StringIO()
    emit_one({"a": 1}, "json", out)
    assert json.loads(out.getvalue()) == {"a": 1}


def test_what_is_not_a_terminal_gets_csv_and_a_table_when_asked() -> None:
    assert printed(ROWS, None) == printed(ROWS, "csv")
    assert "quoted" in printed(ROWS, "table").splitlines()[2]


def in_terminal(words: list[str], env: dict[str, str], columns: int = 80) -> str:
    """Run a command in a pseudo-terminal and return what it draws."""
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(words, stdin=follower, stdout=follower, stderr=follower, env=env):
        os.close(follower)
        drawn = b""
        try:
            while chunk := os.read(leader, 65536):
                drawn += chunk
        except OSError:  # Linux: the other side is closed
            pass
    os.close(leader)
    return drawn.decode()


def test_a_terminal_gets_a_table_with_colour_unless_it_says_no(clean_env: dict[str, str]) -> None:
    words = ["csv-stats", "describe", str(HEIGHTS)]
    colour = in_terminal(words, clean_env | {"TERM": "xterm-256color"})
    assert "\x1b[" in colour
    assert "67.993114" in colour
    for plain in ({"TERM": "xterm-256color", "NO_COLOR": "1"}, {"TERM": "dumb"}):
        drawn = in_terminal(words, clean_env | plain)
        assert "67.993114" in drawn
        assert "\x1b[3" not in drawn


def test_a_table_too_wide_for_the_terminal_is_turned(clean_env: dict[str, str]) -> None:
    drawn = in_terminal(["csv-stats", "describe", str(HEIGHTS)], clean_env, columns=70)
    lines = [line.split() for line in drawn.splitlines()]
    assert ["25%", "6250.750000", "66.704397", "119.308675"] in lines


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(), st.floats(-1e14, 1e14), st.integers(-(10**12), 10**12),
                st.text("ab c", max_size=60),
            ),
            min_size=14, max_size=14,
        ),
        min_size=1, max_size=20,
    ),
    st.sampled_from([40, 80, 132]),
    st.integers(2, 14),
)  # fmt: skip
def test_a_table_keeps_each_number_whole_within_the_terminals_width(
    values: list[list[Any]], columns: int, wide: int
) -> None:
    rows = [
        {"name": f"r{i}"} | {f"c{j}": value for j, value in enumerate(line[:wide])}
        for i, line in enumerate(values)
    ]
    out = Terminal()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        patch.setenv("TERM", "dumb")
        emit(rows, "table", out)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= columns
    shown = Counter(word for line in lines for word in line.split())
    for row in rows:
        for value in row.values():
            if isinstance(value, int | float):
                text = str(value) if isinstance(value, int) else f"{value:.6f}"
                assert shown[text] or shown[f"{value:.6g}"]


def test_28_columns_are_printed_in_parts_each_with_the_first_column() -> None:
    names = [f"sensor_{i:02}" for i in range(28)]
    rows = [{"column": name} | dict.fromkeys(names, 0.25) for name in names]
    out = Terminal()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        patch.setenv("TERM", "dumb")
        emit(rows, "table", out)
    parts = out.getvalue().split("\n\n")
    heads = [part.split("\n")[0].split() for part in parts]
    assert {head[0] for head in heads} == {"column"}
    assert [name for head in heads for name in head[1:]] == names
    assert out.getvalue().count("0.250000") == 28 * 28


def test_a_closed_pipe_ends_silently_by_sigpipe(run: Run) -> None:
    script = f"csv-stats describe '{HEIGHTS}' | exit 0; echo ${{PIPESTATUS[0]}}"
    done = run("bash", "-c", script)
    assert (done.stdout, done.stderr) == ("141\n", "")


def test_ctrl_c_ends_by_sigint_without_a_traceback(clean_env: dict[str, str]) -> None:
    words = ["csv-stats", "describe", "-"]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_env, cwd=ROOT
    ) as process:
        assert process.stdin and process.stderr
        process.stdin.write(b"a\n" + b"1\n" * 200_000)  # fills the pipe: it is reading
        while process.poll() is None:  # one that comes just before it blocks would be lost
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
        assert process.stderr.read() == b""
    assert process.returncode == -signal.SIGINT


def test_nothing_is_imported_before_ctrl_c_is_handled(clean_env: dict[str, str]) -> None:
    """Ctrl-C during an import of Python's own would print its traceback."""
    env = clean_env | {"PYTHONPROFILEIMPORTTIME": "1"}
    words = ["csv-stats", "--version"]
    done = subprocess.run(words, capture_output=True, text=True, env=env, check=True, timeout=60)
    imported = [line.split("|")[-1].strip() for line in done.stderr.splitlines()]
    assert imported[imported.index("site") + 1] == "pyhelpers"


def test_a_missing_package_is_exit_code_127(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pyhelpers import __main__ as dispatcher

    def run_without(command: str, args: list[str]) -> int:
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")

    monkeypatch.setattr(dispatcher, "run", run_without)
    assert dispatcher.main(["csv-stats"]) == 127
    assert capsys.readouterr().err.startswith("csv-stats: the Python package numpy is missing; ")


def test_debug_shows_the_traceback_and_nothing_else_does(run: Run, tmp_path: Path) -> None:
    plain = run("csv-stats", "describe", tmp_path / "none.csv")
    assert (plain.returncode, plain.stderr.count("\n")) == (1, 1)
    debug = run("csv-stats", "describe", "--debug", tmp_path / "none.csv")
    assert "Traceback" in debug.stderr


def test_a_message_begins_with_the_command_and_is_safe_to_show(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "command_name", "solve-tsp")
    note("3 cities of https://ann:secret@example.org/ \x1b[2J")
    assert capsys.readouterr().err == (
        "solve-tsp: 3 cities of https://ann:REDACTED@example.org/ ?[2J\n"
    )


# Where standard error may be written: the messages themselves, the log of a deployed model (which
# has no command), the progress bar, and what a system's Python runs without the kit's packages.
SPEAKERS = {
    *("cli/output.py", "cli/progress.py", "serving/deployed_app.py", "commands/solve_tsp.py"),
    "cloud/home_commands.py",
}


def test_only_messages_and_bars_write_to_standard_error() -> None:
    modules = ROOT / "pyhelpers"
    found = {
        path.relative_to(modules).as_posix()
        for path in modules.rglob("*.py")
        if "templates" not in path.parts
        and re.search(r"stderr\.write\(|file=sys\.stderr|, sys\.stderr\)", path.read_text())
    }
    assert found <= SPEAKERS


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("csv-stats", "describe", "--percentiles", "101", HEIGHTS), "csv-stats describe"),
        (("csv-stats", "describe", "--frob", HEIGHTS), "csv-stats describe"),
        (("csv-stats", "plot", HEIGHTS, "--confidence", "nan"), "csv-stats plot"),
        (("csv-stats", "--frob"), "csv-stats"),
        (("show-descent", "function", "bowl", "--frob"), "show-descent function"),
        (("make-change", "--frob"), "make-change"),
    ],
    ids=str,
)
def test_a_usage_error_names_the_help_of_the_subcommand(
    run: Run, words: tuple[str, ...], where: str
) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{words[0]}: ")
    assert done.stderr.endswith(f"; see {where} --help\n")


def test_a_misspelt_subcommand_is_answered_with_the_right_one(run: Run) -> None:
    done = run("csv-stats", "descrive")
    assert done.returncode == 2
    assert done.stderr == (
        "csv-stats: No such command 'descrive'. Did you mean 'describe'?; see csv-stats --help\n"
    )
