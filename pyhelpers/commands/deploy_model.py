"""deploy-model: write the folder that a platform runs; bin/deploy-model sends it."""

from pyhelpers import KitError
from pyhelpers.cli.output import print_lines
from pyhelpers.deploy.stage import PLATFORMS, PYTHON, stage


def run(args: list[str]) -> int:
    """Stage what bin/deploy-model has parsed: PLATFORM MODEL FOLDER; print "python digest"."""
    if len(args) != 3 or args[0] not in PLATFORMS:
        raise KitError(f"PLATFORM ({', '.join(PLATFORMS)}) MODEL FOLDER are wanted", 2)
    platform, path, folder = args
    print_lines([f"{PYTHON} {stage(platform, path, folder)}\n"])
    return 0
