"""show-descent reward: what two reward functions, and the user's own, teach a lane follower."""

from typing import Annotated, Any

import typer

from pyhelpers.cli.app import new_app
from pyhelpers.cli.options import Format, Seed
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.commands.show_descent._options import Picture, Plot, check_output, show
from pyhelpers.driving.plots import Taught, draw_lessons, in_text
from pyhelpers.driving.q_learning import Judged, judge, learn
from pyhelpers.driving.rewards import Reward, follow_center_line, reward_from, stay_inside_borders

BUILT_IN: dict[str, Reward] = {
    "follow_center_line": follow_center_line,
    "stay_inside_borders": stay_inside_borders,
}


def row_of(name: str, judged: list[Judged]) -> dict[str, Any]:
    """Return the means over the lessons of how a taught car drives."""

    def mean(numbers: list[float]) -> float:
        return sum(numbers) / len(numbers)

    row: dict[str, Any] = {"taught_by": name}
    row["laps_ended"] = mean([one.laps for one in judged])
    row["inside"] = mean([one.inside for one in judged])
    row["off_centre"] = mean([one.off_centre for one in judged])
    row["weaving_degrees"] = mean([one.weaving for one in judged])
    row["metres_a_second"] = mean([one.speed for one in judged])
    for position, measured in enumerate(BUILT_IN):
        row[f"earns_{measured}"] = mean([one.rewards[position] for one in judged])
    return row


def teach(
    name: str, reward: Reward, lessons: int, episodes: int, seed: int
) -> tuple[dict[str, Any], Taught]:
    """Teach some lessons with a reward, each from a seed of its own; judge what was learnt."""
    learnt, judged = [], []
    with progress(f"teaching by {name}", lessons, in_bytes=False) as advance:
        for lesson in range(lessons):
            learnt.append(learn(reward, episodes, seed + lesson))
            judged.append(judge(learnt[-1].values, list(BUILT_IN.values()), seed + lesson))
            advance(1)
    means = [
        sum(shares) / lessons for shares in zip(*(one.progress for one in learnt), strict=True)
    ]
    return row_of(name, judged), Taught(name, [one.paths[0] for one in judged], means)


app = new_app()


@app.command()
def reward(
    file: Annotated[
        str | None,
        typer.Option("--file", help="Python file with reward_function(params), run as it is."),
    ] = None,
    episodes: Annotated[
        int, typer.Option("--episodes", min=1, max=1_000_000, help="Drives of a lesson.")
    ] = 1000,
    lessons: Annotated[
        int, typer.Option("--lessons", min=1, max=100, help="Lessons of each reward.")
    ] = 3,
    seed: Seed = 1,
    output: Picture = None,
    plot: Plot = None,
    format: Format = None,
) -> None:
    """Teach a car to follow an oval lane by two reward functions; compare what each teaches.

    Examples:
      show-descent reward
      show-descent reward -o lane.png
      show-descent reward --file my_reward.py --lessons 1

    follow_center_line pays 1, 0.5 or 0.1 within a tenth, a quarter or half of the lane's width from
    its centre; stay_inside_borders pays 1 wherever all wheels are inside with 5 cm to spare. Each
    car learns by Q-learning and is then judged over laps without trials: off_centre is a share of
    half the lane, weaving the mean change of steering a step, earns_... what it would earn by
    either function. Neither looks at the speed, so neither teaches any.

    The file of --file is a program: it is run only because you name it, with your rights. Its
    function is told all_wheels_on_track, is_offtrack, x, y, heading, distance_from_center,
    is_left_of_center, track_width, track_length, progress, steps, speed, steering_angle, waypoints
    and closest_waypoints, as AWS DeepRacer names them, and returns a number.
    """
    check_output(output, plot, format)
    rewards = BUILT_IN | ({file: reward_from(file)} if file else {})
    rows, taught = [], []
    for name, reward in rewards.items():
        row, picture = teach(name, reward, lessons, episodes, seed)
        rows.append(row)
        taught.append(picture)
    note(f"{lessons} lesson(s) of {episodes} drives by each reward, on a lane 0.76 m wide")
    if output:
        draw_lessons(taught, output)
    show(rows, lambda: in_text(taught), plot, format)
