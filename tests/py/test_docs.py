"""Documentation pages: their commands run and print what the page shows."""

import os
import re
import select
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs_pages import (
    PAGES,
    Block,
    Session,
    blocks,
    outside,
    pattern,
    perform,
    problems,
    sessions,
    steps,
)
from tests.docs_words import HEREDOC, commands, complaints
from tests.loopback import free_port

BLOCKS = [block for page in PAGES for block in blocks(page)]
SHELL = [block for block in BLOCKS if block.language in ("console", "sh")]
SESSIONS = [session for page in PAGES for session in sessions(page)]


def typed(block: Block) -> str:
    """Return what a person types of a block."""
    if block.language == "sh":
        return block.text
    return "".join(step.command for step in steps(block))


def meant(block: Block) -> str:
    """Return what is typed and meant: a command that is shown to end with 2 may name anything."""
    if block.language == "sh":
        return block.text
    found = steps(block)
    wrong = [after == ("echo $?\n", "2\n") for after in [*found[1:], None]]
    return "".join(step.command for step, no in zip(found, wrong, strict=True) if not no)


def test_the_readme_shows_commands() -> None:
    readme = [session for session in SESSIONS if session.name.startswith("README.md")]
    assert sum(len(session.steps) for session in readme) >= 5


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.name)
def test_commands_do_what_the_page_says(
    session: Session, tmp_path: Path, clean_env: dict[str, str]
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "tests").symlink_to(ROOT / "tests")
    env = clean_env | {"PORT": str(free_port())}
    done = perform([step.command for step in session.steps], here, env)
    assert not (found := problems(done, session)), "\n".join(found)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_block_says_what_it_is_and_why_it_is_not_run(block: Block) -> None:
    assert block.language not in ("", "never closed"), "name the language, or text"
    assert block.language not in ("bash", "shell", "zsh"), "put commands into sh or console"
    assert block.why or block.kind not in ("not run", "not compared"), "say why"


@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.name)
def test_a_block_is_good_shell(block: Block) -> None:
    done = subprocess.run(["bash", "-n"], input=typed(block), capture_output=True, text=True)
    assert not done.stderr


@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.name)
def test_a_block_can_be_pasted_into_zsh(block: Block) -> None:
    """zsh takes a comment that is typed for words: `./install.sh # all` has two arguments."""
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")
    text = HEREDOC.sub(r"\2\n", typed(block))
    words = ["zsh", "-f", "-c", 'print -rl -- "${(z)1}"', "zsh", text]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert not [word for word in done.stdout.splitlines() if word.startswith("#")]


@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.name)
def test_a_block_names_commands_and_options_that_there_are(block: Block) -> None:
    found = [said for words in commands(meant(block)) for said in complaints(words)]
    assert not found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_sentence_names_commands_and_options_that_there_are(page: Path) -> None:
    if page.name == "CHANGELOG.md" or page.parent.name == "decisions":
        return  # they describe the past
    spans = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", outside(page.read_text()))
    ours = [span for span in spans if (ROOT / "bin" / span.split()[0]).is_file()]
    found = [said for span in ours for words in commands(span) for said in complaints(words)]
    assert not found


def test_an_output_may_leave_out_lines_and_parts_of_lines() -> None:
    assert pattern("a\n...\nd\n").fullmatch("a\nb\nc\nd\n")
    assert pattern("a\n...\nd\n").fullmatch("a\nd\n")
    assert pattern("took ... s\n").fullmatch("took 0.25 s\n")
    assert not pattern("took ... s\n").fullmatch("took 0.25\n9 s\n")
    assert not pattern("a.c\n").fullmatch("abc\n")


def faults(tmp_path: Path, text: str) -> str:
    """Return what is wrong with the one session of a page."""
    page = tmp_path / "page.md"
    page.write_text(text)
    (session,) = sessions(page)
    done = perform([step.command for step in session.steps], tmp_path, {"PATH": "/usr/bin:/bin"})
    return "".join(problems(done, session))


GOOD = """\
```console
$ cat <<'END'
> three
>
> END
three

$ printf 'to stderr' >&2
to stderr
$ name=kept; (exit 7)
$ echo $?
7
```

<!-- continued -->

```console
$ echo "$name"
kept
```

<!-- continued -->

```sh
true   # a comment
cat </dev/null
```
"""


def test_a_session_goes_on_in_one_shell_as_typed(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```console\n$ echo 1\n2\n```\n", "$ echo 1\nprints\n1\nand not\n2\n"),
        ("```console\n$ echo 1\n```\n", "$ echo 1\nprints\n1\nand not\n"),
        ("```console\n$ echo 1 >&2\n2\n```\n", "$ echo 1 >&2\nprints\n1\nand not\n2\n"),
        ("```console\n$ false\n```\n", "$ false\nends with 1"),
        ("<!-- not compared: x -->\n```console\n$ false\n```\n", "$ false\nends with 1"),
        ("```sh\nfalse\ntrue\n```\n", "ends with 1"),
    ],
)
def test_a_session_that_goes_another_way_is_faults(tmp_path: Path, text: str, said: str) -> None:
    assert said in faults(tmp_path, text)


def test_what_a_session_leaves_running_is_ended(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    pipe = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert (
        faults(tmp_path, "```console\n$ (echo up; exec sleep 100) >pipe &\n$ sleep 0.1\n```\n")
        == ""
    )
    os.set_blocking(pipe, True)
    text = b""
    while select.select([pipe], [], [], 30)[0] and (more := os.read(pipe, 100)):
        text += more
    assert select.select([pipe], [], [], 0)[0], "what was started still holds the pipe"
    os.close(pipe)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sample-large-csv -n 5 --seed 1 x.csv | csv-stats fit - --target y", []),
        ("csv-stats describe x.csv --no-such", ["csv-stats describe has no option --no-such"]),
        ("sample-large-csv -z 5 a", ["sample-large-csv has no option -z"]),
        ("x=$(sample-large-csv --rows 5 a)", ["sample-large-csv has no option --rows"]),
        ("csv-stats descibe x.csv", ["csv-stats has no job descibe"]),
        ("cat x | sample-csv -n 5", ["there is no command sample-csv"]),
        ("./install.sh --no-such", ["./install.sh has no option --no-such"]),
        ('echo "$(csv-stats fit x --no-such)"', ["csv-stats fit has no option --no-such"]),
        ("true # it's sample-csv\nsample-csv", ["there is no command sample-csv"]),
        ("PATH=${PATH%%:*}:/x sample-csv a", ["there is no command sample-csv"]),
        ("cat >a <<'END' | sample-csv\nsample-tsv\nEND\ntrue", ["there is no command sample-csv"]),
        ("make no-such", ["make has no target no-such"]),
        ("predict --url http://127.0.0.1:8080 x=-1 -- --file", []),
    ],
)
def test_a_word_that_is_gone_is_faults(line: str, said: list[str]) -> None:
    assert [text for words in commands(line) for text in complaints(words)] == said
