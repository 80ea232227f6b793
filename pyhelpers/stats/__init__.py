"""Statistics: see a CSV in numbers and in pictures."""

from pyhelpers.stats.cli import app

__all__ = ["app"]
