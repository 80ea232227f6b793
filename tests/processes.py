"""What runs on this machine: from /proc, which needs no ps, or from ps where there is no /proc."""

import subprocess
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def command_lines(environments: bool = False) -> str:
    """Return the words of every process, and its environment where it can be seen."""
    if not (PROC / "self").exists():
        option = "axewww" if environments else "axww"
        return subprocess.run(
            ["ps", option, "-o", "args"], capture_output=True, text=True, check=True, timeout=60
        ).stdout
    found = []
    for name in ["cmdline", "environ"] if environments else ["cmdline"]:
        for path in PROC.glob(f"[0-9]*/{name}"):
            with suppress(OSError):  # it has ended, or is another's
                found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return "\n".join(found)


def lives(group: int) -> bool:
    """Return whether any process of a group runs; a zombie does not."""
    if not (PROC / "self").exists():
        words = ["ps", "-o", "stat=", "-g", str(group)]
        found = subprocess.run(words, capture_output=True, text=True, timeout=60).stdout.split()
        return any(not state.startswith("Z") for state in found)
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = path.read_text().rpartition(")")[2].split()[:3]
            if its_group == str(group) and state not in "ZX":
                return True
    return False
