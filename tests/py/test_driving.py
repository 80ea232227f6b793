"""pyhelpers/driving: the lane, the reward functions, and how cars trained with them drive."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.driving.q_learning import ACTIONS, OFFSETS, TURNS, Episode, evaluate, learn
from pyhelpers.driving.track import (
    CENTRE_LINE,
    LAP,
    RADIUS,
    STRAIGHT,
    WIDTH,
    Car,
    at,
    follow_center_line,
    locate,
    reward_from,
    stay_inside_borders,
    turned_from,
)


@given(st.floats(0, LAP, exclude_max=True), st.floats(-0.6, 0.6))
def test_a_point_is_located_where_it_was_put(along: float, offset: float) -> None:
    x, y, direction = at(along, offset)
    place = locate(x, y)
    assert place.offset == pytest.approx(offset, abs=1e-9)
    assert abs((place.along - along + LAP / 2) % LAP - LAP / 2) < 1e-6
    assert abs(turned_from(direction, place.direction)) < 1e-6


def test_the_lap_is_as_long_as_its_centre_line() -> None:
    points = [at(LAP * part / 20_000)[:2] for part in range(20_001)]
    length = sum(math.dist(*pair) for pair in zip(points, points[1:], strict=False))
    assert length == pytest.approx(LAP, rel=1e-6)


def test_all_four_wheels_count() -> None:
    half, car = WIDTH / 2, 0.08  # half of its width
    for inwards in (-1, 1):
        edge = Car(0.0, -RADIUS + inwards * (half - car - 0.001), 0.0)
        over = Car(0.0, -RADIUS + inwards * (half - car + 0.001), 0.0)
        out = Car(0.0, -RADIUS + inwards * (half + car + 0.001), 0.0)
        assert [c.wheels_on_track() for c in (edge, over, out)] == [4, 2, 0]


def test_a_steered_car_turns_on_its_circle() -> None:
    steering, car = math.atan(0.165 / 2.0), Car(0.0, -2.0, 0.0)  # a circle of 2 m around 0, 0
    for _ in range(300):
        car = car.driven(0.5, steering)
        assert math.hypot(car.x, car.y) == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize(
    ("distance", "paid"),
    [(0, 1.0), (0.1, 1.0), (0.11, 0.5), (0.25, 0.5), (0.26, 0.1), (0.5, 0.1), (0.51, 1e-3)],
)
def test_the_centre_line_pays_in_three_bands(distance: float, paid: float) -> None:
    assert follow_center_line({"track_width": 1.0, "distance_from_center": distance}) == paid


@pytest.mark.parametrize(
    ("on_track", "distance", "paid"),
    [(True, 0, 1.0), (True, 0.449, 1.0), (True, 0.46, 1e-3), (False, 0.1, 1e-3), (False, 9, 1e-3)],
)
def test_the_borders_pay_all_or_nothing(on_track: bool, distance: float, paid: float) -> None:
    params = {"all_wheels_on_track": on_track, "track_width": 1.0, "distance_from_center": distance}
    assert stay_inside_borders(params) == paid


def test_a_reward_function_gets_the_true_parameters_of_a_step() -> None:
    drive = Episode(STRAIGHT / 2, 0.2, 0.0)
    told = drive.step(ACTIONS.index((1.4, 0.0)))
    assert told["distance_from_center"] == pytest.approx(0.2)
    assert told["is_left_of_center"] and told["all_wheels_on_track"] and not told["is_offtrack"]
    assert told["progress"] == pytest.approx(100 * 1.4 / 15 / LAP)
    assert (told["steps"], told["speed"], told["heading"]) == (1, 1.4, 0.0)
    before, after = (CENTRE_LINE[i] for i in told["closest_waypoints"])
    assert before[0] <= told["x"] <= after[0]
    assert told["track_width"] == WIDTH and len(told["waypoints"]) == 60


def test_a_car_drives_as_its_reward_function_pays() -> None:
    measured = (follow_center_line, stay_inside_borders)
    untaught = evaluate([[0.0] * len(ACTIONS) for _ in range(OFFSETS * TURNS * 2)], measured, 1)
    centred = evaluate(learn(follow_center_line, 1000, 1).values, measured, 1)
    inside = evaluate(learn(stay_inside_borders, 1000, 1).values, measured, 1)
    assert untaught.laps == 0 and centred.laps > 0.9 and inside.laps > 0.9
    assert centred.inside > 0.95 and inside.inside > 0.95
    assert centred.off_centre < 0.75 * inside.off_centre
    assert centred.rewards[0] > inside.rewards[0] > untaught.rewards[0]


def test_a_constant_reward_teaches_to_stay_in_the_lane_because_leaving_ends_it() -> None:
    taught = evaluate(learn(lambda params: 1.0, 1000, 2).values, (), 2)
    assert taught.inside > 0.95 and taught.laps > 0.9


def test_a_lesson_repeats_with_its_seed() -> None:
    first, again, other = (learn(follow_center_line, 40, seed) for seed in (1, 1, 2))
    assert first == again and first != other
    assert len(first.progress) == 40 and all(0 <= share <= 1 for share in first.progress)


def write(folder: Path, text: str) -> str:
    file = folder / "my reward.py"
    file.write_text(text)
    return str(file)


def test_the_function_of_a_users_file_is_called(tmp_path: Path) -> None:
    text = "import math\ndef reward_function(params):\n    return math.sqrt(params['speed'])\n"
    assert reward_from(write(tmp_path, text))({"speed": 4.0}) == 2.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "does not define reward_function"),
        ("def reward_function(params):\n    return params['sped']\n", "line 2: KeyError"),
        ("def reward_function(params) return 1\n", "line 1: SyntaxError"),
        ("import nothing_of_that_name\n", "line 1: ModuleNotFoundError"),
        ("def reward_function(params):\n    return None\n", "TypeError"),
        ("def reward_function(params):\n    return float('nan')\n", "returned nan"),
        ("raise SystemExit(0)\n", "line 1: SystemExit"),
    ],
)
def test_an_error_in_a_users_file_is_named_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    params: dict[str, Any] = {"speed": 1.0}
    with pytest.raises(KitError, match=said) as caught:
        reward_from(write(tmp_path, text))(params)
    assert "my reward.py" in str(caught.value) and "\n" not in str(caught.value)
