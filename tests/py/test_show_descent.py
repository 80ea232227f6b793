"""show-descent on the command line: tables, pictures, plots and errors."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.descent import network_plots, plots
from pyhelpers.descent.functions import SURFACES
from pyhelpers.descent.gradient_descent import LabelledRun, descend
from pyhelpers.descent.network import Hyperparameters, Network
from pyhelpers.descent.tasks import new_task
from pyhelpers.plots import new_figure
from tests.conftest import HEIGHTS, Run

MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml", "pdf": b"%PDF-"}


def test_fit_labels_four_rates_of_each_scaling_on_the_kits_own_data(run: Run) -> None:
    done = run("show-descent", "fit")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["label"] for row in rows if row["scaling"] == "standard"] == [
        "too low",
        "good",
        "oscillating",
        "diverging",
    ]
    assert "good" not in [row["label"] for row in rows if row["scaling"] == "raw"]
    good = next(row for row in rows if row["label"] == "good")
    data = np.genfromtxt(HEIGHTS, delimiter=",", skip_header=1, encoding="utf-8-sig")
    slope, intercept = np.polyfit(data[:, 1], data[:, 2], 1)
    assert float(good["Height-Inches"]) == pytest.approx(slope, rel=1e-6)
    assert float(good["intercept"]) == pytest.approx(intercept, rel=1e-6)
    assert "standard: curvatures 1 to 1, condition 1" in done.stderr


def test_fit_takes_the_users_columns_and_rates(run: Run) -> None:
    text = "a,b,c\n" + "".join(f"{i},{i * i % 7},{3 * i - i * i % 7 + 1}\n" for i in range(50))
    words = ["-x", "a", "-x", "b", "-y", "c", "-r", "0.5", "--scale", "standard"]
    done = run("show-descent", "fit", "-", *words, "--steps", 500, "--format", "json", input=text)
    (row,) = json.loads(done.stdout)
    assert [row["intercept"], row["a"], row["b"]] == pytest.approx([1, 3, -1])
    assert (row["label"], row["by"]) == ("good", "threshold")
    again = [*words, "--batch", "8", "--momentum", "0.5", "--schedule", "cosine", "--seed", "3"]
    first, second = (run("show-descent", "fit", "-", *again, input=text) for _ in range(2))
    assert first.stdout == second.stdout and "observation" in first.stdout


def test_function_finds_the_minimum_that_the_start_decides(run: Run) -> None:
    done = run("show-descent", "function", "himmelblau", "-r", "0.01", "--format", "json")
    rows = json.loads(done.stdout)
    assert len({row["nearest_minimum"] for row in rows}) == 4
    assert {row["rate"] for row in rows} == {0.01}
    assert {row["label"] for row in rows} == {"good"}
    one = run("show-descent", "function", "himmelblau", "--start", "1,1", "-r", "0.01")
    assert "3 2" in one.stdout and len(one.stdout.splitlines()) == 2


def test_a_picture_has_the_format_of_its_extension_and_repeats(run: Run, tmp_path: Path) -> None:
    drawn = {}
    for name in ("a.png", "a b.svg", "c.svg", "a.pdf"):
        done = run("show-descent", "function", "bowl", "--steps", 20, "-o", tmp_path / name)
        assert done.returncode == 0, done.stderr
        drawn[name] = (tmp_path / name).read_bytes()
        assert drawn[name].startswith(MAGIC[name[-3:]]) and len(drawn[name]) > 5000
    assert drawn["a b.svg"] == drawn["c.svg"]


def test_every_subcommand_draws_a_picture_and_a_plot_of_letters(run: Run, tmp_path: Path) -> None:
    commands = [
        ["fit", "--steps", "20"],
        ["function", "wells", "--steps", "20"],
        ["network", "gauss", "--epochs", "2", "--points", "40"],
        ["reward", "--episodes", "20", "--lessons", "1"],
    ]
    for words in commands:
        file = tmp_path / f"{words[0]}.png"
        done = run("show-descent", *words, "-o", file, "--plot")
        assert done.returncode == 0, done.stderr
        assert file.read_bytes().startswith(MAGIC["png"])
        assert "\x1b" not in done.stdout and "  a  " in done.stdout and "┌" in done.stdout
        assert not list(tmp_path.glob(".*")), "a temporary file is left"


def test_a_network_and_a_search_are_rows(run: Run) -> None:
    done = run("show-descent", "network", "gauss", "xor", "--epochs", 10, "--format", "json")
    rows = json.loads(done.stdout)
    assert [row["data"] for row in rows] == ["xor", "gauss"]
    assert rows[1]["test_accuracy"] > 0.95
    found = run("show-descent", "network", "gauss", "--search", "--epochs", 4, "--points", 60)
    assert "gauss: 42 configurations tried" in found.stderr
    assert len(found.stdout.splitlines()) == 2


def test_a_users_reward_function_is_compared_with_the_chapters(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "fast.py"
    file.write_text("def reward_function(params):\n    return params['speed']\n")
    words = ["--lessons", "1", "--episodes", "30", "--format", "json"]
    done = run("show-descent", "reward", "--file", file, *words)
    taught = [row["taught_by"] for row in json.loads(done.stdout)]
    assert taught == ["follow_center_line", "stay_inside_borders", str(file)]


def test_without_matplotlib_a_picture_is_127_and_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(KitError, match="run ./install.sh --extra plots") as caught:
        new_figure(1, 1)
    assert caught.value.exit_code == 127


@pytest.mark.parametrize(
    "words",
    [
        "nothing",
        "fit --rate 0",
        "fit --rate -1",
        "fit --scale both-of-them",
        "fit --batch 0",
        "fit --schedule never",
        "fit -o picture.gif",
        "fit --plot --format csv",
        "function hill",
        "function wells --start 1,2",
        "function wells --start here",
        "network moon",
        "network --hidden 4,x",
        "network --hidden 4,0",
        "network --inputs z",
        "network --noise 2",
        "reward --episodes 0",
        "reward -o lane",
    ],
)
def test_a_usage_error_is_one_line_and_exit_code_2(run: Run, words: str) -> None:
    done = run("show-descent", *words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("show-descent: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n1\n2\n", "needs two columns"),
        ("a,b\n1,2\n", "too few to fit"),
        ("a,b\n1,2\n2,x\n3,4\n5,6\n", "line 3, column 'b': 'x' is not a number"),
        ("a,b\n1,2\n1,3\n1,4\n1,5\n", "'a' has only one value"),
        ("a,b\n1,inf\n2,3\n3,4\n4,5\n", "infinite"),
    ],
)
def test_data_that_cannot_be_fitted_are_an_error(run: Run, text: str, said: str) -> None:
    done = run("show-descent", "fit", "-", input=text)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_what_a_label_means_is_said_once(run: Run) -> None:
    done = run("show-descent", "function", "bowl")
    said = [line for line in done.stderr.splitlines() if line.startswith("show-descent: diverging")]
    assert len(said) == 1
    assert "the loss grows" in said[0]
    assert "diverging" not in run("show-descent", "function", "bowl", "-r", 0.2).stderr


def test_a_unit_is_as_long_on_both_axes_where_shape_matters(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run("show-descent", "function", "himmelblau", "--plot", "-r", 0.01)
    frames = done.stdout.split("paths of the runs")[-1].splitlines()
    lines = [line for line in frames if line.rstrip().endswith("│")]
    wide = len(lines[1].strip()) - 2  # lines[0] has a tick
    assert wide == pytest.approx(2 * len(lines), abs=3)
    drawn: list[Any] = []
    monkeypatch.setattr(plots, "save_figure", lambda figure, path: drawn.append(figure))
    surface = SURFACES["himmelblau"]
    path = descend(surface.value, surface.gradient, surface.starts[0], 0.01, 5)
    plots.draw_surface(surface, [LabelledRun(path, "a run", 0.0)], "x.png")
    assert drawn[0].axes[1].get_aspect() == 1


def test_legends_say_what_colours_and_letters_mean(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run("show-descent", "network", "circle", "--plot", "--epochs", 2)
    assert "o  class 0    x  class 1    ░  predicted to be class 1" in done.stdout
    drawn: list[Any] = []
    monkeypatch.setattr(network_plots, "save_figure", lambda figure, path: drawn.append(figure))
    network = Network(new_task("circle", 40, 0.1, 1), Hyperparameters(), 1).train(1)
    network_plots.draw_networks([network], "x.png")
    names = [text.get_text() for text in drawn[0].axes[0].get_legend().get_texts()]
    assert names[:2] == ["class 0, trained on", "class 1, trained on"]
    assert "probability of class 1" in [axes.get_ylabel() for axes in drawn[0].axes]
