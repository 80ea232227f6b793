"""Predictions over HTTP: rows of a request's body in, the response with the predictions out."""

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import parse_qsl

from pyhelpers.model.intervals import half_width, widths_of
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
NO = ("false", "0", "no", "none")  # as clients write false and null, Python's in a query too
Answers = Sequence[float | str | int]


class Answering(Protocol):
    """A predictor of rows."""

    def predict(self, rows: Iterable[Row]) -> Answers:
        """Return the prediction of each row: a number or a class."""

    def probabilities(self, rows: Iterable[Row]) -> Sequence[Sequence[float]]:
        """Return each row's probability of each class, in the card's order of classes."""


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
        self._intervals = widths_of(model.card)
        self._categories = [
            (position, feature.name, frozenset(feature.categories))
            for position, feature in enumerate(model.schema.features)
            if feature.kind == "category" and feature.categories
        ]

    def predict(self, request: Request) -> Response:
        """Return a prediction for each row, as JSON or as CSV."""
        try:
            body = self._body(request)
            rows, asked = self._rows(request, body)
            wanted = self._wanted(request, asked)
            found = self._predicted(rows)
            more = self._uncertainty(found, *wanted)
        except BadValue as error:
            return bad_value(error)
        except RefusedRows as error:
            return error.response
        if request.headers.get("accept", "").partition(",")[0].partition(";")[0].strip() == CSV:
            return Response(200, csv_column(found.answers), f"{CSV}; charset=utf-8", detail=found)
        document: dict[str, Any] = {"predictions": found.answers} | more
        if body_parsers.is_chapter(self._model.schema, asked):
            document["prediction"] = found.answers
        if found.unseen:
            document["unseen"] = found.unseen
        return Response(200, json.dumps(document).encode() + b"\n", detail=found)

    def infer(self, request: Request) -> Response:
        """Return predictions and probabilities as tensors of the open inference protocol."""
        try:
            asked, tensors = kserve_v2.read_inputs(self._body(request), request.headers)
            wanted = kserve_v2.wanted_outputs(asked, self._classes)
            found = self._predicted(kserve_v2.rows_of_tensors(self._model.schema, tensors))
            outputs = [self._tensor(name, found) for name in wanted]
        except BadValue as error:
            return bad_value(error)
        except RefusedRows as error:
            return error.response
        document = kserve_v2.response(self._model.name, asked, outputs)
        if found.unseen:
            document["parameters"] = {f"unseen {name}": n for name, n in found.unseen.items()}
        return replace(json_response(200, document), detail=found)

    def _tensor(self, name: str, found: Predicted) -> dict[str, Any]:
        if name == kserve_v2.PROBABILITIES and self._classes is not None:
            return kserve_v2.probability_tensor(self._classes, self._shares(found))
        return kserve_v2.prediction_tensor(self._classes, found.answers)

    def _shares(self, found: Predicted) -> Sequence[Sequence[float]]:
        return self._model.predictor.probabilities(found.rows) if found.rows else []

    def _body(self, request: Request) -> bytes:
        body, limit = request.body, self._limits.body
        if request.headers.get("content-encoding", "").lower() in GZIP:
            body = body_parsers.inflated(body, limit)
        if len(body) > limit:
            raise RefusedRows(refusal(413, too_large(limit)))
        return body

    def _wanted(self, request: Request, asked: Any) -> tuple[bool, float | None]:
        """Return whether probabilities are asked for, and the level of an interval.

        They are asked for by the query, or by the member "parameters" of the body.
        """
        query = dict(parse_qsl(request.query, keep_blank_values=True)) if request.query else {}
        parameters = asked.get("parameters") if isinstance(asked, dict) else None
        given = query | parameters if isinstance(parameters, dict) else query
        wants = str(given.get("probabilities", False)).lower() not in NO
        level = given.get("interval")
        if wants and self._classes is None:
            raise BadValue("the model predicts numbers; probabilities are for classes")
        if level is None:
            return wants, None
        if self._intervals is None:
            what = "predicts classes" if self._classes else "was trained without cross-validation"
            raise BadValue(f"the model {what}, so it has no intervals")
        try:
            share = float(level)
        except (TypeError, ValueError):
            share = math.nan
        if isinstance(level, bool) or not 0 < share < 1:
            raise BadValue("the interval is not a share between 0 and 1, such as 0.9")
        return wants, share

    def _uncertainty(self, found: Predicted, wants: bool, level: float | None) -> dict[str, Any]:
        """Return the probabilities of classes, or the ends of intervals: null for infinity."""
        more: dict[str, Any] = {}
        if wants:
            more |= {"classes": self._classes, "probabilities": self._shares(found)}
        if level is not None and self._intervals is not None:
            half = half_width(*self._intervals, level)
            ends = [(float(answer) - half, float(answer) + half) for answer in found.answers]
            more["interval"] = [
                [end if math.isfinite(end) else None for end in pair] for pair in ends
            ]
        return more

    def _rows(self, request: Request, body: bytes) -> tuple[list[Row], Any]:
        """Return the rows, and the JSON document that holds them if there is one."""
        schema = self._model.schema
        kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if kind in body_parsers.CSV_TYPES:
            return body_parsers.rows_of_csv(schema, body), None
        if kind in body_parsers.LINES_TYPES:
            return body_parsers.rows_of_lines(schema, body), None
        document = body_parsers.parse_json(body)
        return body_parsers.rows_of_json(schema, document), document

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
