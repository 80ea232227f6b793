"""Networks on a reader's own data and on sets with values; penalties, labels, printed programs."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.dummy import DummyClassifier
from sklearn.metrics import log_loss, r2_score

from pyhelpers import KitError
from pyhelpers.csvio.table import read_table
from pyhelpers.descent.datasets import make_dataset
from pyhelpers.descent.network import Hyperparameters, Network
from pyhelpers.descent.tasks import new_task, read_task
from tests.conftest import Run


@pytest.fixture(scope="module")
def iris(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Fisher's iris data (scikit-learn's copy) as a CSV, with a gap in one record."""
    found = load_iris()
    file = tmp_path_factory.mktemp("data") / "iris.csv"
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["length", "width", "petal_length", "petal_width", "species"])
        for row, target in zip(found.data, found.target, strict=True):
            writer.writerow([*row, found.target_names[target]])
        writer.writerow([1, 2, "", 4, "setosa"])
    return file


@pytest.fixture(scope="module")
def diabetes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the diabetes data (Efron et al. 2004, scikit-learn's copy) as a CSV."""
    file = tmp_path_factory.mktemp("data") / "diabetes.csv"
    load_diabetes(as_frame=True).frame.to_csv(file, index=False)
    return file


def test_values_are_the_playgrounds() -> None:
    points, values = make_dataset("plane", 300, 0.0, 1)
    assert values == pytest.approx(points @ [0.1, 0.1])
    points, values = make_dataset("hills", 300, 0.0, 1)
    tops = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
    for (x, y), value in zip(points, values, strict=True):
        heights = [s * max(1 - np.hypot(x - a, y - b) / 2, 0) for a, b, s in tops]
        assert value == pytest.approx(max(heights, key=abs))


def test_a_regressions_score_and_loss_are_as_defined() -> None:
    task = new_task("plane", 200, 0.1, 1)
    network = Network(task, Hyperparameters((4,), rate=0.03), 1).train(60)
    points, values = task.test
    found = network.predicted(points)
    assert network.score(task.test) == pytest.approx(r2_score(values, found)) and found.ndim == 1
    assert network.score(task.test) > 0.9
    half = ((found - values) ** 2).mean() / 2 / task.train[1].var()
    assert network.loss(task.test) == pytest.approx(half)


def test_the_l1_penalty_shrinks_each_weight_and_makes_zeros() -> None:
    task = new_task("circle", 200, 0.1, 1)
    free = Network(task, Hyperparameters((8,), rate=0.03), 1).train(1, follow=False)
    held = Network(task, Hyperparameters((8,), rate=0.03, l1=0.5), 1).train(1, follow=False)
    move = 0.03 * 0.5 * 8  # 200 points, 25 a batch
    for before, after in zip(free._model.coefs_, held._model.coefs_, strict=True):
        assert np.abs(after) == pytest.approx(np.maximum(np.abs(before) - move, 0))
    held.train(30, follow=False)
    assert held.zero_weights() > 0.3 and free.train(30).zero_weights() == 0


def test_a_high_rate_is_stuck_at_what_guessing_costs(run: Run) -> None:
    words = ("circle", "-r", 0.03, "-r", 3, "-r", 10)
    done = run("show-descent", "network", *words, "--format", "json")
    good, high, higher = json.loads(done.stdout)
    labels = [row["label"] for row in (good, high, higher)]
    assert labels == ["learns", "stuck", "worse than guessing"]
    points, classes = new_task("circle", 250, 0.1, 1).train
    guess = DummyClassifier(strategy="prior").fit(points, classes)
    assert high["train_loss"] == pytest.approx(log_loss(classes, guess.predict_proba(points)), 0.05)
    assert high["test_accuracy"] < 0.7 < good["test_accuracy"]


def test_weights_beyond_floating_point_are_diverging_and_an_answer(run: Run) -> None:
    words = ("plane", "--solver", "sgd", "--activation", "relu", "-r", 1e6, "--epochs", 5)
    done = run("show-descent", "network", *words, "--format", "json")
    (row,) = json.loads(done.stdout)
    assert (done.returncode, row["label"], row["train_loss"]) == (0, "diverging", None)


PROGRAMS = [
    ["circle", "--hidden", "6"],
    ["xor", "--hidden", "none", "--inputs", "x,xy,siny", "--l1", "0.01", "--batch", "10"],
    ["hills", "--hidden", "8", "--activation", "relu", "--noise", "0.2", "--points", "100"],
    ["IRIS", "-y", "species"],
    ["IRIS", "-x", "petal_length", "-x", "petal_width", "-y", "species", "--inputs", "x,y,xy"],
    ["DIABETES", "--hidden", "4", "--alpha", "0.1"],
]


@pytest.mark.parametrize("words", PROGRAMS, ids=" ".join)
def test_the_printed_program_gives_the_same_measures(
    run: Run, iris: Path, diabetes: Path, tmp_path: Path, words: list[str]
) -> None:
    files = {"IRIS": str(iris), "DIABETES": str(diabetes)}
    words = [files.get(word, word) for word in words] + ["--epochs", "15", "--seed", "3"]
    (row,) = json.loads(run("show-descent", "network", *words, "--format", "json").stdout)
    done = run("show-descent", "network", *words, "--code")
    assert (done.returncode, "pyhelpers" in done.stdout) == (0, False)
    program = tmp_path / "program.py"
    program.write_text(done.stdout)
    again = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    loss, score = (float(line.split()[-1]) for line in again.stdout.splitlines())
    assert loss == pytest.approx(row["test_loss"], rel=1e-6)
    assert score == pytest.approx(row.get("test_accuracy", row.get("test_r2")), rel=1e-6)


def test_a_file_is_parted_at_random_and_its_classes_keep_their_names(iris: Path) -> None:
    said: list[str] = []
    task = read_task(read_table(str(iris)), None, None, None, 1, said.append)
    assert (task.kind, task.labels) == ("classification", ("setosa", "versicolor", "virginica"))
    parts = (task.train, task.validation, task.test)
    assert [len(points) for points, _ in parts] == [90, 30, 30]
    together = np.vstack([np.column_stack(part) for part in parts])
    whole = np.column_stack([load_iris().data, load_iris().target])
    assert sorted(map(tuple, together)) == sorted(map(tuple, whole))
    assert said == [f"{iris}: 1 record has a missing value; left out"]


def test_a_file_of_two_columns_is_drawn(run: Run, iris: Path, tmp_path: Path) -> None:
    words = ("-x", "petal_length", "-x", "petal_width", "-y", "species", "--epochs", "10")
    done = run("show-descent", "network", iris, *words, "--plot", "-o", tmp_path / "iris.png")
    assert done.returncode == 0, done.stderr
    assert "o  class setosa    x  class versicolor    +  class virginica    ░  pred" in done.stdout
    assert (tmp_path / "iris.png").stat().st_size > 10_000
    done = run("show-descent", "network", iris, "-y", "species", "--plot", "--epochs", "3")
    assert "setosa" not in done.stdout and "train loss" in done.stdout


def test_a_search_on_a_file_says_what_it_cost(run: Run, iris: Path) -> None:
    done = run("show-descent", "network", iris, "--search", "--epochs", "4", "--format", "json")
    assert "iris.csv: 42 configurations tried, 84 epochs, " in done.stderr
    assert json.loads(done.stdout)[0]["test_accuracy"] > 0.5


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("cirle", 2, "there is no data set or file 'cirle'"),
        ("none.csv", 1, "no such file"),
        ("circle -x a", 2, "are for a CSV FILE"),
        ("circle few.csv", 2, "alone"),
        ("few.csv", 1, "3 complete records are too few"),
        ("words.csv -y b", 1, "line 2, column 'a': 'x' is not a number"),
        ("words.csv -y c", 1, "no column 'c'"),
        ("words.csv -x b -y b", 1, "name a column besides 'b'"),
        ("same.csv", 1, "has 1 class;"),
        ("same.csv --task regression", 1, "needs finite values that differ"),
        ("many.csv --inputs x,y", 2, "--inputs needs two columns"),
        ("many.csv --task classification", 1, "has 30 classes"),
        ("circle xor --code", 2, "one data set and one rate"),
        ("circle --code -r 0.1 -r 0.2", 2, "one data set and one rate"),
        ("circle --code --format csv", 2, "leave out"),
        ("circle --search -r 0.1", 2, "leave out --hidden, --rate"),
        ("circle --search --hidden none", 2, "leave out --hidden"),
        ("circle --search --alpha 0", 2, "leave out --hidden"),
        ("circle -d ;", 2, "are for a CSV FILE"),
        ("many.csv --noise 0", 2, "are for data sets"),
        ("many.csv --points 100", 2, "are for data sets"),
        ("circle --l1 -1", 2, ""),
        ("circle --batch 0", 2, ""),
        ("circle -r 0", 2, "above 0"),
    ],
)
def test_what_cannot_be_trained_is_an_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "few.csv").write_text("a,b\n1,2\n2,3\n3,4\n")
    (tmp_path / "words.csv").write_text("a,b\nx,2\n2,3\n")
    (tmp_path / "same.csv").write_text("a,b\n" + "".join(f"{n},1\n" for n in range(30)))
    (tmp_path / "many.csv").write_text("a,b,c,d\n" + "".join(f"{n},1,2,{n}\n" for n in range(30)))
    done = run("show-descent", "network", *words.split())
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr


def test_an_infinite_number_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "inf.csv"
    file.write_text("a,b\ninf,2\n" + "".join(f"{n},{n}\n" for n in range(30)))
    with pytest.raises(KitError, match="infinite"):
        read_task(read_table(str(file)), None, None, None, 1)
