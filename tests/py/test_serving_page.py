"""The page of a served model: opened and used in a real browser, which reaches nothing else."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyhelpers.model import load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.drift import Drift
from pyhelpers.model.linear_model import PlainModel
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.schema import Feature, Schema
from pyhelpers.serving.html_form import page
from tests.browser import Browser, find_chromium
from tests.served import Served

NASTY = 'a "quoted" <b>name</b> & more'
HEADER = 'size,colour,"' + NASTY.replace('"', '""') + '",price\n'
ROWS = "".join(
    f"{i % 17},{('red', 'dark <green>', 'blue')[i % 3]},{i * 7 % 13},{3 * (i % 17) + i % 3}.5\n"
    for i in range(200)
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paged") / "house price"
    table = TrainingCsv(io.BytesIO((HEADER + ROWS).encode()), "houses.csv")
    made = train.train_model(table, TrainingOptions("price", folds=0))
    store.save(str(path), made.files(made.card))
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(find_chromium(), tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


def model_of(features: list[Feature]) -> load.Model:
    card = {"target": "t", "model": "linear"}
    plain = PlainModel({"intercept": [], "classes": None, "terms": []})
    return load.Model("m", card, Schema(features), plain)


def set_field(browser: Browser, name: str, value: str) -> None:
    found = browser.run(
        f"""(() => {{
          const field = [...document.forms[0].elements].find(f => f.dataset.name === {name!r});
          field.value = {value!r};
          return field.value;
        }})()"""
    )
    assert found == value


def said(browser: Browser) -> str:
    browser.run("document.querySelector('output').textContent = ''")
    browser.run("document.querySelector('button').click()")
    text: str = browser.wait_for("document.querySelector('output').textContent")
    return text


def test_a_person_fills_the_form_and_reads_the_answer(model: Path, browser: Browser) -> None:
    service = Served(model)
    browser.call("Page.navigate", url=f"http://127.0.0.1:{service.port}/")
    browser.wait_for("document.querySelector('output') && document.readyState === 'complete'")
    labels = browser.run(
        "[...document.querySelectorAll('label')].map(l => l.firstChild.data.trim())"
    )
    assert labels == ["size", "colour", NASTY]
    set_field(browser, "size", "12.5")
    set_field(browser, "colour", "dark <green>")
    set_field(browser, NASTY, "4")
    expected = load.load_model(str(model)).predictor.predict([[12.5, "dark <green>", 4.0]])[0]
    answer = said(browser)
    assert answer.startswith("price: ")
    assert float(answer.removeprefix("price: ")) == pytest.approx(float(expected), rel=1e-12)
    set_field(browser, "size", "")
    missing = load.load_model(str(model)).predictor.predict([[None, "dark <green>", 4.0]])[0]
    assert float(said(browser).removeprefix("price: ")) == pytest.approx(float(missing), rel=1e-12)
    assert browser.errors == []
    assert service.stop() == 0
    assert "cannot be reached" in said(browser)
    assert browser.run("document.querySelector('output').className") == "wrong"


def test_dates_and_texts_can_be_entered(tmp_path: Path, browser: Browser) -> None:
    notes = (
        "bright flat by the sea, with a balcony, number",
        "old stone house up the hill, number",
    )
    lines = (
        f"2024-{i % 12 + 1:02}-{i % 28 + 1:02},2024-03-{i % 28 + 1:02} {i % 24:02}:30:00,"
        f'"{notes[i % 3 == 0]} {i}",{100 * (i % 12) + i % 24}\n'
        for i in range(300)
    )
    table = TrainingCsv(io.BytesIO(("built,seen,note,rent\n" + "".join(lines)).encode()), "t.csv")
    made = train.train_model(table, TrainingOptions("rent", folds=0))
    path = str(tmp_path / "rent")
    store.save(path, made.files(made.card))
    loaded = load.load_model(path)
    assert [feature.kind for feature in loaded.schema.features] == ["date", "date", "text"]
    service = Served(Path(path))
    browser.call("Page.navigate", url=f"http://127.0.0.1:{service.port}/")
    browser.wait_for("document.querySelector('output') && document.readyState === 'complete'")
    values = {"built": "2024-11-05", "seen": "2024-03-09T17:30", "note": "a flat by the sea"}
    for name, value in values.items():
        set_field(browser, name, value)
    row = loaded.schema.row_of_record(values, 0)
    expected = float(loaded.predictor.predict([row])[0])
    found = float(said(browser).removeprefix("rent: ").split("\n")[0])
    assert found == pytest.approx(expected, rel=1e-12)
    assert service.stop() == 0


def test_the_page_names_nothing_outside_itself() -> None:
    features = [Feature("x", "number", 0, 1.0, 2.0, 3.0), Feature("y", "category")]
    text = page(model_of(features), Drift({}, []))
    assert not re.search(r"(src|href|action|url|import)\s*[=(]", text)
    assert "//" not in text


def test_many_categories_are_proposed_not_listed() -> None:
    features = [Feature("city", "category", categories=[f"c{n}" for n in range(500)])]
    text = page(model_of(features), Drift({}, []))
    assert "<datalist" in text and "<select" not in text and text.count("<option") == 200
