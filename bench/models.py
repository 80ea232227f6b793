"""Models of the 25,000 heights and weights, trained for the sections that ask them."""

from contextlib import ExitStack
from pathlib import Path

from bench.context import HEIGHTS, Bench, relative
from bench.load import Server, start
from bench.side_by_side import ROOT
from tests.loopback import free_port

HEALTH = "/healthz"


def train(bench: Bench, kind: str = "linear") -> Path:
    """Return a model's folder; train it where it is not there."""
    folder = bench.folder / kind
    if not folder.exists():
        words = f"train {HEIGHTS} --target Weight-Pounds --features Height-Inches --folds 0"
        bench.prepare(f"bin/ml-model {words} --model {kind} -o {relative(folder)}")
    return folder


def serve(bench: Bench, kind: str = "linear") -> Server:
    """Serve a model until the job is done."""
    port = free_port()
    words = [str(ROOT / "bin/ml-model"), "serve", str(train(bench, kind)), "--port", str(port)]
    server = start(words, port, HEALTH, bench.env)
    stack = ExitStack()
    stack.callback(server.stop)
    bench.enter(stack)
    return server
