"""Shells: what the dotfiles cost at the first prompt and at each further one."""

import os
import shutil
from pathlib import Path
from shlex import quote

from bench import rivals, shells
from bench.context import Bench, Section
from bench.side_by_side import ROOT, Column, Goal, Job, Side, Values

SAYS = """
An interactive shell on a terminal, in a git repository of 10,000 files, with an empty home: forks
until the first prompt and for each further one (counted by `strace`, free of noise), milliseconds
until its first command has printed, and for each further empty command. "Over" is what a side adds
to the bare shell. People notice a delay from some 50 ms on (zsh-bench).
"""
FORKS = (
    Column("forks start", 0, most=True, kept=True),
    Column("forks prompt", 1, most=True, kept=True),
)
OVER = Column("first ms", 1, over="first over"), Column("prompt ms", 2, over="prompt over")
RATIO = Column("first ms", 1, ratio="first ratio"), Column("prompt ms", 2, ratio="prompt ratio")
LAGS = Goal("first over", most=10), Goal("prompt over", most=1)


def environment(bench: Bench, name: str, shell: str, text: str) -> dict[str, str]:
    """Make a home with this rc file; return the environment that uses it."""
    folder = bench.folder / "homes" / name.replace(" ", "-")
    (folder / ".local/state/beachhead").mkdir(parents=True, exist_ok=True)
    (folder / f".{shell}rc").write_text(text + "\n")
    path = os.environ["PATH"]
    return {"HOME": str(folder), "PATH": path, "TERM": "xterm-256color", "LANG": "C.UTF-8"}


def side(bench: Bench, name: str, shell: str, text: str, *goals: Goal) -> Side:
    """Return a shell that reads this rc file."""
    env = environment(bench, name, shell, text)
    folders = 20 if bench.quick else 100
    where = bench.file("repository", lambda path: shells.make_repository(path, folders))

    def once() -> Values:
        first, lag = shells.time_shell(shell, env, where)
        values = {"first ms": first, "prompt ms": lag}
        if shutil.which("strace"):
            one, eleven = (shells.count_forks(shell, env, where, n) for n in (1, 11))
            values |= {"forks start": one, "forks prompt": (eleven - one) / 10}
        return values

    return Side(name, once, goals, ours=bool(goals), missing=not shutil.which(shell))


def rival(bench: Bench, name: str, shell: str, text: str) -> Side:
    """Return somebody else's prompt; {} in its rc file is what `rivals.find` gives."""
    found = rivals.find(name)
    made = side(bench, f"{shell}, {name}", shell, text.replace("{}", quote(found)))
    made.missing, made.optional = made.missing or not found, True
    made.version = rivals.version(name)
    return made


def columns(bench: Bench) -> tuple[Column, ...]:
    """Return what is shown: goals are milliseconds over the bare shell, machines compare ratios."""
    return FORKS + (RATIO if bench.quick else OVER)


def bash(bench: Bench) -> Job:
    """Compare prompts of bash."""
    forks = Goal("forks start", most=0), Goal("forks prompt", most=0)
    ours = f". {quote(str(ROOT / 'dotfiles/bashrc'))}"
    bash_it = "export BASH_IT={} BASH_IT_THEME=bobby; BASH_IT=${BASH_IT%/*}; . $BASH_IT/bash_it.sh"
    return Job("bash", [
        side(bench, "bash, beachhead", "bash", ours, *forks, *LAGS),
        rival(bench, "liquidprompt", "bash", ". {}"),
        rival(bench, "starship", "bash", 'eval "$({} init bash)"'),
        rival(bench, "bash-it", "bash", bash_it),
        side(bench, "bash, bare", "bash", ""),
    ], columns(bench))  # fmt: skip


def zsh(bench: Bench) -> Job:
    """Compare prompts of zsh."""
    forks = Goal("forks start", most=1), Goal("forks prompt", most=1)
    ours = f". {quote(str(ROOT / 'dotfiles/zshrc'))}"
    oh_my_zsh = "ZSH={}; ZSH=${ZSH:h} ZSH_THEME=robbyrussell; . $ZSH/oh-my-zsh.sh"
    return Job("zsh", [
        side(bench, "zsh, beachhead", "zsh", ours, *forks, *LAGS),
        rival(bench, "liquidprompt", "zsh", ". {}"),
        rival(bench, "starship", "zsh", 'eval "$({} init zsh)"'),
        rival(bench, "oh-my-zsh", "zsh", oh_my_zsh),
        side(bench, "zsh, bare", "zsh", ""),
    ], columns(bench))  # fmt: skip


def vim(bench: Bench) -> Job:
    """Compare vim's start."""
    env = environment(bench, "vim", "bash", "")
    file = Path(__file__)

    def start(options: list[str]) -> Values:
        return {"ms": shells.time_vim(options, env, file)}

    shown = Column("ms", 1, ratio="ratio") if bench.quick else Column("ms", 1, over="over")
    missing = not shutil.which("vim")
    ours = ["-u", str(ROOT / "dotfiles/vimrc")]
    return Job("vim's start, as it says itself", [
        Side("vim, beachhead", lambda: start(ours), (Goal("over", most=10),), ours=True,
             missing=missing),
        Side("vim, defaults", lambda: start(["-u", "DEFAULTS"]), missing=missing),
    ], (shown,))  # fmt: skip


SECTION = Section(
    "shell-startup", SAYS, {"bash": bash, "zsh": zsh, "vim": vim}, ("bash", "zsh", "vim"),
    needs=("liquidprompt", "starship", "bash-it", "oh-my-zsh"),
)  # fmt: skip
