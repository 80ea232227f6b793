"""Random samples of CSV records, from files and streams of any size."""
