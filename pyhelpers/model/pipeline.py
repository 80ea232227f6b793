"""The scikit-learn pipeline of a model: imputer, scaler, encoder and estimator in one."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from pyhelpers.model.schema import Feature

BASELINE = {"regression": "linear", "classification": "logistic"}
MAX_CATEGORIES = 100  # of one column; the rarer ones share one
MISSING_CATEGORY = "(missing)"
SKOPS_SCHEMA = "schema.json"
# Ids and file names in skops' schema. A quote inside a JSON string is escaped, so the pattern
# matches members only, never the content of a string.
SKOPS_IDS = re.compile(r'("__id__": |"file": ")(\d+)')


def make_pipeline(features: Sequence[Feature], estimator: Any) -> Any:
    """Return one unfitted pipeline of imputer, scaler, one-hot encoder and estimator.

    It takes rows as `arrays.matrix` makes them. Medians, means, deviations and categories are
    learnt in training, so a row's prediction never depends on the other rows of a request.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [at for at, feature in enumerate(features) if feature.kind == "number"]
    texts = [at for at, feature in enumerate(features) if feature.kind == "category"]
    fill = SimpleImputer(strategy="median", keep_empty_features=True)
    number = Pipeline([("fill", fill), ("scale", StandardScaler())])
    name = SimpleImputer(missing_values=None, strategy="constant", fill_value=MISSING_CATEGORY)
    known = OneHotEncoder(
        handle_unknown="infrequent_if_exist", max_categories=MAX_CATEGORIES, sparse_output=False
    )
    text = Pipeline([("fill", name), ("encode", known)])
    parts = [("numbers", number, numbers), ("categories", text, texts)]
    prepare = ColumnTransformer([part for part in parts if part[2]])
    return Pipeline([("prepare", prepare), ("model", estimator)])


def dump(pipeline: Any) -> bytes:
    """Return a pipeline as a skops file; the same pipeline always gives the same bytes.

    skops names objects by their memory addresses and dates the members of its archive: here they
    are numbered, and carry no date.
    """
    from skops.io import dumps

    numbers: dict[str, int] = {}

    def numbered(match: "re.Match[str]") -> str:
        return match[1] + str(numbers.setdefault(match[2], len(numbers) + 1))

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(dumps(pipeline))) as old, zipfile.ZipFile(out, "w") as new:
        schema = SKOPS_IDS.sub(numbered, old.read(SKOPS_SCHEMA).decode())
        new.writestr(zipfile.ZipInfo(SKOPS_SCHEMA), schema)
        for name in old.namelist():
            stem, dot, suffix = name.partition(".")
            if name != SKOPS_SCHEMA:
                renamed = f"{numbers.get(stem, stem)}{dot}{suffix}"
                new.writestr(zipfile.ZipInfo(renamed), old.read(name))
    return out.getvalue()
