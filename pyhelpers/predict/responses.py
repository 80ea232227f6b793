"""Responses: the predictions in a service's response, or one line that says what is wrong."""

import json
from dataclasses import dataclass
from typing import Any

from pyhelpers import KitError
from pyhelpers.predict.input_rows import has_lone_surrogate
from pyhelpers.predict.request_bodies import prediction_text
from pyhelpers.text import counted

# Members that hold predictions; the name that TensorFlow, MLflow and Vertex AI use comes first.
KEYS = ("predictions", "prediction", "result", "results", "outputs", "output")
# Members that hold an error message.
MESSAGE_KEYS = ("error", "message", "detail", "title", "OriginalMessage", "Message")
REFUSALS = (400, 422)
MALFORMED = ("URL using bad", "Port number")  # how curl's messages begin
SHOWN = 300  # characters of a service's own message
HINTS = {
    401: "the token is missing, wrong or has expired",
    403: "this identity may not ask it",
    404: "check the path in the URL",
    405: "check the path in the URL",
    413: "use a smaller --chunk-rows or --chunk-bytes",
    415: "try another --shape",
}


@dataclass(frozen=True)
class Reply:
    """The response to one request.

    Attributes
    ----------
    status : int
        HTTP status; 0 when there was none.
    kind : str
        Content type.
    failure : str
        Why there was no response: curl's message.
    body : bytes
        The response body.
    """

    status: int
    kind: str
    failure: str
    body: bytes

    def is_refusal(self) -> bool:
        """Return whether the service read the rows and refused them."""
        return self.status in REFUSALS or (
            self.status == 424 and self.document().get("OriginalStatusCode") in REFUSALS
        )

    def document(self) -> dict[str, Any]:
        """Return the body if it is a JSON object, else an empty object."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


def _message_in(value: Any) -> str:
    """Return the message inside a JSON error, at any depth."""
    if isinstance(value, str):
        return _message_in(json.loads(value)) if value.lstrip()[:1] == "{" else value
    if isinstance(value, list) and value:
        return "; ".join(_message_in(item) for item in value[:3])
    if isinstance(value, dict):
        found = next((value[key] for key in MESSAGE_KEYS if value.get(key)), None)
        found = value.get("msg", found)
        return json.dumps(value) if found is None else _message_in(found)
    return "" if value is None else str(value)


def service_message(reply: Reply) -> str:
    """Return the service's own message, in one line of bounded length."""
    text = reply.body.decode(errors="replace").strip()
    if "html" in reply.kind or text[:1] == "<":
        return "a web page"
    try:
        words = _message_in(json.loads(text))
    except (ValueError, RecursionError):
        words = text
    words = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return words[:SHOWN] + ("..." if len(words) > SHOWN else "")


def refused_row(reply: Reply, count: int) -> int | None:
    """Return which of `count` rows (from 0) a refusal names in its JSON, as our service does."""
    document = reply.document()
    if "OriginalMessage" in document:  # SageMaker wraps what the model's container said
        inner = str(document["OriginalMessage"]).encode()
        document = Reply(reply.status, reply.kind, "", inner).document()
    row = document.get("row")
    return row if isinstance(row, int) and 0 <= row < count else None


def failure(reply: Reply, url: str, credential: str = "") -> KitError:
    """Return the error for a reply without predictions: code 3 for a 4xx, 4 after all retries.

    A rejected sign-in names the credential that was sent.
    """
    if not reply.status and reply.failure.startswith(MALFORMED):
        return KitError(f"{url}: is not an address ({reply.failure}); check it", 2)
    if not reply.status:
        return KitError(f"{url}: cannot be reached ({reply.failure}); is it running there?", 4)
    words = service_message(reply)
    words = f"{reply.status}: {words}" if words else str(reply.status)
    if reply.status >= 500:
        return KitError(f"{url}: the service failed ({words}); see its log, try later", 4)
    if reply.status >= 400:
        hint = HINTS.get(reply.status, "correct the request")
        if reply.status in (401, 403):
            hint += f" (sent: {credential or 'none'})"
        return KitError(f"{url}: the service refused ({words}); {hint}", 3)
    return KitError(f"{url}: answered {reply.status} without predictions; check the address")


def _parsed(reply: Reply, url: str) -> Any:
    text = reply.body.decode("utf-8-sig", errors="replace").strip()
    if "html" in reply.kind or text[:1] == "<":
        raise KitError(f"{url}: answered a web page, not JSON; check the path in the URL")
    if "csv" in reply.kind:
        return _csv_values(text)
    try:
        value = json.loads(text)
        # Azure ML's scoring scripts often return JSON inside a JSON string.
        value = json.loads(value) if isinstance(value, str) else value
        halved = has_lone_surrogate(text, value)
    except (ValueError, RecursionError):
        start = service_message(reply)[:60] or "nothing"
        raise KitError(f"{url}: answered {start!r}, not JSON; check the URL") from None
    if halved:
        raise KitError(f"{url}: a text of the answer holds half a character; correct the service")
    return value


def _csv_values(text: str) -> list[Any]:
    """Return SageMaker's text/csv answer: one value a line, or all on one line."""
    lines = text.splitlines()
    fields = lines[0].split(",") if len(lines) == 1 else lines
    return [_number_or_text(field) for field in fields]


def _number_or_text(field: str) -> Any:
    try:
        return json.loads(field)
    except (ValueError, RecursionError):
        return field


def predictions(reply: Reply, count: int, url: str, credential: str = "") -> list[Any]:
    """Return as many predictions as there were rows.

    Raises
    ------
    KitError
        For any status but 200 to 299 (exit code 3 for 4xx, 4 for none or 5xx); for a body that is
        not JSON, has no list of predictions, or a list of another length.
    """
    if not 200 <= reply.status < 300:
        raise failure(reply, url, credential)
    value = _parsed(reply, url)
    if isinstance(value, dict):
        key = next((key for key in KEYS if key in value), None)
        if key is None:
            have = ", ".join(value) or "none"
            raise KitError(f"{url}: no predictions in the answer (its keys: {have}); check the URL")
        value = value[key]
    if not isinstance(value, list):
        raise KitError(f"{url}: the predictions are not a list; check the URL")
    if len(value) != count:
        what = f"{counted(len(value), 'prediction')} for {counted(count, 'row')}"
        raise KitError(f"{url}: {what}; none is used")
    return value


def uncertainty(reply: Reply, count: int, url: str, proba: bool) -> tuple[list[str], list[Any]]:
    """Return the names and, for each row, the values of probabilities or of an interval's ends.

    Raises
    ------
    KitError
        For a response without them.
    """
    value = _parsed(reply, url)
    member, option = ("probabilities", "--proba") if proba else ("interval", "--interval")
    rows = value.get(member) if isinstance(value, dict) else None
    names = value.get("classes") if proba and isinstance(value, dict) else ["low", "high"]
    if (
        not isinstance(names, list)
        or not isinstance(rows, list)
        or len(rows) != count
        or not all(isinstance(row, list) and len(row) == len(names) for row in rows)
    ):
        raise KitError(f"{url}: the answer has no {member} of each row; omit {option}")
    return [prediction_text(name) for name in names], rows
