"""What each column becomes before a model learns from it: plain data, fitted and applied.

A field's document says how its values become columns of a matrix. There are three kinds of
matrices (views): "linear" (filled, scaled, a column per category), "boosting" (raw numbers with
NaN, categories as codes) and "forest" (filled, categories as target means).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pyhelpers.model.derived_features import (
    CLOCK_PARTS,
    DATE_PARTS,
    date_part_columns,
    fit_text,
    text_components,
)
from pyhelpers.model.schema import MISSING_CODE, UNKNOWN_CODE, Feature, Row
from pyhelpers.model.values import CLOCK

View = Literal["linear", "boosting", "forest"]
OWN_COLUMNS = 100  # categories that always have a column of their own
MORE_COLUMNS = 500  # that have one where each has TYPICAL records, in at most CELLS cells
TYPICAL, CELLS = 10, 5_000_000
MOST_CATEGORIES = 10_000  # of one column; the rarer ones count as unknown
BOOSTING_CODES = 254  # categories with a code of their own; scikit-learn's bins hold 255
TEXT_SAMPLE = 10_000  # texts from which n-grams are learnt
Document = dict[str, Any]


def scale_of(values: Any) -> dict[str, float]:
    """Return fill (median), center (mean) and scale (deviation) of a column, NaN apart."""
    import numpy as np

    known = values[~np.isnan(values)]
    if not len(known):
        return {"fill": 0.0, "center": 0.0, "scale": 1.0}
    fill = float(np.median(known))
    center = (float(known.sum()) + fill * (len(values) - len(known))) / len(values)
    squares = float(((known - center) ** 2).sum()) + (fill - center) ** 2 * (
        len(values) - len(known)
    )
    scale = (squares / len(values)) ** 0.5
    tiny = 10 * np.finfo(float).eps * abs(center)  # a constant, as rounding leaves it
    return {"fill": fill, "center": center, "scale": scale if scale > tiny else 1.0}


def fit_field(feature: Feature, values: Any) -> Document:
    """Return the document of a number, a date or a category, from its training values.

    Parameters
    ----------
    values : numpy.ndarray, shape (rows,)
        Numbers, days, or positions among the feature's categories.
    """
    import numpy as np

    flag = bool((values < 0).any() if feature.kind == "category" else np.isnan(values).any())
    if feature.kind == "number":
        return {"kind": "number", "flag": flag} | scale_of(values)
    if feature.kind == "date":
        names = CLOCK_PARTS if feature.form == CLOCK else DATE_PARTS
        columns = date_part_columns(values, names).items()
        varying = [(part, of) for part, of in columns if np.nanmin(of) < np.nanmax(of)]
        parts = [{"part": part} | scale_of(of) for part, of in varying]
        return {"kind": "date", "flag": flag, "parts": parts}
    count = len(feature.categories)
    kept = count if has_own_columns(count, len(values)) else 0
    return {"kind": "category", "flag": flag, "own": kept, "many": count > BOOSTING_CODES}


def has_own_columns(categories: int, records: int) -> bool:
    """Return whether each category has a column of its own, and not target means in its place.

    Where it can be afforded it says more: means hold one number of a category, whatever else is
    known of a record.
    """
    if categories <= OWN_COLUMNS:
        return True
    enough = TYPICAL * categories <= records and categories * records <= CELLS
    return categories <= MORE_COLUMNS and enough


def fit_text_field(texts: Sequence[str], seed: int) -> Document:
    """Return the document of a column of free texts, from different texts in any order."""
    import numpy as np

    rows = np.random.default_rng(seed).permutation(len(texts))[:TEXT_SAMPLE]
    document = fit_text([texts[row] for row in rows], seed)
    return {"kind": "text", "flag": False} | document


def finish_text_field(document: Document, components: Any) -> None:
    """Add to a text's document the scale of its components in training."""
    document["scales"] = [scale_of(column) for column in components.T]


def category_codes(feature: Feature, values: Sequence[str | None]) -> Any:
    """Return the positions of values among a feature's categories; -1 missing, -2 unknown."""
    import numpy as np

    places = {None: MISSING_CODE} | {name: at for at, name in enumerate(feature.categories)}
    codes = [places.get(value, UNKNOWN_CODE) for value in values]
    return np.array(codes, np.int64)


def columns_of_values(
    features: Sequence[Feature], fields: Sequence[Document], columns: Sequence[Any]
) -> list[Any]:
    """Return fields' values as `design_matrix` takes them.

    Parameters
    ----------
    columns : sequence of sequences
        The values of each field, as `schema.value_of_text` returns them.
    """
    import numpy as np

    found = []
    for feature, document, values in zip(features, fields, columns, strict=True):
        if feature.kind in ("number", "date"):
            found.append(np.asarray(values, dtype=float))
        elif feature.kind == "category":
            found.append(category_codes(feature, values))
        else:
            found.append(text_components([value or "" for value in values], document))
    return found


def columns_of_rows(
    features: Sequence[Feature], fields: Sequence[Document], rows: Sequence[Row]
) -> list[Any]:
    """Return rows as `design_matrix` takes them: one array per field."""
    return columns_of_values(features, fields, list(zip(*rows, strict=True)))


def needs_means(document: Document, view: View) -> bool:
    """Return whether a field's columns in a view are target means."""
    if document["kind"] != "category":
        return False
    if view == "boosting":
        return bool(document["many"])
    return view == "forest" or not document["own"]


def code_columns(fields: Sequence[Document], view: View) -> int:
    """Return how many leading columns of a view are codes of categories."""
    return sum(d["kind"] == "category" for d in fields) if view == "boosting" else 0


def design_matrix(
    fields: Sequence[Document],
    columns: Sequence[Any],
    view: View,
    means: Mapping[int, Any],
    cross: Any = None,
) -> Any:
    """Return the matrix of a view, shape (rows, columns).

    Parameters
    ----------
    columns : sequence of numpy.ndarray
        One per field: numbers or days with NaN, codes of categories, components of texts.
    means : mapping of int to numpy.ndarray
        The target means of each field that needs them: a table, or with `cross` one per part.
    cross : numpy.ndarray, optional
        The cross part of each row.
    """
    import numpy as np

    codes: list[Any] = []
    parts: list[Any] = []
    for at, (document, values) in enumerate(zip(fields, columns, strict=True)):
        if document["kind"] != "category":
            parts += _number_columns(document, values, view)
            continue
        if view == "boosting":
            known = (values >= 0) & (values < BOOSTING_CODES)
            codes.append(np.where(known, values, np.nan))
        if view == "linear" and document["own"]:
            parts += _own_columns(document, values)
        elif needs_means(document, view):
            table = means[at]
            rows = np.where(values < 0, table.shape[-2] - 2 - (values + 1), values)
            found = table[rows] if cross is None else table[cross, rows]
            parts += [
                _scaled(column, scale, view) for column, scale in _with_scales(document, found)
            ]
    count = len(columns[0]) if columns else 0
    out = np.empty((count, len(codes) + len(parts)))
    for at, column in enumerate([*codes, *parts]):
        out[:, at] = column
    return out


def _with_scales(document: Document, found: Any) -> list[tuple[Any, dict[str, float]]]:
    return list(zip(found.T, document["scales"], strict=True))


def _scaled(column: Any, scale: Mapping[str, float], view: View) -> Any:
    """Return a column as a view has it: scaled, raw or filled."""
    import numpy as np

    if view == "boosting":
        return column
    missing = np.isnan(column)
    filled = np.where(missing, scale["fill"], column) if missing.any() else column
    return filled if view == "forest" else (filled - scale["center"]) / scale["scale"]


def _number_columns(document: Document, values: Any, view: View) -> list[Any]:
    """Return the columns of a number, a date or a text."""
    import numpy as np

    if document["kind"] == "text":
        return [_scaled(column, scale, view) for column, scale in _with_scales(document, values)]
    if document["kind"] == "date":
        of = date_part_columns(values, [part["part"] for part in document["parts"]])
        found = [_scaled(of[part["part"]], part, view) for part in document["parts"]]
    else:
        found = [_scaled(values, document, view)]
    if view == "forest" and document["flag"]:
        found.append(np.isnan(values).astype(float))
    return found


def _own_columns(document: Document, codes: Any) -> list[Any]:
    """Return a column of 0 and 1 per category, and one for missing values if training had any."""
    columns = [(codes == code).astype(float) for code in range(document["own"])]
    return columns + ([(codes == MISSING_CODE).astype(float)] if document["flag"] else [])


def description(feature: Feature, document: Document) -> str:
    """Return in words what a field becomes."""
    missing = "missing: " + ("flagged, " if document["flag"] else "")
    if document["kind"] == "number":
        return f"number, {missing}filled with {document['fill']:.6g}"
    if document["kind"] == "date":
        parts = ", ".join(part["part"] for part in document["parts"]) or "nothing, it never varies"
        what = "time of day" if feature.form == CLOCK else f"date ({feature.form})"
        return f"{what}, becomes {parts}; {missing}filled with the median"
    if document["kind"] == "text":
        return f"free text, becomes {len(document['scales'])} components of character n-grams"
    count = len(feature.categories)
    if document["own"]:
        return f"category, {count} columns of 0 and 1; unknown: 0 in each"
    return (
        f"category of {count} values, becomes cross-fitted target means; unknown: the overall mean"
    )
