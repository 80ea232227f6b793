"""Trees learn from a uniform sample of what --memory holds, and the card and a note say so."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare
from sklearn.ensemble import ExtraTreesRegressor

from pyhelpers.model import load, store, train
from pyhelpers.model.prepare import TrainingOptions
from tests.conftest import ROOT, Run
from tests.training import csv_of, data, numbers, prepared

COUNT = 6_000
MEMORY = "287M"  # the program, its records, and 37 MB for trees of two nodes a leaf
NODES = 100 * 2 / (1.4 * 3)
KEPT = int(((37 << 20) - COUNT * (50 + 4 * 8)) / (8 * 3 * 3 + 300 * NODES))


def table(path: Path) -> Path:
    path.write_text(numbers(COUNT)[2])
    return path


def train_here(table: Path, output: Path, *more: object) -> str:
    """Train in a process of its own; return what it says."""
    words = ("train", table, "--target", "y", "--model", "extratrees", "--memory", MEMORY)
    done = subprocess.run(
        [ROOT / "bin/ml-model", *map(str, (*words, "--folds", 0, "-o", output, *more))],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def test_two_processes_learn_from_the_same_sample_and_card_and_note_name_it(
    run: Run, tmp_path: Path
) -> None:
    path = table(tmp_path / "t.csv")
    said = train_here(path, tmp_path / "m")
    train_here(path, tmp_path / "again")
    train_here(path, tmp_path / "other", "--seed", 1)
    train_count = COUNT - COUNT // 5
    expected = f"{KEPT:,} of {train_count:,} training records, a uniform sample, fit --memory"
    assert expected in said
    card = store.read_card(str(tmp_path / "m"))
    assert expected in card["warnings"]
    assert card["rows"] == {"train": KEPT, "test": COUNT // 5}
    assert card["sampled_from"] == train_count
    shown = run("ml-model", "info", tmp_path / "m", "--format", "csv").stdout
    assert f'records,"{KEPT} trained, {COUNT // 5} held out"' in shown
    assert f'sample of,"{train_count} training records, for trees"' in shown
    files = [{p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("m", "again")]
    assert files[0] == files[1]
    rows = np.random.default_rng(0).normal(size=(50, 3)).tolist()
    answers = [load.load_model(str(tmp_path / n)).predictor.predict(rows) for n in ("m", "other")]
    assert answers[0] != answers[1]


def sampled(made: Any, seed: int, notes: list[str]) -> Any:
    options = TrainingOptions("y", model="extratrees", memory=MEMORY, seed=seed)
    return np.flatnonzero(train.tree_part(made, options, notes) >= 0)


def test_every_training_record_has_the_same_chance_and_no_other_has_any() -> None:
    """40 seeds; each record is drawn with chance 0.44. P of a false alarm: 0.001."""
    made = prepared(numbers(COUNT)[2])
    drawn = [sampled(made, seed, []) for seed in range(40)]
    assert {len(rows) for rows in drawn} == {KEPT}
    times = np.bincount(np.concatenate(drawn), minlength=COUNT)
    known = made.part >= 0
    assert not times[~known].any()
    by_place = np.array([part.sum() for part in np.array_split(times[known], 60)])
    assert chisquare(by_place).pvalue > 0.001
    chance = KEPT / known.sum()
    spread = 40 * chance * (1 - chance)
    assert times[known].var() == pytest.approx(spread, rel=5 * np.sqrt(2 / known.sum()))


def test_the_trees_are_scikit_learns_of_the_records_drawn() -> None:
    x, y, text = numbers(COUNT)
    options = TrainingOptions("y", model="extratrees", memory=MEMORY, folds=0)
    made = train.train_model(data(text), options)
    rows = sampled(prepared(text, folds=0), 0, [])
    by_hand = ExtraTreesRegressor(**made.card["settings"], random_state=0).fit(x[rows], y[rows])
    assert made.ensemble.predict(x[:200].tolist()) == pytest.approx(by_hand.predict(x[:200]))


def test_the_parts_of_a_date_count_as_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"20{n % 9 + 10}-{n % 12 + 1:02d}-{n % 28 + 1:02d}", n % 37, n) for n in range(600)]
    made, widths = prepared(csv_of("when,size,y", rows)), []

    def fitting(limit: int, store: Any, width: int, *more: Any) -> int:
        widths.append(width)
        return COUNT

    monkeypatch.setattr(train, "records_that_fit", fitting)
    sampled(made, 0, [])
    columns = made.matrix("forest", [0], [0])[0].shape[1]
    assert widths == [columns] and columns > 5


@pytest.mark.parametrize("model", ["linear", "extratrees"])
def test_what_fits_and_linear_models_learn_from_all(model: str) -> None:
    text = numbers(COUNT)[2]
    memory = MEMORY if model == "linear" else "400M"
    made = train.train_model(data(text), TrainingOptions("y", model=model, memory=memory, folds=0))
    assert made.card["rows"] == {"train": COUNT - COUNT // 5, "test": COUNT // 5}
    assert not any("uniform sample" in note for note in made.notes)
