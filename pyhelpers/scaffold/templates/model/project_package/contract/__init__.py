"""The HTTP contract: rows, bodies, answers of a linear model, and the server itself."""

# What stands in a CSV for a missing value.
MISSING = frozenset((project_missing))


class KitError(ValueError):
    """Something that the person who called can fix."""
