"""Go on with a search of models that was killed: keep each candidate's cross-validation."""

import io
import json
import time
from collections.abc import Callable
from dataclasses import fields
from hashlib import sha256
from typing import Any

from pyhelpers import KitError
from pyhelpers.checkpoint import Checkpoint
from pyhelpers.model.candidates import Candidate, Fitter
from pyhelpers.model.ensemble import LinearFit
from pyhelpers.model.trials import Trial

ARRAYS = ("outputs", "intercept", "weights")


class KeptTrials:
    """The candidates that have been cross-validated, with their out-of-fold predictions.

    Parameters
    ----------
    digest : function
        Returns what the data are known by, once they have been read.

    Attributes
    ----------
    count : int
        The number of candidates that were kept.
    seconds : float
        What the search took until the last of them.
    """

    def __init__(self, kept: Checkpoint, digest: Callable[[], str]) -> None:
        self._kept, self._digest = kept, digest
        before = [self._read(name)[0] for name in kept.names("trial-")]
        self.count = len(before)
        self.seconds: float = max((one["elapsed"] for one in before), default=0.0)
        self._data = {one["data"] for one in before}
        self._began = time.monotonic() - self.seconds

    def _read(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        import numpy as np

        with np.load(io.BytesIO(self._kept.kept(name) or b"")) as arrays:  # which holds no pickle
            found = {name: arrays[name] for name in ARRAYS if name in arrays}
            return json.loads(bytes(arrays["what"])), found

    def trial(self, candidate: Candidate, fitter: Fitter) -> Trial | None:
        """Return what was kept of a candidate; None if there is nothing.

        Raises
        ------
        KitError
            When other data were read before.
        """
        if self._data - {self._digest()}:
            raise KitError("the data have changed since progress was kept; run it without --resume")
        if _name(candidate) not in self._kept.names("trial-"):
            return None
        what, arrays = self._read(_name(candidate))
        if "weights" in arrays:
            fitter.warm(candidate, LinearFit(arrays["intercept"], arrays["weights"]))
        return Trial(candidate, outputs=arrays.get("outputs"), **what["trial"])

    def keep(self, trial: Trial, fitter: Fitter) -> None:
        """Keep a candidate that was cross-validated in time."""
        import numpy as np

        names = {one.name for one in fields(trial)} - {"candidate", "outputs"}
        what = {
            "trial": {name: getattr(trial, name) for name in names},
            "elapsed": time.monotonic() - self._began,
            "data": self._digest(),
        }
        arrays: dict[str, Any] = {"what": np.frombuffer(json.dumps(what).encode(), np.uint8)}
        if trial.outputs is not None:
            arrays["outputs"] = trial.outputs
        if (fit := fitter.warmth(trial.candidate)) is not None:
            arrays |= {"intercept": fit.intercept, "weights": fit.weights}
        data = io.BytesIO()
        np.savez(data, **arrays)
        self._kept.keep(_name(trial.candidate), data.getvalue())


def _name(candidate: Candidate) -> str:
    return f"trial-{sha256(str(candidate).encode()).hexdigest()[:16]}"
