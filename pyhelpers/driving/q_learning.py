"""Q-learning: a car learns by a reward function to follow an oval lane."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyhelpers.driving.track import (
    LAP,
    STEP_S,
    WIDTH,
    Car,
    Reward,
    at,
    locate,
    parameters,
    turned_from,
)

STEERINGS = tuple(math.radians(angle) for angle in (-20, -10, 0, 10, 20))
SPEEDS = (0.7, 1.4)  # metres a second
ACTIONS = tuple((speed, steering) for speed in SPEEDS for steering in STEERINGS)
OFFSETS, TURNS = 9, 9
WIDEST_TURN = math.radians(45)
LONGEST = 150  # most steps of an episode in training
LONGEST_LAP = 500  # most steps of an episode in evaluation, enough for a lap at any speed
DISCOUNT = 0.9
LEARNING_RATE = 0.3  # at first; falls to a tenth
LEAST_EXPLORATION = 0.05  # probability of a random action in the last episodes; 1 in the first
TRIALS = 12  # episodes of an evaluation

Values = list[list[float]]


def state_of(offset: float, turn: float, bends: bool) -> int:
    """Return the state's number: place across the lane, turn, and whether the lane bends.

    Examples
    --------
    >>> state_of(-1, -1, False), state_of(1, 1, True) == OFFSETS * TURNS * 2 - 1
    (0, True)
    """
    across = min(max(int((offset / WIDTH + 0.5) * OFFSETS), 0), OFFSETS - 1)
    around = min(max(int((turn / WIDEST_TURN + 1) / 2 * TURNS), 0), TURNS - 1)
    return (across * TURNS + around) * 2 + bends


class Episode:
    """A drive from a start until the car leaves the lane, ends a lap or the steps are used up.

    Parameters
    ----------
    along, offset, turn : float
        Start, and the angle of the car to the left of the lane's direction.
    """

    def __init__(self, along: float, offset: float, turn: float) -> None:
        x, y, direction = at(along, offset)
        self.car = Car(x, y, direction + turn)
        self.place = locate(x, y)
        self.wheels = self.car.wheels_on_track()
        self.steps, self.travelled = 0, 0.0
        self.path = [(x, y)]

    def state(self) -> int:
        """Return the number of the car's state."""
        turn = turned_from(self.place.direction, self.car.heading)
        return state_of(self.place.offset, turn, self.place.bends)

    def step(self, action: int) -> dict[str, Any]:
        """Drive one time step; return the parameters of a reward function."""
        speed, steering = ACTIONS[action]
        self.car = self.car.driven(speed, steering)
        before, self.place = self.place.along, locate(self.car.x, self.car.y)
        self.travelled += (self.place.along - before + LAP / 2) % LAP - LAP / 2
        self.steps += 1
        self.wheels = self.car.wheels_on_track()
        self.path.append((self.car.x, self.car.y))
        progress = 100 * max(self.travelled, 0.0) / LAP
        return parameters(self.car, self.place, self.wheels, speed, steering, self.steps, progress)

    @property
    def lost(self) -> bool:
        """Whether all wheels are outside the lane."""
        return self.wheels == 0

    def ended(self, longest: int) -> bool:
        """Return whether the episode is over, after at most `longest` steps."""
        return self.lost or self.travelled >= LAP or self.steps >= longest


@dataclass(frozen=True)
class Lesson:
    """The result of training.

    Attributes
    ----------
    values : list of list of float
        Q-value of each action in each state.
    progress : list of float
        Share of a lap that each episode came to, at most 1.
    """

    values: Values
    progress: list[float]


def best(values: Sequence[float]) -> int:
    """Return the position of the highest value, the first of equals."""
    return max(range(len(values)), key=values.__getitem__)


def learn(reward: Reward, episodes: int, seed: int) -> Lesson:
    """Learn by Q-learning (C. Watkins and P. Dayan, Machine Learning 8, 1992, 279-292).

    Parameters
    ----------
    reward : function
        Of the parameters of a step (see `track.parameters`), to a finite number.
    episodes : int
        Number of episodes, each from a random place and turn; one that leaves the lane ends, and
        earns nothing more.
    """
    draw = random.Random(seed)
    values: Values = [[0.0] * len(ACTIONS) for _ in range(OFFSETS * TURNS * 2)]
    progress = []
    for episode in range(episodes):
        done = episode / episodes
        exploration = max(1 - 1.5 * done, LEAST_EXPLORATION)
        rate = LEARNING_RATE * (1 - 0.9 * done)
        drive = Episode(draw.uniform(0, LAP), draw.uniform(-0.2, 0.2), draw.uniform(-0.3, 0.3))
        state = drive.state()
        while not drive.ended(LONGEST):
            explores = draw.random() < exploration
            action = draw.randrange(len(ACTIONS)) if explores else best(values[state])
            earned = reward(drive.step(action))
            after = drive.state()
            future = 0.0 if drive.lost else DISCOUNT * max(values[after])
            values[state][action] += rate * (earned + future - values[state][action])
            state = after
        progress.append(min(max(drive.travelled / LAP, 0.0), 1.0))
    return Lesson(values, progress)


@dataclass(frozen=True)
class Evaluation:
    """How a trained car drives from several starts, without exploration.

    Attributes
    ----------
    laps : float
        Share of the episodes that ended a lap.
    off_centre : float
        Mean distance from the centre line, as a share of half the lane.
    inside : float
        Share of the steps with all wheels within the borders.
    speed : float
        Metres a second, along the lane.
    weaving : float
        Mean change of the steering angle from step to step, degrees.
    rewards : tuple of float
        Mean of each reward function, per step.
    paths : list of list of (float, float)
        Path of each episode.
    """

    laps: float
    off_centre: float
    inside: float
    speed: float
    weaving: float
    rewards: tuple[float, ...]
    paths: list[list[tuple[float, float]]]


def evaluate(values: Values, rewards: Sequence[Reward], seed: int) -> Evaluation:
    """Drive by Q-values from starts around the lane; `rewards` are only measured."""
    draw = random.Random(seed)
    drives: list[Episode] = []
    told: list[dict[str, Any]] = []
    weaving: list[float] = []
    for trial in range(TRIALS):
        drive = Episode(LAP * trial / TRIALS, draw.uniform(-0.15, 0.15), draw.uniform(-0.2, 0.2))
        drives.append(drive)
        steered = None
        while not drive.ended(LONGEST_LAP):
            told.append(drive.step(best(values[drive.state()])))
            steering = told[-1]["steering_angle"]
            weaving += [abs(steering - steered)] if steered is not None else []
            steered = steering

    def mean(numbers: Iterable[float]) -> float:
        return sum(numbers) / len(told)

    return Evaluation(
        laps=sum(drive.travelled >= LAP for drive in drives) / TRIALS,
        off_centre=mean(p["distance_from_center"] for p in told) / (WIDTH / 2),
        inside=mean(p["all_wheels_on_track"] for p in told),
        speed=mean(drive.travelled for drive in drives) / STEP_S,
        weaving=sum(weaving) / max(len(weaving), 1),
        rewards=tuple(mean(reward(params) for params in told) for reward in rewards),
        paths=[drive.path for drive in drives],
    )
