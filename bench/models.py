"""Models of the 25,000 heights and weights, trained for the sections that ask them."""

from contextlib import ExitStack

from bench.context import HEIGHTS, Bench, relative
from bench.load import Server, free_port, start
from bench.side_by_side import ROOT

HEALTH = "/healthz"


def train(bench: Bench, kind: str = "linear") -> str:
    """Return a model's folder for a shell, from the checkout; train it where it is not there."""
    folder = bench.folder / kind
    if not folder.exists():
        words = f"train {HEIGHTS} --target Weight-Pounds --features Height-Inches --folds 0"
        bench.prepare(f"bin/ml-model {words} --model {kind} -o {relative(folder)}")
    return relative(folder)


def serve(bench: Bench, kind: str = "linear") -> Server:
    """Serve a model until the job is done."""
    port = free_port()
    words = [str(ROOT / "bin/ml-model"), "serve", train(bench, kind), "--port", str(port)]
    server = start(words, port, HEALTH, bench.env)
    stack = ExitStack()
    stack.callback(server.stop)
    bench.enter(stack)
    return server
