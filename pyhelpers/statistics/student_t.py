"""Student's t distribution: p-values and quantiles, without the time that importing scipy takes."""

import math

STEPS = 1_000  # of the continued fraction, which needs some ten
TINY = 1e-300
LARGE = 100.0


def _log_gamma_ratio(a: float) -> float:
    """Return log(gamma(a + 1/2) / gamma(a)); of a large a by its asymptotic series."""
    if a < LARGE:
        return math.lgamma(a + 0.5) - math.lgamma(a)
    return 0.5 * math.log(a) - 1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5)


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method.

    (Press and others, Numerical Recipes, 3rd edition, 6.4.)
    """
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or TINY)
    value = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        before = value
        for term in (even, odd):
            d = 1 / (1 + term * d or TINY)
            c = 1 + term / c or TINY
            value *= c * d
        if abs(value - before) <= 1e-16 * abs(value):
            break
    return value


def t_p_value(t: float, freedom: float) -> float:
    """Return the chance that |T| is at least |t|: a two-sided p-value.

    Examples
    --------
    >>> round(t_p_value(2.228138852, 10), 9), t_p_value(math.inf, 3)
    (0.05, 0.0)
    """
    if math.isnan(t) or math.isinf(t):
        return math.nan if math.isnan(t) else 0.0
    if t == 0:
        return 1.0
    a, square = freedom / 2, t * t
    x, rest = freedom / (freedom + square), square / (freedom + square)
    log_front = _log_gamma_ratio(a) - 0.5 * math.log(math.pi) + 0.5 * math.log(rest)
    front = math.exp(log_front - a * math.log1p(square / freedom))
    if x < (a + 1) / (a + 2.5):
        return front * _fraction(a, 0.5, x) / a
    return 1 - 2 * front * _fraction(0.5, a, rest)


def t_quantile(confidence: float, freedom: float) -> float:
    """Return how many standard errors to each side a two-sided interval reaches.

    Examples
    --------
    >>> round(t_quantile(0.95, 10), 6)
    2.228139
    """
    low, high = 0.0, 1.0
    while t_p_value(high, freedom) > 1 - confidence:
        low, high = high, high * 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if t_p_value(middle, freedom) > 1 - confidence else (low, middle)
    return middle
