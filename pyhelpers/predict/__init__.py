"""Prediction requests: rows in, request bodies out, predictions back beside the rows."""
