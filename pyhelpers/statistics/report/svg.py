"""Charts as inline SVG, coloured by the page's style sheet, each with a text alternative."""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from pyhelpers.text import figure

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 10, 34
CELL = 34
TICKS = 4
CHARACTER = 5.8  # width of a digit of the labels, which are 10 high
STRONGEST = 0.6  # opacity of a correlation of 1: the text on it keeps a contrast of 4.5 to 1


def _svg(body: str, said: str, width: float = WIDTH, height: float = HEIGHT) -> str:
    label = escape(said, quote=True)
    widest = f"max-width:{1.6 * width:.0f}px"
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" style="{widest}" role="img" aria-label="{label}">'
        f"<title>{escape(said)}</title>{body}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def round_ticks(low: float, high: float) -> list[float]:
    """Return about four round numbers from low to high.

    Examples
    --------
    >>> round_ticks(0, 97)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    wanted = (high - low) / TICKS
    power = math.floor(math.log10(wanted))
    step, exponent = min(
        ((s, p) for p in (power, power + 1) for s in (1, 2, 5)),
        key=lambda pair: abs(math.log(pair[0] * 10.0 ** pair[1] / wanted)),
    )
    width = float(f"{step}e{exponent}")
    first, last = math.ceil(low / width), math.floor(high / width)
    return [float(f"{i * step}e{exponent}") for i in range(first, last + 1)]


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Return labels of evenly spaced ticks, each different, in one unit and few characters.

    Examples
    --------
    >>> tick_labels([0, 20000, 40000]), tick_labels([0.05, 0.1]), tick_labels([1.2e6, 1.4e6])
    (['0', '20k', '40k'], ['0.05', '0.10'], ['1.2M', '1.4M'])
    >>> tick_labels([10000020, 10000040]), tick_labels([2020, 2024])
    (['10000020', '10000040'], ['2020', '2024'])
    """
    if len(ticks) < 2:
        return [figure(tick) for tick in ticks]
    step, most = ticks[1] - ticks[0], max(map(abs, ticks))
    size, letter = 1.0, ""
    for unit, sign in ((1e3, "k"), (1e6, "M"), (1e9, "G")):
        if most >= max(unit, 10_000) and most < 10_000 * unit and step >= unit / 10:
            size, letter = unit, sign
    decimals = max(-math.floor(math.log10(step / size) + 1e-9), 0)
    if most >= 1e15 or decimals > 6:
        return [f"{tick:.6g}" for tick in ticks]
    return [f"{tick / size:.{decimals}f}{letter}" if tick else "0" for tick in ticks]


class Frame:
    """Axes of a chart: maps data to coordinates of the picture.

    Parameters
    ----------
    xs, ys : (low, high)
        What the axes span.
    named : dict, optional
        Labels of positions along x, where they are not numbers.
    """

    def __init__(
        self,
        xs: tuple[float, float],
        ys: tuple[float, float],
        named: Mapping[float, str] | None = None,
    ) -> None:
        self.x0, self.x1 = xs if xs[1] > xs[0] else (xs[0] - 0.5, xs[0] + 0.5)
        self.y0, self.y1 = ys if ys[1] > ys[0] else (ys[0] - 0.5, ys[0] + 0.5)
        if not self.x1 > self.x0:  # a number so large that half of one is nothing
            self.x0, self.x1 = sorted((0.0, self.x0 * 2))
        if not self.y1 > self.y0:
            self.y0, self.y1 = sorted((0.0, self.y0 * 2))
        heights = round_ticks(self.y0, self.y1)
        self.rungs = list(zip(heights, tick_labels(heights), strict=True))
        self.left = max(
            LEFT, 24 + CHARACTER * max((len(text) for _, text in self.rungs), default=0)
        )
        places = round_ticks(self.x0, self.x1)
        self.steps = list((named or dict(zip(places, tick_labels(places), strict=True))).items())

    def x(self, value: float) -> float:
        """Return the picture's x."""
        return self.left + (value - self.x0) / (self.x1 - self.x0) * (WIDTH - self.left - RIGHT)

    def y(self, value: float) -> float:
        """Return the picture's y, which grows downwards."""
        return HEIGHT - BOTTOM - (value - self.y0) / (self.y1 - self.y0) * (HEIGHT - TOP - BOTTOM)

    def axes(self, xlabel: str, ylabel: str) -> str:
        """Return axes with ticks and labels that neither overlap nor leave the picture."""
        floor = HEIGHT - BOTTOM
        parts = [f'<path class="axis" d="M{self.left:.1f} {TOP}V{floor}H{WIDTH - RIGHT}"/>']
        end = 0.0
        for value, text in self.steps:
            half = CHARACTER * len(text) / 2
            middle = min(max(self.x(value), half + 1), WIDTH - half - 1)
            if middle - half >= end:
                parts.append(_text(middle, floor + 13, text))
                end = middle + half + CHARACTER
        for value, text in self.rungs:
            parts.append(_text(self.left - 4, self.y(value) + 3, text, "end"))
        parts.append(_text((self.left + WIDTH) / 2, HEIGHT - 6, _cut(xlabel, 44)))
        turned = f"rotate(-90 10 {HEIGHT / 2 - 12:g})"
        label = _text(10, HEIGHT / 2 - 12, _cut(ylabel, 26))
        return "".join([*parts, label.replace("<text ", f'<text transform="{turned}" ')])


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"


def histogram(bins: Sequence[tuple[float, float, int]], name: str, said: str) -> str:
    """Return bars of counts."""
    most = max(count for *_, count in bins)
    frame = Frame((bins[0][0], bins[-1][1]), (0, most))
    bars = []
    for low, high, count in bins:
        x, y = frame.x(low), frame.y(count)
        size = f'width="{max(frame.x(high) - x - 0.6, 0.4):.1f}" height="{frame.y(0) - y:.1f}"'
        bars.append(f'<rect class="bar" x="{x:.1f}" y="{y:.1f}" {size}/>')
    return _svg("".join(bars) + frame.axes(name, "records"), said)


def scatter(
    points: Iterable[tuple[float, float, int]],
    labels: tuple[str, str],
    said: str,
    line: Sequence[Sequence[float]] = (),
) -> str:
    """Return points (x, y, colour), and a line (x, middle, low, high) with its band."""
    points = list(points)
    xs = [p[0] for p in points] + [r[0] for r in line]
    ys = [p[1] for p in points] + [y for r in line for y in r[1:4]]
    frame = Frame((min(xs), max(xs)), (min(ys), max(ys)))
    dots = "".join(
        f'<circle class="dot c{colour % 6}" cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="1.8"/>'
        for x, y, colour in points
    )
    drawn = ""
    if line:
        around = [(r[0], r[2]) for r in line] + [(r[0], r[3]) for r in reversed(line)]
        band = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in around)
        middle = " ".join(f"{frame.x(r[0]):.1f},{frame.y(r[1]):.1f}" for r in line)
        drawn = f'<polygon class="band" points="{band}"/><polyline class="line" points="{middle}"/>'
    return _svg(dots + drawn + frame.axes(*labels), said)


def line(
    points: Sequence[tuple[float, float]],
    labels: tuple[str, str],
    said: str,
    named: Mapping[float, str] | None = None,
    floor: float | None = None,
) -> str:
    """Return points joined by a line; `named` labels places along x, `floor` is the least y."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    lowest = min(ys) if floor is None else floor
    frame = Frame((min(xs), max(xs)), (lowest, max(ys)), named)
    path = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in points)
    dots = "".join(
        f'<circle class="dot" cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="1.8"/>'
        for x, y in points
    )
    return _svg(f'<polyline class="series" points="{path}"/>{dots}' + frame.axes(*labels), said)


def bars(pairs: Sequence[tuple[str, int]], said: str) -> str:
    """Return one bar per value and its count."""
    most = max(count for _, count in pairs) or 1
    height = 20 * len(pairs) + 8
    parts = []
    for i, (value, count) in enumerate(pairs):
        shown = _cut(value, 18)
        y, width = 20 * i + 5, count / most * (WIDTH - 190)
        parts.append(_text(118, y + 12, shown, "end"))
        parts.append(f'<rect class="bar" x="124" y="{y}" width="{width:.1f}" height="15"/>')
        parts.append(_text(128 + width, y + 12, f"{count:,}", "start"))
    return _svg("".join(parts), said, WIDTH, height)


def heatmap(names: Sequence[str], matrix: Sequence[Sequence[float]], said: str) -> str:
    """Return correlations as coloured squares: one hue for positive, one for negative."""
    left, top = 110, 10
    size = left + CELL * len(names) + 10
    parts = []
    for i, line in enumerate(matrix):
        shown = _cut(names[i], 16)
        parts.append(_text(left - 5, top + CELL * i + 21, f"{shown} {i + 1}", "end"))
        parts.append(_text(left + CELL * i + 17, top + CELL * len(names) + 14, str(i + 1)))
        for j, r in enumerate(line):
            kind = "plus" if r >= 0 else "minus"
            strength = 0.0 if r != r else STRONGEST * abs(r)
            place = f'x="{left + CELL * j}" y="{top + CELL * i}"'
            square = f'width="{CELL - 1}" height="{CELL - 1}" fill-opacity="{strength:.2f}"'
            parts.append(f'<rect class="{kind}" {place} {square}/>')
            if r == r:
                parts.append(_text(left + CELL * j + 17, top + CELL * i + 21, f"{r:.2f}"))
    return _svg("".join(parts), said, size, top + CELL * len(names) + 24)
