"""Serving: single rows asked of ml-model serve and of what else serves a model."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shlex import quote

from bench import rivals
from bench.context import HEIGHTS, PYTHON, Bench, Section, relative
from bench.load import load, start
from bench.models import HEALTH, train
from bench.side_by_side import ROOT, Column, Goal, Job, Side, SideFailed, Values
from tests.loopback import free_port

SAYS = """
Requests of one row, one worker each, a scaler and a line, on loopback: seconds until the service is
ready, answers a second at one and at 32 connections, resident memory of all its processes. Flask
and FastAPI run the few lines that a person writes who loads a scikit-learn pipeline.
"""
COLUMNS = (
    Column("ready s", 2),
    Column("c=1 req/s", 0, ratio="c=1 ratio", gain=True),
    Column("c=32 req/s", 0, ratio="c=32 ratio", gain=True),
    Column("MB", 0, most=True),
)
FIT = """
import sys, pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
data = pd.read_csv(sys.argv[1])
x, y = data[["Height-Inches"]], data["Weight-Pounds"]
model = make_pipeline(StandardScaler(), LinearRegression())
"""
MLFLOW = (
    FIT
    + """
import mlflow.sklearn
mlflow.sklearn.save_model(model.fit(x, y), sys.argv[2])
"""
)
DUMP = (
    FIT
    + """
import joblib
joblib.dump(model.fit(x.to_numpy(), y), sys.argv[2])
"""
)
FLASK = """
import sys, joblib, numpy as np, waitress
from flask import Flask, jsonify, request
app, model = Flask("rows"), joblib.load(sys.argv[1])

@app.get("/healthz")
def health():
    return "ok"

@app.post("/invocations")
def predict():
    rows = [[row["Height-Inches"]] for row in request.get_json()["instances"]]
    return jsonify(predictions=model.predict(np.array(rows)).tolist())

waitress.serve(app, host="127.0.0.1", port=int(sys.argv[3]))
"""
FASTAPI = """
import sys, joblib, numpy as np, uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field
app, model = FastAPI(), joblib.load(sys.argv[1])

class Row(BaseModel):
    height: float = Field(alias="Height-Inches")

class Rows(BaseModel):
    instances: list[Row]

@app.get("/healthz")
def health():
    return "ok"

@app.post("/invocations")
def predict(rows: Rows):
    inputs = np.array([[row.height] for row in rows.instances])
    return {"predictions": model.predict(inputs).tolist()}

uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[3]), log_level="error")
"""
PLAIN = """
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version, wbufsize = "HTTP/1.1", -1

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer("ok")

    def do_POST(self):
        rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["instances"]
        self.answer({"predictions": [3.08 * row["Height-Inches"] - 82.6 for row in rows]})

    def log_message(self, *words):
        pass

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
"""
ROW = {"instances": [{"Height-Inches": 68.5}]}
SPLIT = {"dataframe_split": {"columns": ["Height-Inches"], "data": [[68.5]]}}


def once(bench: Bench, words: list[str], health: str, body: object) -> Values:
    """Start a service, ask it with one and with 32 connections, and end it."""
    server = start([*words, "--port", str(port := free_port())], port, health, bench.env)
    seconds = 0.5 if bench.quick else 4
    try:
        data = json.dumps(body).encode()
        load(port, "/invocations", data, 1, 50, 10)
        loads = [load(port, "/invocations", data, n, 10**9, seconds) for n in (1, 32)]
        for each in loads:
            if set(each.statuses) != {"200"}:
                raise SideFailed(f"{dict(each.statuses)}: {' '.join(words)}")
        values = (server.ready, *(each.rate for each in loads), server.memory)
        return dict(zip((column.name for column in COLUMNS), values, strict=True))
    finally:
        server.stop()


def ours(bench: Bench, kind: str, *goals: Goal) -> Side:
    """Return the kit's service of one of its models."""

    def ask() -> Values:
        words = [str(ROOT / "bin/ml-model"), "serve", str(train(bench, kind))]
        return once(bench, words, HEALTH, ROW)

    return Side(f"ml-model serve, {kind}", ask, goals, ours=True)


def fitted(bench: Bench, python: str, name: str, program: str) -> Callable[[Path], None]:
    """Return a function that has a rival's own Python write a model's file or folder."""
    script = bench.script(f"{name}.py", program)
    return lambda path: bench.prepare(f"{quote(python)} {script} {HEIGHTS} {relative(path)}")


def plain(bench: Bench) -> Side:
    """Return a service of Python's own http.server, which knows a line by heart."""
    words = [str(ROOT / PYTHON), str(bench.write("plain.py", PLAIN))]
    return Side("http.server, a line", lambda: once(bench, words, HEALTH, ROW))


def optional(name: str, label: str, ask: Callable[[], Values]) -> Side:
    """Return a rival's side, which may be missing."""
    missing, version = not rivals.find(name), rivals.version(name)
    return Side(label, ask, optional=True, missing=missing, version=version)


def framework(bench: Bench, name: str, label: str, program: str) -> Side:
    """Return a service of a few lines around a web framework."""
    python = rivals.find(name)

    def ask() -> Values:
        model = bench.file(f"{name}.joblib", fitted(bench, python, f"dump_{name}", DUMP))
        words = [python, str(bench.write(f"serve_{name}.py", program)), str(model)]
        return once(bench, words, HEALTH, ROW)

    return optional(name, label, ask)


def mlflow(bench: Bench) -> Side:
    """Return MLflow's own service of an MLflow model."""
    python = rivals.find("mlflow")

    def ask() -> Values:
        model = bench.file("mlflow", fitted(bench, python, "save_mlflow", MLFLOW))
        words = [str(Path(python).parent / "mlflow"), "models", "serve", "-m", str(model)]
        return once(bench, [*words, "--env-manager", "local", "--workers", "1"], "/ping", SPLIT)

    return optional("mlflow", "mlflow models serve", ask)


def rows(bench: Bench) -> Job:
    """Compare services of one row."""
    faster = Goal("c=1 ratio", least=8), Goal("c=32 ratio", least=10)
    at_once = Goal("ready s", most=0.5), Goal("MB", most=60)
    trees = [
        replace(
            ours(bench, kind, *faster, Goal("ready s", most=0.3), Goal("MB", most=60)),
            optional=True,
        )
        for kind in ("boosting", "forest")
    ]
    return Job("single rows", [
        ours(bench, "linear", *faster, *at_once),
        *trees,
        plain(bench),
        framework(bench, "flask", "Flask on waitress", FLASK),
        framework(bench, "fastapi", "FastAPI on uvicorn", FASTAPI),
        mlflow(bench),
    ], COLUMNS, most_rounds=3, warm=False)  # fmt: skip


def crowd(bench: Bench) -> Job:
    """Count what fails of very many requests."""
    count = 5_000 if bench.quick else 100_000
    columns = Column("answered", 0), Column("failed", 0, most=True, kept=True), Column("req/s", 0)

    def ask(kind: str) -> Values:
        words = [str(ROOT / "bin/ml-model"), "serve", str(train(bench, kind))]
        server = start([*words, "--port", str(port := free_port())], port, HEALTH, bench.env)
        try:
            result = load(port, "/predict", json.dumps(ROW).encode(), 64, count, 600)
        finally:
            server.stop()
        good = result.statuses["200"]
        return {"answered": good, "failed": count - good, "req/s": result.rate}

    goals = Goal("failed", most=0), Goal("answered", least=count)
    side = Side("ml-model serve, linear", lambda: ask("linear"), goals, ours=True)
    return Job(
        f"{count:,} requests from 64 connections", [side], columns, most_rounds=1, warm=False
    )


SECTION = Section(
    "serve", SAYS, {"rows": rows, "crowd": crowd}, ("rows",), needs=("flask", "fastapi", "mlflow")
)
