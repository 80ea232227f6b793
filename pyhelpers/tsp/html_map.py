"""A page: the route as one HTML file that needs nothing from anywhere."""

from html import escape

from pyhelpers.tsp.plots import MOST_NAMED, line_of, places
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.report import legs, sentence
from pyhelpers.tsp.solve import Solution

WIDE, HIGH, EDGE = 900.0, 620.0, 40.0
MOST_LISTED = 5_000  # legs that are written out
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; color: #222 }
svg { width: 100%; height: auto; border: 1px solid #ccc; background: #f7f9fa; cursor: grab }
polyline { fill: none; stroke: #1f6f8b; stroke-width: 1.5; vector-effect: non-scaling-stroke }
circle { fill: #1f6f8b } circle.first { fill: #2a9d4a } circle.last { fill: #c0392b }
text { font-size: 11px; paint-order: stroke; stroke: #f7f9fa; stroke-width: 3px }
table { border-collapse: collapse; margin-top: 1rem } td, th { padding: .1rem .8rem }
td:nth-child(1), td:nth-child(n+4), th:nth-child(n+4) { text-align: right }
"""
# The wheel draws nearer, the pointer moves: the drawing's window is all that changes.
SCRIPT = """
const s = document.querySelector('svg'), b = s.viewBox.baseVal;
s.addEventListener('wheel', e => {
  e.preventDefault();
  const f = e.deltaY > 0 ? 1.2 : 1 / 1.2, r = s.getBoundingClientRect();
  const x = b.x + b.width * (e.clientX - r.left) / r.width;
  const y = b.y + b.height * (e.clientY - r.top) / r.height;
  b.x = x - (x - b.x) * f; b.y = y - (y - b.y) * f; b.width *= f; b.height *= f;
}, { passive: false });
s.addEventListener('pointermove', e => {
  if (!e.buttons) return;
  const r = s.getBoundingClientRect();
  b.x -= e.movementX * b.width / r.width; b.y -= e.movementY * b.height / r.height;
});
"""


def page(problem: Problem, solution: Solution) -> str:
    """Return a page with a drawing that can be moved and enlarged, and the legs."""
    said = escape(sentence(problem, solution, timed=False))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Route</title>\n'
        f"<style>{STYLE}</style>\n<h1>Route</h1>\n<p>{said}</p>\n"
        f"{_drawing(problem, solution)}\n{_table(problem, solution)}\n"
        f"<script>{SCRIPT}</script>\n</html>\n"
    )


def _drawing(problem: Problem, solution: Solution) -> str:
    drawn = places(problem)
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    wide, tall = (high - low).tolist()
    scale = min((WIDE - 2 * EDGE) / (wide or 1), (HIGH - 2 * EDGE) / (tall or 1))
    x = (EDGE + (drawn[:, 0] - low[0]) * scale).tolist()
    y = (HIGH - EDGE - (drawn[:, 1] - low[1]) * scale).tolist()
    line = " ".join(f"{x[c]:.2f},{y[c]:.2f}" for c in line_of(problem, solution.tour).tolist())
    tour, few = solution.tour.tolist(), problem.size <= MOST_NAMED
    dots = []
    for stop, city in enumerate(tour):
        ends = {0: ' class="first"', len(tour) - 1: "" if problem.closed else ' class="last"'}
        name = escape(problem.names[city])
        dots.append(
            f'<circle cx="{x[city]:.2f}" cy="{y[city]:.2f}" r="{4 if few else 1.5}"'
            f"{ends.get(stop, '')}><title>{stop + 1}. {name}</title></circle>"
        )
        if few:
            dots.append(f'<text x="{x[city] + 6:.2f}" y="{y[city] - 5:.2f}">{name}</text>')
    box = f'<svg viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-label="the route">'
    return "\n".join([box, f'<polyline points="{line}"/>', *dots, "</svg>"])


def _table(problem: Problem, solution: Solution) -> str:
    if problem.size > MOST_LISTED:
        return ""
    head = "<table><tr><th></th><th>from</th><th>to</th><th>distance</th><th>total</th></tr>"
    rows = [
        "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in leg.values()) + "</tr>"
        for leg in legs(problem, solution)
    ]
    return "\n".join([head, *rows, "</table>"])
