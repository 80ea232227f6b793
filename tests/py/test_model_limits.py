"""Values too large for a model are named by their place; no input takes quadratic time."""

import io
from pathlib import Path
from typing import Any

import pytest

from pyhelpers import KitError
from pyhelpers.csvio import blocks, record_ends
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.layout import Layout
from pyhelpers.csvio.table import table_of
from pyhelpers.model import batch_predict, evaluate, load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.ensemble import Ensemble
from pyhelpers.model.load import Model
from pyhelpers.model.new_columns import NewColumns
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.schema import Feature, Schema
from tests.conftest import Run

ROWS = "size,colour,y,kind\n"
for n in range(80):
    size, kind = n % 13, "hi" if n % 13 > 6 else "lo"
    ROWS += f"{size / 1000},{('red', 'blue')[n % 2]},{size * 2.5 + n % 7},{kind}\n"


def trained(path: Path, text: str, target: str, **wishes: Any) -> Model:
    table = TrainingCsv(io.BytesIO(text.encode()), "t.csv")
    made = train.train_model(table, TrainingOptions(target, folds=0, **wishes))
    store.save(str(path), made.files(made.card))
    return load.load_model(str(path))


def predicted(model: Model, content: bytes, size: int = 1000) -> bytes:
    out = io.BytesIO()
    opened = batch_predict.open_csv(
        model, io.BytesIO(content), "in.csv", None, size, NewColumns("answer")
    )
    batch_predict.predict_csv(opened, batch_predict.sequentially(model, opened.fields), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("target", "kind", "number"),
    [
        ("y", "linear", "1.7e308"),
        ("kind", "logistic", "1.7e308"),
        ("y", "ridge", "1.7e308"),
        ("y", "forest", "1e39"),
        ("kind", "forest", "-1e40"),
    ],
)
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_number_that_a_model_cannot_take_is_named_by_line_and_column(
    tmp_path: Path, target: str, kind: str, number: str, quote: str
) -> None:
    model = trained(tmp_path / "m", ROWS, target, features=["size", "colour"], model=kind)
    said = "in.csv: line 5, column 'size': .* is too large for this model"
    rows = f"size,colour,y,kind\n1,red,1,lo\n\n2,blue,2,hi\n{number},{quote}red{quote},3,hi\n"
    with pytest.raises(KitError, match=said):
        predicted(model, rows.encode())
    with pytest.raises(KitError, match=said):
        evaluate.evaluate(model, [table_of(io.BytesIO(rows.encode()), "in.csv")])


@pytest.mark.parametrize("number", ["1e39", "1e160", "1e200", "-1e308"])
@pytest.mark.parametrize("model", ["linear", "forest", "boosting"])
@pytest.mark.parametrize("column", [0, 2])
def test_a_huge_number_in_training_is_named_by_record_and_column(
    tmp_path: Path, number: str, model: str, column: int
) -> None:
    for line in (2, 30, 60):
        rows = [row.split(",") for row in ROWS.splitlines()]
        rows[line - 1][column] = number
        text = "\n".join(map(",".join, rows)) + "\n"
        name = rows[0][column]
        with pytest.raises(KitError) as caught:
            trained(tmp_path / "m", text, "y", features=["size"], model=model)
        assert f"t.csv: record {line - 1}, column {name!r}: " in str(caught.value)


def test_a_class_that_training_never_saw_is_named(run: Run, tmp_path: Path) -> None:
    trained(tmp_path / "m", ROWS, "kind", features=["size"])
    rows = "size,kind\n.001,lo\n.009,hi\n.005,mid\n.002,LO\n.002,mid\n"
    done = run("ml-model", "evaluate", tmp_path / "m", input=rows)
    assert done.returncode == 0
    assert "3 records have a class that the model was not trained on: 'LO', 'mid'" in done.stderr


@pytest.mark.parametrize("missing", ["", "NA"])
def test_a_target_of_one_number_is_an_error(run: Run, tmp_path: Path, missing: str) -> None:
    rows = "a,b\n" + "".join(f"{n % 7},7.5\n" for n in range(60)) + f"1,{missing}\n"
    done = run("ml-model", "train", "--target", "b", "-o", tmp_path / "m", input=rows)
    assert done.returncode == 1 and not (tmp_path / "m").exists()
    assert done.stderr == "ml-model: 'b' is 7.5 in each record; add records of other values\n"


def test_columns_of_the_same_name_are_an_error(run: Run, tmp_path: Path) -> None:
    rows = "a,a,b\n" + "".join(f"{n % 7},{n},{n % 5}.5\n" for n in range(60))
    done = run("ml-model", "train", "--target", "b", "-o", tmp_path / "m", input=rows)
    assert done.returncode == 1
    assert "two columns have the same name 'a'; rename one" in done.stderr


class Counted(bytearray):
    """A buffer that counts how many of them are looked at."""

    looked = 0

    def count(self, sub: Any, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        Counted.looked += (len(self) if end is None else end) - start
        return super().count(sub, start, len(self) if end is None else end)

    def find(self, sub: Any, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        stop = len(self) if end is None else end
        found = super().find(sub, start, stop)
        Counted.looked += (stop if found < 0 else found) - start
        return found

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        Counted.looked += len(found) if isinstance(key, slice) else 1
        return found

    def rfind(self, sub: Any, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        stop = len(self) if end is None else end
        found = super().rfind(sub, start, stop)
        Counted.looked += stop - max(found, start)
        return found


class Chunks:
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        self.chunks = [data[at : at + size] for at in range(0, len(data), size)]

    def readinto(self, buffer: memoryview) -> int:
        chunk = self.chunks.pop(0) if self.chunks else b""
        buffer[: len(chunk)] = chunk
        return len(chunk)


@pytest.mark.parametrize(
    "content",
    [
        b'12",x\n' + b'1,"abc"\n' * 20_000,  # an inch mark, and all that follows seems quoted
        b'1,"x\n' + b"1,abc\n" * 20_000,
        b"1" * 200_000,
        b'"' * 200_001 + b"\n",
        b"1,a\n" * 40_000,
    ],
)
def test_finding_blocks_of_records_reads_each_byte_a_bounded_number_of_times(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "bytearray", Counted, raising=False)
    Counted.looked = 0
    found = [*blocks.whole_blocks(Chunks(content, 4096), Dialect(","), 2, size=8192)]
    assert b"".join(block.data for block in found) == content
    assert Counted.looked > len(content)
    assert Counted.looked < 8 * len(content)


def test_a_record_that_does_not_end_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = trained(tmp_path / "m", ROWS, "y", features=["size", "colour"])
    monkeypatch.setattr(record_ends, "LONGEST", 10_000)
    rows = b'1,"x\n' + b"1,red\n" * 4_000
    for content, line in ((b"size,colour\n3,red\n" + rows, 3), (b'size,"colour\n' + rows[5:], 1)):
        with pytest.raises(KitError, match=f"no record ends within .* from line {line} on"):
            predicted(model, content)


class Name(str):
    """A column's name that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Name.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_finding_columns_takes_linear_time() -> None:
    names = [Name(f"c{at}") for at in range(2_000)]
    schema = Schema([Feature(f"c{at}", "number") for at in range(2_000)])
    Name.compared = 0
    assert schema.positions(names, "x") == [*range(2_000)]
    layout = Layout("x", Dialect(","), [*names], "")
    assert [layout.index(str(name)) for name in names] == [*range(2_000)]
    assert Name.compared < 5 * len(names) + 4_100


@pytest.mark.parametrize("text", ["", "t"])
def test_training_on_very_many_columns_makes_few_predictions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    asked: list[int] = []
    ask = Ensemble.outputs

    def counted(self: Any, columns: Any) -> Any:
        asked.append(len(columns))
        return ask(self, columns)

    monkeypatch.setattr(Ensemble, "outputs", counted)
    width = 400
    lines = ",".join(f"c{at}" for at in range(width)) + ",y\n"
    for n in range(30):
        lines += ",".join(f"{text}{n * at % 7}" for at in range(1, width + 1)) + f",{n % 5}.5\n"
    made = train.train_model(
        TrainingCsv(io.BytesIO(lines.encode()), "t.csv"), TrainingOptions("y", folds=0)
    )
    assert 0 < len(asked) < 20
    assert made.card["importance"] == {}
    assert any("importance is not measured" in note for note in made.notes)
