"""Scaffold: a project of a person's own, written in one go."""
