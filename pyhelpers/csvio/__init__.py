"""Reading CSV: sources, dialect, record boundaries, fields, blocks."""
