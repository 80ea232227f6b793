"""Reading a CSV of any size: its columns, block by block, on every core."""

from pyhelpers.csvio.scan import Open, Options, Scan

__all__ = ["Open", "Options", "Scan"]
