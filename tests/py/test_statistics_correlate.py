"""csv-stats correlate against pandas."""

import io

import numpy as np
import pandas as pd
import pytest

from pyhelpers import KitError
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.correlate import correlate, matrix_rows
from tests.conftest import HEIGHTS, Run


def frame_with_gaps() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    x = rng.normal(size=700)
    frame = pd.DataFrame(
        {"x": x + 1e6, "y": x + rng.normal(size=700), "z": rng.integers(0, 4, 700)}
    )
    frame.loc[rng.choice(700, 60), "y"] = np.nan
    frame.loc[rng.choice(700, 60), "z"] = np.nan
    return frame.assign(word="w", still=3.0)


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_gaps_are_left_out_pair_by_pair_as_pandas_does(method: str) -> None:
    frame = frame_with_gaps()
    data = io.BytesIO(frame.to_csv(index=False).encode())
    scan = Scan(data, "t.csv", Options(small=256, block=2048))
    names, matrix = correlate(scan, None, method == "spearman", 1 << 30)
    assert names == ["x", "y", "z", "still"]
    expected = frame[names].corr(method=method)
    np.testing.assert_allclose(matrix, expected.to_numpy(), atol=1e-9)
    assert matrix_rows(names, matrix)[1]["x"] == matrix[1, 0]


def test_a_column_of_texts_cannot_be_correlated() -> None:
    data = io.BytesIO(frame_with_gaps().to_csv(index=False).encode())
    with pytest.raises(KitError, match="column 'word' does not hold numbers"):
        correlate(Scan(data, "t.csv", Options()), ["x", "word"], False, 1 << 30)


def test_the_shipped_file_correlates_as_in_pandas(run: Run) -> None:
    done = run("csv-stats", "correlate", HEIGHTS, "-c", "Height-Inches", "-c", "Weight-Pounds")
    frame = pd.read_csv(io.StringIO(done.stdout), index_col="column")
    expected = pd.read_csv(HEIGHTS)[list(frame)].corr()
    np.testing.assert_allclose(frame.to_numpy(), expected.to_numpy(), atol=1e-12)
