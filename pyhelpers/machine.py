"""How much memory a statistic may hold."""

import os
import re

from pyhelpers import KitError

CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def machine_memory() -> int:
    """Return the bytes of memory that this machine, or the container it is, has."""
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
        When it is no size.

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
