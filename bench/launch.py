"""Run one command and say what it took: seconds of wall and processor, peak bytes, its status.

A process begins with the resident set of the one that it was forked from as its own peak. So the
sides of a comparison are started from this small one, not from the bench: the least peak that can
be seen is then bare Python's, 9 MB, instead of the bench's own.

A side may end before what it started does, or never ask how it ended. Such orphans come to this
process, which waits for them, so that their seconds count.
"""

import ctypes
import os
import sys
import time

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux's prctl
BYTES_A_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


def main(shell: str) -> None:
    """Run a command as bash takes it; print what it took as stderr's last line."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    process = os.posix_spawnp("bash", ["bash", "-c", shell], os.environ)
    _, ended, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu, peak = cpu + usage.ru_utime + usage.ru_stime, max(peak, usage.ru_maxrss)
    status = os.waitstatus_to_exitcode(ended)
    # The command's last line may have no end.
    print(f"\n{wall} {cpu} {peak * BYTES_A_UNIT} {status}", file=sys.stderr)


main(sys.argv[1])
