"""The application of a deployed model: it and what stands beside it are all that runs there.

Serves the model in the folder that $BEACHHEAD_MODEL names (default: model, beside this file) at
$PORT (default 8000) of every address; with $BEACHHEAD_TOKEN only to those who show it.
"""

import os
import sys

from pyhelpers import KitError
from pyhelpers.model.load import load_model
from pyhelpers.serve.bearer import read_token
from pyhelpers.serve.listen import bind, serve
from pyhelpers.serve.service import Service
from pyhelpers.terminal import harmless

HERE = os.path.dirname(os.path.abspath(__file__))


def tell(line: str) -> None:
    """Write a line to the platform's log."""
    sys.stderr.write(f"{harmless(line)}\n")
    sys.stderr.flush()


def main() -> int:
    """Serve until SIGTERM; return the exit code."""
    model = os.environ.get("BEACHHEAD_MODEL", os.path.join(HERE, "model"))
    try:
        os.environ.setdefault(
            "OMP_NUM_THREADS", "1"
        )  # a thread a core costs one row more than it helps
        service = Service(load_model(model), token=read_token(None))
        serve(service, bind("0.0.0.0", int(os.environ.get("PORT", "8000"))), tell)
    except KitError as error:
        tell(f"app.py: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
