"""Parse blocks of whole records without pandas or the csv module, where they are regular."""

from collections.abc import Sequence
from typing import Any

from pyhelpers.csvio.block_parsers import is_certified
from pyhelpers.csvio.dialect import LF, Dialect

LONGEST_FIELD = 64  # bytes of a field in a regular block


def plain_columns(block: bytes, dialect: Dialect, width: int) -> list[list[str]] | None:
    """Return the columns of a block of whole records without quotes, at once; None for any other.

    >>> plain_columns(b"1,x\\n2,y", Dialect(","), 2)
    [['1', '2'], ['x', 'y']]
    """
    end = b"\r\n" if b"\r\n" in block else b"\n"
    if not block.endswith(b"\n"):
        block += end
    one = width == 1 and (b"\r" in block or block == b"\n")
    if one or not dialect.bytewise or b'"' in block or not is_certified(block, dialect, width):
        return None
    try:
        text = block.decode(dialect.encoding)
    except UnicodeDecodeError:
        return None
    fields = text.replace(end.decode(), dialect.delimiter).split(dialect.delimiter)
    return [fields[position:-1:width] for position in range(width)]


def _field_ends(data: bytes, dialect: Dialect, width: int) -> Any:
    """Return where fields end, shape (records, width); None where the data is not regular."""
    import numpy as np

    octets = np.frombuffer(data, np.uint8)
    mark = dialect.delimiter.encode()
    ends = np.flatnonzero((octets == mark[0]) | (octets == LF))
    if len(ends) % width or data.count(b"\n") * width != len(ends):
        return None
    ends_of = ends.reshape(-1, width)
    return ends_of if (octets[ends_of[:, -1]] == LF).all() else None


def _texts(data: bytes, starts: Any, ends: Any) -> Any:
    """Return fields as an array of byte strings; None where one is too long."""
    import numpy as np

    lengths = ends - starts
    longest = max(1, int(lengths.max()))
    if longest > LONGEST_FIELD:
        return None
    octets = np.frombuffer(data + bytes(longest), np.uint8)
    taken = np.lib.stride_tricks.sliding_window_view(octets, longest)[starts]
    taken[np.arange(longest) >= lengths[:, None]] = 0
    return taken.view(f"S{longest}").ravel()


def _numbers(texts: Any) -> Any:
    """Return byte strings as numbers, NaN where there is none; None where one is something else."""
    import numpy as np

    empty = texts == b""
    if empty.any():
        texts = np.where(empty, b"nan", texts)
    try:
        numbers = texts.astype(float)
    except ValueError:
        return None
    odd = (np.isnan(numbers) != empty).any() or np.isinf(numbers).any()
    return None if odd or b"_" in texts.tobytes() else numbers


def _decoded(texts: Any) -> Any:
    import numpy as np

    known, where = np.unique(texts, return_inverse=True)
    return np.array([text.decode() for text in known.tolist()], dtype=object)[where]


def regular_columns(
    data: bytes, dialect: Dialect, width: int, positions: Sequence[int], numeric: Sequence[bool]
) -> list[Any] | None:
    """Return columns of a block of whole records, without pandas.

    Parameters
    ----------
    width : int
        The number of columns in the file.
    positions : sequence of int
        The columns wanted.
    numeric : sequence of bool
        Whether each of them is one of numbers.

    Returns
    -------
    list of numpy.ndarray or None
        Numbers with NaN for missing values, or texts as they are. None where the block is not
        regular (quotes, blank lines, lone carriage returns, words in a column of numbers): the
        strict reader then finds out what is wrong.
    """
    regular = b'"' not in data and b"\0" not in data and len(dialect.delimiter.encode()) == 1
    returns = data.count(b"\r")
    if not regular or (returns and not returns == data.count(b"\r\n") == data.count(b"\n")):
        return None
    field_ends = _field_ends(data, dialect, width)
    if field_ends is None:
        return None
    columns = []
    for at, is_numeric in zip(positions, numeric, strict=True):
        starts = field_ends[:, at - 1] + 1 if at else _line_starts(field_ends)
        ends = field_ends[:, at] - (1 if at == width - 1 and returns else 0)
        texts = _texts(data, starts, ends)
        if texts is None or (width == 1 and (ends == starts).any()):
            return None
        columns.append(_numbers(texts) if is_numeric else _decoded(texts))
        if columns[-1] is None:
            return None
    return columns


def _line_starts(ends_of: Any) -> Any:
    import numpy as np

    return np.concatenate(([0], ends_of[:-1, -1] + 1))
