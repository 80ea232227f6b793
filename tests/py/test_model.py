"""ml-model train, info, predict: the model predicts as it was trained, before and after saving."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split

from pyhelpers import KitError
from pyhelpers.model import linear_model, load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.schema import Feature, Row, Schema
from tests.conftest import HEIGHTS, Run

MIXED = "size,colour,price\n" + "".join(
    f"{i % 17 if i % 11 else ''},{('red', 'green', '', 'blue')[i % 4]},{3 * (i % 17) + i % 4}\n"
    for i in range(400)
)


def trained(text: str, target: str, **wishes: object) -> train.TrainedModel:
    table = TrainingCsv(io.BytesIO(text.encode()), "data.csv")
    return train.train_model(table, TrainingOptions(target, **wishes))  # type: ignore[arg-type]


def saved(tmp_path: Path, made: train.TrainedModel, name: str = "a model") -> str:
    path = str(tmp_path / name)
    store.save(path, made.files(made.card))
    return path


@pytest.fixture(scope="module")
def heights(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = trained(HEIGHTS.read_text(), "Weight-Pounds", features=["Height-Inches"])
    return saved(tmp_path_factory.mktemp("models"), made)


def columns_of_heights() -> tuple[np.ndarray, np.ndarray]:
    x, y = np.loadtxt(HEIGHTS, delimiter=",", skiprows=1, usecols=(1, 2), encoding="utf-8-sig").T
    return x, y


def test_linear_model_is_the_least_squares_line_of_the_training_records(heights: str) -> None:
    x, y = columns_of_heights()
    x_train, _, y_train, _ = train_test_split(x, y, test_size=0.2, random_state=0)
    slope, intercept = np.polyfit(x_train, y_train, 1)
    answers = load.load_model(heights).predictor.predict([[60.0], [75.5]])
    assert answers == pytest.approx([slope * 60 + intercept, slope * 75.5 + intercept], rel=1e-9)


def test_measures_are_those_of_the_held_out_records(heights: str) -> None:
    x, y = columns_of_heights()
    parts = train_test_split(x[:, None], y, test_size=0.2, random_state=0)
    x_train, x_test, y_train, y_test = parts
    card = store.read_card(heights)
    fitted = LinearRegression().fit(x_train, y_train)
    assert card["metrics"]["r2"] == pytest.approx(fitted.score(x_test, y_test), rel=1e-9)
    error = np.abs(y_test - y_train.mean()).mean()
    assert card["dummy"]["mae"] == pytest.approx(error, rel=1e-9)


def test_a_pipeline_loaded_from_skops_agrees_with_its_coefficients(heights: str) -> None:
    rows = [[float(x)] for x in columns_of_heights()[0][:200]]
    plain = load.load_model(heights)
    whole = load.load_model(heights, plain=False)
    assert type(plain.predictor) is not type(whole.predictor)
    assert plain.predictor.predict(rows) == pytest.approx(whole.predictor.predict(rows), rel=1e-9)


@pytest.mark.parametrize("plain", [True, False])
def test_a_prediction_does_not_depend_on_other_rows(heights: str, plain: bool) -> None:
    predictor = load.load_model(heights, plain).predictor
    rows = [[60.0], [68.0], [75.0]]
    together = predictor.predict(rows)
    assert len(set(together)) == 3
    assert [predictor.predict([row])[0] for row in rows] == pytest.approx(together, rel=1e-12)


@pytest.mark.parametrize("model", ["linear", "ridge", "forest", "boosting"])
def test_numbers_and_texts_with_missing_values_survive_saving(tmp_path: Path, model: str) -> None:
    made = trained(MIXED, "price", model=model, task="regression", folds=0)
    path = saved(tmp_path, made)
    loaded, plain = load.load_model(path, plain=False), load.load_model(path)
    rows: list[Row] = [[3.0, "red"], [None, "green"], [16.0, None], [5.0, "violet"]]
    expected = made.pipeline.predict(np.array(rows, dtype=object))
    assert loaded.predictor.predict(rows) == pytest.approx(expected, rel=1e-12)
    assert plain.predictor.predict(rows) == pytest.approx(expected, rel=1e-9)
    assert made.card["metrics"]["r2"] > made.card["dummy"]["r2"] + 0.5


@pytest.mark.parametrize("classes", [2, 3])
def test_logistic_coefficients_give_the_pipelines_classes_and_probabilities(classes: int) -> None:
    drawn = np.random.default_rng(1)
    x = drawn.normal(size=(300, 2))
    which = (x @ [2, 1] > 0).astype(int) + (classes > 2) * (x[:, 1] > 1)
    names = [('"ab"', '"cd"', '"e,f"')[n] for n in which]
    lines = "".join(f"{a},{b},{name}\n" for (a, b), name in zip(x, names, strict=True))
    made = trained("a,b,kind\n" + lines, "kind")
    assert made.card["task"] == "classification" and made.plain is not None
    assert isinstance(made.pipeline.named_steps["model"], LogisticRegression)
    rows = x[:50].tolist()
    assert made.plain.predict(rows) == made.pipeline.predict(x[:50]).tolist()
    expected = made.pipeline.predict_proba(x[:50])
    assert np.allclose(made.plain.probabilities(rows), expected, atol=1e-9)


def test_export_is_checked_against_the_pipeline() -> None:
    made = trained(MIXED, "price", task="regression")
    assert made.plain is not None
    features = store_features(made)
    x = np.array([[3.0, "red"], [None, "blue"]], dtype=object)
    assert linear_model.agrees(made.plain, made.pipeline, x, features)
    made.plain.intercept[0] += 1e-6
    assert not linear_model.agrees(made.plain, made.pipeline, x, features)


def store_features(made: train.TrainedModel) -> list[Feature]:
    return [Feature(**feature) for feature in made.card["features"]]


def test_the_task_follows_from_the_target_or_the_option() -> None:
    binary = "x,y\n" + "".join(f"{i * 0.5},{int(i > 50)}\n" for i in range(100))
    assert trained(binary, "y").card["task"] == "classification"
    assert trained(binary, "y").card["classes"] == [0, 1]
    assert trained(binary, "y", task="regression").card["task"] == "regression"
    assert trained(MIXED, "price", task="regression").card["classes"] is None


def test_columns_that_cannot_help_are_left_out_and_named() -> None:
    text = "id,same,name,x,y\n" + "".join(f"{i},7,n{i},{i * i},{i / 3}\n" for i in range(60))
    made = trained(text, "y")
    assert [feature["name"] for feature in made.card["features"]] == ["x"]
    assert any("left out id: a row number" in note for note in made.notes)
    assert any("left out same" in note for note in made.notes)


def test_same_seed_same_model_and_another_seed_another() -> None:
    first, again, other = (
        trained(MIXED, "price", model="boosting", task="regression", seed=seed, folds=0)
        for seed in (3, 3, 4)
    )
    assert first.measures == again.measures != other.measures


@pytest.mark.parametrize(
    ("text", "wishes", "said"),
    [
        ("a,b\n1,2\nx,3\n", {}, r"line 3, column 'a': 'x' is not a number"),
        ("a,b\n1,2\n", {"features": ["c"]}, r"no column 'c'; the columns are: a, b"),
        ("a,b\n", {}, "no records"),
        ("a,b\n1,2\n3,4\n", {}, "at least 10"),
        ("a,b\n" + "1,x\n2,y\n" * 9, {"model": "linear"}, "not for classification"),
        ("a,b\n" + "1,x\n2,y\n" * 9, {"task": "regression"}, "holds texts"),
        ("a,b\n" + "1,x\n2,x\n" * 9, {}, "only one class"),
    ],
)
def test_bad_data_gets_one_line(text: str, wishes: dict[str, object], said: str) -> None:
    with pytest.raises(KitError, match=said):
        trained(text, "b", **wishes)


def test_model_folder_is_replaced_but_nothing_else_is(tmp_path: Path) -> None:
    made = trained(MIXED, "price", task="regression")
    path = saved(tmp_path, made)
    saved(tmp_path, made)
    names = sorted(p.name for p in Path(path).iterdir())
    assert [name.partition(".")[0] for name in names] == ["card", "coefficients", "model"]
    assert names == sorted(made.files(made.card))
    (tmp_path / "precious").mkdir()
    with pytest.raises(KitError, match="is not a model"):
        saved(tmp_path, made, "precious")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_archive_holds_the_same_model(tmp_path: Path, heights: str) -> None:
    made = trained(MIXED, "price", task="regression")
    folder, archive = saved(tmp_path, made), saved(tmp_path, made, "m.zip")
    rows: list[Row] = [[3.0, "red"]]
    answers = [load.load_model(path).predictor.predict(rows) for path in (folder, archive)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04"])
def test_a_file_that_is_not_a_model_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "thing"
    file.write_bytes(content)
    with pytest.raises(KitError, match="is not a model"):
        load.load_model(str(file))


def test_a_pipeline_that_is_not_the_cards_is_refused(tmp_path: Path) -> None:
    made = trained(MIXED, "price", model="forest", task="regression")
    path = saved(tmp_path, made)
    [pipeline] = Path(path).glob("model.*.skops")
    content = bytearray(pipeline.read_bytes())
    content[-1] ^= 1
    pipeline.write_bytes(content)
    with pytest.raises(KitError, match="is not the one"):
        load.load_model(path)


def test_records_are_matched_by_name_in_any_order() -> None:
    schema = Schema([Feature("a", "number"), Feature("b", "category")])
    assert schema.row_of_record({"b": "x", "extra": [1], "a": 2}, 0) == [2.0, "x"]


def test_the_card_describes_the_training_data(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "m"
    done = run("ml-model", "train", HEIGHTS, "--target", "Weight-Pounds", "-o", path, "--seed", 5)
    assert done.returncode == 0, done.stderr
    card = json.loads((path / "card.json").read_text())
    import hashlib

    assert card["data"]["sha256"] == hashlib.sha256(HEIGHTS.read_bytes()).hexdigest()
    assert card["seed"] == 5 and card["rows"] == {"train": 20000, "test": 5000}
    assert "left out Index: a row number" in done.stderr
    assert done.stdout.startswith("model,r2,mae,rmse,cv_r2,cv_r2_sd\nlinear,")
