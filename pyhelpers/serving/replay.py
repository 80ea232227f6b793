"""Replay a log of requests: what another model would have answered, and how far apart they are."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhelpers import KitError
from pyhelpers.model.schema import BadValue
from pyhelpers.serving.predictions import Model


@dataclass(frozen=True)
class Replayed:
    """A logged row: its line and position, its prediction then and now (None if refused now)."""

    line: int
    row: int
    before: Any
    after: Any
    refusal: str = ""

    @property
    def difference(self) -> float | None:
        """Return how much higher the prediction is now; None for classes and refused rows."""
        if isinstance(self.before, str) or isinstance(self.after, str) or self.after is None:
            return None
        return float(self.after) - float(self.before)

    def record(self) -> dict[str, Any]:
        """Return the row as a record of a table."""
        return {
            "line": self.line,
            "row": self.row,
            "before": self.before,
            "after": self.after,
            "difference": self.difference,
            "refused": self.refusal,
        }


def logged(lines: Iterable[bytes], source: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield line and entry of each request with predictions; a last line may be cut short."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
            rows, answers = document.get("rows"), document.get("predictions")
            if rows is not None and len(rows) != len(answers):
                raise ValueError("it has not one prediction a row")
        except (ValueError, RecursionError, AttributeError, TypeError) as error:
            if not line.endswith(b"\n"):
                return
            what = f"line {number}: is not a line of a request log ({error})"
            raise KitError(f"{source}: {what}; take a file that serve --log has written") from None
        if rows:
            yield number, document


def replay(model: Model, lines: Iterable[bytes], source: str) -> Iterator[Replayed]:
    """Yield each logged row with its prediction then and the model's."""
    for line, document in logged(lines, source):
        rows: list[Any] = []
        refused: dict[int, str] = {}
        for at, record in enumerate(document["rows"]):
            try:
                rows.append(model.schema.row_of_record(record, at))
            except (BadValue, TypeError, AttributeError) as error:
                name = getattr(error, "name", None)
                refused[at] = f"field {name!r} {error}" if name else str(error)
        answers = iter(_predictions(model, rows))
        for at, before in enumerate(document["predictions"]):
            now, why = (None, refused[at]) if at in refused else next(answers)
            yield Replayed(line, at, before, now, why)


def _predictions(model: Model, rows: list[Any]) -> list[tuple[Any, str]]:
    """Return the prediction of each row, or None and why the model refuses it."""
    try:
        answers = model.predictor.predict(rows) if rows else []
    except BadValue as error:
        if len(rows) > 1:
            return [_predictions(model, [row])[0] for row in rows]
        return [(None, f"field {error.name!r} {error}" if error.name else str(error))]
    return [
        (None, "the prediction is not finite")
        if isinstance(answer, float) and not math.isfinite(answer)
        else (answer, "")
        for answer in answers
    ]


@dataclass
class Comparison:
    """Figures of replayed rows; `add` them all, then take `summary`."""

    rows: int = 0
    refused: int = 0
    first_refusal: str = ""
    absolute: float = 0.0
    squared: float = 0.0
    total: float = 0.0
    farthest: Replayed | None = None
    changes: "Counter[tuple[str, str]]" = field(default_factory=Counter)
    classes: int = 0

    def add(self, found: Replayed) -> None:
        """Add a row."""
        self.rows += 1
        difference = found.difference
        if found.after is None:
            self.refused += 1
            where = f"line {found.line}, row {found.row}: {found.refusal}"
            self.first_refusal = self.first_refusal or where
        elif difference is None:
            self.classes += 1
            if str(found.before) != str(found.after):
                self.changes[str(found.before), str(found.after)] += 1
        else:
            self.absolute += abs(difference)
            self.squared += difference * difference
            self.total += difference
            most = 0.0 if self.farthest is None else abs(self.farthest.difference or 0.0)
            if self.farthest is None or abs(difference) > most:
                self.farthest = found

    def summary(self) -> list[dict[str, Any]]:
        """Return the figures as rows of a table."""
        compared = self.rows - self.refused
        pairs: list[tuple[str, Any]] = [("rows", self.rows), ("refused", self.refused)]
        if self.first_refusal:
            pairs.append(("first refused", self.first_refusal))
        if self.classes:
            changed = self.changes.total()
            pairs += [("same class", self.classes - changed), ("other class", changed)]
            pairs += [(f"{old} -> {new}", n) for (old, new), n in self.changes.most_common(10)]
        elif compared and self.farthest:
            worst = self.farthest
            pairs += [
                ("mean difference", self.total / compared),
                ("mean absolute difference", self.absolute / compared),
                ("root mean square difference", math.sqrt(self.squared / compared)),
                ("largest difference", worst.difference),
                ("where", f"line {worst.line}, row {worst.row}"),
            ]
        return [{"what": what, "value": value} for what, value in pairs]
