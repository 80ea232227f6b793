"""Documentation pages in parts: fenced blocks, sessions of commands, links, headings.

docs/README.md says how a page is written so that these can check it.
"""

import os
import re
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from tests.conftest import ROOT

PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").rglob("*.md")]
)
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,}) *(?P<language>[\w-]*)")
REMARK = re.compile(r"<!-- *(?P<kind>not compared|not run|continued)(?:: *(?P<why>.+?))? *-->")
MARK = "\x1e"  # never alone on a line of output
SECONDS = 120


class Block(NamedTuple):
    """A fenced block: its page, first line's number, language, text, and the remark before it."""

    page: Path
    line: int
    language: str
    text: str
    kind: str
    why: str

    @property
    def name(self) -> str:
        """Return the block's page and line, as a test's id."""
        inside = self.page.is_relative_to(ROOT)
        return f"{self.page.relative_to(ROOT) if inside else self.page.name}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page; a fence that is never closed ends with the page."""
    found: list[Block] = []
    opened: re.Match[str] | None = None
    first, remark, inside = 0, None, list[str]()
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if opened is None and fence:
            opened, first, inside = fence, number, []
        elif opened is None:
            remark = REMARK.fullmatch(line.strip()) or (remark if not line.strip() else None)
        elif fence and fence["ticks"].startswith(opened["ticks"]) and not fence["language"]:
            kind, why = (remark["kind"], remark["why"] or "") if remark else ("", "")
            text = "".join(line + "\n" for line in inside)
            found.append(Block(page, first, opened["language"], text, kind, why))
            opened = remark = None
        else:
            inside.append(line.removeprefix(opened["indent"]))
    if opened is not None:
        found.append(Block(page, first, "never closed", "", "", ""))
    return found


def outside(text: str) -> str:
    """Return a page without its fenced blocks."""
    kept: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        found = FENCE.match(line)
        if not fence and not found:
            kept.append(line)
        elif found and not fence:
            fence = found["ticks"]
        elif found and found["ticks"].startswith(fence) and not found["language"]:
            fence = ""
    return "".join(kept)


class Step(NamedTuple):
    """A command of a session and what the page says it prints; None where it is not compared."""

    command: str
    printed: str | None


@dataclass
class Session:
    """Console blocks that go on in one shell: one block, and those marked as continued."""

    name: str
    steps: list[Step] = field(default_factory=list)


def steps(block: Block) -> list[Step]:
    """Split a console block: a command after "$ ", its further lines after "> "."""
    found: list[Step] = []
    compared = block.kind != "not compared"
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append(Step(line[2:], "" if compared else None))
            continue
        if not found:
            raise AssertionError(f'{block.name}: a console block starts with "$ "')
        command, printed = found[-1]
        if line.startswith(("> ", ">\n")) and not printed:
            found[-1] = Step(command + (line[2:] or "\n"), printed)
        elif printed is not None:
            found[-1] = Step(command, printed + line)
    return found


def sessions(page: Path) -> list[Session]:
    """Return what is to be run of a page's console and sh blocks."""
    found: list[Session] = []
    for block in blocks(page):
        if block.kind == "not run" or block.language not in ("console", "sh"):
            continue
        if block.kind != "continued" or not found:
            found.append(Session(block.name))
        if block.language == "sh":  # ends at the first command that fails
            found[-1].steps.append(Step(f"(set -e\n{block.text})\n", None))
        else:
            found[-1].steps += steps(block)
    return found


def pattern(printed: str) -> re.Pattern[str]:
    """Return what an output must match: "..." is any text, alone on its line any lines."""
    lines = [
        r"(?:.*\n)*?" if line == "...\n" else r"[^\n]*?".join(map(re.escape, line.split("...")))
        for line in printed.splitlines(keepends=True)
    ]
    return re.compile("".join(lines))


class Done(NamedTuple):
    """What a command of a session printed, on standard output and error, and its exit code."""

    out: str
    err: str
    code: int

    def matches(self, printed: str) -> bool:
        """Return whether a page shows this: both outputs, or standard output alone."""
        wanted = pattern(printed)
        seen = (self.out, self.out + self.err, self.err + self.out)
        return any(wanted.fullmatch(text) for text in seen)


def script(commands: list[str]) -> str:
    """Return a script that runs commands as typed into one shell, with a mark after each."""
    text = "code=0\n"
    for command in commands:
        text += f"(exit $code)\n{command}\ncode=$?\n"
        text += "printf '\\036'; printf '\\n%s\\036' $code >&2\n"
    return text


def parts(output: IO[bytes]) -> list[str]:
    """Return the text before each mark."""
    output.seek(0)
    return output.read().decode(errors="replace").split(MARK)[:-1]


def ended(text: str) -> str:
    """Return a text whose last line is ended."""
    return text + "\n" if text and not text.endswith("\n") else text


def perform(commands: list[str], cwd: Path, env: dict[str, str]) -> list[Done]:
    """Run commands in one Bash, in `cwd`; end what they left running in the background."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        shell = subprocess.Popen(
            ["bash", "-c", script(commands)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=cwd,
            env=env,
            start_new_session=True,
        )
        try:
            shell.wait(SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()
        done = zip(parts(out), parts(err), strict=True)
        answers = [(printed, *said.rpartition("\n")) for printed, said in done]
    return [Done(ended(printed), ended(said), int(code)) for printed, said, _, code in answers]


def problems(done: list[Done], session: Session) -> list[str]:
    """Say where a session went another way than its page says."""
    found: list[str] = []
    for position, ((command, expected), result) in enumerate(zip(session.steps, done, strict=True)):
        printed = result.out + result.err
        if expected is not None and not result.matches(expected):
            found.append(f"$ {command}prints\n{printed}and not\n{expected}")
        follower = session.steps[position + 1 : position + 2]
        if result.code and "echo $?" not in command + (follower[0].command if follower else ""):
            found.append(f'$ {command}ends with {result.code}; show it by "echo $?":\n{printed}')
    return found
