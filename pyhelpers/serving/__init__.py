"""Serving: one HTTP contract that the clouds' platforms and a person's curl both speak."""
