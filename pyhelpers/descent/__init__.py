"""Descent: how learning rates, networks and rewards shape what is learnt, in numbers and drawn."""
