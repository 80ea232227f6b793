"""Statistics: see a CSV in numbers and in pictures."""

from pyhelpers.stats import cli_draw  # registers its commands
from pyhelpers.stats.cli import app

__all__ = ["app", "cli_draw"]
