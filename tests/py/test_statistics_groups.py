"""csv-stats cluster and compare, against scikit-learn, scipy and Python's csv."""

import csv
import io
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pyhelpers import KitError
from pyhelpers.__main__ import main
from pyhelpers.csvio.scan import Options, Scan
from pyhelpers.statistics.compare import (
    Distribution,
    compare_rows,
    kolmogorov_smirnov,
    read_groups,
    stability_index,
)
from pyhelpers.statistics.kmeans import best_k, k_means, parse_labels, try_all
from tests.conftest import HEIGHTS, Run


def three_groups() -> pd.DataFrame:
    """Return players of three kinds, their columns of very different size."""
    rng = np.random.default_rng(11)
    centres = np.array([[25.0, 8.0, 0.5], [12.0, 4.0, 2.0], [4.0, 2.0, 0.2]])
    kind = rng.integers(0, 3, 300)
    rows = centres[kind] + rng.normal(0, (1.0, 0.4, 0.05), (300, 3))
    return pd.DataFrame(rows, columns=["points", "re,bounds", "blocks"]).assign(kind=kind)


def test_clusters_are_the_true_groups_with_centres_in_the_datas_units() -> None:
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    frame = three_groups()
    rows, names = frame.iloc[:, :3].to_numpy(), list(frame.columns[:3])
    tried = try_all(rows, names, 6, seed=0)
    assert best_k(tried) == 3 and list(tried) == [2, 3, 4, 5, 6]
    found = tried[3]
    assert adjusted_rand_score(frame["kind"], found.labels) == 1
    for label, centre in enumerate(found.centres):
        np.testing.assert_allclose(rows[found.labels == label].mean(axis=0), centre, rtol=1e-6)
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    assert found.silhouette == pytest.approx(silhouette_score(scaled, found.labels))
    assert found.centres[0][0] > 20  # the highest first
    np.testing.assert_array_equal(found.assign(rows), found.labels)
    assert found.assign(np.array([[np.nan, 1, 1]])).tolist() == [-1]


def test_records_that_cannot_be_clustered_are_refused() -> None:
    same = np.ones((9, 2))
    with pytest.raises(KitError, match="need two different complete records"):
        try_all(same, ["a", "b"], 4, 0)
    with pytest.raises(KitError, match="column 'b' is constant"):
        k_means(np.column_stack([np.arange(9.0), np.ones(9)]), ["a", "b"], 2, 0)
    with pytest.raises(KitError, match="9 different records are too few for 10 clusters"):
        k_means(np.arange(18.0).reshape(9, 2), ["a", "b"], 10, 0)
    for pair in ("x", "3=a", "a=b"):
        with pytest.raises(KitError, match="--name takes NUMBER=LABEL"):
            parse_labels([pair], 3)


@pytest.mark.parametrize("piped", [False, True])
def test_rows_keep_their_bytes_and_gain_a_label(run: Run, tmp_path: Path, piped: bool) -> None:
    text = three_groups().to_csv(index=False).replace("\n", "\r\n") + "1,,3,0\r\n"
    path = tmp_path / "p.csv"
    path.write_bytes(text.encode())
    words = ("csv-stats", "cluster", "-" if piped else path, "-c", "points", "-c", "re,bounds")
    more = ("-k", "3", "--name", "0=be,st", "--rows")
    done = run(*words, *more, input=text if piped else "")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split("\r\n")
    labels = [line[-1] for line in csv.reader(io.StringIO(done.stdout, newline=""))]
    assert labels[0] == "cluster" and set(labels[1:-1]) == {"be,st", "1", "2"} and not labels[-1]
    for before, after in zip(text.split("\r\n"), lines, strict=True):
        assert after.startswith(before)


def test_the_elbow_and_the_facets_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    three_groups().to_csv("p.csv", index=False)
    columns = ["-c", "points", "-c", "re,bounds", "-c", "blocks"]
    assert main(["csv-stats", "cluster", "p.csv", *columns, "-k", "3", "-o", "c.png"]) == 0
    assert main(["csv-stats", "cluster", "p.csv", *columns, "--elbow", "-o", "e.png"]) == 0
    assert all(Path(name).read_bytes().startswith(b"\x89PNG") for name in ("c.png", "e.png"))
    assert main(["csv-stats", "cluster", "p.csv", *columns, "--elbow", "--draw"]) == 0
    assert "inertia" in capsys.readouterr().out


def test_the_distance_of_distributions_is_scipys() -> None:
    from scipy.stats import ks_2samp

    rng = np.random.default_rng(12)
    for size in (40, 700):
        a, b = np.sort(rng.normal(size=size).round(1)), np.sort(rng.normal(0.2, 1, 300).round(1))
        distance, p = kolmogorov_smirnov(a, b)
        expected = ks_2samp(a, b, method="asymp")
        assert distance == pytest.approx(expected.statistic, abs=1e-12)
        assert p == pytest.approx(expected.pvalue, abs=0.03)


def sides_of(values: list[float]) -> list[Distribution]:
    side = Distribution()
    side.add(np.array(values))
    return [side]


def test_a_sample_is_like_the_whole_and_a_shifted_one_is_not() -> None:
    rng = np.random.default_rng(13)
    whole = rng.normal(100, 5, 20_000)
    alike = compare_rows(["a"], sides_of(list(whole)), sides_of(list(whole[:2000])))[0]
    moved = compare_rows(["a"], sides_of(list(whole)), sides_of(list(whole[:2000] + 5)))[0]
    assert (alike["verdict"], moved["verdict"]) == ("alike", "different")
    assert moved["shift"] == pytest.approx(1, abs=0.1)
    deciles = np.quantile(whole, np.linspace(0.1, 0.9, 9))
    counts = [np.histogram(v, [-np.inf, *deciles, np.inf])[0] for v in (whole, whole[:2000] + 5)]
    shares = [np.maximum(c / c.sum(), 1e-4) for c in counts]
    expected = sum((q - p) * math.log(q / p) for p, q in zip(*shares, strict=True))
    assert moved["psi"] == pytest.approx(expected)
    assert stability_index(*counts) == pytest.approx(expected)


def test_two_groups_of_a_file_are_compared_and_three_are_not() -> None:
    frame = three_groups()
    two = frame[frame["kind"] < 2].assign(word=lambda f: np.where(f["kind"] == 0, "x", "y"))
    data = io.BytesIO(two.to_csv(index=False).encode())
    names = ["points", "word"]
    options = Options(texts=frozenset(["kind"]))
    scan = Scan(data, "t.csv", options)
    labels, sides = read_groups(scan, names, "kind")
    rows = compare_rows(names, *sides)
    means = two.groupby("kind")["points"].mean()
    assert labels == ["0", "1"]
    assert [rows[0]["mean_a"], rows[0]["mean_b"]] == pytest.approx(means.tolist())
    assert rows[1]["type"] == "text" and rows[1]["verdict"] == "different"
    three = io.BytesIO(frame.to_csv(index=False).encode())
    with pytest.raises(KitError, match="more than two different values"):
        read_groups(Scan(three, "t.csv", options), ["points"], "kind")


def test_a_file_is_compared_with_a_pipe(run: Run) -> None:
    half = b"\n".join(HEIGHTS.read_bytes().split(b"\n")[:9000])
    done = run("csv-stats", "compare", HEIGHTS, "-", "-c", "Weight-Pounds", input=half)
    assert done.stdout.splitlines()[1].endswith(",alike")
    assert run("csv-stats", "compare", HEIGHTS).returncode == 2
