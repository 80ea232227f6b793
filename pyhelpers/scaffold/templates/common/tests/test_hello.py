"""Greeting and sum, from Python and from the command line."""

import pytest

from project_package.__main__ import main
from project_package.hello import add, hello


def test_add() -> None:
    assert add(1, 2) == 3


def test_hello() -> None:
    assert hello("Ada") == "Hello, Ada!"


def test_the_command_line_greets_and_adds(capsys: pytest.CaptureFixture[str]) -> None:
    main(["hello", "Ada"])
    main(["add", "1", "2.5"])
    assert capsys.readouterr().out == "Hello, Ada!\n3.5\n"
