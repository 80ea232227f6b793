"""Type lines, each with Tab and Enter behind it, into an interactive shell.

Usage: tab_into.py FILE SHELL LINE...
FILE gets the folder in which the shell is after each line, every one ended by NUL; each line
starts in the home.
"""

import os
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.terminal import Terminal


def main(file: str, shell: str, *lines: str) -> None:
    """Drive the shell: each step waits for what the one before it shows."""
    screen = Terminal([shell, "-i"], dict(os.environ))
    screen.press("echo rea''dy\r")
    screen.wait_for("ready")
    for number, line in enumerate(lines):
        # Enter and what follows are keys of the line editor too: they come after the Tab's work.
        screen.press(f"{line}\t\r")
        screen.press(f"printf '%s\\0' \"$PWD\" >>{shlex.quote(file)}; cd; echo do''ne{number}.\r")
        screen.wait_for(f"done{number}.")
    screen.press("exit\r")
    screen.end()


main(*sys.argv[1:])
