"""make-change on the command line: output, proofs and errors."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.conftest import Run


def test_one_amount_is_a_row_for_each_coin_and_a_proof(run: Run) -> None:
    done = run("make-change", "1.34")
    assert done.stdout == "coin,value,count\nquarter,0.25,5\nnickel,0.05,1\npenny,0.01,4\n"
    assert done.stderr.startswith(
        "make-change: 10 coins (5 quarters, 1 nickel, 4 pennies), the fewest: "
    )


def test_json_is_one_object_with_both_answers_and_the_counterexample(run: Run) -> None:
    done = run("make-change", "0.30", "--coins", "1,10,25", "--both", "--format", "json")
    record = json.loads(done.stdout)
    assert (record["greedy"]["coins"], record["greedy"]["proved"]) == (6, False)
    assert (record["optimal"]["coins"], record["optimal"]["proved"]) == (3, True)
    assert record["optimal"]["change"] == [{"coin": "dime", "value": "0.10", "count": 3}]
    assert (record["canonical"], record["counterexample"]) == (False, "0.30")
    assert done.stderr == ""


def test_cash_rounding_is_done_and_reported(run: Run) -> None:
    done = run("make-change", "1.38", "--currency", "chf", "--format", "json")
    assert json.loads(done.stdout)["paid"] == "1.40"
    assert "1.38 CHF is 1.40 in cash" in run("make-change", "1.38", "--currency", "CHF").stderr
    kuwait = run("make-change", "0.003", "--currency", "KWD")
    assert kuwait.stdout == "coin,value,count\n0.005,0.005,1\n"
    finland = run("make-change", "1.38", "--currency", "EUR", "--round-to", "0.05")
    assert finland.stdout.splitlines()[1:] == ["1.00,1.00,1", "0.20,0.20,2"]


def test_every_amount_of_a_column_is_paid_and_the_record_kept(run: Run) -> None:
    text = 'who,total\n"Ada, Countess",1.34\nBob,0.30\n'
    done = run("make-change", "-c", "total", "--till", "5=0", "--both", input=text)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["who"] for row in rows] == ["Ada, Countess", "Bob"]
    assert [row["greedy_coins"] for row in rows] == ["14", "6"]
    assert [row["optimal_coins"] for row in rows] == ["11", "3"]
    assert rows[1]["optimal_dime"] == "3"


def test_a_bad_amount_in_a_column_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "some sales.csv"
    file.write_text("total\n1.00\nfree\n")
    done = run("make-change", file, "-c", "total")
    assert done.returncode == 1
    assert done.stderr == (
        f"make-change: {file}: line 3, column 'total': 'free' is not an amount of money; "
        "write it like 1.34\n"
    )
    empty = run("make-change", "-c", "total", "--till", "25=0,10=0,5=0,1=3", input=file.read_text())
    assert "line 2, column 'total': 1.00 USD cannot be paid" in empty.stderr


def test_a_column_with_the_name_of_a_coin_is_not_overwritten(run: Run) -> None:
    done = run("make-change", "-c", "total", input="total,penny\n1,2\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "rename it" in done.stderr


def test_an_amount_that_the_till_cannot_pay_is_an_error_with_the_nearest(run: Run) -> None:
    done = run("make-change", "0.13", "--till", "25=1,10=1,5=1,1=2")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("; nearest is 0.12 or 0.15\n")
    stuck = run("make-change", "0.30", "--coins", "25,10", "--greedy")
    assert stuck.stderr == "make-change: greedy gets stuck; without --greedy it is 3 dimes\n"


def test_a_trillion_dollars_of_awkward_coins_are_paid_at_once(run: Run) -> None:
    done = run("make-change", "1000000000000.30", "--till", "5=0", "--format", "json")
    record = json.loads(done.stdout)
    assert record["optimal"]["coins"] == 4 * 10**12 + 3
    assert record["optimal"]["proved"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "1.345",
        "sales.csv",
        "1 --currency ABC",
        "1 --currency XXX",
        "1 --coins 0,1",
        "1 --coins 0.25,0.10",
        "1 --coins 5,5",
        "1 --coins 1,2 --notes",
        "1 --till 3=1",
        "1 --till 25",
        "1 --till 25=-1",
        "1 --greedy --both",
        "1 --full --both",
        "1 --round-to 0",
        "1 --canonical",
    ],
)
def test_a_usage_error_is_one_line_and_exit_code_2(run: Run, words: str) -> None:
    done = run("make-change", *words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_a_refund_is_paid_back_in_coins(run: Run, tmp_path: Path) -> None:
    done = run("make-change", "--", "-1.34")
    assert done.returncode == 0
    assert done.stdout == run("make-change", "1.34").stdout
    assert "make-change: a refund: 1.34 USD is paid back" in done.stderr
    found = json.loads(run("make-change", "--format", "json", "--", "-0.3").stdout)
    assert (found["amount"], found["paid"]) == ("-0.30", "0.30")
    sales = run("make-change", "-c", "total", input="id,total\n1,-1.34\n2,1.34\n")
    refund, sale = sales.stdout.splitlines()[1:]
    assert refund.replace("1,-1.34", "2,1.34") == sale


@pytest.mark.parametrize(
    ("code", "paid", "pieces"), [("INR", "1.00", 1), ("MXN", "1.30", 3), ("BRL", "1.35", 3)]
)
def test_rupees_pesos_and_reais_are_known(run: Run, code: str, paid: str, pieces: int) -> None:
    found = json.loads(run("make-change", "1.34", "--currency", code, "--format", "json").stdout)
    assert (found["paid"], found["optimal"]["coins"]) == (paid, pieces)
    assert found["optimal"]["proved"]
