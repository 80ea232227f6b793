"""The words of commands in documentation: each command, job and option that a page names."""

import io
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache

from tests.conftest import ROOT
from tests.docs_pages import blocks

# Programs that pages name and that a machine which runs the tests may lack.
OTHERS = set(
    """
    aws az brew curl dask docker eb gcloud gh git gsutil make mlflow npm pip pipx python python3
    tmux uv vim zsh
    """.split()  # noqa: SIM905
)
MARKS = "();<>|&\n"
SEPARATORS = {"{", "}", "!"}
KEYWORDS = {"if", "then", "elif", "else", "fi", "while", "until", "do", "done", "time"}
OPTION = re.compile(r"(?<![\w$~./-])--?[A-Za-z][\w-]*")
# Inside quotes; outside them the parentheses part the words.
SUBSTITUTION = re.compile(r"\$\((?!\()([^()]*(?:\([^()]*\)[^()]*)*)\)")
NAME = re.compile(r"--?[A-Za-z][\w-]*")
HEREDOC = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?([^\n]*)\n(?:.*?\n)??\1(?:\n|$)", re.DOTALL)
EVERYWHERE = {"-h", "--help", "--version", "--debug"}


def options_in(text: str) -> set[str]:
    """Return the options that a help explains, its examples left out."""
    paragraphs = re.split(r"\n\n+", text)
    return {
        option
        for paragraph in paragraphs
        if not paragraph.startswith("Example")
        for option in OPTION.findall(paragraph)
    }


@cache
def helps() -> dict[str, set[str]]:
    """Return each command line, such as "csv-stats fit", with its options, from commands.md.

    `make check` holds that page against every --help.
    """
    page = ROOT / "docs/reference/commands.md"
    titles = re.findall(r"^##+ (.*)$", page.read_text(), re.MULTILINE)
    found = {
        title: options_in(block.text) for title, block in zip(titles, blocks(page), strict=True)
    }
    script = subprocess.run([ROOT / "install.sh", "--help"], capture_output=True, text=True)
    return found | {"./install.sh": options_in(script.stdout)}


@cache
def targets() -> set[str]:
    """Return the targets of the kit's Makefile and of a new project's."""
    files = [ROOT / "Makefile", ROOT / "pyhelpers/scaffold/templates/common/Makefile"]
    text = "".join(path.read_text() for path in files)
    return set(re.findall(r"^([a-z][\w-]*):", text, re.MULTILINE))


@cache
def shell_words() -> set[str]:
    """Return what a shell knows by itself, and the dotfiles' functions."""
    builtins = subprocess.run(["bash", "-c", "compgen -bk"], capture_output=True, text=True).stdout
    found = set(builtins.split())
    for path in (ROOT / "dotfiles/shell").iterdir():
        found.update(re.findall(r"^\s*([a-z][\w-]*)\(\)", path.read_text(), re.MULTILINE))
        found.update(re.findall(r"\bfunction ([\w.-]+) \{", path.read_text()))
    return found


class Text(io.StringIO):
    """A shell text for shlex, which skips a comment by reading a line: its end is kept."""

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
        line = super().readline(-1)
        if line.endswith("\n"):
            self.seek(self.tell() - 1)
        return line


def commands(text: str) -> Iterator[list[str]]:
    """Yield the simple commands of a shell text, word by word; substitutions too."""
    text = HEREDOC.sub(r"\2\n", text).replace("\\\n", " ")
    lexer = shlex.shlex(Text(text), posix=True, punctuation_chars=MARKS)
    lexer.whitespace, lexer.whitespace_split = " \t", True
    words: list[str] = []
    redirected = False  # the target of a redirection is not a word of the command
    for token in lexer:
        for inner in SUBSTITUTION.findall(token):
            yield from commands(inner)
        marks = set(token) <= set(MARKS)
        if token in SEPARATORS or marks and ("(" in token or not {"<", ">"} & set(token)):
            if words:
                yield words
            words, redirected = [], False
        elif marks:
            redirected = True
        elif redirected:
            redirected = False
        elif words or not (token in KEYWORDS or re.match(r"[A-Za-z_]\w*=", token)):
            words.append(token)
    if words:
        yield words


def command_line(words: list[str]) -> str:
    """Return the longest command line with a help of its own: command and jobs."""
    line = words[0]
    for word in words[1:]:
        if f"{line} {word}" in helps():
            line += f" {word}"
    return line


def complaints(words: list[str]) -> Iterator[str]:
    """Say what of a simple command there is not: the command, its job, its options."""
    name = words[0].removeprefix("~/beachhead/bin/").removeprefix("bin/")
    if name == "make":
        yield from (
            f"make has no target {word}"
            for word in words[1:]
            if re.fullmatch("[a-z-]+", word) and word not in targets()
        )
        return
    if name not in helps():
        ours = (ROOT / name).is_file() or not name[0].isalpha()  # bench/serve, ./deploy.sh
        if not (ours or name in OTHERS | shell_words() or shutil.which(name)):
            yield f"there is no command {name}"
        return
    line = command_line([name, *words[1:]])
    jobs = {title.split()[1] for title in helps() if title.startswith(f"{name} ")}
    options = helps()[line] | EVERYWHERE
    if jobs and line == name and len(words) > 1 and re.fullmatch("[a-z-]+", words[1]):
        yield f"{name} has no job {words[1]}"
    for word in words[1 : words.index("--") if "--" in words else None]:
        option = re.match(NAME, word)
        if option and not {option[0], word[:2]} & options:
            yield f"{line} has no option {option[0]}"
