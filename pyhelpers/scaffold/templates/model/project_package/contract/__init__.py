"""The HTTP contract: what a row is, which bodies are understood, how a linear model answers."""

# What stands in a CSV for a missing value.
MISSING = frozenset((project_missing))


class KitError(ValueError):
    """Something that the person who called can mend."""
