"""ml-model serve: answer prediction requests over HTTP."""

import os

from pyhelpers import __version__
from pyhelpers.cli.app import new_app
from pyhelpers.cli.output import note
from pyhelpers.commands.ml_model import _options as options
from pyhelpers.commands.ml_model._options import ModelPath, Pickle, WithSklearn
from pyhelpers.model import load

LOOPBACK = ("127.0.0.1", "::1", "localhost")


app = new_app()


@app.command()
def serve(
    model: ModelPath,
    port: options.Port = 8080,
    host: options.Host = "127.0.0.1",
    token_file: options.TokenFile = None,
    prefix: options.Prefix = "",
    cors: options.Cors = None,
    log: options.LogFile = None,
    log_sample: options.LogSample = 1.0,
    log_size: options.LogSize = 100_000_000,
    max_body: options.MaxBody = 10_000_000,
    max_rows: options.MaxRows = 100_000,
    timeout: options.Timeout = 30,
    with_sklearn: WithSklearn = False,
    allow_pickle: Pickle = False,
) -> None:
    """Answer prediction requests over HTTP.

    Examples:
      ml-model serve weight --port 8080
      curl -d '{"instances": [{"Height": 68}]}' http://127.0.0.1:8080/predict

    POST {"instances": [...]} to /predict (also /invocations, /score and
    /v1/models/NAME:predict) is answered with {"predictions": [...]}. A row is an object, with names
    in any order, or a list in the order that `ml-model info` shows. CSV, JSON lines and the bodies
    of Vertex AI, SageMaker, Azure ML and MLflow are read too, and on /v2 the open inference
    protocol (KServe V2). "unseen" in a response counts categories that training had not. GET
    /healthz shows health, /metrics counters and the drift of the last 1,000 rows, / a form for the
    browser. A line on standard error says when the service is ready. Ctrl-C or SIGTERM ends it with
    0, after the requests that it has accepted. With a token, every request but health needs
    "Authorization: Bearer TOKEN".
    """
    from pyhelpers.serving.access import Access, read_token
    from pyhelpers.serving.http_protocol import Limits
    from pyhelpers.serving.server import serve as serve_http
    from pyhelpers.serving.service import Service
    from pyhelpers.serving.sockets import bind

    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for one row, threads cost more than they help
    token = read_token(token_file)
    access = Access(token, prefix, cors or [])
    listener = bind(host, port)
    loaded = load.load_model(model, plain=not with_sklearn, allow_pickle=allow_pickle)
    requests = None
    if log:
        from pyhelpers.serving.request_log import RequestLog

        requests = RequestLog(log, loaded.schema.features, log_sample, log_size, note)
    service = Service(
        loaded,
        Limits(max_body, max_rows, timeout),
        access,
        {"beachhead": __version__},
        requests,
    )
    if token is None and host not in LOOPBACK:
        note(f"any client that reaches {host} can use the model; --token-file FILE limits it")
    serve_http(service, listener, note)
    if requests:
        requests.close()
