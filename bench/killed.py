"""A command that is killed at random moments, and whether its result is the same all the same."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shlex import join

from bench.side_by_side import SideFailed, Values

Result = Callable[[], object]


@dataclass
class Task:
    """A job that can be killed.

    Attributes
    ----------
    words, resumed : list of str
        The command, and what makes it keep its progress.
    result : function
        What came of it; it is removed for the next round.
    env : dict
        Its environment, with a HOME of its own.
    """

    name: str
    words: list[str]
    resumed: list[str]
    result: Result
    env: dict[str, str]
    out: Path

    def run(self, *more: str) -> subprocess.Popen[bytes]:
        """Start it, in a process group of its own."""
        with self.out.open("wb") as out:
            words = [*self.words, *more]
            return subprocess.Popen(
                words, stdout=out, stderr=subprocess.DEVNULL, env=self.env, start_new_session=True
            )

    def done(self, *more: str) -> object:
        """Run it to its end; return what came of it."""
        if code := self.run(*more).wait():
            raise SideFailed(f"exit code {code}: {join(self.words)}")
        return self.result()

    def killed(self, most: int, same: Callable[[object], bool]) -> Values:
        """Kill it at random moments, again and again from the start when it has come to its end."""
        draw, kills, rounds, right = random.Random(1), 0, 0, 0
        begin = time.monotonic()
        self.done(*self.resumed)
        undisturbed = time.monotonic() - begin
        while kills < most:
            rounds, fresh = rounds + 1, True
            while True:
                begin = time.monotonic()
                job = self.run(*self.resumed)
                try:
                    code = job.wait(draw.random() * undisturbed if kills < most else None)
                except subprocess.TimeoutExpired:
                    os.killpg(job.pid, signal.SIGKILL)
                    job.wait()
                    kills, fresh = kills + 1, False
                    continue
                if fresh:  # the first run may have met a busier machine: later kills hit the middle
                    undisturbed = min(undisturbed, time.monotonic() - begin)
                right += code == 0 and same(self.result())
                break
        return {"kills": kills, "ends": rounds, "right": right, "undisturbed s": undisturbed}


class Search(Task):
    """A search for a tour, with the length of the best that has been kept.

    Attributes
    ----------
    best : float
        Its length when the last run began.
    """

    best = float("inf")

    def run(self, *more: str) -> subprocess.Popen[bytes]:
        """Start it."""
        pieces = Path(self.env["BEACHHEAD_STATE"], "progress").glob("*/tour")
        kept = [json.loads(piece.read_text())["length"] for piece in pieces]
        self.best = min(kept, default=float("inf"))
        return super().run(*more)
