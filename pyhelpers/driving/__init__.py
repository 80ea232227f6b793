"""A car that learns to follow a track by reward."""
