"""Report: one self-contained page on a CSV: Ingest, EDA, Modeling, Conclusion."""
