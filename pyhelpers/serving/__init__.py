"""Prediction service over HTTP, for the clouds' platforms and for curl."""
