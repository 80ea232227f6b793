"""Command line: python -m project_package hello|add|train|predict|serve."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from project_package.hello import add, hello


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="project_package")
    commands = top.add_subparsers(dest="command", required=True)
    greet = commands.add_parser("hello", help="greet somebody")
    greet.add_argument("name", nargs="?", default="world")
    plus = commands.add_parser("add", help="add two numbers")
    plus.add_argument("x", type=float)
    plus.add_argument("y", type=float)
    commands.add_parser("train", help="train the model on data/data.csv")
    ask = commands.add_parser("predict", help="predict a JSON request with the model here")
    ask.add_argument("file", nargs="?", help="default: standard input")
    server = commands.add_parser("serve", help="serve over HTTP")
    server.add_argument("--host", default="127.0.0.1")
    server.add_argument("--port", type=int, help="default: $PORT, else 8080")
    return top


def predict(file: str | None) -> None:
    """Print the predictions for a request, one per line."""
    from project_package.contract import body_parsers
    from project_package.model import load

    model = load()
    body = Path(file).read_bytes() if file else sys.stdin.buffer.read()
    rows = body_parsers.rows_of_json(model.schema, body_parsers.parse_json(body))
    for answer in model.predictor.predict(rows):
        print(answer)


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command."""
    arguments = parser().parse_args(argv)
    if arguments.command == "hello":
        print(hello(arguments.name))
    elif arguments.command == "add":
        print(add(arguments.x, arguments.y))
    elif arguments.command == "train":
        from project_package import train

        train.main()
    elif arguments.command == "predict":
        try:
            predict(arguments.file)
        except (OSError, ValueError) as error:
            raise SystemExit(f"predict: {error}") from None
    else:
        from project_package.server import run

        run(arguments.host, arguments.port)


if __name__ == "__main__":
    main()
