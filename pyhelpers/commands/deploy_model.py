"""deploy-model: write the folder that a platform runs; bin/deploy-model uploads it."""

from pyhelpers import KitError
from pyhelpers.cli.output import print_lines
from pyhelpers.deploy.stage import PLATFORMS, PYTHON, stage


def run(args: list[str]) -> int:
    """Stage PLATFORM MODEL FOLDER for bin/deploy-model; print Python's version and the digest."""
    if len(args) != 3 or args[0] not in PLATFORMS:
        raise KitError(f"PLATFORM ({', '.join(PLATFORMS)}) MODEL FOLDER are needed", 2)
    platform, path, folder = args
    print_lines([f"{PYTHON} {stage(platform, path, folder)}\n"])
    return 0
