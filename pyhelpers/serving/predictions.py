"""Predictions over HTTP: rows of a request's body in, the response with the predictions out."""

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pyhelpers.model.schema import BadValue, Row, Schema
from pyhelpers.serving import body_parsers, kserve_v2
from pyhelpers.serving.http_protocol import (
    JSON,
    Limits,
    Request,
    Response,
    json_response,
    refusal,
    too_large,
)

GZIP = ("gzip", "x-gzip")
CSV = "text/csv"
Answers = Sequence[float | str | int]


class Answering(Protocol):
    """A predictor of rows."""

    def predict(self, rows: Iterable[Row]) -> Answers:
        """Return the prediction of each row: a number or a class."""


class Model(Protocol):
    """The model that is served."""

    @property
    def name(self) -> str:
        """Return its name."""

    @property
    def card(self) -> Mapping[str, Any]:
        """Return its card: task, target, versions and more."""

    @property
    def schema(self) -> Schema:
        """Return its fields."""

    @property
    def predictor(self) -> Answering:
        """Return its predictor."""


@dataclass(frozen=True)
class Predicted:
    """The rows of a request, their predictions, and the number of unknown categories by field."""

    rows: Sequence[Row]
    answers: Answers
    unseen: Mapping[str, int]


def bad_value(error: BadValue) -> Response:
    """Return an error as JSON, with the row (from 0) and the field as members of their own."""
    row = None if error.row is None else f"row {error.row}"
    name = None if error.name is None else f"field {error.name!r}"
    where = ", ".join(part for part in (row, name) if part)
    document: dict[str, Any] = {"error": f"{where}: {error}" if where else str(error)}
    if error.row is not None:
        document["row"] = error.row
    if error.name is not None:
        document["field"] = error.name
    return json_response(400, document)


class RefusedRows(Exception):
    """A request that is refused, with its response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Predictions:
    """Handlers of the requests for predictions."""

    def __init__(self, model: Model, limits: Limits) -> None:
        self._model, self._limits = model, limits
        self._classes: Sequence[object] | None = model.card.get("classes")
        self._categories = [
            (position, feature.name, frozenset(feature.categories))
            for position, feature in enumerate(model.schema.features)
            if feature.kind == "category" and feature.categories
        ]

    def predict(self, request: Request) -> Response:
        """Return a prediction for each row, as JSON or as CSV."""
        try:
            body = self._body(request)
            rows, chapter = self._rows(request, body)
            found = self._predicted(rows)
        except BadValue as error:
            return bad_value(error)
        except RefusedRows as error:
            return error.response
        if request.headers.get("accept", "").partition(",")[0].partition(";")[0].strip() == CSV:
            return Response(200, csv_column(found.answers), f"{CSV}; charset=utf-8", detail=found)
        document: dict[str, Any] = {"predictions": found.answers}
        if chapter:
            document["prediction"] = found.answers
        if found.unseen:
            document["unseen"] = found.unseen
        return Response(200, json.dumps(document).encode() + b"\n", detail=found)

    def infer(self, request: Request) -> Response:
        """Return the predictions as a tensor, as the open inference protocol has it."""
        try:
            asked, tensors = kserve_v2.read_inputs(self._body(request), request.headers)
            found = self._predicted(kserve_v2.rows_of_tensors(self._model.schema, tensors))
        except BadValue as error:
            return bad_value(error)
        except RefusedRows as error:
            return error.response
        document = kserve_v2.response(self._model.name, self._classes, asked, found.answers)
        if found.unseen:
            document["parameters"] = {f"unseen {name}": n for name, n in found.unseen.items()}
        return replace(json_response(200, document), detail=found)

    def _body(self, request: Request) -> bytes:
        body, limit = request.body, self._limits.body
        if request.headers.get("content-encoding", "").lower() in GZIP:
            body = body_parsers.inflated(body, limit)
        if len(body) > limit:
            raise RefusedRows(refusal(413, too_large(limit)))
        return body

    def _rows(self, request: Request, body: bytes) -> tuple[list[Row], bool]:
        """Return the rows, and whether the body is one object a field."""
        schema = self._model.schema
        kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if kind in body_parsers.CSV_TYPES:
            return body_parsers.rows_of_csv(schema, body), False
        if kind in body_parsers.LINES_TYPES:
            return body_parsers.rows_of_lines(schema, body), False
        document = body_parsers.parse_json(body)
        chapter = body_parsers.is_chapter(schema, document)
        return body_parsers.rows_of_json(schema, document), chapter

    def _predicted(self, rows: list[Row]) -> Predicted:
        if len(rows) > self._limits.rows:
            what = f"{len(rows)} rows are more than {self._limits.rows}; send fewer at once"
            raise RefusedRows(refusal(413, what))
        answers = self._model.predictor.predict(rows) if rows else []
        for row, answer in enumerate(answers):
            if isinstance(answer, float) and not math.isfinite(answer):
                raise BadValue("its values are too large: the prediction is not finite", row)
        return Predicted(rows, answers, self._unseen(rows))

    def _unseen(self, rows: Sequence[Row]) -> dict[str, int]:
        """Return how many values of each field are categories that training had not."""
        counts: Counter[str] = Counter()
        for position, name, known in self._categories:
            for row in rows:
                if row[position] is not None and row[position] not in known:
                    counts[name] += 1
        return dict(counts)


def csv_column(values: Iterable[object]) -> bytes:
    """Return values as a CSV of one column without a header, as SageMaker's containers do.

    Examples
    --------
    >>> csv_column([1.5, "a,b"])
    b'1.5\\n"a,b"\\n'
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([value] for value in values)
    return out.getvalue().encode()
