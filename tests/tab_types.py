"""Type command lines and Tab into an interactive shell, and read back the line that results.

Usage: tab_types.py bash|zsh LINE... (in the folder whose files are to be completed)
Prints, for each LINE, what stands in the shell's line editor after Tab, each ended by NUL.
"""

import os
import shlex
import sys
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.terminal import Terminal

# Ctrl-X Ctrl-E notes the line and empties it.
SHOW = {
    "bash": "note() {{ printf '%s\\0' \"$READLINE_LINE\" >>{file}; READLINE_LINE=; }}; "
    "bind -x '\"\\C-x\\C-e\": note'; bind 'set bell-style none'",
    "zsh": "note() {{ printf '%s\\0' \"$BUFFER\" >>{file}; BUFFER=; }}; zle -N note; "
    "bindkey '^X^E' note; unsetopt beep",
}


def completed(
    shell: str, lines: list[str], variables: dict[str, str], program: str = ""
) -> list[str]:
    """Return what each line is after Tab; a line may hold Ctrl-B, which moves the cursor left.

    `program` starts the shell, where it is not the shell itself.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines"
        file.touch()
        screen = Terminal([program or shell, "-i"], variables)
        screen.press("echo rea''dy\r")
        screen.wait_for("ready")
        screen.press(SHOW[shell].format(file=shlex.quote(str(file))) + "; echo bou''nd\r")
        screen.wait_for("bound")
        for number, line in enumerate(lines, 1):
            screen.press(f"{line}\t\x18\x05")
            screen.wait_until(partial(_holds, file, number))
        screen.press("exit\r")
        screen.end()
        return file.read_text().split("\0")[:-1]


def _holds(file: Path, lines: int) -> bool:
    return file.read_bytes().count(b"\0") >= lines


if __name__ == "__main__":
    out = completed(sys.argv[1], sys.argv[2:], dict(os.environ))
    sys.stdout.write("".join(f"{line}\0" for line in out))
