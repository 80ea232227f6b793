"""Addresses with letters that HTTP cannot carry unencoded, through a command that reads one."""

import pytest

from tests.conftest import Run


@pytest.mark.parametrize(
    ("address", "code"),
    [("http://127.0.0.1:9/ü ß.csv", 4), ("http://127.0.0.1:x/a.csv", 2), ("http://[::1/a.csv", 2)],
)
def test_an_address_is_asked_or_refused_in_one_line(run: Run, address: str, code: int) -> None:
    done = run("solve-tsp", address)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert "unexpected" not in done.stderr
