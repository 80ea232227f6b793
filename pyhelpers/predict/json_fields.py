"""CSV fields as JSON values, and JSON values as CSV fields."""

import json
import math
import re
from typing import Any

from pyhelpers.csvio.table import MISSING

# A number of JSON (RFC 8259): sent unchanged, to its last digit.
JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
# Other numbers that float() reads, but for leading zeros: 007 is a code, not seven.
LOOSE_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def has_lone_surrogate(text: str, value: Any) -> bool:
    r"""Return whether JSON escapes half a character, which is not valid text (RFC 8259, 8.2).

    Examples
    --------
    >>> [has_lone_surrogate(text, json.loads(text)) for text in (r'"\ud83c\udf0a"', r'"\ud83c"')]
    [False, True]
    """
    if "\\ud" not in text.lower():
        return False
    return re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False)) is not None


def cell_json(text: str) -> str:
    """Return a field as JSON text: a number to its last digit, null where missing, else a string.

    Examples
    --------
    >>> [cell_json(text) for text in ("70.10", "+.5", "NA", "007", "Rome")]
    ['70.10', '0.5', 'null', '"007"', '"Rome"']
    """
    if JSON_NUMBER.fullmatch(text):
        return text
    bare = text.strip()
    if JSON_NUMBER.fullmatch(bare):
        return bare
    if LOOSE_NUMBER.fullmatch(bare) and math.isfinite(float(bare)):
        return repr(float(bare))
    return text_json(text)


def text_json(text: str) -> str:
    """Return a field as a JSON string, null where it is missing.

    Examples
    --------
    >>> text_json("1.50"), text_json("NA")
    ('"1.50"', 'null')
    """
    return "null" if text in MISSING else json.dumps(text)


def prediction_text(value: Any) -> str:
    """Return a prediction as a field: a number's shortest exact form, a list as JSON.

    Examples
    --------
    >>> [prediction_text(value) for value in (70.5, "yes", None, True, [1, 2.5])]
    ['70.5', 'yes', '', 'true', '[1, 2.5]']
    """
    if type(value) is float:
        return repr(value)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
