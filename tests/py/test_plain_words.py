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
# Not yet rewritten: beginnings of paths, and commands. These lists only get shorter.
TO_REWRITE = (
    *("docs/explanation/models.md", "docs/reference/commands.md", "pyhelpers/commands/"),
    *("pyhelpers/deploy/", "pyhelpers/model/", "pyhelpers/scaffold/"),
)
TO_SHORTEN = ("cloud-env", "ml-model")
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


def summaries() -> list[str]:
    """Return the summaries in the help of every command with subcommands."""
    found = []
    for command in re.split(r"^## ", COMMANDS, flags=re.MULTILINE)[1:]:
        if not command.startswith(TO_SHORTEN):
            for listed in re.findall(r"^Commands:\n((?:  .*\n)+)", command, re.MULTILINE):
                found += re.findall(r"^  \w\S*  +(.*(?:\n {5,}.*)*)", listed, re.MULTILINE)
    return found


def test_every_summary_fits_its_line() -> None:
    assert len(summaries()) > 10
    long = [text for text in summaries() if len(text) > WIDEST or text.endswith("...")]
    assert not long
