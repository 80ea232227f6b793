"""Track: an oval lane, a small car on it, and reward functions; metres, seconds and radians."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pyhelpers import KitError

STRAIGHT, RADIUS = 4.0, 1.5
WIDTH = 0.76
LAP = 2 * STRAIGHT + 2 * math.pi * RADIUS
WHEELBASE, TRACK_OF_CAR = 0.165, 0.16
STEP_S = 1 / 15
WAYPOINTS = 60

Reward = Callable[[dict[str, Any]], float]

NOTHING = 1e-3  # reward of a step that should not be repeated
BANDS = ((0.10, 1.0), (0.25, 0.5), (0.50, 0.1))  # share of the lane's width: reward
MARGIN_M = 0.05


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


def follow_center_line(params: Mapping[str, Any]) -> float:
    """Reward closeness to the centre line, in three bands.

    Parameters
    ----------
    params : dict
        With track_width and distance_from_center, in metres.

    Examples
    --------
    >>> [follow_center_line({"track_width": 1.0, "distance_from_center": d})
    ...  for d in (0.0, 0.1, 0.2, 0.5, 0.6)]
    [1.0, 1.0, 0.5, 0.1, 0.001]
    """
    for share, reward in BANDS:
        if params["distance_from_center"] <= share * params["track_width"]:
            return reward
    return NOTHING


def stay_inside_borders(params: Mapping[str, Any]) -> float:
    """Reward any place within both borders.

    Parameters
    ----------
    params : dict
        With all_wheels_on_track, track_width and distance_from_center.

    Examples
    --------
    >>> lane = {"all_wheels_on_track": True, "track_width": 1.0}
    >>> [stay_inside_borders(lane | {"distance_from_center": d}) for d in (0.0, 0.44, 0.46)]
    [1.0, 1.0, 0.001]
    """
    room = 0.5 * params["track_width"] - params["distance_from_center"]
    return 1.0 if params["all_wheels_on_track"] and room >= MARGIN_M else NOTHING


def reward_from(file: str) -> Reward:
    """Return the function `reward_function(params)` of a Python file, which is executed.

    Raises
    ------
    KitError
        Where the file cannot be read or executed, or does not define the function; on a call,
        where the function raises or does not return a finite number.
    """
    try:
        with open(file, encoding="utf-8") as source:
            text = source.read()
    except FileNotFoundError:
        raise KitError(f"{file}: no such file; check the path") from None
    except UnicodeDecodeError:
        raise KitError(f"{file}: is not UTF-8 text; name a Python file") from None
    names: dict[str, Any] = {"__name__": "reward", "__file__": file}
    try:
        exec(compile(text, file, "exec"), names)
    except (Exception, SystemExit) as error:
        raise KitError(_blame(file, error)) from None
    function = names.get("reward_function")
    if not callable(function):
        raise KitError(f"{file}: does not define reward_function(params); add it")

    def reward(params: dict[str, Any]) -> float:
        try:
            value = float(function(params))
        except (Exception, SystemExit) as error:
            raise KitError(_blame(file, error)) from None
        if not math.isfinite(value):
            raise KitError(f"{file}: reward_function returned {value}; return a finite number")
        return value

    return reward


def _blame(file: str, error: BaseException) -> str:
    """Return the message of an error in a user's file, with its line."""
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f"{file}: line {line}" if line else file
    return f"{where}: {type(error).__name__}: {error}; correct it"
