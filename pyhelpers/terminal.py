"""Terminal: text that came from outside, made harmless to the terminal that shows it."""

# ESC and its kin, which move the cursor, set titles, ask the terminal; tab and line feed stay.
CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "?")


def harmless(text: str) -> str:
    r"""Return a text whose control characters (C0 and C1 of ISO 6429) are question marks.

    Examples
    --------
    >>> harmless("\x1b]0;title\x07red\ttide")
    '?]0;title?red\ttide'
    """
    return text.translate(CONTROLS)


def coloured(text: str) -> str:
    r"""Return a drawing whose control characters are question marks, those of colour apart.

    Examples
    --------
    >>> coloured("\x1b[31mred\x1b[0m \x1b[2Jtide")
    '\x1b[31mred\x1b[0m ?[2Jtide'
    """
    import re

    parts = re.split(r"(\x1b\[[0-9;]*m)", text)
    parts[::2] = map(harmless, parts[::2])
    return "".join(parts)
