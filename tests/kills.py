"""Kill a command at random moments and run it again until it is done."""

import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

Words = Sequence[str | Path]


class Killed(NamedTuple):
    """How often a command was killed before it was done, and what it printed at last.

    Attributes
    ----------
    goes_on : bool
        Whether the last run found progress: one that is killed when it is done, but for its end,
        has left none.
    """

    kills: int
    out: bytes
    err: str
    goes_on: bool


def kept(env: Mapping[str, str]) -> list[Path]:
    """Return the pieces of progress that are kept in a HOME."""
    found: list[Path] = []
    for folder in (Path(env["HOME"]) / ".local/state/beachhead/progress").glob("*"):
        with suppress(OSError):  # it was removed meanwhile
            found += [folder / name for name in os.listdir(folder) if name not in ("lock", "job")]
    return sorted(path for path in found if not path.name.startswith("."))


def run_killed(
    words: Words,
    env: Mapping[str, str],
    seed: int,
    most: int,
    meanwhile: Callable[[], object] = lambda: None,
    stdin: Path | None = None,
) -> Killed:
    """Run a command with SIGKILL to it and all its processes, `most` times, then to its end.

    Every second run is killed at any moment, the others some time after they have kept something
    new, else the job might never get on.
    """
    draw, kills = random.Random(seed), 0
    while True:
        before = _state(env)
        with (
            stdin.open("rb") if stdin else open(os.devnull, "rb") as given,
            tempfile.TemporaryFile() as printed,
            subprocess.Popen(
                [str(word) for word in words],
                stdin=given,
                stdout=printed,
                stderr=subprocess.PIPE,
                env=dict(env),
                start_new_session=True,
            ) as run,
        ):
            if kills < most:
                while kills % 2 == 0 and run.poll() is None and _state(env) == before:
                    time.sleep(0.002)
                time.sleep(draw.random() * (2.0 if kills % 2 else 0.4))
                if run.poll() is None:
                    os.killpg(run.pid, signal.SIGKILL)
                    run.wait()
                    kills += 1
                    meanwhile()
                    continue
            _, err = run.communicate()
            assert run.returncode == 0, err.decode()
            printed.seek(0)
            return Killed(kills, printed.read(), err.decode(), bool(before))


def _state(env: Mapping[str, str]) -> list[tuple[str, int]]:
    found = []
    for path in kept(env):
        try:
            found.append((path.name, path.stat().st_mtime_ns))
        except OSError:  # it was removed meanwhile
            continue
    return sorted(found)
