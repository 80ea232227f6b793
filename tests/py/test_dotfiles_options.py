"""Every option of Bash and zsh, and common lines of rc files: the dotfiles work as without them."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

TYPED = """cd $HOME/r
echo "branch=$beachhead_branch"
work --add $HOME/src/tides
work --list
work tides; echo "at=$PWD $TIDES"
work nosuch; echo "code=$?"
mkcd $HOME/new/one; echo "made=$PWD"
ll >/dev/null; echo "ll=$?"
(exit 7)
echo "seen=$beachhead_code"
"""
# Options that change what a shell is or that it cannot take at run time; without promptvars our
# prompt is not used.
NOT_TRIED = set(
    """
    emacs vi monitor noexec onecmd privileged verbose xtrace errexit keyword noglob restricted_shell
    login_shell exec restricted interactive shinstdin singlecommand zle rcs globalrcs login
    sourcetrace glob promptvars
    """.split()  # noqa: SIM905
)
LINES = {
    "bash": [
        "CDPATH=.:$HOME/src",
        'cd() { builtin cd "$@" && ls >/dev/null; }',
        "alias printf='printf X' local='local x' command=echo read='read -e' function=echo",
        "alias work='cd ~/work' mkcd='echo mine' ..='cd ../..'; unalias work mkcd",
        "IFS=:",
        "unset IFS",
        "set -u",
        "export PROMPT_COMMAND='history -a'",
        "PROMPT_COMMAND=(: true)",
        "unset HISTFILE",
        "HISTFILE=/none/history",
        "trap ':' DEBUG",
    ],
    "zsh": [
        "cdpath=(. $HOME/src)",
        "chpwd() { ls >/dev/null }",
        'cd() { builtin cd "$@" && ls >/dev/null; }',
        "alias -g L='| less' G='| grep' NAME=x ...='../..'",
        "alias printf='printf X' local='local x' command=echo read='read -e' function=echo",
        "IFS=:",
        "unset HISTFILE",
        "HISTFILE=/none/history",
        "emulate ksh",
        "emulate -R sh",
        "psvar=(a b)",
        "TRAPDEBUG() { : }",
    ],
}


def options(shell: str) -> Iterator[str]:
    """Yield a line that changes each option of the shell from its default."""
    if shell == "zsh":
        done = subprocess.run(
            ["zsh", "-fc", "emulate -R zsh; set -o"], capture_output=True, text=True, check=True
        )
        for line in done.stdout.splitlines():
            name, state = line.split()
            negative = name.startswith("no") and name not in ("notify", "nomatch")
            if name.removeprefix("no" if negative else "") not in NOT_TRIED:
                yield f"{'unsetopt' if state == 'on' else 'setopt'} {name}"
        return
    for query, change in (("shopt", "shopt -{us} {name}"), ("set -o", "set {+-}o {name}")):
        done = subprocess.run(["bash", "-c", query], capture_output=True, text=True, check=True)
        for line in done.stdout.splitlines():
            name, state = line.split()
            on = state == "on"
            if name not in NOT_TRIED:
                sign = {"us": "u" if on else "s", "+-": "+" if on else "-", "name": name}
                yield change.format_map(sign)


def session(shell: str, line: str, home: Path) -> tuple[str, list[str]]:
    """Return what a shell prints whose rc has the line above ours, and its words on our files."""
    shutil.rmtree(home, ignore_errors=True)
    (home / "src/tides/.venv/bin").mkdir(parents=True)
    (home / "src/tides/.venv/bin/activate").write_text("TIDES=active\n")
    (home / "r/.git").mkdir(parents=True)
    (home / "r/.git/HEAD").write_text("ref: refs/heads/trunk\n")
    (home / f".{shell}rc").write_text(f"{line}\n. '{ROOT}/dotfiles/{shell}rc'\n")
    variables = {"HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [shell, "-i"],
        input=TYPED,
        capture_output=True,
        text=True,
        env=variables,
        cwd=home.parent,
        timeout=60,
    )
    said = [line for line in done.stderr.splitlines() if not line.startswith("# ")]  # echo of TYPED
    return done.stdout, [line for line in said if "beachhead" in line or "dotfiles" in line]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_no_option_of_a_shell_changes_what_the_dotfiles_do(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    home = tmp_path / "home"
    expected = session(shell, ":", home)
    assert f"at={home}/src/tides active\ncode=1\n" in expected[0]
    assert "seen=7 \n" in expected[0]
    assert not expected[1]
    lines = [*options(shell), *LINES[shell]]
    assert len(lines) > 50
    assert not [line for line in lines if session(shell, line, home) != expected]


def test_a_line_that_changes_something_is_seen(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert session("bash", "set -o noglob; work() { :; }", home) != session("bash", ":", home)
