"""Shells on a terminal: what a first prompt and further ones cost, in milliseconds and forks."""

import os
import pty
import select
import subprocess
import tempfile
import time
from pathlib import Path

PROMPTS = 100
SECONDS = 30  # within which a shell must have answered


def wait_for(fd: int, mark: bytes) -> None:
    """Read from the terminal until mark has come."""
    seen = b""
    while mark not in seen:
        if not select.select([fd], [], [], SECONDS)[0]:
            raise TimeoutError(f"{mark!r} did not come: {seen[-200:]!r}")
        seen = seen[-100:] + os.read(fd, 65536)


def time_shell(shell: str, env: dict[str, str], where: Path) -> tuple[float, float]:
    """Return the milliseconds of the first command, and of each further prompt."""
    start = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(where)
        os.execvpe(shell, [shell, "-i"], env)
    os.write(fd, b"echo one$((1+1))\n")
    wait_for(fd, b"one2")
    first = time.perf_counter() - start
    # What is left of the first prompt's drawing shall not count for the next.
    os.write(fd, b"echo two$((1+1))\n")
    wait_for(fd, b"two2")
    start = time.perf_counter()
    os.write(fd, b"\n" * PROMPTS + b"echo three$((1+1))\n")
    wait_for(fd, b"three2")
    lag = (time.perf_counter() - start) / PROMPTS
    os.write(fd, b"exit\n")
    os.close(fd)
    os.waitpid(pid, 0)
    return first * 1000, lag * 1000


def count_forks(shell: str, env: dict[str, str], where: Path, prompts: int) -> int:
    """Return how often a shell forks while it prints this many prompts; strace counts."""
    with tempfile.NamedTemporaryFile("r") as log:
        subprocess.run(
            ["strace", "-f", "-qq", "-o", log.name, "-e", "trace=fork,vfork,clone,clone3",
             shell, "-i"],
            input="\n" * prompts, text=True, env=env, cwd=where, capture_output=True, check=False,
        )  # fmt: skip
        return sum("= -1" not in line and "(" in line for line in log)


def time_vim(options: list[str], env: dict[str, str], file: Path) -> float:
    """Return the milliseconds that vim says it took to start."""
    with tempfile.NamedTemporaryFile("r") as log:
        subprocess.run(
            ["vim", *options, "--startuptime", log.name, "-es", "-c", "q", str(file)],
            env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
        return max(float(line.split()[0]) for line in log if line[:1].isdigit())


def make_repository(folder: Path, folders: int) -> None:
    """Make a git repository of a hundred files in each of so many folders."""
    for i in range(folders):
        (folder / f"d{i}").mkdir(parents=True)
        for j in range(100):
            (folder / f"d{i}/f{j}").write_text(f"{i} {j}\n")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"]):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
