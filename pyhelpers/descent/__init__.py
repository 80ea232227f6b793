"""Gradient descent on functions, least squares and small networks, with plots."""
