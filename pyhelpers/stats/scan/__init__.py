"""Reading a CSV of any size: its columns, block by block, on every core."""

from pyhelpers.stats.scan.reader import Open, Options, Scan

__all__ = ["Open", "Options", "Scan"]
