"""sample-large-csv: draw random rows of a CSV too large for the machine."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from pyhelpers.sampling.job import Job, sample

SWITCHES = ("header", "shuffled", "replace", "equal", "seek", "lines", "quote", "cache")


def parse_job(words: Sequence[str]) -> Job:
    """Parse NAME=VALUE arguments, --, and sources; without a seed draw one."""
    border = words.index("--")
    given = dict(word.split("=", 1) for word in words[:border])
    return Job(
        sources=list(words[border + 1 :]),
        rows=int(given["rows"]),
        fraction=float(given["fraction"]) if given["fraction"] else None,
        seed=int(given["seed"]) if given["seed"] else int.from_bytes(os.urandom(8), "big"),
        by=given["by"],
        weight=given["weight"],
        delimiter=given["delimiter"],
        memory=int(given["memory"]) << 20,
        out=given["out"],
        **{name: given[name] == "yes" for name in SWITCHES},
    )


def run(args: list[str]) -> NoReturn:
    """Do a job that bin/sample-large-csv has parsed."""
    gc.disable()  # it would look at all rows held again and again, and nothing here makes cycles
    sample(parse_job(args))
    sys.stderr.flush()
    os._exit(0)  # all is written: taking down the interpreter and numpy would be 20 ms of waiting
