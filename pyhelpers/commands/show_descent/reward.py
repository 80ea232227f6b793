"""show-descent reward: how a car drives that was trained with a reward function."""

from typing import Annotated

import typer

from pyhelpers.cli.app import Format, Seed, new_app
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.commands.show_descent._options import Picture, Plot, check_output, show
from pyhelpers.driving.lessons import BUILT_IN, draw_lessons, in_text, teach
from pyhelpers.driving.track import reward_from

app = new_app()


@app.command()
def reward(
    file: Annotated[
        str | None,
        typer.Option("--file", help="Python file with reward_function(params); it is executed."),
    ] = None,
    episodes: Annotated[
        int, typer.Option("--episodes", min=1, max=1_000_000, help="Episodes of a lesson.")
    ] = 1000,
    lessons: Annotated[
        int, typer.Option("--lessons", min=1, max=100, help="Lessons with each reward function.")
    ] = 3,
    seed: Seed = 1,
    output: Picture = None,
    plot: Plot = None,
    format: Format = None,
) -> None:
    """Train a car to follow a lane; compare reward functions.

    Examples:
      show-descent reward
      show-descent reward -o lane.png
      show-descent reward --file my_reward.py --lessons 1

    follow_center_line pays 1, 0.5 or 0.1 within a tenth, a quarter or half of the lane's width from
    its centre; stay_inside_borders pays 1 where all wheels are at least 5 cm inside. Each car
    learns by Q-learning and is then evaluated over laps without exploration. off_centre is a share
    of half the lane, weaving_degrees the mean change of steering in a step, earns_... what the car
    would earn by either function. Neither function depends on the speed, so neither teaches any.

    The Python file of --file is executed with your rights, so use only files that you trust.
    Its function gets all_wheels_on_track, is_offtrack, x, y, heading, distance_from_center,
    is_left_of_center, track_width, track_length, progress, steps, speed, steering_angle, waypoints
    and closest_waypoints, as AWS DeepRacer names them, and returns a number.
    """
    check_output(output, plot, format)
    results = []
    for name, function in (BUILT_IN | ({file: reward_from(file)} if file else {})).items():
        with progress(f"teaching by {name}", lessons, in_bytes=False) as advance:
            results.append(teach(name, function, lessons, episodes, seed, advance))
    count = "1 lesson" if lessons == 1 else f"{lessons} lessons"
    drives = "1 episode" if episodes == 1 else f"{episodes} episodes"
    note(f"{count} of {drives} with each reward function, in a lane 0.76 m wide")
    if output:
        draw_lessons(results, output)
    show([one.row() for one in results], lambda: in_text(results), plot, format)
