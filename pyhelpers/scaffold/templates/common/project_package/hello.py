"""Two example functions to start from."""


def add(x: float, y: float) -> float:
    """Return the sum of two numbers.

    >>> add(1, 2)
    3
    """
    return x + y


def hello(name: str = "world") -> str:
    """Return a greeting.

    >>> hello("Ada")
    'Hello, Ada!'
    """
    return f"Hello, {name}!"
