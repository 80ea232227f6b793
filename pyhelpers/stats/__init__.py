"""Statistics: see a CSV in numbers and in pictures."""

from pyhelpers.stats import cli_draw, cli_group, cli_report  # their import registers commands
from pyhelpers.stats.cli import app

__all__ = ["app", "cli_draw", "cli_group", "cli_report"]
