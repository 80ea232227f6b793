"""pyhelpers/descent: runs are labelled by theory and by observation, and drawn."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad, minimize

from pyhelpers import KitError
from pyhelpers.csvio.table import read_table
from pyhelpers.descent.functions import SURFACES, Surface
from pyhelpers.descent.gradient_descent import Run, Schedule, descend, observed_label, scheduled
from pyhelpers.descent.least_squares import (
    LeastSquares,
    exact_label,
    rate_limit,
    read_problem,
    standardise,
)
from tests.conftest import HEIGHTS

ALL = list(SURFACES.values())


@pytest.fixture(scope="module")
def heights() -> LeastSquares:
    return read_problem(read_table(str(HEIGHTS)), ["Height-Inches"], "Weight-Pounds")


@pytest.mark.parametrize("surface", ALL, ids=lambda surface: surface.name)
def test_each_gradient_equals_finite_differences(surface: Surface) -> None:
    draw = np.random.default_rng(1)
    for _ in range(20):
        point = np.array([draw.uniform(*side) for side in surface.box])
        error = check_grad(surface.value, surface.gradient, point)
        assert error <= 1e-5 * (1 + np.linalg.norm(surface.gradient(point)))


@pytest.mark.parametrize("surface", ALL, ids=lambda surface: surface.name)
def test_the_minima_are_those_that_scipy_finds_from_many_starts(surface: Surface) -> None:
    draw = np.random.default_rng(1)
    found = set()
    for _ in range(40):
        start = np.array([draw.uniform(*side) for side in surface.box])
        end = minimize(surface.value, start, jac=surface.gradient, options={"gtol": 1e-10}).x
        nearest = surface.minima[surface.nearest_minimum(end)]
        assert math.dist(nearest, end) < 1e-4
        found.add(nearest)
    assert found == set(surface.minima)


def random_problem(seed: int, weights: int) -> LeastSquares:
    draw = np.random.default_rng(seed)
    design = np.hstack([np.ones((60, 1)), draw.normal(size=(60, weights - 1))])
    design[:, 1:] *= draw.uniform(0.3, 2, weights - 1)
    return LeastSquares(design, draw.normal(size=60) * 3, tuple("abcdef"[:weights]))


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.integers(2, 5), st.floats(0.9, 0.99), st.booleans())
def test_batch_descent_diverges_exactly_above_the_limit(
    seed: int, weights: int, near: float, heavy: bool
) -> None:
    problem, momentum = random_problem(seed, weights), 0.5 if heavy else 0.0
    limit, start = rate_limit(problem, momentum), np.full(weights, 5.0)
    lowest = problem.loss(problem.solution())
    axis = np.linalg.eigh(problem.design.T @ problem.design)[1][:, -1]
    assume(abs(float(axis @ (start - problem.solution()))) > 0.1)
    below, above = (
        descend(problem.loss, problem.gradient, start.tolist(), rate, 800, momentum)
        for rate in (limit * near, limit / near)
    )
    assert below.left(lowest) < 1
    assert above.left(lowest) > 1 and observed_label(above, lowest) == "diverging"


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**6), st.sampled_from([0.002, 0.02, 0.2, 0.5, 0.6, 0.85, 0.95, 1.05, 1.5]))
def test_the_label_from_the_curvatures_is_the_observed_one(seed: int, share: float) -> None:
    problem = random_problem(seed, 2)
    curvatures, axes = np.linalg.eigh(problem.design.T @ problem.design / 60)
    start = problem.solution() + axes @ np.array([1.0, 2.0])  # both directions have their part
    rate, steps = share * rate_limit(problem), 150
    lowest = problem.loss(problem.solution())
    run = descend(problem.loss, problem.gradient, start.tolist(), rate, steps)
    assume(not 0.5e-4 < run.left(lowest) < 2e-4)  # on the line between "good" and "too low"
    assert observed_label(run, lowest) == exact_label(problem, rate, start.tolist(), steps)


def test_the_solution_is_numpys_line_and_descent_gets_there(heights: LeastSquares) -> None:
    slope, intercept = np.polyfit(heights.design[:, 1], heights.target, 1)
    assert np.allclose(heights.solution(), [intercept, slope], rtol=1e-6)
    scaled = standardise(heights)
    run = descend(scaled.loss, scaled.gradient, [0.0, 0.0], 0.8, 60)
    assert run.losses[-1] == pytest.approx(heights.loss(heights.solution()), rel=1e-9)


def test_scaling_reduces_the_condition_number_to_one(heights: LeastSquares) -> None:
    raw, scaled = heights.curvatures(), standardise(heights).curvatures()
    expected = np.linalg.cond(heights.design) ** 2
    assert raw[-1] / raw[0] == pytest.approx(expected, rel=1e-6)
    assert raw[-1] / raw[0] > 1e6 and scaled[-1] / scaled[0] == pytest.approx(1, abs=1e-9)


def test_a_stochastic_gradient_is_unbiased_and_repeats_with_its_seed(
    heights: LeastSquares,
) -> None:
    scaled, weights = standardise(heights), np.array([100.0, 0.0])
    gradient = scaled.drawn_gradient(64, seed=7)
    drawn = np.array([gradient(weights) for _ in range(400)])
    error = drawn.std(axis=0) / math.sqrt(400)
    assert (abs(drawn.mean(axis=0) - scaled.gradient(weights)) < 4 * error).all()
    again = scaled.drawn_gradient(64, seed=7)
    assert (again(weights) == drawn[0]).all() and (drawn[1] != drawn[0]).any()


def test_a_small_batch_oscillates_and_a_falling_rate_converges(heights: LeastSquares) -> None:
    scaled = standardise(heights)
    lowest, start = scaled.loss(scaled.solution()), [0.0, 0.0]

    def label(rate: float, schedule: Schedule) -> tuple[str, float]:
        run = descend(
            scaled.loss, scaled.drawn_gradient(1, 3), start, rate, 2000, schedule=schedule
        )
        return observed_label(run, lowest, noisy=True), run.left(lowest)

    hovering, settled = label(0.3, "constant"), label(0.3, "inverse")
    assert hovering[0] == "oscillating"
    assert settled[1] < hovering[1] / 3
    assert label(1e-5, "constant")[0] == "too low"
    assert label(3.0, "constant")[0] == "diverging"


def test_each_schedule_falls_from_the_rate_and_never_rises() -> None:
    schedules: list[Schedule] = ["inverse", "cosine", "halving"]
    for schedule in schedules:
        rates = [scheduled(0.5, schedule, step, 100) for step in range(100)]
        assert rates[0] == 0.5 and rates[-1] <= 0.0625 + 1e-9
        assert rates == sorted(rates, reverse=True)
    assert {scheduled(0.5, "constant", step, 100) for step in range(100)} == {0.5}


def test_heavy_ball_momentum_is_polyaks_recurrence() -> None:
    run = descend(lambda x: float(x[0] ** 2), lambda x: 2 * x, [1.0], 0.1, 30, momentum=0.6)
    before, now, expected = 1.0, 1.0, [1.0]
    for _ in range(30):
        before, now = now, now - 0.1 * 2 * now + 0.6 * (now - before)
        expected.append(now)
    assert run.path[:, 0].tolist() == pytest.approx(expected)


def test_runs_from_two_starts_end_in_two_minima() -> None:
    wells = SURFACES["wells"]
    ends = [descend(wells.value, wells.gradient, [x], 0.02, 200).path[-1] for x in (-0.5, 0.5)]
    assert [wells.nearest_minimum(end) for end in ends] == [0, 1]
    assert all(abs(float(wells.gradient(end)[0])) < 1e-6 for end in ends)


def test_a_diverging_run_stops_early_and_is_labelled() -> None:
    run = descend(lambda x: float(x[0] ** 4), lambda x: 4 * x**3, [3.0], 1.0, 10_000)
    assert len(run.losses) < 20 and np.isfinite(run.losses).all()
    assert observed_label(run, 0.0) == "diverging"


def test_a_run_has_converged_from_the_step_after_which_the_loss_stays_close() -> None:
    losses = np.array([1.0, 1e-5, 0.5, 1e-5, 1e-6])
    run = Run(0.1, np.zeros((5, 1)), losses)
    assert run.closed_at(0.0) == 3
    assert Run(0.1, np.zeros((3, 1)), losses[:3]).closed_at(0.0) is None


def test_a_column_of_one_value_cannot_be_scaled() -> None:
    problem = LeastSquares(np.ones((5, 2)), np.arange(5.0), ("intercept", "same"))
    with pytest.raises(KitError, match="'same' has only one value"):
        standardise(problem)


@pytest.mark.parametrize(("share", "label"), [(0.7, "good"), (0.76, "oscillating")])
def test_an_oscillation_is_three_long_steps_that_turn_back(share: float, label: str) -> None:
    # Each step is the last times 1 - 2 share: the third turn is a tenth of the first at 0.732.
    bowl = SURFACES["bowl"]
    run = descend(bowl.value, bowl.gradient, [2.5], share, 100)
    assert observed_label(run, 0.0) == label
    x = np.array([[1.0, -1.0], [1.0, 1.0]])
    problem = LeastSquares(x, np.array([0.0, 1.0]), ("intercept", "slope"))
    assert exact_label(problem, share * rate_limit(problem), [5.0, 5.0], 100) == label
