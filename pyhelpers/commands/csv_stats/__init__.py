"""Compute statistics of a CSV, and draw them.

Examples:
  csv-stats describe data.csv
  csv-stats correlate data.csv
  csv-stats histogram sales.xlsx --sheet March -c amount

The content of a file decides on its format: CSV, JSON lines, and, with ./install.sh --extra
formats, Excel workbooks, Parquet, Arrow and Feather files. A folder is one table.
"""

ONE_THREAD = True  # sums must not depend on the number of cores; several processes parse instead
