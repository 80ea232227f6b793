"""Compute statistics of a CSV, and draw them.

Examples:
  csv-stats describe data.csv
  csv-stats correlate data.csv
"""

ONE_THREAD = True  # sums must not depend on the number of cores; several processes parse instead
