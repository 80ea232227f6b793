"""A trip of several days: stops with opening hours, in the order that fits most of them."""
