"""Metrics of a service in Prometheus' text format (0.0.4)."""

from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from threading import Lock

from pyhelpers.model.drift import Drift
from pyhelpers.serving.predictions import Predicted

KIND = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0)  # seconds


def escaped(text: str) -> str:
    """Return a label's value, escaped for the format.

    Examples
    --------
    >>> escaped('a"b')
    'a\\\\"b'
    """
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class Counts:
    """Counts of requests by path and status, of rows, and of seconds."""

    def __init__(self, model: str) -> None:
        self._model = escaped(model)
        self._lock = Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets = [0] * (len(BUCKETS) + 1)  # by the first bound that the seconds are within
        self._unseen: Counter[str] = Counter()
        self._rows = 0
        self._seconds = 0.0

    def add(self, path: str, status: int, seconds: float, found: Predicted | None) -> None:
        """Count a response; `path` is a route of the service, or one word for all others."""
        with self._lock:
            self._requests[path, status] += 1
            self._seconds += seconds
            if found is not None:
                self._rows += len(found.rows)
                if found.unseen:
                    self._unseen.update(found.unseen)
            self._buckets[bisect_left(BUCKETS, seconds)] += 1

    def text(self) -> str:
        """Return all metrics as text."""
        with self._lock:
            requests, total = dict(self._requests), self._requests.total()
            buckets = list(accumulate(self._buckets[:-1]))
            rows, seconds, unseen = self._rows, self._seconds, dict(self._unseen)
        lines = ["# TYPE ml_model_requests_total counter"]
        lines += [
            f'ml_model_requests_total{{path="{escaped(path)}",status="{status}"}} {count}'
            for (path, status), count in sorted(requests.items())
        ]
        lines += ["# TYPE ml_model_rows_total counter", f"ml_model_rows_total {rows}"]
        lines += ["# TYPE ml_model_unseen_categories_total counter"]
        lines += [
            f'ml_model_unseen_categories_total{{field="{escaped(name)}"}} {count}'
            for name, count in sorted(unseen.items())
        ]
        lines += ["# TYPE ml_model_request_seconds histogram"]
        lines += [
            f'ml_model_request_seconds_bucket{{le="{bound}"}} {count}'
            for bound, count in zip((*BUCKETS, "+Inf"), (*buckets, total), strict=True)
        ]
        lines += [f"ml_model_request_seconds_sum {seconds:.9f}"]
        lines += [f"ml_model_request_seconds_count {total}"]
        lines += ["# TYPE ml_model_info gauge", f'ml_model_info{{model="{self._model}"}} 1']
        return "\n".join(lines) + "\n"


def drift_text(drift: Drift) -> str:
    """Return the drift of each field and of the predictions as text."""
    shifts = drift.shifts()
    lines = ["# TYPE ml_model_drift_rows gauge", f"ml_model_drift_rows {drift.rows}"]
    for name, values in (
        ("index", [f"{shift.index:.6f}" for shift in shifts]),
        ("threshold", [f"{shift.threshold:.6f}" for shift in shifts]),
        ("alarm", [f"{shift.alarm:d}" for shift in shifts]),
    ):
        lines.append(f"# TYPE ml_model_drift_{name} gauge")
        for shift, value in zip(shifts, values, strict=True):
            labels = f'kind="{shift.kind}",name="{escaped(shift.name)}"'
            lines.append(f"ml_model_drift_{name}{{{labels}}} {value}")
    return "\n".join(lines) + "\n"


def log_text(written: int, dropped: int) -> str:
    """Return the counts of a request log as text."""
    return (
        "# TYPE ml_model_log_requests_total counter\n"
        f'ml_model_log_requests_total{{state="written"}} {written}\n'
        f'ml_model_log_requests_total{{state="dropped"}} {dropped}\n'
    )
