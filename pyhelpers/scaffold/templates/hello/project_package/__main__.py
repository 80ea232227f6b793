"""Command line: python -m project_package hello|add|serve."""

import argparse
from collections.abc import Sequence

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
    server = commands.add_parser("serve", help="serve over HTTP")
    server.add_argument("--host", default="127.0.0.1")
    server.add_argument("--port", type=int, help="default: $PORT, else 8080")
    return top


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command."""
    arguments = parser().parse_args(argv)
    if arguments.command == "hello":
        print(hello(arguments.name))
    elif arguments.command == "add":
        print(add(arguments.x, arguments.y))
    else:
        from project_package.server import run

        run(arguments.host, arguments.port)


if __name__ == "__main__":
    main()
