"""Turn columns of Python's values, as JSON and workbooks have them, into columns of a block."""

import json
from array import array
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from pyhelpers.csvio.cells import EXACT, CellFormat
from pyhelpers.csvio.columns import Texts

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk

NO_VALUE = float("nan")
NUMBERS = frozenset((int, float))


def chunk_of_values(
    values: Sequence[Any], missing: Collection[str] = (), spelled: bool = False
) -> "ColumnChunk":
    """Return values as numbers, NaN for None; as texts if some are not numbers.

    Parameters
    ----------
    missing : collection of str
        The texts that stand for a missing value.
    spelled : bool
        Whether numbers are wanted as texts, too.

    Examples
    --------
    >>> list(chunk_of_values([1, 2.5])), list(chunk_of_values(["1", True, None]))
    ([1.0, 2.5], ['1', 'true', nan])
    """
    given = [None if type(value) is str and value in missing else value for value in values]
    types = {type(value) for value in given} - {type(None)}
    if timedelta in types:
        given = [one.total_seconds() if type(one) is timedelta else one for one in given]
        types = types - {timedelta} | {float}
    exact = int not in types or not any(type(v) is int and abs(v) > EXACT for v in given)
    if types <= NUMBERS and exact and not spelled:
        return array("d", [NO_VALUE if value is None else value for value in given])
    cells = CellFormat(frozenset(missing), is_text=not types & NUMBERS)
    kind = "date" if types and types <= {date, datetime} else ""
    return Texts(list(map(text_of, given)), cells, kind if exact else "text")


def text_of(value: Any) -> Any:
    """Return a value as a text; NaN for None.

    >>> text_of(3.0), text_of([1, None]), text_of(datetime(2024, 2, 29, 12))
    ('3', '[1, null]', '2024-02-29 12:00:00')
    """
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return NO_VALUE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
