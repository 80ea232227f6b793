"""Rows: counts, draws and copies records of CSVs too large for the machine."""

from pyhelpers.rows.job import work

__all__ = ["work"]
