"""Records as they stand in their file, with the label of their cluster after them."""

import csv
import io
from collections.abc import Iterator

from pyhelpers.stats.cluster import Clusters
from pyhelpers.stats.numbers import numbers_of
from pyhelpers.stats.scan import part_of
from pyhelpers.table import Table

BATCH = 8_192
COLUMN = "cluster"


def _field(text: str, delimiter: str) -> str:
    """Return a field as CSV writes it, quoted where it must be."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow([text])
    return out.getvalue()


def _append(record: str, field: str) -> str:
    """Put a field at a record's end, ahead of its line end."""
    body = record.rstrip("\r\n")
    return body + field + (record[len(body) :] or "\n")


def labelled_lines(table: Table, found: Clusters, labels: list[str]) -> Iterator[list[str]]:
    """Yield the header, then batches of records, as they stand, with the cluster's label appended.

    A record with a missing value or a text in a column of the clusters has an empty label.
    """
    import numpy as np

    parted = [table.delimiter + _field(label, table.delimiter) for label in labels]
    parted.append(table.delimiter)
    name = COLUMN
    while name in table.names:
        name += "_"
    yield [_append(table.head, table.delimiter + name)]
    positions = [table.index(name) for name in found.names]
    texts: list[str] = []
    fields: list[list[str]] = []

    def labelled() -> list[str]:
        if not texts:
            return []
        columns = [numbers_of(part_of(list(column))) for column in zip(*fields, strict=True)]
        chosen = found.assign(np.column_stack(columns)).tolist()
        lines = [_append(text, parted[i]) for text, i in zip(texts, chosen, strict=True)]
        texts.clear()
        fields.clear()
        return lines

    for _, record in table.records:
        texts.append(table.text())
        fields.append([record[i] for i in positions])
        if len(texts) == BATCH:
            yield labelled()
    yield labelled()
