"""plan-trip: the time limit, and Ctrl-C: the best plan so far."""

import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.commands import plan_trip
from pyhelpers.trip import engine, route
from pyhelpers.trip.plan import completed, faults
from pyhelpers.trip.route import LUNCH, timed
from pyhelpers.trip.stops import Trip
from tests.lisbon_trip import HOUR, random_trip

LONG = 600  # seconds that no test waits for
SHORT = "the time was too short to look for room for it; give --time more"


@contextmanager
def ctrl_c_after(seconds: float) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("seconds", [0.2, 1.0])
@pytest.mark.parametrize("more", [{}, {"lunch": HOUR}, {"vehicles": 2, "capacity": 20}])
def test_ctrl_c_ends_the_search_and_keeps_its_plan(seconds: float, more: dict[str, int]) -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    trip = random_trip(7, 40, 2, **more)
    with ctrl_c_after(seconds):
        plan = engine.solve_trip(trip, LONG, 1)
    assert plan.interrupted
    assert not list(faults(trip, plan))
    assert len([stop for each in plan.routes for stop in each.order]) > 4


@pytest.mark.parametrize("count", [7, 30])
def test_ctrl_c_before_there_is_a_plan_gives_one_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, count: int
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("exact", "_model"):
        monkeypatch.setattr(engine, name, stop)
    plan = engine.solve_trip(random_trip(3, count), LONG, 1)
    assert plan.interrupted
    assert plan.routes
    assert not list(faults(random_trip(3, count), plan))
    stops = tmp_path / "stops.csv"
    stops.write_text("name,lat,lon\nChiado,38.71,-9.14\nBelem,38.69,-9.21\n")
    with pytest.raises(KitError, match="the plan above is the best so far") as raised:
        plan_trip.main(str(stops), format="csv")
    assert raised.value.exit_code == 130
    assert "Chiado" in capsys.readouterr().out


def test_what_time_does_not_allow_is_the_reason() -> None:
    trip = random_trip(2, 25, 2)
    empty = engine._unused(trip, [])
    hasty, whole = completed(trip, empty, time.monotonic()), completed(trip, empty)
    assert not hasty.routes
    assert SHORT in hasty.left_out.values()
    assert SHORT not in whole.left_out.values()
    assert not list(faults(trip, whole))


def tries(trip: Trip, order: list[int], stop: int) -> set[int]:
    """Return where a stop fits into an order, by the times of each whole order."""
    places = range(len(order) + 1)
    return {at for at in places if timed(trip, 0, [*order[:at], stop, *order[at:]])}


@pytest.mark.parametrize("seed", range(40))
def test_no_place_where_a_stop_fits_is_passed_over(seed: int) -> None:
    draw = random.Random(seed)
    trip = random_trip(seed, 9, **({"lunch": HOUR} if seed % 2 else {}))
    trip = replace(trip, home=None if seed % 3 == 0 else 0, last=None if seed % 5 == 0 else 0)
    order: list[int] = []
    for stop in draw.sample([LUNCH] * (seed % 2) + trip.wanted, len(trip.wanted)):
        order = [*order, stop] if timed(trip, 0, [*order, stop]) else order
    for stop in set(trip.wanted) - set(order):
        assert tries(trip, order, stop) <= set(route._places(trip, 0, order, stop))
