"""Map page: routes in one HTML file that needs no network, for a screen or a phone.

Stops and their labels keep their size at every zoom and on every screen; a label that would cover
another is left out.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

WIDE, HIGH, EDGE = 900.0, 620.0, 40.0
COLOURS = ("#1f6f8b", "#c0392b", "#2a7d3f", "#8e44ad", "#b9770e", "#34495e", "#c2185b", "#00796b")
MOST_NUMBERED = 300  # stops that are numbered; more are dots
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 60rem; padding: 0 .8rem;
  color: #222 }
.map { position: relative }
svg { width: 100%; height: auto; border: 1px solid #ccc; background: #f7f9fa; cursor: grab;
  touch-action: none; display: block }
.buttons { position: absolute; top: .5rem; right: .5rem }
.buttons button { font: 1.1rem system-ui; width: 2.4rem; height: 2.4rem }
polyline { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke }
.stop circle { stroke: #fff; stroke-width: 1 }
.stop .number { font-size: 11px; fill: #fff; text-anchor: middle; dominant-baseline: central }
.name { font-size: 12px; paint-order: stroke; stroke: #f7f9fa; stroke-width: 3px; fill: #222 }
.hidden { display: none }
#scale { font-size: 12px; text-anchor: middle }
#scale path { stroke: #222; fill: none; stroke-width: 1.5 }
#chosen { min-height: 1.5em }
.rows { overflow-x: auto }
table { border-collapse: collapse; margin-top: 1rem } td, th { padding: .1rem .8rem;
  text-align: left } td.n, th.n { text-align: right }
"""
SCRIPT = """
const svg = document.querySelector('svg'), unit = UNIT, per = PER;
const stops = [...svg.querySelectorAll('.stop')].map(g => ({g, name: g.querySelector('.name'),
  x: +g.dataset.x, y: +g.dataset.y, r: +g.querySelector('circle').getAttribute('r')}));
const lines = [...svg.querySelectorAll('polyline')].map(l => ({l,
  p: l.getAttribute('points').trim().split(/\\s+/).map(q => q.split(',').map(Number))}));
for (const s of stops) if (s.name) s.w = s.name.getComputedTextLength();
let W, H, k, ox, oy;
const X = x => x * k + ox, Y = y => y * k + oy;
function labels() {
  const cell = 64, grid = new Map();
  const keys = b => { const found = [];
    for (let i = Math.floor(b[0] / cell); i <= b[2] / cell; i++)
      for (let j = Math.floor(b[1] / cell); j <= b[3] / cell; j++) found.push(i + ',' + j);
    return found; };
  const free = b => keys(b).every(q => (grid.get(q) || []).every(
    o => b[0] >= o[2] || o[0] >= b[2] || b[1] >= o[3] || o[1] >= b[3]));
  const take = b => { for (const q of keys(b)) grid.set(q, [...(grid.get(q) || []), b]); };
  const seen = s => X(s.x) >= 0 && X(s.x) <= W && Y(s.y) >= 0 && Y(s.y) <= H;
  for (const s of stops) if (seen(s))
    take([X(s.x) - s.r, Y(s.y) - s.r, X(s.x) + s.r, Y(s.y) + s.r]);
  for (const s of stops) if (s.name) {
    let at = null;
    for (const [dx, dy] of seen(s) ? [[s.r + 3, 4], [-s.r - 3 - s.w, 4], [-s.w / 2, -s.r - 4],
        [-s.w / 2, s.r + 12], [s.r, -s.r], [-s.r - s.w, -s.r], [s.r, s.r + 8],
        [-s.r - s.w, s.r + 8]] : []) {
      const b = [X(s.x) + dx, Y(s.y) + dy - 11, X(s.x) + dx + s.w, Y(s.y) + dy + 3];
      if (b[0] >= 0 && b[2] <= W && b[1] >= 0 && b[3] <= H && free(b)) {
        at = [dx, dy]; take(b); break; }
    }
    s.name.classList.toggle('hidden', !at);
    if (at) { s.name.setAttribute('x', at[0]); s.name.setAttribute('y', at[1]); }
  }
}
function scale() {
  const bar = document.getElementById('scale');
  if (!per) return;
  const most = 160 * per / k, ten = 10 ** Math.floor(Math.log10(most));
  const size = [5, 2, 1].map(m => m * ten).find(v => v <= most), w = size * k / per;
  bar.innerHTML = `<path d="M20 ${H - 26} v8 h${w} v-8"/><text x="${20 + w / 2}" y="${H - 30}">` +
    `${+size.toPrecision(1)} ${unit}</text>`;
}
function draw() {
  for (const s of stops) s.g.setAttribute('transform', `translate(${X(s.x)},${Y(s.y)})`);
  for (const {l, p} of lines)
    l.setAttribute('points', p.map(q => X(q[0]).toFixed(1) + ',' + Y(q[1]).toFixed(1)).join(' '));
  labels(); scale();
}
function fit() {
  W = svg.parentNode.clientWidth - 2; k = W / WIDE; H = Math.max(HIGH * k, Math.min(W, 400));
  svg.setAttribute('viewBox', `0 0 ${W} ${H}`);
  ox = 0; oy = (H - HIGH * k) / 2; draw();
}
let due = 0;
const redraw = () => { if (!due) due = requestAnimationFrame(() => { due = 0; draw(); }); };
function zoom(f, x, y) {
  f = Math.min(Math.max(k * f, .2), 5000) / k;
  ox = x - (x - ox) * f; oy = y - (y - oy) * f; k *= f; redraw();
}
const place = e => { const r = svg.getBoundingClientRect();
  return [(e.clientX - r.left) * W / r.width, (e.clientY - r.top) * H / r.height]; };
svg.addEventListener('wheel', e => { e.preventDefault();
  zoom(e.deltaY > 0 ? 1 / 1.2 : 1.2, ...place(e)); }, { passive: false });
const down = new Map();
svg.addEventListener('pointerdown', e => { down.set(e.pointerId, place(e));
  svg.setPointerCapture(e.pointerId); });
for (const end of ['pointerup', 'pointercancel'])
  svg.addEventListener(end, e => down.delete(e.pointerId));
svg.addEventListener('pointermove', e => {
  if (!down.has(e.pointerId)) return;
  const was = down.get(e.pointerId), now = place(e);
  const other = [...down].filter(([id]) => id !== e.pointerId).map(([, p]) => p)[0];
  if (other) {
    const d = p => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1;
    zoom(d(now) / d(was), other[0], other[1]);
  } else { ox += now[0] - was[0]; oy += now[1] - was[1]; redraw(); }
  down.set(e.pointerId, now);
});
svg.addEventListener('click', e => { const g = e.target.closest('.stop');
  if (g) document.getElementById('chosen').textContent = g.querySelector('title').textContent; });
document.getElementById('in').onclick = () => zoom(1.5, W / 2, H / 2);
document.getElementById('out').onclick = () => zoom(1 / 1.5, W / 2, H / 2);
document.getElementById('all').onclick = fit;
window.addEventListener('resize', () => { if (svg.parentNode.clientWidth - 2 != W) fit(); });
fit();
"""


@dataclass(frozen=True)
class Stop:
    """A stop on the map.

    Attributes
    ----------
    number : int or None
        Its place in the route; None for one that is not visited.
    about : str
        What is shown when it is pointed at or touched.
    colour : int
        Number of the colour.
    """

    x: float
    y: float
    name: str
    number: int | None = None
    about: str = ""
    colour: int = 0


@dataclass(frozen=True)
class Map:
    """What a map shows, at x to the right and y up.

    Attributes
    ----------
    lines : list of (array, int)
        Points of each line, shape (n, 2), and the number of its colour.
    unit : str
        Of `size`.
    size : float or None
        Length of a step of 1; None where distances cannot be measured on the map.
    """

    stops: list[Stop]
    lines: "list[tuple[Array, int]]" = field(repr=False)
    unit: str = ""
    size: float | None = None


def map_page(title: str, said: Sequence[str], drawn: Map, tables: Sequence[str]) -> str:
    """Return an HTML page with sentences, a map that can be zoomed and moved, and tables."""
    sentences = "\n".join(f"<p>{escape(text)}</p>" for text in said)
    drawing, scale = _drawing(drawn)
    script = SCRIPT.replace("WIDE", f"{WIDE:g}").replace("HIGH", f"{HIGH:g}")
    unit = json.dumps(drawn.unit).replace("<", "\\u003c")
    script = script.replace("UNIT", unit).replace("PER", f"{scale:.12g}")
    rows = "\n".join(f'<div class="rows">{table}</div>' for table in tables if table)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escape(title)}</h1>\n{sentences}\n<div class="map">\n{drawing}\n'
        '<div class="buttons"><button id="in" aria-label="zoom in">+</button> '
        '<button id="out" aria-label="zoom out">&minus;</button> '
        '<button id="all" aria-label="show all">&#8634;</button></div>\n</div>\n'
        f'<p id="chosen"></p>\n{rows}\n<script>{script}</script>\n</body>\n</html>\n'
    )


def _drawing(drawn: Map) -> tuple[str, float]:
    """Return the SVG, and the length of a pixel; 0 where lengths cannot be measured."""
    import numpy as np

    points = np.array([[stop.x, stop.y] for stop in drawn.stops], dtype=float)
    low, high = points.min(axis=0), points.max(axis=0)
    wide, tall = (high - low).tolist()
    scale = min((WIDE - 2 * EDGE) / (wide or 1), (HIGH - 2 * EDGE) / (tall or 1))
    middle = (low + high) / 2

    def placed(at: "Array") -> "Array":
        found: Array = (np.asarray(at) - middle) * scale * [1, -1] + [WIDE / 2, HIGH / 2]
        return found

    lines = [
        f'<polyline points="{" ".join(f"{x:.2f},{y:.2f}" for x, y in placed(line).tolist())}" '
        f'stroke="{COLOURS[colour % len(COLOURS)]}"/>'
        for line, colour in drawn.lines
    ]
    numbered = len(drawn.stops) <= MOST_NUMBERED
    stops = [
        _stop(stop, x, y, numbered)
        for stop, (x, y) in zip(drawn.stops, placed(points).tolist(), strict=True)
    ]
    box = f'<svg viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-label="the route">'
    parts = [box, *lines, *stops, '<g id="scale"></g>', "</svg>"]
    return "\n".join(parts), (drawn.size or 0.0) / scale


def _stop(stop: Stop, x: float, y: float, numbered: bool) -> str:
    colour = "#888" if stop.number is None else COLOURS[stop.colour % len(COLOURS)]
    radius = (9 if stop.number is not None else 5) if numbered else 2
    head = f'<g class="stop" data-x="{x:.2f}" data-y="{y:.2f}" '
    head += f'transform="translate({x:.2f},{y:.2f})">'
    name = stop.name if stop.number is None else f"{stop.number}. {stop.name}"
    parts = [f'<circle r="{radius}" fill="{colour}"/>']
    parts.append(f"<title>{escape(': '.join(filter(None, (name, stop.about))))}</title>")
    if numbered and stop.number is not None:
        parts.append(f'<text class="number">{stop.number}</text>')
    if numbered:
        parts.append(f'<text class="name" x="{radius + 3}" y="4">{escape(stop.name)}</text>')
    return head + "".join(parts) + "</g>"


def html_table(names: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]) -> str:
    """Return an HTML table; the columns at the positions `numeric` are aligned to the right."""

    def line(cells: Sequence[str], tag: str) -> str:
        marks = [' class="n"' if at in numeric else "" for at in range(len(cells))]
        pairs = zip(cells, marks, strict=True)
        return "<tr>" + "".join(f"<{tag}{m}>{escape(c)}</{tag}>" for c, m in pairs) + "</tr>"

    return "\n".join(["<table>", line(names, "th"), *(line(row, "td") for row in rows), "</table>"])
