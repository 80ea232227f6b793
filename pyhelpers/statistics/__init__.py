"""Statistics of columns: describe, correlate, fit, cluster and compare, in bounded memory."""
