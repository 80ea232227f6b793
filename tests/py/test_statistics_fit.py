"""csv-stats fit, plot, histogram and density against statsmodels, numpy and scipy."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pyhelpers import KitError
from pyhelpers.__main__ import main
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.distributions import Histogram, bar, density_at, histograms_of
from pyhelpers.statistics.fit import EvaluatedFit, coefficient_rows, fit_table
from pyhelpers.statistics.numeric_columns import RowSample
from pyhelpers.statistics.student_t import t_p_value, t_quantile
from tests.conftest import HEIGHTS, ROOT, Run


def scan_of(frame: pd.DataFrame, **options: Any) -> Scan:
    return Scan(io.BytesIO(frame.to_csv(index=False).encode()), "t.csv", Options(**options))


def some_frame(n: int = 800) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    a, b = rng.normal(1e4, 3, n), rng.exponential(5, n)
    return pd.DataFrame({"a-b": a, "b": b, "y": 3 * a - 2 * b + rng.normal(0, 4, n), "w": "x"})


def fitted(frame: pd.DataFrame, **options: Any) -> EvaluatedFit:
    return fit_table(scan_of(frame, **options), "y", ["a-b", "b"])


@pytest.mark.parametrize("blocks", [{}, {"small": 256, "block": 2048}])
def test_the_fit_is_that_of_statsmodels_to_1e_9(blocks: dict[str, int]) -> None:
    import statsmodels.api as sm

    frame = some_frame()
    found = fitted(frame, **blocks)
    frame = pd.read_csv(io.StringIO(frame.to_csv(index=False)))
    expected = sm.OLS(frame["y"], sm.add_constant(frame[["a-b", "b"]])).fit()
    rows = coefficient_rows(found.fit, 0.9)
    limits = expected.conf_int(0.1).to_numpy()
    columns = ("coefficient", "std_error", "t", "p", "90%_low", "90%_high")
    wanted = (expected.params, expected.bse, expected.tvalues, expected.pvalues, *limits.T)
    for column, values in zip(columns, wanted, strict=True):
        np.testing.assert_allclose([r[column] for r in rows], values, rtol=1e-9, atol=1e-300)
    summary = found.summary()
    assert summary["r2"] == pytest.approx(expected.rsquared, rel=1e-9)
    assert summary["adjusted_r2"] == pytest.approx(expected.rsquared_adj, rel=1e-9)
    assert summary["f"] == pytest.approx(expected.fvalue, rel=1e-9)
    assert summary["residual_std"] == pytest.approx(expected.mse_resid**0.5, rel=1e-9)
    numbers = frame.drop(columns="w")
    z = (numbers - numbers.mean()) / numbers.std()
    scaled = sm.OLS(z["y"], z[["a-b", "b"]]).fit().params
    np.testing.assert_allclose([r["standardised"] for r in rows[1:]], scaled, rtol=1e-9)
    places = frame[["a-b", "b"]].iloc[:5]
    mean = expected.get_prediction(sm.add_constant(places)).conf_int(alpha=0.05)
    band = found.fit.band(places.to_numpy(), 0.95)
    np.testing.assert_allclose(band, (mean[:, 1] - mean[:, 0]) / 2, rtol=1e-7)


@pytest.mark.parametrize("freedom", [1, 2, 3, 10, 101, 199, 200, 24_998, 10**7])
def test_students_t_is_scipys(freedom: int) -> None:
    from scipy.stats import t as student

    for value in (1e-9, 0.01, 0.5, 1, 1.7, 1.74, 2, 3, 8, 30, -2.5):
        expected = 2 * student.sf(abs(value), freedom)
        assert t_p_value(value, freedom) == pytest.approx(expected, rel=1e-9, abs=1e-300)
    for confidence in (0.5, 0.8, 0.95, 0.999):
        expected = student.ppf(0.5 + confidence / 2, freedom)
        assert t_quantile(confidence, freedom) == pytest.approx(expected, rel=1e-9)


def test_a_fit_starts_without_scipy(run: Run) -> None:
    script = (
        "import sys; from pyhelpers.__main__ import main; "
        f"main(['csv-stats', 'fit', '{HEIGHTS}', '--target', 'Weight-Pounds', "
        "'--features', 'Height-Inches']); "
        "print(sorted({'scipy', 'pandas', 'sklearn'} & {*sys.modules}))"
    )
    done = run(ROOT / ".venv/bin/python", "-c", script, PYTHONPATH=str(ROOT))
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_error_on_held_out_records_is_that_of_a_fit_without_them() -> None:
    frame = some_frame()
    found = fitted(frame)
    out = np.random.default_rng(0).random(len(frame)) < 0.2  # as the seed draws them
    lines = np.column_stack([np.ones(len(frame)), frame[["a-b", "b"]]])
    line, *_ = np.linalg.lstsq(lines[~out], frame["y"][~out], rcond=None)
    away = frame["y"][out] - lines[out] @ line
    assert found.held_out == out.sum()
    assert found.held_out_rmse == pytest.approx(float(np.sqrt((away**2).mean())), rel=1e-7)
    assert found.held_out_r2 == pytest.approx(1 - (away**2).mean() / frame["y"][out].var(ddof=0))


def test_a_feature_that_depends_on_others_or_holds_texts_is_named() -> None:
    frame = some_frame().assign(twice=lambda f: 2 * f["b"] + 1, still=4)
    for names, said in [
        (["b", "twice"], "column 'twice' is constant or a linear"),
        (["still"], "column 'still' is constant"),
        (["w"], "column 'w' does not hold numbers"),
        (["y"], "'y' is both target and feature"),
        (["nope"], "no column 'nope'; the columns are: a-b, b, y, w, twice, still"),
    ]:
        with pytest.raises(KitError, match=said):
            fit_table(scan_of(frame), "y", names)
    with pytest.raises(KitError, match="2 complete records are too few"):
        fit_table(scan_of(frame.head(2)), "y", ["b"])


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=60),
    st.sampled_from([1, 0.1, 0.01, 1e-9, 1e12]),
    st.one_of(st.none(), st.integers(1, 30)),
    st.integers(1, 5),
)
def test_bins_hold_what_numpy_counts_between_their_edges(
    wholes: list[int], unit: float, bins: int | None, cuts: int
) -> None:
    histogram = Histogram()
    for part in np.array_split(np.array(wholes) * unit, cuts):
        histogram.add(part)
    found = histogram.binned(bins)
    assert sum(count for *_, count in found) == len(wholes)
    slack = 1e-6 * (found[0][1] - found[0][0])
    for low, high, count in found:
        values = np.array(wholes) * unit
        inner = np.sum((values > low + slack) & (values < high - slack))
        outer = np.sum((values >= low - slack) & (values <= high + slack))
        assert inner <= count <= outer


def test_infinities_and_texts_are_left_out_of_a_histogram() -> None:
    data = b"a,b\n1,x\ninf,y\n5,z\nwhat,z\n"
    found = histograms_of(Scan(io.BytesIO(data), "t.csv", Options()), None)
    assert list(found) == ["a"] and found["a"].size == 2
    assert [bar(share, 2) for share in (0, 1 / 16, 0.75, 1)] == ["", "▏", "█▌", "██"]


@pytest.mark.parametrize("columns", [1, 2])
def test_the_density_is_scipys(columns: int) -> None:
    from scipy.stats import gaussian_kde

    points = (
        np.random.default_rng(9).normal(size=(300, columns))
        @ np.array([[1, 0.5], [0, 2]])[:columns, :columns]
    )
    places = points[:40] + 0.1
    np.testing.assert_allclose(
        density_at(points, places), gaussian_kde(points.T)(places.T), rtol=1e-9
    )


def test_each_row_is_as_likely_to_be_kept() -> None:
    times = np.zeros(200)
    for seed in range(600):
        points = RowSample(20, seed)
        for part in np.array_split(np.arange(200.0)[:, None], 9):
            points.add(part)
        times[points.rows[:, 0].astype(int)] += 1
    # Chi-square with 199 degrees of freedom: above 291 once in 50,000 fair draws.
    assert times.sum() == 600 * 20 and ((times - 60) ** 2 / (60 * 0.9)).sum() < 291


PICTURES = [
    ("histogram", "-c", "Height-Inches", "-o", "a picture.svg"),
    ("plot", "--x", "Height-Inches", "--y", "Weight-Pounds", "-o", "a picture.png"),
    ("density", "--x", "Height-Inches", "-o", "a picture.png"),
    ("density", "--x", "Height-Inches", "--y", "Weight-Pounds", "-o", "a picture.pdf"),
    ("fit", "--target", "Weight-Pounds", "--features", "Height-Inches", "-o", "a picture.png"),
]


@pytest.mark.parametrize("words", PICTURES, ids=" ".join)
def test_a_picture_is_written_in_the_format_its_name_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("few.csv").write_bytes(b"\n".join(HEIGHTS.read_bytes().split(b"\n")[:400]))
    assert main(["csv-stats", words[0], "few.csv", *words[1:]]) == 0
    data = Path(words[-1]).read_bytes()
    assert {"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF"}[words[-1][-3:]] in data
    assert sorted(path.name for path in tmp_path.iterdir()) == [words[-1], "few.csv"]


@pytest.mark.parametrize("words", PICTURES[:4], ids=" ".join)
def test_each_picture_can_be_drawn_in_characters(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert main(["csv-stats", words[0], str(HEIGHTS), *words[1:-2], "--draw"]) == 0
    out = capsys.readouterr().out
    assert "Height-Inches" in out and out.count("\n") > 15 and "\x1b" not in out


def test_the_fit_on_the_shipped_data_is_printed_as_rows_and_as_one(run: Run) -> None:
    words = (
        "csv-stats",
        "fit",
        HEIGHTS,
        "--target",
        "Weight-Pounds",
        "--features",
        "Height-Inches",
    )
    done = run(*words)
    assert done.stdout.splitlines()[2].startswith("Height-Inches,3.08347644")
    assert "csv-stats: 25.3% of the variance of Weight-Pounds is explained" in done.stderr
    one = json.loads(run(*words, "--summary", "--format", "json").stdout)
    assert one["records"] == 25_000 and one["r2"] == pytest.approx(0.5028585206**2)


def test_without_seaborn_a_picture_is_127_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pyhelpers.statistics.plots import seaborn

    monkeypatch.setitem(sys.modules, "seaborn", None)
    with pytest.raises(KitError, match="seaborn is missing; run ./install.sh --extra plots") as no:
        seaborn()
    assert no.value.exit_code == 127
