"""Track: an oval lane and a small car on it, in metres, seconds and radians."""

import math
from dataclasses import dataclass
from typing import Any

STRAIGHT, RADIUS = 4.0, 1.5
WIDTH = 0.76
LAP = 2 * STRAIGHT + 2 * math.pi * RADIUS
WHEELBASE, TRACK_OF_CAR = 0.165, 0.16
STEP_S = 1 / 15
WAYPOINTS = 60


@dataclass(frozen=True)
class LanePosition:
    """The position of a point in the lane.

    Attributes
    ----------
    along : float
        Metres of centre line from the start of the lower straight, counter-clockwise.
    offset : float
        Metres left of the centre line, towards the inside; negative is right.
    direction : float
        Of the centre line there, in radians.
    bends : bool
        Whether the lane is curved there.
    """

    along: float
    offset: float
    direction: float
    bends: bool


def locate(x: float, y: float) -> LanePosition:
    """Return the position of a point in the lane.

    The centre line has a constant distance from the segment between the bends' centres.

    Examples
    --------
    >>> place = locate(0.0, -1.4)
    >>> round(place.along, 3), round(place.offset, 3), round(place.direction, 3), place.bends
    (2.0, 0.1, 0.0, False)
    """
    half = STRAIGHT / 2
    hub = max(-half, min(half, x))
    angle = math.atan2(y, x - hub)
    if -half < x < half:
        along = x + half if y < 0 else STRAIGHT + math.pi * RADIUS + half - x
    elif x >= half:
        along = STRAIGHT + RADIUS * (angle + math.pi / 2)
    else:
        turned = (angle - math.pi / 2) % (2 * math.pi)
        along = 2 * STRAIGHT + math.pi * RADIUS + RADIUS * turned
    return LanePosition(
        along % LAP, RADIUS - math.hypot(x - hub, y), angle + math.pi / 2, not -half < x < half
    )


def at(along: float, offset: float = 0.0) -> tuple[float, float, float]:
    """Return the point and direction at a distance along the lane and left of its centre.

    Examples
    --------
    >>> x, y, direction = at(STRAIGHT / 2)
    >>> x, y, direction
    (0.0, -1.5, 0.0)
    """
    along, bend, half = along % LAP, math.pi * RADIUS, STRAIGHT / 2
    reach = RADIUS - offset
    if along < STRAIGHT:
        return along - half, -reach, 0.0
    if along < STRAIGHT + bend:
        angle = (along - STRAIGHT) / RADIUS - math.pi / 2
        return half + reach * math.cos(angle), reach * math.sin(angle), angle + math.pi / 2
    if along < 2 * STRAIGHT + bend:
        return half - (along - STRAIGHT - bend), reach, math.pi
    angle = (along - 2 * STRAIGHT - bend) / RADIUS + math.pi / 2
    return -half + reach * math.cos(angle), reach * math.sin(angle), angle + math.pi / 2


CENTRE_LINE = [at(LAP * part / WAYPOINTS)[:2] for part in range(WAYPOINTS)]


@dataclass(frozen=True)
class Car:
    """A car's position and heading; it moves by the kinematic bicycle model."""

    x: float
    y: float
    heading: float

    def driven(self, speed: float, steering: float) -> "Car":
        """Return the car one time step later; steering in radians, positive is left."""
        heading = self.heading + speed / WHEELBASE * math.tan(steering) * STEP_S
        middle = (self.heading + heading) / 2
        way = speed * STEP_S
        return Car(self.x + way * math.cos(middle), self.y + way * math.sin(middle), heading)

    def wheels_on_track(self) -> int:
        """Return the number of wheels, of four, within the borders."""
        forward, left = WHEELBASE / 2, TRACK_OF_CAR / 2
        cos, sin = math.cos(self.heading), math.sin(self.heading)
        half, inside = STRAIGHT / 2, 0
        for ahead in (forward, -forward):
            for aside in (left, -left):
                x = self.x + ahead * cos - aside * sin
                y = self.y + ahead * sin + aside * cos
                distance = math.hypot(x - max(-half, min(half, x)), y)
                inside += abs(RADIUS - distance) <= WIDTH / 2
        return inside


def turned_from(direction: float, heading: float) -> float:
    """Return the angle of a heading to the left of a direction, from -pi to pi."""
    return (heading - direction + math.pi) % (2 * math.pi) - math.pi


def parameters(
    car: Car,
    place: LanePosition,
    wheels: int,
    speed: float,
    steering: float,
    steps: int,
    progress: float,
) -> dict[str, Any]:
    """Return the parameters of a reward function, as AWS DeepRacer names them.

    Parameters
    ----------
    wheels : int
        Number of wheels within the borders.
    steps : int
        Steps since the start.
    progress : float
        Percentage of a lap since the start.
    """
    before = int(place.along / LAP * WAYPOINTS) % WAYPOINTS
    return {
        "all_wheels_on_track": wheels == 4,
        "is_offtrack": wheels == 0,
        "x": car.x,
        "y": car.y,
        "heading": math.degrees(turned_from(0.0, car.heading)),
        "distance_from_center": abs(place.offset),
        "is_left_of_center": place.offset > 0,
        "track_width": WIDTH,
        "track_length": LAP,
        "progress": progress,
        "steps": steps,
        "speed": speed,
        "steering_angle": math.degrees(steering),
        "waypoints": CENTRE_LINE,
        "closest_waypoints": [before, (before + 1) % WAYPOINTS],
    }
