"""What came from outside reaches no terminal as a command, and turns no line around."""

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

from pyhelpers.text import escaped, harmless
from tests.terminal import Terminal

BAD = "\x1b]0;t\x07|\x9b2J|\u202ered|\u2066x\u2069|\u200b|\ufeff|\u2028|\U000e0041|\u00ad"
SEEN = set("\x1b\x07\x9b\u202e\u2066\u2069\u200b\ufeff\u2028\U000e0041\u00ad")


def test_every_control_and_format_character_of_unicode_is_a_question_mark() -> None:
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        bad = unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        if letter in "\t\n" or unicodedata.category(letter) == "Cn":
            continue
        assert harmless(letter) == ("?" if bad else letter), hex(code)


def test_json_that_is_shown_is_the_same_json() -> None:
    text = json.dumps({BAD: [BAD + "ü\ud800"]}, ensure_ascii=False, indent=2)
    assert json.loads(escaped(text)) == json.loads(text)
    assert not SEEN & set(escaped(text)) and "ü" in escaped(text)


def test_no_command_draws_them_whatever_the_format(
    clean_env: dict[str, str], tmp_path: Path
) -> None:
    table = tmp_path / "bad.csv"
    table.write_text(
        f"{BAD},b\n" + "".join(f"{BAD},{i}\n{BAD}x,{i}\n" for i in range(3)), newline=""
    )
    plain = clean_env | {"NO_COLOR": "1", "TERM": "dumb"}
    for words in (
        ["csv-stats", "describe", "--all", str(table)],
        ["csv-stats", "describe", "--all", str(table), "--format", "csv"],
        ["csv-stats", "describe", "--all", str(table), "--format", "json"],
        ["csv-stats", "describe", str(table), "-c", BAD[::-1].replace("\x1b", "")],
        ["csv-stats", "describe", str(table) + "\u202e"],
        ["csv-stats", "cluster", str(table), "-c", "b", "-k", "2", "--rows"],
        ["csv-stats", "histogram", str(table), "-c", "b", "--by", BAD],
        ["sample-large-csv", "-n", "4", str(table)],
        ["sample-large-csv", "-n", "4", "--by", BAD, str(table)],
    ):
        terminal = Terminal(words, plain, subprocess.DEVNULL)
        terminal.end()
        assert terminal.drawn and not SEEN & set(terminal.drawn), (words, terminal.drawn)


def test_a_pipe_gets_the_rows_as_they_are(clean_env: dict[str, str], tmp_path: Path) -> None:
    table = tmp_path / "bad.csv"
    table.write_text(f"a,b\n{BAD},1\n", newline="")
    done = subprocess.run(["sample-large-csv", str(table)], env=clean_env, capture_output=True)
    assert done.stdout == table.read_bytes()
