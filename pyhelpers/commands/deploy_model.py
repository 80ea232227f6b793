"""deploy-model: write the folder that a platform runs; ask which version runs there."""

import sys

from pyhelpers import KitError
from pyhelpers.cli.output import emit_one, note, print_lines
from pyhelpers.deploy import health
from pyhelpers.deploy.stage import PLATFORMS, PYTHON, stage, warnings_of


def run(args: list[str]) -> int:
    """Run `stage PLATFORM MODEL FOLDER`, `wait URL VERSION SECONDS`, `status URL` or `version URL`.

    `version` prints the version that answers, or an empty line if there is none.

    A token for the service is the first line of standard input, if it is not empty.
    """
    if args[0] == "stage" and args[1] in PLATFORMS:
        _, platform, path, folder = args
        for line in warnings_of(path):
            note(f"warning: {line}")
        print_lines([f"{PYTHON} {stage(platform, path, folder)}\n"])
        return 0
    if args[0] == "version":
        print_lines([f"{health.version(args[1])}\n"])
        return 0
    token = sys.stdin.readline().strip()
    if args[0] == "wait":
        _, url, version, seconds = args
        health.wait(url, version, float(seconds), token, note)
    elif args[0] == "status":
        found = health.ask(args[1], token)
        emit_one({"address": args[1]} | found, None)
    else:
        raise KitError(f"PLATFORM ({', '.join(PLATFORMS)}) MODEL FOLDER are needed", 2)
    return 0
