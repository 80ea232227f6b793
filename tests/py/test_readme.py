"""README.md and docs/ tell the truth: each command block runs and prints what stands there."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sessions(page: Path) -> list[str]:
    """Return a page's console blocks: commands behind "$ ", each followed by what it prints."""
    return BLOCK.findall(page.read_text())


ALL = [(page.name, text) for page in PAGES if page.exists() for text in sessions(page)]


def test_the_readme_shows_commands() -> None:
    assert sum(text.count("$ ") for name, text in ALL if name == "README.md") >= 5


@pytest.mark.parametrize(("page", "session"), ALL)
def test_commands_print_what_the_page_says(
    run: Run, tmp_path: Path, page: str, session: str
) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    transcript = ""
    for command in re.findall(r"^\$ (.*)$", session, re.MULTILINE):
        done = run("bash", "-c", command, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        transcript += f"$ {command}\n{done.stdout}"
    assert transcript == session


@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=lambda p: p.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target
