"""Plain words: help, pages and docstrings without the words that make a reader stop."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs_pages import PAGES, outside
from tests.plain_words import complaints

WIDEST = 60  # characters of a subcommand's summary
COMMANDS = (ROOT / "docs/reference/commands.md").read_text()  # every --help
# Not yet rewritten: beginnings of paths. The list only gets shorter.
TO_REWRITE: tuple[str, ...] = ()
PAST = ("CHANGELOG.md", "docs/decisions/", "bench/RESULTS.md")  # what was written then


def waits(name: str) -> bool:
    return name.startswith(TO_REWRITE)


def prose(page: Path) -> str:
    """Return a page without blocks, code, comments and link targets."""
    text = page.read_text()
    text = text if page.name == "commands.md" else outside(text)
    return re.sub(r"<!--.*?-->|`[^`\n]*`|\]\([^)]*\)", " ` ", text, flags=re.DOTALL)


def docstrings(tree: ast.Module) -> Iterator[str]:
    """Yield the docstrings of a module's public names, and its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            private = getattr(node, "name", "").startswith("_")
            if not private and (text := ast.get_docstring(node)):
                yield text


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    "page", [page for page in PAGES if not name_of(page).startswith(PAST)], ids=name_of
)
def test_a_page_is_written_in_plain_words(page: Path) -> None:
    assert waits(name_of(page)) or not complaints(prose(page))


MODULES = [
    path for path in sorted((ROOT / "pyhelpers").rglob("*.py")) if "templates" not in path.parts
]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_docstrings_are_written_in_plain_words(path: Path) -> None:
    found = [said for text in docstrings(ast.parse(path.read_text())) for said in complaints(text)]
    assert waits(name_of(path)) or not found


SHELL_KINDS = ("", ".sh", ".bash", ".zsh", ".vim", ".conf", ".bats")
SCRIPTS = [
    path
    for folder in ("bin", "install", "dotfiles", "tests/bats")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and path.suffix in SHELL_KINDS and path.parent.name != "completions"
]


def comments(path: Path) -> Iterator[str]:
    """Yield each block of comment lines of a script, comments behind code, titles of tests."""
    sign = '"' if path.suffix == ".vim" or path.name == "vimrc" else "#"
    text = path.read_text()
    block = rf"(?:^[ \t]*{sign}(?!!).*\n)+"
    for found in re.findall(block, text, re.MULTILINE):
        lines = [line.strip().removeprefix(sign) for line in found.splitlines()]
        yield "\n".join(line for line in lines if "shellcheck" not in line)
    if sign == "#":
        yield from re.findall(r"^[^#\n]*\S\s+# (.*)$", text, re.MULTILINE)
    yield from re.findall(r'^@test "(.*)" \{$', text, re.MULTILINE)


@pytest.mark.parametrize("path", [*SCRIPTS, ROOT / "install.sh"], ids=name_of)
def test_comments_of_scripts_are_written_in_plain_words(path: Path) -> None:
    assert not [said for text in comments(path) for said in complaints(text)]


def test_a_comment_is_seen_wherever_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.bats"
    file.write_text('#!/bin/sh\n# one\n# two\nx=1 # three\n  # four\n@test "five" {\n')
    assert list(comments(file)) == [" one\n two", " four", "three", "five"]


MESSAGE = re.compile(
    r"""\b(?:die \d|note|usage_error|say|fail|report \w+|found \w+ \w+) +("[^"]*"|'[^']*')"""
)


@pytest.mark.parametrize("path", [*SCRIPTS, ROOT / "install.sh"], ids=name_of)
def test_messages_of_scripts_are_written_in_plain_words(path: Path) -> None:
    assert not [said for text in MESSAGE.findall(path.read_text()) for said in complaints(text)]


def summaries() -> list[str]:
    """Return the summaries in the help of every command with subcommands."""
    found = []
    for command in re.split(r"^## ", COMMANDS, flags=re.MULTILINE)[1:]:
        for listed in re.findall(r"^Commands:\n((?:  .*\n)+)", command, re.MULTILINE):
            found += re.findall(r"^  \w\S*  +(.*(?:\n {5,}.*)*)", listed, re.MULTILINE)
    return found


def test_every_summary_fits_its_line() -> None:
    assert len(summaries()) > 10
    long = [text for text in summaries() if len(text) > WIDEST or text.endswith("...")]
    assert not long
