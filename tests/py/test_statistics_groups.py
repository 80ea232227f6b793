"""csv-stats cluster and compare, against scikit-learn, scipy and Python's csv."""

import csv
import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pyhelpers import KitError
from pyhelpers.__main__ import main
from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.cluster_labels import parse_labels
from pyhelpers.statistics.compare import Distribution, compare_columns, read_groups
from pyhelpers.statistics.kmeans import best_k, k_means, try_all
from pyhelpers.statistics.two_sample_tests import (
    chi_square,
    kolmogorov_smirnov,
    stability_index,
    value_bins,
)
from pyhelpers.statistics.value_counts import ValueCounts
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


def test_few_records_are_clustered_as_well_as_by_scikit_learn() -> None:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    rng = np.random.default_rng(20)
    for size, columns in ((40, 2), (300, 3), (1500, 1)):
        rows = rng.normal(size=(size, columns)) + 3 * rng.integers(0, 2, (size, 1))
        for k in (2, 3, 6):
            found = k_means(rows, list("abc")[:columns], k, seed=0)
            scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
            theirs = KMeans(k, n_init=10, random_state=0).fit(scaled)
            assert found.inertia <= 1.02 * theirs.inertia_
            assert found.silhouette == pytest.approx(silhouette_score(scaled, found.labels))
            for label, centre in enumerate(found.centres):
                np.testing.assert_allclose(rows[found.labels == label].mean(axis=0), centre)


def test_many_equal_records_hide_no_cluster() -> None:
    # Of 3,000 records the first 1,000 are equal; of 12,000, few are different.
    rows = np.concatenate([np.ones((1000, 2)), np.full((1000, 2), 5.0), np.full((1000, 2), 9.0)])
    tried = try_all(rows, ["a", "b"], 6, seed=0)
    assert list(tried) == [2, 3] and best_k(tried) == 3
    assert len(np.unique(tried[3].labels)) == 3
    few = k_means(rows[::100], ["a", "b"], 3, seed=0)
    assert few.inertia == pytest.approx(0) and len(np.unique(few.labels)) == 3
    with pytest.raises(KitError, match="3 different records are too few for 4 clusters"):
        k_means(np.repeat(rows, 40, axis=0), ["a", "b"], 4, seed=0)


def test_the_type_of_a_column_is_that_of_the_whole_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    late = "".join(f"{i},{i % 5},\n" for i in range(500_000))
    path.write_text("a,b,late\n" + late + "".join(f"{i},{i % 5},{i % 3}\n" for i in range(3000)))
    done = run("csv-stats", "cluster", path, "-k", "2")
    assert done.stdout.splitlines()[0] == "cluster,records,share,a,b,late"
    assert "500,000 records were left out for a value that is missing" in done.stderr


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


def row_of(a: list[Distribution], b: list[Distribution]) -> dict[str, Any]:
    return compare_columns(["a"], a, b)[0][0]


def side_of(*texts: str) -> list[Distribution]:
    side = Distribution()
    side.add(Texts(list(texts)))
    return [side]


def test_at_most_one_in_100_comparisons_of_random_samples_has_a_column_that_is_not_alike() -> None:
    # 300 comparisons of two columns: with a rate of 1 in 100, more than 9 have a chance of 0.0007.
    rng = np.random.default_rng(21)
    ages, towns = rng.integers(0, 90, 9000), rng.zipf(1.3, 9000) % 400
    alarms = 0
    for draw in range(300):
        size = (20, 50, 400)[draw % 3]
        rows = rng.choice(9000, size, replace=False)
        sides = []
        for chosen in (slice(None), rows):
            age, town = Distribution(), Distribution()
            age.add(ages[chosen].astype(float))
            town.add(Texts([f"t{t}" for t in towns[chosen]]))
            sides.append([age, town])
        verdicts = {row["verdict"] for row in compare_columns(["age", "town"], *sides)[0]}
        alarms += not verdicts <= {"alike", "not judged"}
    assert alarms <= 9


def test_a_small_sample_that_differs_is_seen() -> None:
    rng = np.random.default_rng(22)
    whole = sides_of(list(rng.normal(50, 10, 9000)))
    assert row_of(whole, sides_of(list(rng.normal(62, 10, 50))))["verdict"] == "different"
    texts = side_of(*["red"] * 500, *["blue"] * 500)
    assert row_of(texts, side_of(*["red"] * 40, *["blue"] * 10))["verdict"] == "different"


def test_texts_that_come_once_each_are_not_judged() -> None:
    a, b = side_of(*(f"a{i}" for i in range(300))), side_of(*(f"b{i}" for i in range(90)))
    assert row_of(a, b)["verdict"] == "not judged"
    assert row_of(side_of("x", "x"), side_of("x"))["verdict"] == "alike"


def test_dates_are_compared_as_dates() -> None:
    days = pd.date_range("2024-01-01", periods=1000, freq="D")
    first, later = days[::2], days[500:]
    row = row_of(side_of(*map(str, first.date)), side_of(*map(str, later.date)))
    assert (row["type"], row["count_a"], row["verdict"]) == ("date", 500, "different")
    assert row["mean_a"] == str(first.mean().floor("s"))
    seconds = [side.to_numpy().astype("datetime64[s]").astype(float) for side in (first, later)]
    assert row["shift"] == pytest.approx(
        (seconds[1].mean() - seconds[0].mean()) / seconds[0].std(ddof=1)
    )
    mixed = row_of(side_of(*map(str, first.date)), side_of(*map(str, days[1::2].date)))
    assert mixed["verdict"] == "alike"


def test_a_count_is_that_of_the_values_compared_and_the_others_are_said() -> None:
    a, b = side_of("1", "2", "1,483.69", "3", "inf", ""), side_of("1", "2", "3")
    rows, said = compare_columns(["a"], a, b)
    assert (rows[0]["count_a"], rows[0]["mean_a"], rows[0]["missing_a"]) == (3, 2.0, 1)
    assert said == [
        "a: a: 1 value is not a number, such as '1,483.69' (pass --thousands , to read it)",
        "a: a: 1 value is infinite and left out",
    ]
    assert row_of(side_of("1", "2"), side_of("x", "y"))["verdict"] == "types differ"


def test_a_change_of_missing_values_alone_is_a_verdict() -> None:
    rng = np.random.default_rng(23)
    values = rng.normal(size=4000)
    holes = np.where(rng.random(4000) < 0.3, np.nan, rng.normal(size=4000))
    assert (
        row_of(sides_of(list(values)), sides_of(list(holes)))["verdict"] == "missing values differ"
    )


def test_the_chi_square_test_is_scipys() -> None:
    from scipy.stats import chi2_contingency

    a, b = np.array([10.0, 40, 7, 0]), np.array([25.0, 41, 9, 0])
    expected = chi2_contingency(np.stack([a, b])[:, :3], correction=False).pvalue
    assert chi_square([a, b]) == pytest.approx(expected)


def test_rare_texts_are_counted_together() -> None:
    a, b = ValueCounts(), ValueCounts()
    a.add({"x": 500, "y": 300} | {f"r{i}": 1 for i in range(200)})
    b.add({"x": 50, "y": 30, "new": 20})
    counts = value_bins(a, b)
    assert [side.tolist() for side in counts] == [[500, 300, 200], [50, 30, 20]]


def test_a_sample_is_like_the_whole_and_a_shifted_one_is_not() -> None:
    rng = np.random.default_rng(13)
    whole = rng.normal(100, 5, 20_000)
    alike = row_of(sides_of(list(whole)), sides_of(list(whole[:2000])))
    moved = row_of(sides_of(list(whole)), sides_of(list(whole[:2000] + 5)))
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
    rows, _ = compare_columns(names, *sides)
    means = two.groupby("kind")["points"].mean()
    assert labels == ["0", "1"]
    assert [rows[0]["mean_a"], rows[0]["mean_b"]] == pytest.approx(means.tolist())
    assert rows[1]["type"] == "text" and rows[1]["verdict"] == "different"
    three = io.BytesIO(frame.to_csv(index=False).encode())
    with pytest.raises(KitError, match="more than two values"):
        read_groups(Scan(three, "t.csv", options), ["points"], "kind")


def test_a_file_is_compared_with_a_pipe(run: Run) -> None:
    half = b"\n".join(HEIGHTS.read_bytes().split(b"\n")[:9000])
    done = run("csv-stats", "compare", HEIGHTS, "-", "-c", "Weight-Pounds", input=half)
    assert done.stdout.splitlines()[1].endswith(",alike")
    assert run("csv-stats", "compare", HEIGHTS).returncode == 2
