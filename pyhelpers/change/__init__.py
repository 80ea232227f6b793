"""Making change: an amount of money in the fewest coins, greedily and exactly."""
