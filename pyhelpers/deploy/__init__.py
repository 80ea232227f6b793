"""Deployment: the folder that runs a model on a cloud platform."""
