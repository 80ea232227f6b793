"""See a CSV in numbers and in pictures.

Examples:
  csv-stats describe data.csv
  csv-stats correlate data.csv
"""

ONE_THREAD = True  # sums must not depend on the number of cores; processes share the work instead
