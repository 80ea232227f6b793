"""Tables of clusters, and a CSV's records with the label of the cluster of each."""

from collections.abc import Callable, Iterator
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.cells import CellFormat
from pyhelpers.csvio.columns import parse_column
from pyhelpers.csvio.layout import unique_names
from pyhelpers.csvio.table import Table, quoted, with_field
from pyhelpers.statistics.kmeans import Clusters, best_k
from pyhelpers.statistics.numeric_columns import numbers_of

LINES_AT_ONCE = 8_192
LABEL_COLUMN = "cluster"


def elbow_rows(tried: dict[int, Clusters]) -> list[dict[str, Any]]:
    """Return inertia and silhouette of each k, the best silhouette marked."""
    best = best_k(tried)
    return [
        {"k": k, "inertia": c.inertia, "silhouette": c.silhouette, "best": "*" if k == best else ""}
        for k, c in tried.items()
    ]


def parse_labels(pairs: list[str] | None, k: int) -> list[str]:
    """Return each cluster's label: its number, or the name that "0=best" gives it.

    Raises
    ------
    KitError
        When a pair is not NUMBER=LABEL, or there is no such cluster.

    Examples
    --------
    >>> parse_labels(["1=rest"], 3)
    ['0', 'rest', '2']
    """
    labels = [str(number) for number in range(k)]
    for pair in pairs or []:
        number, equals, label = pair.partition("=")
        if not equals or not number.isdigit() or int(number) >= k:
            raise KitError(f"--name takes NUMBER=LABEL, numbers 0 to {k - 1}, not {pair!r}", 2)
        labels[int(number)] = label
    return labels


def centre_rows(clusters: Clusters, labels: list[str]) -> list[dict[str, Any]]:
    """Return one row per cluster: size, share, and centre in the data's units."""
    import numpy as np

    sizes = np.bincount(clusters.labels, minlength=len(labels)).tolist()
    return [
        {"cluster": label, "records": size, "share": size / len(clusters.labels)}
        | dict(zip(clusters.names, centre, strict=True))
        for label, size, centre in zip(labels, sizes, clusters.centres.tolist(), strict=True)
    ]


def labelled_lines(
    table: Table,
    found: Clusters,
    labels: list[str],
    cells_of: Callable[[str], CellFormat] = lambda name: CellFormat(),
) -> Iterator[list[str]]:
    """Yield the header, then batches of unchanged records, the cluster's label appended to each.

    A record with a missing value or a text in a column of the clusters has an empty label.
    """
    import numpy as np

    fields = [*(quoted(label, table.delimiter) for label in labels), ""]  # the last is for none
    name = LABEL_COLUMN
    while name in table.names:
        name += "_"
    if table.layout.lines > table.layout.preamble_lines:
        yield [with_field(table.head, name, table.delimiter)]
    names = unique_names(table.names)
    positions = [names.index(name) for name in found.names]
    texts: list[str] = []
    columns: list[list[str]] = [[] for _ in positions]

    def labelled() -> list[str]:
        parsed = (
            parse_column(column, cells_of(name), kind="number")
            for name, column in zip(found.names, columns, strict=True)
        )
        block = np.column_stack([numbers_of(column) for column in parsed])
        chosen = found.assign(block).tolist()
        return [
            with_field(text, fields[i], table.delimiter)
            for text, i in zip(texts, chosen, strict=True)
        ]

    for _, record in table.records:
        texts.append(table.text())
        for column, position in zip(columns, positions, strict=True):
            column.append(record[position])
        if len(texts) == LINES_AT_ONCE:
            yield labelled()
            texts, columns = [], [[] for _ in positions]
    if texts:
        yield labelled()
