"""Train a model on a CSV, look at it, predict with it in a pipe, serve it over HTTP.

Examples:
  ml-model train heights.csv --target Weight --features Height -o weight
  ml-model predict weight new.csv > answers.csv
  ml-model serve weight --port 8080
"""
