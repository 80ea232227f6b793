"""Gradient descent: learning rates, labels of runs, and plots."""
