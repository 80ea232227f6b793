"""Dates of other formats and words for true and false, when a person says so; against pandas."""

import datetime
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelpers.csvio.cells import USUAL_DATES, iso_date, word_options
from tests.conftest import Run

FORMS = ["%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%Y%m%d", "%d.%m.%Y %H:%M"]


def described(run: Run, text: str, *words: str) -> tuple[pd.DataFrame, str]:
    done = run("csv-stats", "describe", *words, input=text)
    assert done.returncode == 0, done.stderr
    return pd.read_csv(io.StringIO(done.stdout), index_col=0, dtype=str), done.stderr


@given(st.dates(datetime.date(1000, 1, 1)), st.sampled_from(USUAL_DATES))
def test_iso_dates_are_those_of_strptime(day: datetime.date, form: str) -> None:
    text = day.strftime(form)
    assert iso_date(text, form) == datetime.datetime.strptime(text, form).date().isoformat()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rows", [5, 400_000])
def test_dates_of_a_format_are_dates(run: Run, form: str, rows: int) -> None:
    days = pd.Series(pd.date_range("1999-12-27 13:30", periods=60))
    column = days.dt.strftime(form).iloc[[i % 60 for i in range(rows)]]
    text = pd.DataFrame({"day": column, "n": 1}).to_csv(index=False)
    words = ["--date-format", form] + (["--type", "day=date"] if form == "%Y%m%d" else [])
    found, _ = described(run, text, *words)
    read = pd.to_datetime(column, format=form)
    shown = "%Y-%m-%d %H:%M:%S" if "%H" in form else "%Y-%m-%d"
    assert found.loc["day", ["type", "count", "min", "max"]].tolist() == [
        "date", str(rows), f"{read.min():{shown}}", f"{read.max():{shown}}"
    ]  # fmt: skip


def test_what_is_not_a_date_of_the_format_is_counted(run: Run) -> None:
    found, said = described(run, "d\n1.2.2024\n2.2.2024\n31.2.2024\n\n", "--date-format=%d.%m.%Y")
    assert found.loc["d", ["type", "count"]].tolist() == ["date", "2"]
    assert "d: 1 value is not a date, such as '31.2.2024'" in said


def test_words_for_true_and_false(run: Run, tmp_path: Path) -> None:
    text = "a,b,c\nyes,1,T\nNo,0,f\n,1,x\n"
    words = ["--type", "a=boolean", "--type", "b=boolean", "--type", "c=boolean"]
    found, said = described(run, text, *words)
    assert found["type"].tolist() == ["boolean"] * 3
    assert found["count"].tolist() == ["2", "3", "2"]
    assert found["top"].tolist() == ["false", "true", "false"]
    assert "c: 1 value is not a boolean, such as 'x'" in said


@pytest.mark.parametrize(
    ("values", "options"),
    [
        (["yes", "no"], "--type x=boolean"), (["Y", "n"], "--type x=boolean"),
        (["29.02.2024", "1.3.2023"], "--date-format %d.%m.%Y"),
        (["1/2/2024", "3/4/2024"], "--date-format %m/%d/%Y or %d/%m/%Y"),
        (["4 Mar 2024", "5 Apr 2024"], "--date-format '%d %b %Y'"),
        (["yes", "maybe"], ""), (["30.02.2024"], ""), (["1.2"], ""), (["ab"], ""),
    ],
)  # fmt: skip
def test_a_note_says_what_a_column_looks_like(values: list[str], options: str, run: Run) -> None:
    assert word_options(values, "x") == options
    _, said = described(run, "x\n" + "\n".join(values) + "\n")
    assert (options in said) if options else "look like" not in said


@pytest.mark.parametrize("form", ["%q", "x", "%H:%M", "%d.%m."])
def test_a_format_without_a_day_is_refused(run: Run, form: str) -> None:
    done = run("csv-stats", "describe", "--date-format", form, input="a\n1\n")
    assert done.returncode == 2 and "--date-format takes a format with year" in done.stderr
