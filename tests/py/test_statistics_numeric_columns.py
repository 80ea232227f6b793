"""Values that csv-stats leaves out are said by every command; columns that have no figure, too."""

import io
from array import array
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pyhelpers.__main__ import main
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.moments import Moments
from pyhelpers.statistics.numeric_columns import NumericColumns, number_blocks, sample_rows

THOUSANDS = (
    "amount,n\n" + "".join(f"{i % 7}.5,{i}\n" for i in range(30)) + '"1,483.69",30\ninf,31\n'
)
TEXT = "amount: 1 value is not a number, such as '1,483.69' (pass --thousands , to read it)"
INFINITE = "amount: 1 value is infinite and left out"
RECORDS = "2 records were left out for a value that is missing, infinite or a text"


@pytest.fixture
def ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> "Ends":
    monkeypatch.chdir(tmp_path)
    return Ends(tmp_path / "t.csv", capsys)


class Ends:
    """Runs csv-stats on a text; gives the exit code and both outputs."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path, self.capsys = path, capsys

    def __call__(self, text: str, command: str, *words: str) -> tuple[int, str, str]:
        self.path.write_text(text)
        code = main(["csv-stats", command, "t.csv", *words])
        return code, *self.capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("describe",), [TEXT]),
        (("quantiles",), [TEXT]),
        (("correlate",), [TEXT, INFINITE]),
        (("histogram",), [TEXT, INFINITE]),
        (("compare", "t.csv"), [TEXT, INFINITE]),
        (("plot", "--x", "n", "--y", "amount"), [TEXT, INFINITE, RECORDS]),
        (("fit", "--target", "n", "--features", "amount"), [TEXT, INFINITE, RECORDS]),
        (("density", "--x", "amount"), [TEXT, INFINITE, RECORDS]),
        (("bar", "--x", "n", "--y", "amount"), [TEXT, INFINITE]),
        (("line", "--x", "n", "--y", "amount", "--draw"), [TEXT, INFINITE]),
        (("cluster", "-k", "2"), [TEXT, INFINITE, RECORDS]),
        (("cluster", "-c", "n", "-c", "amount", "-k", "2"), [TEXT, INFINITE, RECORDS]),
    ],
    ids=lambda part: part[0] if isinstance(part, tuple) else "",
)
def test_a_value_that_is_not_counted_is_said(
    ends: Ends, words: tuple[str], said: list[str]
) -> None:
    code, _, err = ends(THOUSANDS, *words)
    assert code == 0 and [line for line in said if line not in err] == []


def test_the_value_named_is_one_that_is_not_of_the_columns_type(ends: Ends) -> None:
    days = "".join(f"2024-01-0{day}\n" for day in range(1, 8))
    said = "csv-stats: d: 2 values are not dates, such as 'Total'\n"
    assert ends(f"d\n{days}Total\n7\n", "describe")[2] == said
    assert ends("d\n1\n2024-01-01\n3\n", "describe")[2].endswith("such as '2024-01-01'\n")


def test_a_column_of_texts_with_many_numbers_is_said_to_be_left_out() -> None:
    data = b"a,b,c\n" + b"1,2,x\n3,n/k,y\n2,n/k,z\n"
    scan = Scan(io.BytesIO(data), "t.csv", Options())
    numeric = NumericColumns(scan.names)
    list(number_blocks(scan, numeric))
    assert numeric.positions(scan, None) == [0]
    assert scan.remarks == ["b: 1 of 3 values are numbers; it is taken for text and left out"]


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("a\ninf\n-inf\n", ("histogram",), "t.csv: no number is finite"),
        ("a\n1e308\n-1e308\n", ("histogram",), "t.csv: no number is finite"),
        ("a\n1e308\n-1e308\n3\n", ("density", "--x", "a"), "these values are too large"),
        ("a\n0.1\n0.1\n0.1\n", ("density", "--x", "a"), "these values are constant"),
        ("a,b\n1,0.1\n2,0.1\n4,0.1\n", ("fit", "--target", "b", "--features", "a"),
         "column 'b' is constant; there is nothing to explain"),
        ("a,b\n1,x\n2,y\n", ("plot", "--x", "a", "--y", "b"), "such as 'x'; choose another column"),
        ("a,b\n1,2024-01-01\n2,2024-01-02\n", ("plot", "--x", "a", "--y", "b"),
         "column 'b' holds dates, not numbers; use csv-stats line"),
        ("a,b\n1,\n2,\n", ("density", "--x", "b"), "column 'b' has no value; choose another"),
        ("a,b\n1,\n,2\n3,\n,4\n", ("density", "--x", "a", "--y", "b"),
         "no record has a finite number in all of a, b"),
    ],
)  # fmt: skip
def test_a_column_without_an_answer_is_one_clear_line(
    ends: Ends, text: str, words: tuple[str], said: str
) -> None:
    code, out, err = ends(text, *words)
    assert (code, out) == (1, "") and said in err and err.count("\n") == 1


def test_a_number_too_large_to_draw_is_left_out_and_said(ends: Ends) -> None:
    code, out, err = ends("a\n1.7e308\n1\n2\n3\n", "histogram")
    assert code == 0 and sum(int(line.split(",")[3]) for line in out.splitlines()[1:]) == 3
    assert err == "csv-stats: a: 1 value of 1e+300 or more left out\n"
    assert ends("a,b\ninf,1\n1,2\n1e308,3\n2,3\n", "line", "--x", "a", "--y", "b", "--draw")[0] == 0


def test_what_varies_in_held_out_records_alone_does_not_stop_a_fit(ends: Ends) -> None:
    # Each seed holds out other records; for some, the one record with z = 1 is among them.
    lines = "".join(f"{i},{int(i == 20)},{2 * i + i % 3}\n" for i in range(60))
    for seed in range(12):
        words = ("--target", "y", "--features", "x,z", "--seed", str(seed))
        assert ends("x,z,y\n" + lines, "fit", *words)[0] == 0


def test_equal_numbers_have_no_deviation_and_their_own_mean() -> None:
    for value in (0.1, 1929245168.0667903, 1e300):
        for parts in ([30], [1, 7, 22], [10, 20]):
            moments = Moments()
            for size in parts:
                moments.add(np.full(size, value))
            assert (moments.mean, moments.std) == (value, 0.0)


def test_a_subset_of_a_sample_is_random_and_spans_the_whole() -> None:
    data = ("a\n" + "".join(f"{i}\n" for i in range(4000))).encode()
    points = sample_rows(Scan(io.BytesIO(data), "t.csv", Options()), ["a"], 3000, 0)
    chosen = points.rows[points.subset(500)][:, 0]
    assert len(chosen) == len(set(chosen.tolist())) == 500 and (np.diff(chosen) > 0).all()
    # Of 500 at random, the share below the middle is within four standard errors of a half.
    assert abs((chosen < 2000).mean() - 0.5) < 4 * 0.5 / np.sqrt(500)
    assert points.subset(9000).tolist() == list(range(3000))


@pytest.mark.parametrize("offset", [0.0, 1e9, 1e15, -4e15])
@pytest.mark.parametrize("few", [False, True])
def test_a_large_offset_costs_no_digits_of_the_deviation(offset: float, few: bool) -> None:
    steps = np.random.default_rng(61).integers(0, 9, 30_000).astype(float) ** 2
    moments = Moments(shape=True)
    for part in np.array_split(steps + offset, 7):
        moments.add(array("d", part.tolist()) if few else part)
    plain = pd.Series(steps)
    assert moments.std == pytest.approx(plain.std(), rel=1e-12)
    assert moments.skewness == pytest.approx(plain.skew(), rel=1e-9)
    assert moments.kurtosis == pytest.approx(plain.kurt(), rel=1e-9)


def test_bins_of_a_large_offset_have_labels_that_differ(ends: Ends) -> None:
    rows = "".join(f"{1e9 + i / 50}\n" for i in range(200))
    drawn = ends(f"a\n{rows}", "histogram", "--draw")[1].splitlines()[1:]
    labels = [line.split(" │")[0] for line in drawn]
    assert len(set(labels)) == len(labels) > 4
    for label in labels:
        low, high = map(float, label.split(" to "))
        assert low < high
