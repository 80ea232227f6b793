"""Train, inspect, evaluate and serve machine-learning models.

Examples:
  ml-model train heights.csv --target Weight --features Height -o weight
  ml-model predict weight new.csv > answers.csv
  ml-model serve weight --port 8080

Tables may be CSV, JSON lines, and, with ./install.sh --extra formats, Excel workbooks, Parquet,
Arrow and Feather files, or folders of them; their content decides.
"""
