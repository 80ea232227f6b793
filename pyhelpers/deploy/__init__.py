"""Deployment of models: the folder that a cloud platform runs."""
