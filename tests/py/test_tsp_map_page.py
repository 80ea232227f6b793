"""Map page of a route, in a headless browser: what a person sees, on a screen and on a phone."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.browser import Browser, find_chromium
from tests.conftest import Run

BOXES = """
JSON.stringify([...document.querySelectorAll('svg .name')]
  .filter(e => !e.classList.contains('hidden'))
  .map(e => { const b = e.getBoundingClientRect();
    return [e.textContent, b.left, b.top, b.right, b.bottom]; }))
"""


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Browser]:
    page = Browser(find_chromium(), tmp_path / "profile")
    yield page
    page.close()


def on_a_phone(page: Browser) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    page.call("Emulation.setDeviceMetricsOverride", **size)


def write_page(run: Run, path: Path, *words: object) -> Path:
    points = np.random.default_rng(5).normal(38.7, 0.02, (60, 2))
    rows = "".join(
        f"Restaurant number {at},{lat:.5f},{lon - 47.8:.5f}\n"
        for at, (lat, lon) in enumerate(points)
    )
    done = run(*words, "-o", path, "--time", 1, input=f"name,lat,lon\n{rows}")
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def route(run: Run, tmp_path: Path) -> Path:
    return write_page(run, tmp_path / "route.html", "solve-tsp")


@pytest.fixture(params=["solve-tsp", "plan-trip --days 6"])
def either(request: pytest.FixtureRequest, run: Run, tmp_path: Path) -> Path:
    if "plan-trip" in request.param:
        pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    return write_page(run, tmp_path / "either.html", *request.param.split())


def boxes(page: Browser) -> list[tuple[str, float, float, float, float]]:
    return [tuple(box) for box in json.loads(page.run(BOXES))]


def overlaps(found: list[tuple[str, float, float, float, float]]) -> list[tuple[str, str]]:
    return [
        (a[0], b[0])
        for at, a in enumerate(found)
        for b in found[:at]
        if a[1] < b[3] - 1 and b[1] < a[3] - 1 and a[2] < b[4] - 2 and b[2] < a[4] - 2
    ]


def test_labels_never_overlap_and_keep_their_size_at_every_zoom(
    seen: Browser, either: Path
) -> None:
    seen.call("Page.navigate", url=either.as_uri())
    seen.wait_for("document.readyState == 'complete'")
    first = boxes(seen)
    assert 5 < len(first) < 60
    assert not overlaps(first)
    height = first[0][4] - first[0][2]
    shown = seen.run("document.querySelector('#scale text').textContent")
    for _ in range(8):
        seen.run("document.getElementById('in').click()")
    seen.wait_for(f"document.querySelector('#scale text').textContent != {shown!r}")
    near = boxes(seen)
    assert near
    assert not overlaps(near)
    assert near[0][4] - near[0][2] == pytest.approx(height, abs=0.5)
    assert seen.errors == []


def test_labels_on_a_phone_are_legible_and_do_not_overlap(seen: Browser, either: Path) -> None:
    on_a_phone(seen)
    seen.call("Page.navigate", url=either.as_uri())
    seen.wait_for("document.readyState == 'complete'")
    found = boxes(seen)
    assert len(found) >= 3
    assert not overlaps(found)
    assert min(bottom - top for _, _, top, _, bottom in found) >= 11  # CSS pixels
    assert max(right for _, _, _, right, _ in found) <= 390


def test_a_phone_shows_numbered_stops_a_scale_and_rounded_distances(
    seen: Browser, route: Path
) -> None:
    on_a_phone(seen)
    seen.call("Page.navigate", url=route.as_uri())
    seen.wait_for("document.readyState == 'complete'")
    assert seen.run("document.documentElement.scrollWidth") <= 390
    numbers = "[...document.querySelectorAll('svg .number')].map(e => +e.textContent).join()"
    assert seen.run(numbers) == ",".join(map(str, range(1, 61)))
    assert seen.run("document.querySelector('#scale text').textContent").endswith(" km")
    heads = seen.run("[...document.querySelectorAll('th')].map(e => e.textContent).join()")
    assert heads == ",from,to,distance, km,total, km"
    total = seen.run("[...document.querySelectorAll('td')].at(-1).textContent")
    assert len(total) <= 5
    assert not overlaps(boxes(seen))


def test_two_fingers_zoom_and_one_moves(seen: Browser, route: Path) -> None:
    seen.call("Page.navigate", url=route.as_uri())
    seen.wait_for("document.readyState == 'complete'")
    place = "document.querySelector('.stop').getAttribute('transform')"
    apart = (
        "(() => { const [a, b] = [...document.querySelectorAll('.stop')].slice(0, 2).map(g => "
        "g.getAttribute('transform').match(/-?[\\d.]+/g).map(Number)); "
        "return Math.hypot(a[0] - b[0], a[1] - b[1]); })()"
    )
    before, wide = seen.run(place), seen.run(apart)
    touch(seen, "touchStart", (300, 300))
    touch(seen, "touchMove", (360, 330))
    seen.wait_for(f"{place} != {before!r}")
    assert seen.run(apart) == pytest.approx(wide, rel=1e-3)
    touch(seen, "touchEnd")
    touch(seen, "touchStart", (300, 300), (400, 300))
    touch(seen, "touchMove", (250, 300), (450, 300))
    seen.wait_for(f"{apart} > {1.5 * wide}")
    touch(seen, "touchEnd")
    assert seen.errors == []


def touch(page: Browser, kind: str, *points: tuple[int, int]) -> None:
    page.call(
        "Input.dispatchTouchEvent",
        type=kind,
        touchPoints=[{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(points)],
    )
