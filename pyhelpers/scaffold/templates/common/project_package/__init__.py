"""project_name: what it does is told in README.md."""

__version__ = "0.1.0"
