"""Text for people: counts with their nouns, and text from outside made safe for a terminal."""

from collections.abc import Sequence

from pyhelpers import KitError

# ESC and its kin, which move the cursor, set titles, ask the terminal; tab and line feed stay.
_CONTROLS = (*range(9), *range(11, 32), *range(127, 160))
# Unicode's format characters (category Cf), which turn the order of what is read or are not seen,
# with its line and paragraph separators, and surrogates: first and last of each stretch.
_FORMATS = (
    (0xAD, 0xAD), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891),
    (0x8E2, 0x8E2), (0x180E, 0x180E), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F),
    (0xD800, 0xDFFF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD),
    (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE007F),
)  # fmt: skip
HARMFUL = dict.fromkeys(_CONTROLS, "?")
for _first, _last in _FORMATS:
    HARMFUL |= dict.fromkeys(range(_first, _last + 1), "?")


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun, which agrees with it in number.

    Parameters
    ----------
    plural : str or None
        The noun (or noun and verb) for every count but 1; None adds an s.

    Examples
    --------
    >>> counted(1, "value is", "values are"), counted(25_000, "record")
    ('1 value is', '25,000 records')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def figure(value: float) -> str:
    """Return a number in about six digits, its integer digits whole.

    Examples
    --------
    >>> figure(10000049.5), figure(1700000000), figure(0.1234567), figure(2.5), figure(-1e-9)
    ('10000050', '1700000000', '0.123457', '2.5', '-1e-09')
    """
    size = abs(value)
    if not 1e-4 <= size < 1e15:  # zero, too, and what is not finite
        return f"{value:.6g}"
    before = len(str(int(size))) if size >= 1 else 0
    text = f"{value:.{max(6 - before, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def edge_labels(edges: Sequence[float]) -> list[str]:
    """Return labels of evenly spaced numbers, with the decimals of their step.

    Examples
    --------
    >>> edge_labels([999999999.75, 1000000000.0]), edge_labels([0.0, 20.0])
    (['999999999.75', '1000000000.00'], ['0', '20'])
    """
    import math

    step = edges[1] - edges[0] if len(edges) > 1 else 0.0
    if not 1e-9 < step < 1e15:
        return [figure(edge) for edge in edges]
    decimals = max(-math.floor(math.log10(step) + 1e-9), 0)
    decimals += round(step, decimals) != round(step, decimals + 1)  # steps of 0.25
    return [f"{edge:.{decimals}f}" for edge in edges]


def harmless(text: str) -> str:
    r"""Return a text whose control and format characters are question marks.

    Examples
    --------
    >>> harmless("\x1b]0;title\x07red\ttide")
    '?]0;title?red\ttide'
    """
    return text if text.isascii() and text.isprintable() else text.translate(HARMFUL)


def printable(text: str) -> str:
    r"""Return lines as a terminal may show them, whatever ends them.

    Examples
    --------
    >>> printable("a\x1b,b\r\n")
    'a?,b\n'
    """
    return harmless(text.replace("\r\n", "\n"))


def escaped(text: str) -> str:
    r"""Return the text of a JSON document with control and format characters escaped in it.

    Examples
    --------
    >>> escaped('["\u202e", "tide"]')
    '["\\u202e", "tide"]'
    """
    import json

    if text.isascii():
        return text
    return text.translate({code: json.dumps(chr(code))[1:-1] for code in HARMFUL if code > 31})


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


def parse_names(text: str, option: str) -> list[str]:
    """Return the names of a comma-separated list, read as a CSV record: a name may be quoted.

    Raises
    ------
    KitError
        When there is none.

    Examples
    --------
    >>> parse_names('Height-Inches, "a,b"', "--features")
    ['Height-Inches', 'a,b']
    """
    import csv

    names = [name for name in next(csv.reader([text], skipinitialspace=True), []) if name]
    if not names:
        raise KitError(f"{option} takes comma-separated names, such as size,age", 2)
    return names
