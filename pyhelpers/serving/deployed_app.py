"""The application of a deployed model; it runs with the files beside it alone.

Serves the model in the folder $BEACHHEAD_MODEL (default: model, beside this file) on $PORT (default
8000) of all addresses. If $BEACHHEAD_TOKEN is set, requests need that token.
"""

import os
import signal
import sys
import time

signal.signal(signal.SIGINT, signal.SIG_DFL)  # until it serves, Ctrl-C ends it without a traceback

HERE = os.path.dirname(os.path.abspath(__file__))


def log(line: str) -> None:
    """Write a line to the platform's log."""
    sys.stderr.write(f"app.py: {line}\n")
    sys.stderr.flush()


def run() -> None:
    """Serve until SIGTERM."""
    from pyhelpers import __version__
    from pyhelpers.model.load import load_model
    from pyhelpers.serving.access import Access, read_token
    from pyhelpers.serving.server import serve
    from pyhelpers.serving.service import Service
    from pyhelpers.serving.sockets import bind
    from pyhelpers.text import harmless

    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for one row, threads cost more than they help
    access = Access(read_token(None))
    model = os.environ.get("BEACHHEAD_MODEL", os.path.join(HERE, "model"))
    listener = bind("0.0.0.0", int(os.environ.get("PORT", "8000")))
    about = {"beachhead": __version__, "since": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    with open(os.path.join(HERE, "VERSION"), encoding="utf-8") as file:
        about["version"], about["model_hash"] = file.readline().split()
    service = Service(load_model(model), access=access, about=about)
    serve(service, listener, lambda line: log(harmless(line)))


def main() -> int:
    """Serve; return the exit code."""
    try:
        from pyhelpers import KitError
        from pyhelpers.text import harmless

        run()
    except ModuleNotFoundError as error:
        log(f"the Python package {error.name} is missing; pip install -r requirements.txt")
        return 127
    except KitError as error:
        log(harmless(str(error)))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
