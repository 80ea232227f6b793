"""Rows, request bodies, the linear model, and the HTTP server."""

# Texts that mean a missing value in a CSV.
MISSING = frozenset((project_missing))


class KitError(ValueError):
    """An error that the user can fix."""
