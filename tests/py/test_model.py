"""ml-model train, info, predict: the model predicts as it was trained, before and after saving."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from pyhelpers import KitError
from pyhelpers.model import fitted_model, linear_fit, load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.linear_model import PlainModel
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


def by_hand(features: list[str], numbers: list[str], estimator: Any) -> tuple[Any, Any, Any]:
    """Return pandas' frame of MIXED, a fitted pipeline of scikit-learn, and its training rows."""
    frame = pd.read_csv(io.StringIO(MIXED))
    texts = [name for name in features if name not in numbers]
    fill = SimpleImputer(strategy="constant", fill_value="(missing)", missing_values=np.nan)
    encode = OneHotEncoder(handle_unknown="ignore")
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        (make_pipeline(fill, encode), texts),
    )
    rows, _ = train_test_split(np.arange(len(frame)), test_size=0.2, random_state=0)
    fitted = make_pipeline(prepare, estimator).fit(frame.loc[rows, features], frame.price[rows])
    return frame, fitted, rows


@pytest.mark.parametrize(
    ("model", "estimator"), [("linear", LinearRegression()), ("ridge", Ridge(alpha=1.0))]
)
def test_linear_models_are_scikit_learns_with_missing_values_and_categories(
    model: str, estimator: Any
) -> None:
    made = trained(MIXED, "price", model=model, task="regression", folds=0)
    frame, fitted, _ = by_hand(["size", "colour"], ["size"], estimator)
    expected = fitted.predict(frame[["size", "colour"]])
    assert made.plain is not None
    rows = [
        [None if value != value else value for value in row]
        for row in frame[["size", "colour"]].itertuples(index=False)
    ]
    assert made.plain.predict(rows) == pytest.approx(expected, rel=1e-9)
    assert made.ensemble.predict(rows) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("model", ["linear", "forest", "boosting"])
def test_a_prediction_does_not_depend_on_other_rows(tmp_path: Path, model: str) -> None:
    made = trained(MIXED, "price", model=model, task="regression", folds=0)
    predictor = load.load_model(saved(tmp_path, made)).predictor
    rows: list[Row] = [[3.0, "red"], [None, "green"], [16.0, None], [5.0, "violet"]]
    together = predictor.predict(rows)
    assert len(set(together)) == 4
    assert [predictor.predict([row])[0] for row in rows] == together


@pytest.mark.parametrize("model", ["linear", "ridge", "forest", "extratrees", "boosting"])
def test_numbers_and_texts_with_missing_values_survive_saving(tmp_path: Path, model: str) -> None:
    made = trained(MIXED, "price", model=model, task="regression", folds=0)
    loaded = load.load_model(saved(tmp_path, made))
    rows: list[Row] = [[3.0, "red"], [None, "green"], [16.0, None], [5.0, "violet"]]
    assert loaded.predictor.predict(rows) == pytest.approx(made.ensemble.predict(rows), rel=1e-9)
    assert made.card["metrics"]["r2"] > made.card["dummy"]["r2"] + 0.5


@pytest.mark.parametrize("classes", [2, 3])
def test_logistic_coefficients_are_scikit_learns(classes: int) -> None:
    drawn = np.random.default_rng(1)
    x = drawn.normal(size=(300, 2))
    which = (x @ [2, 1] > 0).astype(int) + (classes > 2) * (x[:, 1] > 1)
    names = np.array([('"ab"', '"cd"', '"e,f"')[n] for n in which])
    lines = "".join(f"{a},{b},{name}\n" for (a, b), name in zip(x, names, strict=True))
    made = trained("a,b,kind\n" + lines, "kind")
    assert made.card["task"] == "classification" and made.plain is not None
    x_train, _, y_train, _ = train_test_split(
        x, names, test_size=0.2, random_state=0, stratify=names
    )
    exact = LogisticRegression(max_iter=10_000, tol=1e-10)
    fitted = make_pipeline(StandardScaler(), exact).fit(x_train, y_train)
    expected = fitted.predict_proba(x[:50])
    assert np.allclose(made.plain.probabilities(x[:50].tolist()), expected, atol=1e-5)
    assert made.plain.predict(x[:50].tolist()) == [
        name.strip('"') for name in fitted.predict(x[:50])
    ]


def test_coefficients_that_do_not_agree_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    right = linear_fit.plain_model

    def wrong(*arguments: Any) -> PlainModel:
        plain = right(*arguments)
        plain.intercept[0] += 1e-6
        return plain

    monkeypatch.setattr(fitted_model, "plain_model", wrong)
    made = trained(MIXED, "price", task="regression", folds=0)
    names = {name.partition(".")[0] for name in made.files(made.card)}
    assert made.plain is None and names == {"card", "ensemble", "model", "trees"}


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
        ("a,a\n1,2\n", {}, r"two columns have the same name 'a'"),
        ("a,b\n1,2\n1e200,3\n", {}, r"record 2, column 'a': 1e\+200 is too large"),
        ("a,b\n1,2\n", {"features": ["c"]}, r"no column 'c'; the columns are: a, b"),
        ("a,b\n", {}, "no records"),
        ("a,b\n1,2\n3,4\n", {}, "at least 10"),
        ("a,b\n" + "1,2\n2,5\n" * 9, {"folds": 1}, "--folds takes 0, .* or 2 and more"),
        ("a,b\n" + "1,x\n2,y\n" * 9, {"model": "linear"}, "not for classification"),
        ("a,b\n" + "1,x\n2,y\n" * 9, {"task": "regression"}, "holds texts"),
        ("a,b\n" + "".join(f"{n},{n % 3}\n" for n in range(30)), {}, r"\(a: a row number\)"),
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
    assert [name.partition(".")[0] for name in names] == ["card", "coefficients"]
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


def test_a_file_that_is_not_the_cards_is_refused(tmp_path: Path) -> None:
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
