"""Records as they stand in their file, with the label of their cluster after them."""

from collections.abc import Iterator

from pyhelpers.csvio.columns import part_of
from pyhelpers.csvio.layout import unique_names
from pyhelpers.csvio.table import Table, quoted, with_field
from pyhelpers.statistics.kmeans import Clusters
from pyhelpers.statistics.numeric_columns import numbers_of

BATCH = 8_192
COLUMN = "cluster"


def labelled_lines(table: Table, found: Clusters, labels: list[str]) -> Iterator[list[str]]:
    """Yield the header, then batches of records, as they stand, with the cluster's label appended.

    A record with a missing value or a text in a column of the clusters has an empty label.
    """
    import numpy as np

    fields = [*(quoted(label, table.delimiter) for label in labels), ""]  # the last is for none
    name = COLUMN
    while name in table.names:
        name += "_"
    yield [with_field(table.head, name, table.delimiter)]
    names = unique_names(table.names)
    positions = [names.index(name) for name in found.names]
    texts: list[str] = []
    columns: list[list[str]] = [[] for _ in positions]

    def labelled() -> list[str]:
        block = np.column_stack([numbers_of(part_of(column)) for column in columns])
        chosen = found.assign(block).tolist()
        return [
            with_field(text, fields[i], table.delimiter)
            for text, i in zip(texts, chosen, strict=True)
        ]

    for _, record in table.records:
        texts.append(table.text())
        for column, position in zip(columns, positions, strict=True):
            column.append(record[position])
        if len(texts) == BATCH:
            yield labelled()
            texts, columns = [], [[] for _ in positions]
    if texts:
        yield labelled()
