"""A crafted card is refused with a message: it never crashes what reads it."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pyhelpers import KitError
from pyhelpers.model import store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from tests.modelfiles import put_sealed, table_text, use, without_seal
from tests.py.test_model_flips import places


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a model of numbers with intervals, and one of classes."""
    found = {}
    for kind, target in (("linear", "y"), ("logistic", "label")):
        wishes = TrainingOptions(target, ["x", "name"], model=kind, folds=3)
        made = train.train_model(TrainingCsv(table_text(), "table.csv"), wishes)
        found[kind] = tmp_path_factory.mktemp("models") / kind
        store.save(str(found[kind]), made.files(made.card))
    return found


# A change to the card of a linear model of numbers, which none but a crafted card has.
CRAFTED: dict[str, Callable[[dict[str, Any]], object]] = {
    "intervals without a count": lambda card: card["intervals"].pop("records"),
    "intervals of no error": lambda card: card["intervals"].update(records=0),
    "intervals of one quantile": lambda card: card["intervals"].update(half_widths=[1.0]),
    "falling quantiles": lambda card: card["intervals"]["half_widths"].reverse(),
    "negative quantiles": lambda card: card["intervals"]["half_widths"].insert(0, -1.0),
    "no intervals at all": lambda card: card.update(intervals=None),
    "a profile of nothing": lambda card: card["profile"].pop("prediction"),
    "edges of categories": lambda card: card["profile"]["fields"].update(
        name=card["profile"]["fields"]["x"]
    ),
    "categories of numbers": lambda card: card["profile"]["fields"].update(
        x=card["profile"]["fields"]["name"]
    ),
    "falling edges": lambda card: card["profile"]["fields"]["x"]["edges"].reverse(),
    "a count too few": lambda card: card["profile"]["prediction"]["counts"].pop(),
    "a number that is read as a date": lambda card: card["features"][0].update(form="iso"),
    "a form of no date": lambda card: card["target_field"].update(form="%"),
    "a category twice": lambda card: card["features"][1].update(categories=["a", "b", "a"]),
    "data that are a list": lambda card: card.update(data=[1]),
    "a day that is a list": lambda card: card.update(trained=[]),
}


@pytest.mark.parametrize("what", CRAFTED)
def test_a_crafted_card_is_refused_with_a_message(
    models: dict[str, Path], tmp_path: Path, what: str
) -> None:
    card = without_seal(models["linear"])
    CRAFTED[what](card)
    put_sealed(tmp_path / "m", json.dumps(card), store.read_model(str(models["linear"])).content)
    with pytest.raises(KitError, match=r"card\.json is broken: .*train it again$"):
        use(str(tmp_path / "m"))


@pytest.mark.parametrize(
    "what",
    [{"intervals": {"records": 9, "half_widths": [0, 1], "coverage": {}}}, {"classes": ["a", "a"]}],
)
def test_a_card_of_classes_has_no_intervals_and_no_class_twice(
    models: dict[str, Path], tmp_path: Path, what: dict[str, Any]
) -> None:
    card = without_seal(models["logistic"]) | what
    put_sealed(tmp_path / "m", json.dumps(card), store.read_model(str(models["logistic"])).content)
    with pytest.raises(KitError, match=r"card\.json is broken"):
        use(str(tmp_path / "m"))


def test_each_member_of_a_card_may_be_odd(models: dict[str, Path], tmp_path: Path) -> None:
    """Every member in turn is removed, null, a list, or a number: it works or is refused."""
    card, content = without_seal(models["linear"]), store.read_model(str(models["linear"])).content
    tried = 0
    for (holder, key), odd in product(places(card)[::3], (None, [], 7, "x", {})):
        old, holder[key] = holder[key], odd
        try:
            put_sealed(tmp_path / "m", json.dumps(card), content)
            use(str(tmp_path / "m"))
        except KitError as error:
            assert "\n" not in str(error) and len(str(error)) < 600, (key, odd)
        holder[key] = old
        tried += 1
    assert tried > 200


def test_half_a_character_in_a_member_that_nothing_reads_is_refused(
    models: dict[str, Path], tmp_path: Path
) -> None:
    card = without_seal(models["linear"]) | {"note": "\ud800"}
    content = store.read_model(str(models["linear"])).content
    for text in (json.dumps(card), json.dumps(card, ensure_ascii=False)):
        put_sealed(tmp_path / "m", text, content)
        with pytest.raises(KitError, match=r"card\.json is broken"):
            use(str(tmp_path / "m"))
    put_sealed(tmp_path / "m", json.dumps(card | {"note": "\U0001f600"}), content)
    use(str(tmp_path / "m"))
