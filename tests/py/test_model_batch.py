"""Batch prediction copies every byte of a CSV, wherever blocks end, also in several processes."""

import csv
import io
import os
import subprocess
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.csvio.blocks import whole_blocks
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.layout import read_layout
from pyhelpers.csvio.regular_blocks import regular_columns
from pyhelpers.csvio.table import MISSING
from pyhelpers.model import batch_predict, load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.decision_trees_numpy import VectorisedTrees
from pyhelpers.model.load import Model
from pyhelpers.model.new_columns import NewColumns, new_columns
from pyhelpers.model.plain_ensemble import PlainEnsemble
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.schema import Row
from tests.conftest import HEIGHTS, ROOT, Run
from tests.served import train_heights

MIXED = "size,colour,price\n" + "".join(
    f"{i % 17 if i % 11 else ''},{('red', 'grün', '', 'blue')[i % 4]},{3 * (i % 17) + i % 4}.5\n"
    for i in range(200)
)
CLASSES = "x,kind\n" + "".join(f"{n},{'c' if n > 50 else 'a,b'!r}\n" for n in range(99))
CLASSES = CLASSES.replace("'", '"')


def trained(path: Path, text: str, **wishes: Any) -> Model:
    made = train.train_model(
        TrainingCsv(io.BytesIO(text.encode()), "t.csv"), TrainingOptions(**wishes)
    )
    store.save(str(path), made.files(made.card))
    return load.load_model(str(path))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Model]:
    folder = tmp_path_factory.mktemp("models")
    price = {"target": "price", "task": "regression", "folds": 0}
    linear = trained(folder / "linear", MIXED, **price)
    forest = trained(folder / "forest", MIXED, **price, model="forest")
    classes = trained(folder / "classes", CLASSES, target="kind", features=["x"], folds=0)
    assert type(forest.predictor) is not type(linear.predictor)
    return {"linear": linear, "trees": forest, "classes": classes}


def predicted(model: Model, data: bytes, size: int, tmp_path: Path) -> bytes:
    """Predict a file that is read in pieces of `size` bytes."""
    path = tmp_path / "in.csv"
    path.write_bytes(data)
    out = io.BytesIO()
    with path.open("rb") as stream:
        opened = batch_predict.open_csv(model, stream, str(path), None, size, NewColumns("answer"))
        batch_predict.predict_csv(opened, batch_predict.sequentially(model, opened.fields), out)
    return out.getvalue()


def expected(model: Model, data: bytes) -> bytes:
    """Do the same by Python's csv, record by record, and one row at a time."""
    text = data.decode("utf-8-sig")
    mark = "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""
    delimiter = max(",;\t", key=text.splitlines()[0].count)
    taken: list[str] = []
    lines = io.StringIO(text, newline="")
    reader = csv.reader((taken.append(line) or line for line in lines), delimiter=delimiter)  # type: ignore[func-returns-value]
    out, names = [], None
    for record in reader:
        raw = "".join(taken)
        taken.clear()
        body = raw.rstrip("\r\n")
        if names is None:
            names, added = record, "answer"
        elif not record:
            out.append(raw)
            continue
        else:
            row: list[Any] = []
            for feature in model.schema.features:
                field = record[names.index(feature.name)]
                number = feature.kind == "number"
                row.append(None if field in MISSING else float(field) if number else field)
            (answer,) = model.predictor.predict([cast(Row, row)])
            buffer = io.StringIO()
            value = repr(answer) if isinstance(answer, float) else answer
            csv.writer(buffer, delimiter=delimiter, lineterminator="").writerow([value])
            added = buffer.getvalue()
        out.append(body + delimiter + added + raw[len(body) :])
    return (mark + "".join(out)).encode()


numbers = st.floats(-1e6, 1e6).map(repr) | st.integers(-99, 99).map(str) | st.just("")
colours = st.sampled_from(["red", "grün", "blue", "violet", "", "NA"])
quoted = st.sampled_from(['"re""d"', '"two\nlines"', '"a,b"', '"grün"'])
others = st.text(alphabet="abcé .-", max_size=6)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    end = draw(st.sampled_from(["\n", "\r\n"]))
    order = draw(st.permutations(["size", "colour", "other"]))
    with_quotes, blanks = draw(st.booleans()), draw(st.booleans())
    lines = [",".join(order)]
    for _ in range(draw(st.integers(0, 12))):
        colour = draw(colours | quoted if with_quotes else colours)
        fields = {"size": draw(numbers), "colour": colour, "other": draw(others)}
        lines.append(",".join(fields[name] for name in order))
        lines += [""] if blanks and draw(st.booleans()) else []
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()


@pytest.mark.hypothesis
@pytest.mark.parametrize("name", ["linear", "trees"])
def test_any_file_cut_anywhere_gives_what_pythons_csv_gives(
    models: dict[str, Model], name: str, tmp_path: Path
) -> None:
    @settings(
        max_examples=150 if name == "linear" else 25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(data=files(), size=st.integers(1, 200))
    def check(data: bytes, size: int) -> None:
        found = predicted(models[name], data, size, tmp_path)
        if name == "linear":
            assert found == expected(models[name], data)
        else:  # BLAS sums in another order for more rows: the last digit may differ
            mine, theirs = (
                list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))
                for text in (found, expected(models[name], data))
            )
            assert [row[:-1] for row in mine] == [row[:-1] for row in theirs]
            pairs = [(a[-1], b[-1]) for a, b in zip(mine, theirs, strict=True) if a][1:]
            assert all(float(a) == pytest.approx(float(b), rel=1e-9) for a, b in pairs)

    check()


def test_classes_are_quoted_where_they_must_be(models: dict[str, Model], tmp_path: Path) -> None:
    data = b"x\n1\n90\n\n,\n".replace(b",\n", b"") + b"3"
    found = predicted(models["classes"], data, 50, tmp_path)
    assert found == b'x,answer\n1,"a,b"\n90,c\n\n3,"a,b"'
    regular = predicted(models["classes"], b"x\r\n1\r\n90", 50, tmp_path)
    assert regular == b'x,answer\r\n1,"a,b"\r\n90,c'


def test_the_shipped_file_is_kept_byte_for_byte(run: Run, tmp_path: Path) -> None:
    train_heights(tmp_path / "m")
    model = load.load_model(str(tmp_path / "m"))
    data = HEIGHTS.read_bytes()
    alone = predicted(model, data, 1000, tmp_path)
    assert alone == expected(model, data)
    for options in ((), ("--jobs", 2)):
        done = run("ml-model", "predict", tmp_path / "m", "--as", "answer", *options, input=data)
        assert done.stdout.encode() == alone, done.stderr


def test_regular_blocks_use_the_fast_path(models: dict[str, Model]) -> None:
    columns = regular_columns(b"3,red\n,blue\n4.5,NA\n", Dialect(","), 2, [0, 1], [True, False])
    assert columns is not None
    assert np.isnan(columns[0]).tolist() == [False, True, False]
    assert columns[1].tolist() == ["red", "blue", "NA"]
    for odd in (b'3,"red"\n', b"3,red\n\n", b"tall,red\n", b"inf,red\n", b"1_0,red\n", b"3\n"):
        assert regular_columns(odd, Dialect(","), 2, [0, 1], [True, False]) is None


@given(st.text(alphabet='ab"\n,', max_size=30), st.integers(1, 9))
def test_a_block_ends_where_python_ends_a_record(text: str, size: int) -> None:
    ends, at = set(), 0
    lines = io.StringIO(text).readlines()
    reader = csv.reader(lines)
    for _ in reader:
        ends.add(len("".join(lines[: reader.line_num])))
    for block in whole_blocks(io.BytesIO(text.encode()), Dialect(","), 2, size=size):
        assert block.line == 2 + text.count("\n", 0, at)
        at += len(block.data)
        assert at in ends
    assert at == len(text)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"size,colour\n1,red\ntall,red\n", "line 3, column 'size': 'tall' is not a number"),
        (b"size,colour\n1,red\n\n1e999,red\n", "line 4, column 'size': '1e999' is not a number"),
        (b"size,colour\n1,red\n2\n", "line 3: 1 field where the header has 2"),
        (b"size,colour\n1,red,\n2,b\n", "line 2: 3 fields where the header has 2"),
        (b'size,colour\n1,red\n2,"b\n', "the record that starts on line 3"),
        (b"size,colour\n1,\xff\n", "line 2: byte 0xff is not UTF-8"),
        (
            b"size,colour\n1.7e308,red\n",
            "line 2, column 'size': 1.7e.308 is too large for this model",
        ),
        (b",".join(b"c%d" % i for i in range(300)), r"no column 'size', .*, c48, c49 \.\.\.$"),
        (b" size,colour\n1,red\n", "no column 'size', .*; the columns are: ' size', colour"),
        (b"size\n1\n", "no column 'colour', which the model needs; the columns are: size"),
        (b"", "is empty"),
    ],
)
@pytest.mark.parametrize("size", [10, 1000])
def test_errors_name_file_line_and_column(
    models: dict[str, Model], data: bytes, said: str, size: int, tmp_path: Path
) -> None:
    with pytest.raises(KitError, match=said):
        predicted(models["linear"], data, size, tmp_path)


def test_predictions_are_written_as_soon_as_rows_arrive(tmp_path: Path) -> None:
    model = train_heights(tmp_path / "m")
    words = [str(ROOT / "bin/ml-model"), "predict", str(model)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    process.stdin.write(b"Height-Inches\n68\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"Height-Inches,prediction\n"
    assert process.stdout.readline().startswith(b"68,127.")
    process.stdin.close()
    assert process.wait(60) == 0
    process.stdout.close()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    model, data = train_heights(tmp_path / "m"), tmp_path / "data.csv"
    peaks = []
    for count in (50_000, 1_000_000):
        with data.open("w") as stream:
            stream.write("Height-Inches,name\n")
            stream.writelines(f"{60 + n % 15}.25,row number {n}\n" for n in range(count))
        script = (
            f"ulimit -v 4000000; exec '{ROOT}/bin/ml-model' predict '{model}' '{data}' >/dev/null"
        )
        process = subprocess.Popen(["bash", "-c", script])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        peaks.append(usage.ru_maxrss / 1024)
    assert peaks[1] < peaks[0] + 20, peaks  # MiB; the larger file has 25


def test_probabilities_of_many_rows_are_those_of_scikit_learn_evaluated_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn = np.random.default_rng(2)
    x = drawn.normal(size=(3_000, 3)).round(4)
    y = (x[:, 0] + x[:, 1] * x[:, 2] + drawn.normal(size=3_000) > 0).astype(int)
    lines = [f"{a},{b},{c},{'yes' if of else 'no'}" for (a, b, c), of in zip(x, y, strict=True)]
    text = "\n".join(["a,b,c,y", *lines, ""])
    model = trained(tmp_path / "m", text, target="y", folds=0, model="extratrees")
    assert isinstance(model.predictor, PlainEnsemble)
    more = drawn.normal(size=(40_000, 3)).round(3)
    data = "a,b,c\n" + "".join(f"{a},{b},{c}\n" for a, b, c in more)
    evaluated: list[int] = []
    outputs = VectorisedTrees.outputs

    def counted(self: VectorisedTrees, rows: Any) -> Any:
        evaluated.append(len(rows))
        return outputs(self, rows)

    monkeypatch.setattr(VectorisedTrees, "outputs", counted)
    layout = read_layout(io.BytesIO(data.encode()), "in.csv", None)
    fields = batch_predict.map_fields(model.schema, layout, new_columns(model, "p", proba=True))
    stream = io.BytesIO(data.encode())
    opened = batch_predict.open_csv(model, stream, "in.csv", None, 1 << 22, fields.new)
    out = io.BytesIO()
    batch_predict.predict_csv(opened, batch_predict.sequentially(model, opened.fields), out)
    frame = pd.read_csv(io.BytesIO(out.getvalue()))
    theirs = load.load_model(str(tmp_path / "m"), plain=False).predictor
    expected = np.array(theirs.probabilities(more.tolist()))
    assert np.abs(frame[["p_no", "p_yes"]].to_numpy() - expected).max() < 1e-12
    assert (frame["p"] == np.where(expected[:, 1] > expected[:, 0], "yes", "no")).all()
    assert sum(evaluated) == 40_000
