"""Tours: the shortest route through cities, with a bound or a proof of how good it is."""
