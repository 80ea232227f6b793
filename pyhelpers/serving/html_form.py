"""HTML page with a form for a model's fields; it loads nothing from other servers."""

import base64
import hashlib
import json
import math
from html import escape
from typing import Any

from pyhelpers.model.drift import LEAST, Drift
from pyhelpers.model.schema import Feature
from pyhelpers.model.values import CLOCK, date_text
from pyhelpers.serving.predictions import Model

MANY = 30  # categories; with more, a text field with suggestions in place of a menu
MOST = 200  # categories in a menu or in suggestions

STYLE = """
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto;
  padding: 0 1rem; color: #16242f; background: #fbfaf6; }
label { display: block; margin: 0.9rem 0 0.2rem; font-weight: 600; }
small { color: #55646f; font-weight: 400; }
input, select, textarea { font: inherit; width: 100%; box-sizing: border-box;
  padding: 0.4rem 0.5rem; border: 1px solid #8da0ac; border-radius: 4px; background: #fff;
  color: inherit; }
button { font: inherit; margin-top: 1.2rem; padding: 0.5rem 1.4rem; border: 0; border-radius: 4px;
  background: #0a5c7d; color: #fff; cursor: pointer; }
output { display: block; margin-top: 1.2rem; padding: 0.7rem 0.9rem; border-left: 4px solid #0a5c7d;
  background: #eef3f4; min-height: 1.5rem; overflow-wrap: anywhere;
  white-space: pre-line; }
output.wrong { border-color: #a3321f; background: #faeeeb; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 0.15rem 1.2rem 0.15rem 0; }
.alarm { color: #a3321f; font-weight: 600; }
@media (prefers-color-scheme: dark) {
  body { color: #e6ecef; background: #14202a; } small { color: #a9b7c0; }
  input, select, textarea { background: #1d2c38; } output { background: #1d2c38; }
  output.wrong { background: #3a211c; } .alarm { color: #f0a08f; }
}
"""

SCRIPT = """
const folder = location.pathname.replace(/([^/])$/, "$1/");
let headers = {};
async function unlock(form, said) {
  headers = {Authorization: `Bearer ${form.elements[0].value}`};
  const reply = await fetch("", {headers: {...headers, Accept: "text/html"}});
  const answer = new DOMParser().parseFromString(await reply.text(), "text/html");
  if (reply.ok) {
    document.querySelector("main").replaceWith(document.adoptNode(answer.querySelector("main")));
    return;
  }
  said.className = "wrong";
  said.textContent = `The token is refused (${reply.status}).`;
}
async function predict(form, said) {
  const row = {};
  for (const field of form.elements) {
    const {name, kind} = field.dataset;
    if (!name) continue;
    const value = kind === "number" ? Number(field.value) : field.value;
    row[name] = field.value === "" ? null : value;
  }
  const reply = await fetch(folder + "predict", {
    method: "POST",
    headers: {...headers, "Content-Type": "application/json"},
    body: JSON.stringify({instances: [row], parameters: JSON.parse(form.dataset.parameters)}),
  });
  const text = await reply.text();
  const isJson = /json/.test(reply.headers.get("Content-Type"));
  const answer = isJson ? JSON.parse(text) : {error: `The answer is no JSON (${reply.status}).`};
  said.className = reply.ok && isJson ? "" : "wrong";
  said.textContent = answer.error || `${said.dataset.target}: ${answer.predictions[0]}`;
  const digits = (number) => number === null ? "unknown" : Number(number.toPrecision(6));
  const shares = (answer.classes || []).map((name, at) => [answer.probabilities[0][at], name]);
  for (const [share, name] of shares.sort((a, b) => b[0] - a[0]).slice(0, 5))
    said.textContent += `\\n${name}: ${(100 * share).toFixed(1)} %`;
  for (const [low, high] of answer.interval || [])
    said.textContent += `\\n90 % interval: ${digits(low)} to ${digits(high)}`;
  for (const name in answer.unseen || {}) said.textContent += `\\n${name}: not seen in training`;
  said.scrollIntoView({block: "nearest"});
}
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, said = document.querySelector("output");
  said.className = "";
  try {
    await (form.dataset.locked ? unlock : predict)(form, said);
  } catch (error) {
    said.className = "wrong";
    said.textContent = `The service cannot be reached (${error.message}).`;
  }
});
"""


def content_policy() -> str:
    """Return the Content Security Policy: only the page's own script and style are allowed."""
    digests = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (SCRIPT, STYLE)
    ]
    return (
        f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _number(feature: Feature, common: str) -> str:
    value = _shown(feature.middle)
    return f'<input type="number" step="any" value="{value}" {common}>'


def _date(feature: Feature, common: str) -> str:
    """Return an input for a date, a time of day, or both where training had both."""
    if feature.form == CLOCK:
        value = date_text(feature.middle or 0.0, CLOCK)
        return f'<input type="time" step="1" value="{value}" {common}>'
    known = [days for days in (feature.low, feature.high) if days is not None]
    timed = any(days != math.floor(days) for days in known)
    days = feature.middle
    value = "" if days is None else date_text(days if timed else math.floor(days))
    if not timed:
        return f'<input type="date" value="{value}" {common}>'
    value = value.replace(" ", "T") if " " in value else f"{value}T00:00" if value else ""
    return f'<input type="datetime-local" step="any" value="{value}" {common}>'


def _text(feature: Feature, common: str) -> str:
    example = escape(feature.categories[0]) if feature.categories else ""
    return f'<textarea rows="3" {common}>{example}</textarea>'


def _category(feature: Feature, common: str, number: int) -> str:
    options = "".join(
        f'<option value="{escape(name)}">{escape(name)}</option>'
        for name in feature.categories[:MOST]
    )
    if len(feature.categories) <= MANY:
        return f'<select {common}>{options}<option value="">(not known)</option></select>'
    return f'<input list="list{number}" {common}><datalist id="list{number}">{options}</datalist>'


def field_html(feature: Feature, number: int) -> str:
    """Return a label and an input for one field, filled with a typical value."""
    name = escape(feature.name)
    common = f'id="field{number}" data-name="{name}" data-kind="{escape(feature.kind)}"'
    hint = ""
    if feature.kind in ("number", "date") and feature.low is not None:
        shown = (
            _shown
            if feature.kind == "number"
            else lambda days: date_text(days or 0.0, feature.form)
        )
        hint = f" <small>{shown(feature.low)} to {shown(feature.high)} in training</small>"
    makers = {"number": _number, "date": _date, "text": _text}
    maker = makers.get(feature.kind)
    made = maker(feature, common) if maker else _category(feature, common, number)
    return f'<label for="field{number}">{name}{hint}</label>\n{made}\n'


def page(model: Model, drift: Drift) -> str:
    """Return the page of a model: a form, a place for the prediction, the drift of the traffic."""
    features = enumerate(model.schema.features)
    fields = "".join(field_html(feature, number) for number, feature in features)
    target = escape(str(model.card["target"]))
    parameters: dict[str, Any] = {}
    if model.card.get("classes"):
        parameters["probabilities"] = True
    elif model.card.get("intervals"):
        parameters["interval"] = 0.9
    return _document(
        model.name,
        f"""<p>A {escape(str(model.card["model"]))} model of {target}.</p>
<form data-parameters="{escape(json.dumps(parameters))}">
{fields}<button>Predict</button>
</form>
<output aria-live="polite" data-target="{target}"></output>
{drift_html(drift)}""",
    )


def drift_html(drift: Drift) -> str:
    """Return a table of the drift; nothing before the first row, or without a training profile."""
    shifts = drift.shifts()
    if not drift.rows:
        return ""
    if not shifts:
        return f"<h2>Drift</h2>\n<p>Measured from {LEAST} rows on; so far: {drift.rows}.</p>"
    lines = "".join(
        f"<tr{' class=alarm' if shift.alarm else ''}><td>{escape(shift.name)}"
        f"{' (prediction)' if shift.kind == 'prediction' else ''}<td>{shift.index:.3f}"
        f"<td>{shift.threshold:.3f}<td>{'shifted' if shift.alarm else ''}\n"
        for shift in shifts
    )
    return f"""<h2>Drift</h2>
<p>The last {drift.rows} rows against the training data (population stability index).</p>
<table>
<tr><th>Field<th>Index<th>Alarm above<th>
{lines}</table>"""


def locked_page(name: str) -> str:
    """Return the page that asks for the token."""
    return _document(
        name,
        """<form data-locked="1">
<label for="token">Token</label>
<input id="token" type="password" autocomplete="off" required>
<button>Open</button>
</form>
<output aria-live="polite"></output>""",
    )


def _document(name: str, content: str) -> str:
    title = escape(name)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}</style>
<main>
<h1>{title}</h1>
{content}
</main>
<script>{SCRIPT}</script>
</html>
"""
