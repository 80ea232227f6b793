"""Tables in other formats than CSV: Parquet, Arrow, JSON lines, Excel; read as typed columns."""
