"""Whole commands timed in turn, A B A B ..., and a Markdown table of medians and ratios."""

import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field


@dataclass
class Side:
    """One command of a comparison and what its runs took.

    Attributes
    ----------
    name : str
        What the table calls it.
    shell : str
        The command, as bash takes it.
    wall, cpu : list of float
        Seconds of each counted run; `cpu` is user and system time of all its processes.
    peak : float
        The largest resident set of any of its processes, in MiB.
    """

    name: str
    shell: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: float = 0.0


def run_once(side: Side) -> None:
    """Run a side once, its output thrown away, and add what it took."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(
        ["bash", "-c", side.shell], stdout=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{side.name}: exit code {process.returncode}: {side.shell}")
    side.wall.append(time.perf_counter() - start)
    side.cpu.append(usage.ru_utime + usage.ru_stime)
    kilobytes = usage.ru_maxrss if sys.platform != "darwin" else usage.ru_maxrss / 1024
    side.peak = max(side.peak, kilobytes / 1024)


def compare(title: str, sides: list[Side], runs: int = 5) -> None:
    """Run the sides in turn, after one warm-up each, and print their table.

    The last side is the rival: ratios are medians of a side's wall seconds over the rival's in
    the same round, so that a machine whose speed drifts does not matter.
    """
    for side in sides:  # one may have stood in another comparison
        side.wall, side.cpu, side.peak = [], [], 0.0
    for _ in range(runs + 1):
        for side in sides:
            run_once(side)
    print(f"\n### {title}\n\n| side | wall s | cpu s | peak MiB | ratio |\n|---|---|---|---|---|")
    rival = sides[-1].wall[1:]
    for side in sides:
        wall, cpu = side.wall[1:], side.cpu[1:]
        ratio = statistics.median(a / b for a, b in zip(wall, rival, strict=True))
        cells = [statistics.median(wall), statistics.median(cpu), side.peak, ratio]
        print(f"| {side.name} | {cells[0]:.3f} | {cells[1]:.3f} | {cells[2]:.0f} | {ratio:.2f} |")


def machine() -> str:
    """Say in one line on what the figures were measured."""
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
