"""The benchmarks' tables and records for given numbers, and how a side is run."""

import doctest
import statistics
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import growth, record, table
from bench.dask_cluster import dask
from bench.side_by_side import (
    COMMAND,
    Column,
    Goal,
    Job,
    Side,
    SideFailed,
    environment,
    measure,
    run_in_turn,
)
from bench.table import Spread

WALLS = {"ours": [1.0, 2.0, 3.0], "rival": [4.0, 4.0, 4.0]}


def side(name: str, walls: list[float], *goals: Goal, ours: bool = True) -> Side:
    rounds = [{"wall s": wall, "cpu s": wall / 2, "peak MB": 10 * wall} for wall in walls]
    return Side(name, dict, goals, ours, rounds=rounds)


def job(*goals: Goal) -> Job:
    return Job("a job", [side("ours", WALLS["ours"], *goals), side("rival", WALLS["rival"])])


def cells(markdown: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown.splitlines()]


def test_a_table_shows_medians_the_largest_peak_and_the_range_of_ratios() -> None:
    head, _, ours, rival = cells(table.markdown(job()))
    assert head == ["side", "wall s", "cpu s", "peak MB", "ratio", "cpu ratio"]
    assert ours == ["ours", "2.000", "1.000", "30", "0.50 (0.25-0.75)", "0.50 (0.25-0.75)"]
    assert rival[4] == "1.00"


walls = st.lists(st.floats(0.001, 1000), min_size=1, max_size=9)


@given(walls, st.data())
def test_the_ratio_is_the_median_of_the_rounds_ratios(
    mine: list[float], data: st.DataObject
) -> None:
    theirs = data.draw(st.lists(st.floats(0.001, 1000), min_size=len(mine), max_size=len(mine)))
    given_job = Job("a job", [side("ours", mine), side("rival", theirs)])
    expected = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
    assert table.spreads(given_job)["ours"]["ratio"].middle == pytest.approx(expected)


def test_a_difference_is_taken_round_by_round() -> None:
    over = (Column("ms", 1, over="over"),)
    taken = {"ours": [5.0, 9.0, 30.0], "bare": [4.0, 6.0, 8.0]}
    sides = [Side(name, dict, rounds=[{"ms": ms} for ms in each]) for name, each in taken.items()]
    assert table.spreads(Job("a job", sides, over))["ours"]["over"] == Spread(1.0, 3.0, 22.0)


def test_the_quickest_rival_is_compared_with_where_the_job_says_so() -> None:
    sides = [side("ours", [2.0]), side("slow", [9.0], ours=False), side("quick", [1.0], ours=False),
             side("last", [4.0], ours=False)]  # fmt: skip
    found = table.spreads(Job("a job", sides, to_quickest=True))
    assert [found[name]["ratio"].middle for name in ("ours", "slow", "quick")] == [2.0, 9.0, 1.0]


def test_a_missing_rival_is_named_and_ratios_to_it_are_left_open() -> None:
    missing = Side("tsv-sample", dict, missing=True)
    rows = cells(
        table.markdown(Job("a job", [side("ours", [1.0], Goal("ratio", most=1)), missing]))
    )
    assert rows[3][:2] == ["tsv-sample", "not installed"]
    assert rows[2][4] == "" and rows[2][-1] == ""


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (Goal("ratio", most=0.5), "ratio at most 0.5: met"),
        (Goal("ratio", most=0.49), "ratio at most 0.49: **missed**"),
        (Goal("ratio", least=0.5), "ratio at least 0.5: met"),
        (Goal("ratio", least=0.6), "ratio at least 0.6: **missed**"),
        (Goal("wall s", most=2), "wall s at most 2: met"),
        (Goal("peak MB", most=20), "peak MB at most 20: **missed**"),
    ],
)
def test_a_goal_stands_beside_its_figure_with_whether_it_was_met(goal: Goal, said: str) -> None:
    rows = cells(table.markdown(job(goal)))
    assert rows[2][-1] == said
    assert rows[0][-1] == "goal"
    assert "goal" not in table.markdown(job(goal), goals=False)


def test_goals_of_columns_that_came_to_the_same_stand_together() -> None:
    columns = tuple(Column(name) for name in ("a280", "att48", "pr1002"))
    goals = tuple(Goal(column.name, most=0.1) for column in columns)
    gaps = Side("ours", dict, goals, rounds=[{"a280": 0.0, "att48": 0.1, "pr1002": 0.2}])
    rows = cells(table.markdown(Job("gaps", [gaps], columns)))
    assert rows[2][-1] == "a280, att48 at most 0.1: met; pr1002 at most 0.1: **missed**"


def one(name: str, shell: str) -> Side:
    return Side(name, lambda: measure(shell, environment()))


def test_sides_run_in_turn_and_the_first_round_does_not_count(tmp_path: Path) -> None:
    log = tmp_path / "log"
    sides = [one(letter, f"printf {letter} >>{log}") for letter in "ab"]
    run_in_turn(Job("turns", sides), 2)
    assert log.read_text() == "ababab"
    assert [len(side.rounds) for side in sides] == [2, 2]


def test_a_missing_side_does_not_run() -> None:
    def fail() -> dict[str, float]:
        raise AssertionError("it ran")

    run_in_turn(Job("turns", [Side("gone", fail, missing=True), one("true", "true")]), 1)


def test_a_failing_side_ends_the_bench_with_its_command_and_what_it_said() -> None:
    bad = one("bad", "echo broken sea >&2; exit 3")
    with pytest.raises(SideFailed) as failed:
        run_in_turn(Job("a job", [bad, one("good", "true")]), 1)
    said = str(failed.value)
    assert "a job: bad: exit code 3" in said
    assert "exit 3" in said and "broken sea" in said.splitlines()[-2]


def test_a_peak_is_the_sides_own_whatever_the_bench_holds() -> None:
    ballast = bytearray(b"x") * 150_000_000
    taken = measure("exec true", environment())
    assert len(ballast) == 150_000_000
    assert taken["peak MB"] < 30


def test_a_peak_and_the_seconds_of_all_that_a_side_started_count() -> None:
    spin = f"{sys.executable} -c 'import time\nb = bytearray(80_000_000)\n"
    spin += "while time.process_time() < 0.4: pass'"
    # The shell ends without waiting for what it reads from.
    taken = measure(f"exec cat < <({spin})", environment())
    assert taken["cpu s"] >= 0.4
    assert 80 < taken["peak MB"] < 140


def test_output_is_read_where_a_side_asks_for_it() -> None:
    taken = measure("echo 12", environment(), lambda text: {"cities": float(text)})
    assert taken["cities"] == 12.0


@pytest.mark.parametrize(
    ("now", "then", "gain", "worse"),
    [
        (Spread(1.3, 1.4, 1.5), Spread(0.9, 1.0, 1.1), False, 0.4),
        (Spread(1.05, 1.4, 1.5), Spread(0.9, 1.0, 1.1), False, 0.0),  # the rounds overlap
        (Spread(1.19, 1.2, 1.21), Spread(0.9, 1.0, 1.1), False, 0.0),  # not a quarter
        (Spread(0.5, 0.6, 0.7), Spread(0.9, 1.0, 1.1), False, 0.0),  # better
        (Spread(0.5, 0.6, 0.7), Spread(0.9, 1.0, 1.1), True, 0.4),  # more would be better
        (Spread(1.3, 1.4, 1.5), Spread(0.9, 1.0, 1.1), True, 0.0),
        (
            Spread(1.0, 1.0, 1.0),
            Spread(0.0, 0.0, 0.0),
            False,
            float("inf"),
        ),  # a fork where none was
    ],
)
def test_worse_is_beyond_a_quarter_and_beyond_the_rounds(
    now: Spread, then: Spread, gain: bool, worse: float
) -> None:
    assert record.worse_by(now, then, gain) == pytest.approx(worse)


def test_a_ratio_that_got_worse_is_named_with_both_figures() -> None:
    slower = Job("a job", [side("ours", [6.0, 6.4, 6.8]), side("rival", [4.0, 4.0, 4.0])])
    lines = record.got_worse(slower, record.ratios(job()))
    assert lines == [
        "ours, ratio: 0.50, now 1.60 (+220%)",
        "ours, cpu ratio: 0.50, now 1.60 (+220%)",
    ]
    assert record.got_worse(job(), record.ratios(slower)) == []


def test_results_keep_what_did_not_run_again_in_the_benchs_order() -> None:
    order = {"one": ("Says one.", ["a", "b"]), "two": ("Says two.", ["c"])}
    bodies = {"one": {"b": "| b |", "gone": "| g |"}, "two": {"c": "| old |"}}
    first = {
        name: {key: record.block_of(key, key.upper(), body) for key, body in jobs.items()}
        for name, jobs in bodies.items()
    }
    parts = record.parse(record.compose(first, order))
    parts.setdefault("one", {})["a"] = record.block_of("a", "A", "| a |")
    text = record.compose(parts, order)
    places = [text.index(mark) for mark in ("## one", "### `a`", "### `b`", "## two", "| old |")]
    assert places == sorted(places) and "gone" not in text
    assert record.compose(record.parse(text), order) == text


@pytest.mark.parametrize("module", [growth, record, table])
def test_examples_in_docstrings_hold(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0 and found.failed == 0


def test_slopes_of_known_powers_are_said_below_the_table_and_are_read_again() -> None:
    sides = [
        Side(growth.size_name(mb), dict, ours=True, rounds=[
            {"wall s": 2.0, "cpu s": 0.01 * mb, "peak MB": 3 * mb**0.5, "MB/s": mb / 2}
        ])
        for mb in (1, 100, 10_000)
    ]  # fmt: skip
    text = table.markdown(Job("a job", sides, growth.SIZES, says=growth.grown))
    assert "slope is 1.00 of processor seconds and 0.50 of peak memory" in text
    assert "second of a processor takes 100 MB" in text
    block = record.block_of("a", "a job", text)
    found = growth.recorded(record.compose({"scale": {"a": block}}, {"scale": ("Said.", ["a"])}))
    assert found["a"]["10,000 MB"] == {"wall s": 2, "cpu s": 100, "peak MB": 300, "MB/s": 5000}


def test_what_the_workers_of_a_cluster_take_is_seen(tmp_path: Path) -> None:
    from distributed import Client

    with dask(tmp_path, 1) as cluster:
        before = cluster.processor_seconds()
        with Client(cluster.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.submit(lambda: sum(range(10**7)) + len(b"x" * (200 << 20))).result()
        assert cluster.processor_seconds() - before > 0.05
        assert cluster.peak() > 200


def test_columns_of_commands_are_what_a_measurement_gives() -> None:
    assert [column.name for column in COMMAND] == list(measure("true", environment()))
