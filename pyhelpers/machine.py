"""What this machine gives to a process: memory, cores, installed Python packages."""

import os
import re
import sys
import warnings
from contextlib import redirect_stderr
from importlib.util import find_spec
from io import StringIO

from pyhelpers import KitError

CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
CGROUP_CPU = ("/sys/fs/cgroup/cpu.max",)  # version 2: quota and period in one file
CGROUP_1_CPU = ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us")
UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
KEPT_BYTES, MOST_KEPT_BYTES = 32 << 20, 256 << 20  # of one piece, as glibc allows; of all
# Package that is not installed by default -> the extra of pyproject.toml that holds it.
EXTRAS = {
    "matplotlib": "plots",
    "seaborn": "plots",
    "dask": "cluster",
    "distributed": "cluster",
    "pyvrp": "trip",
    "opening_hours": "trip",
    "icalendar": "trip",
    "numba": "tours",
    "pyarrow": "formats",
    "python_calamine": "formats",
}


def machine_memory() -> int:
    """Return the bytes of memory of this machine, or of its container."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in CGROUP_LIMITS:
        try:
            with open(name) as stream:
                limit = stream.read().strip()
        except OSError:
            continue
        if limit.isdigit():
            total = min(total, int(limit))
    return total


def parse_memory(text: str | None) -> int:
    """Return the bytes that "500M" or "2G" names; a quarter of the machine's for None.

    Raises
    ------
    KitError
        (2) For a text that is not a size.

    Examples
    --------
    >>> parse_memory("1.5G") == 3 << 29
    True
    """
    if text is None:
        return machine_memory() // 4
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?", text.strip().lower())
    if not found:
        raise KitError(f"--memory takes a size such as 500M or 2G, not {text!r}", 2)
    return int(float(found[1]) * UNITS[found[2]])


def _cpu_quota() -> float:
    """Return how many cores the container's quota amounts to; infinity without a quota."""
    for names in (CGROUP_CPU, CGROUP_1_CPU):
        words: list[str] = []
        try:
            for name in names:
                with open(name) as stream:
                    words += stream.read().split()
        except OSError:
            continue
        if len(words) == 2 and all(word.isdigit() for word in words) and int(words[1]):
            return int(words[0]) / int(words[1])
    return float("inf")


def cores() -> int:
    """Return how many cores this process may use: its CPU affinity, within the container's quota.

    Examples
    --------
    >>> 1 <= cores() <= (os.cpu_count() or 1)
    True
    """
    allowed = hasattr(os, "sched_getaffinity")
    count = len(os.sched_getaffinity(0)) if allowed else os.cpu_count() or 1
    return max(1, int(min(count, _cpu_quota())))


def keep_freed_memory() -> None:
    """Have this process keep the memory that it frees, for the next block of the same size.

    The C library would give large pieces back and ask for them again: a sixth of the time that a
    large CSV takes. Only glibc has this setting.
    """
    from ctypes import CDLL

    tell = getattr(CDLL(None), "mallopt", None)
    if sys.platform.startswith("linux") and tell is not None:
        tell(M_MMAP_THRESHOLD, KEPT_BYTES)
        tell(M_TRIM_THRESHOLD, MOST_KEPT_BYTES)


def silence_core_count() -> None:
    """Have joblib count the physical cores without output, before scikit-learn asks it to.

    Where lscpu knows none (containers without /sys, some emulators) joblib prints a traceback and a
    warning, and takes the logical cores; asked again, it does so silently.
    """
    if os.environ.get("OMP_NUM_THREADS"):
        return  # then scikit-learn does not ask
    from joblib import cpu_count

    with redirect_stderr(StringIO()), warnings.catch_warnings(action="ignore"):
        cpu_count(only_physical_cores=True)


def missing(package: str) -> KitError:
    """Return the error (127) for a Python package that is not installed.

    Examples
    --------
    >>> str(missing("matplotlib.figure"))
    'the Python package matplotlib is missing; run ./install.sh --extra plots'
    """
    package = package.partition(".")[0]
    extra = f" --extra {EXTRAS[package]}" if package in EXTRAS else ""
    return KitError(f"the Python package {package} is missing; run ./install.sh{extra}", 127)


def require(package: str) -> None:
    """Raise the error (127) of a missing package, without the time that importing it takes."""
    if find_spec(package) is None:
        raise missing(package)
