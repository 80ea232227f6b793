"""The machine's cores and memory, and how much of them this process may use."""

import os
import re

from pyhelpers import KitError

CGROUP_QUOTA = "/sys/fs/cgroup/cpu.max"
CGROUP_QUOTA_V1 = ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us")
CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def _read(path: str) -> str:
    """Return a file's text, empty where it cannot be read."""
    try:
        with open(path) as stream:
            return stream.read()
    except OSError:
        return ""


def count_cores() -> int:
    """Return how many cores this process may use: CPU affinity and a container's quota count.

    The number is joblib's, without the 0.1 s that importing joblib takes.
    """
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    quota = _read(CGROUP_QUOTA).split() or [_read(name).strip() for name in CGROUP_QUOTA_V1]
    if all(number.isdigit() and int(number) for number in quota):
        cores = min(cores, -(-int(quota[0]) // int(quota[1])))
    return min(cores, int(os.environ.get("LOKY_MAX_CPU_COUNT", cores)))


def silence_core_count() -> None:
    """Have joblib count the physical cores without its warning, before scikit-learn asks for them.

    Where lscpu lists no cores (containers without /sys, some emulators) joblib prints a traceback
    and a warning, and takes the logical cores; asked again, it does so in silence.
    """
    if os.environ.get("OMP_NUM_THREADS"):
        return  # scikit-learn does not ask
    import warnings
    from contextlib import redirect_stderr
    from io import StringIO

    from joblib import cpu_count

    with redirect_stderr(StringIO()), warnings.catch_warnings(action="ignore"):
        cpu_count(only_physical_cores=True)


def machine_memory() -> int:
    """Return the bytes of memory of this machine, or of the container that it is."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in CGROUP_LIMITS:
        if (limit := _read(name).strip()).isdigit():
            total = min(total, int(limit))
    return total


def parse_memory(text: str | None) -> int:
    """Return a memory limit in bytes: of a size such as "500M"; for None 25 % of the machine's.

    Raises
    ------
    KitError
        (2) for a text that is not a size.

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
