"""The report as a Jupyter notebook that runs: pandas and scikit-learn, nothing of the kit."""

import json
from typing import Any

from pyhelpers import KitError
from pyhelpers.statistics.report import sentences
from pyhelpers.statistics.report.findings import Findings

LOAD = """\
import pandas as pd

frame = pd.{call}
frame.shape"""
CALLS = {  # by the file's format; "" is CSV
    "": "read_csv({path!r}, sep={delimiter!r}, encoding={encoding!r}{more})",
    "parquet": "read_parquet({path!r})",
    "arrow": "read_feather({path!r})",
    "feather": "read_feather({path!r})",
    "json lines": "read_json({path!r}, lines=True)",
    "zip": "read_excel({path!r}, sheet_name={sheet!r}, engine='calamine')",
}
TYPES = "frame.dtypes.to_frame('type').assign(missing=frame.isna().sum())"
DESCRIBE = "frame.describe(include='all').T"
CORRELATE = "frame.corr(numeric_only=True)"
PLOT = """\
try:
    frame.select_dtypes('number').hist(figsize=(10, 7), bins=40)
except ImportError:
    print('install matplotlib to see the histograms')"""
FIT = """\
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

target, features = {target!r}, {features!r}
numbers = frame[[*features, target]].apply(pd.to_numeric, errors='coerce').dropna()
train, test = train_test_split(numbers, test_size=0.2, random_state=0)
model = make_pipeline(StandardScaler(), LinearRegression()).fit(train[features], train[target])
found = model.predict(test[features])
print('R2', r2_score(test[target], found))
print('off by', root_mean_squared_error(test[target], found))
pd.Series(model[-1].coef_, features, name='change of the target per standard deviation')"""
CLUSTER = """\
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

names = {names!r}
numbers = frame[names].apply(pd.to_numeric, errors='coerce').dropna()
scaler = StandardScaler().fit(numbers)
found = KMeans({k}, n_init=10, random_state=0).fit(scaler.transform(numbers))
numbers.groupby(found.labels_).mean()"""
CLASSES = "frame.groupby({target!r}).mean(numeric_only=True)"


def _markdown(title: str, said: list[str]) -> dict[str, Any]:
    text = f"## {title}\n\n" + "\n".join(f"- {_plain(sentence)}" for sentence in said)
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _plain(text: str) -> str:
    """Keep Markdown from reading data as its own signs."""
    for sign in "\\`*_<[":
        text = text.replace(sign, "\\" + sign)
    return text


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def _model(findings: Findings) -> list[dict[str, Any]]:
    if fitted := findings.fitted:
        return [_code(FIT.format(target=fitted.target, features=fitted.fit.names[1:]))]
    if found := findings.clusters:
        return [_code(CLUSTER.format(names=found.names, k=len(found.centres)))]
    return [_code(CLASSES.format(target=findings.target))] if findings.classes else []


def render(
    findings: Findings,
    path: str,
    delimiter: str,
    encoding: str,
    nrows: int | None = None,
    kind: str = "",
    sheet: str = "",
) -> str:
    """Return the notebook's JSON (nbformat 4.5) that reads `path` again.

    Parameters
    ----------
    kind : str
        The file's format, as `format_of` names it.
    nrows : int, optional
        How many records it reads, where all would not fit into memory.
    """
    more = ", on_bad_lines='skip'" if findings.skipped else ""
    more += f", nrows={nrows}" if nrows else ""
    if kind not in CALLS:
        raise KitError(f"{path}: pandas does not read this format ({kind}); convert it first")
    call = CALLS[kind].format(
        path=path, delimiter=delimiter, encoding=encoding, more=more, sheet=sheet or 0
    )
    load = LOAD.format(call=call)
    cells = [
        _markdown("Ingest", sentences.ingest(findings)),
        *map(_code, (load, TYPES)),
        _markdown("EDA", sentences.eda(findings)),
        *map(_code, (DESCRIBE, CORRELATE, PLOT)),
        _markdown("Modeling", sentences.modeling(findings)),
        *_model(findings),
        _markdown("Conclusion", sentences.conclusion(findings)),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"
