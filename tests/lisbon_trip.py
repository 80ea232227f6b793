"""A trip through Lisbon, and random ones."""

from datetime import date

import numpy as np

from pyhelpers.trip.hours import DAY
from pyhelpers.trip.stops import Calendar, Stop, Trip

MONDAY = date(2026, 11, 30)
HOUR = 3600
LISBON = """name,lat,lon,opening_hours,minutes,score,must,address
Hotel,38.7150,-9.1400,,,,,
Belem,38.6920,-9.2160,Tu-Su 10:00-18:00,90,4.6,,Avenida
Chiado,38.7110,-9.1420,Mo-Su 10:00-20:00,60,4.8,yes,
Alfama,38.7120,-9.1300,"Mo-Sa 12:00-15:00,19:00-23:00; Su off",75,4.1,,
Sintra,38.7970,-9.3900,Mo-Su 09:30-18:30,180,4.9,,
Cascais,38.6970,-9.4220,,120,4.0,,
Lumiar,38.7720,-9.1600,Mo 03:00-04:00,60,3,,
Faro,37.0194,-7.9304,,60,4,,
Closed,38.7200,-9.1300,off,60,4,,
Oriente,38.7680,-9.0990,Mo-Fr 09:00-17:00,60,4.4,,
"""


def random_trip(seed: int, count: int, days: int = 1, **more: int) -> Trip:
    """Return stops with one or two windows a day, of which some do not fit."""
    draw = np.random.default_rng(seed)
    calendar = Calendar(MONDAY, days, start=9 * HOUR, end=15 * HOUR, **more)
    points = draw.random((count, 2)) * 3600
    travel = np.ceil(np.linalg.norm(points[:, None] - points[None], axis=2)).astype(np.int64)
    stops = [Stop("home", None, [[(0, DAY * days)]] * days, 0)]
    for at in range(1, count):
        windows = []
        for day in range(days):
            opens = sorted((day * DAY + 8 * HOUR + draw.integers(0, 7 * HOUR, 2)).tolist())
            windows.append([(opens[0], opens[0] + 5400), (opens[1], opens[1] + 5400)])
        score = float(draw.integers(1, 5))
        stops.append(Stop(f"s{at}", None, windows, int(draw.integers(600, 3600)), score))
    return Trip(stops, travel, calendar, 0, 0)
