"""README.md and docs/ tell the truth: each command block runs and prints what stands there."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sessions(page: Path) -> list[tuple[str, str]]:
    """Return the commands of a page's console blocks, each with the output that it claims."""
    found = []
    for block in BLOCK.findall(page.read_text()):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


ALL = [(page.name, *session) for page in PAGES if page.exists() for session in sessions(page)]


def test_the_readme_shows_commands() -> None:
    assert len([name for name, _, _ in ALL if name == "README.md"]) >= 5


@pytest.mark.parametrize(("page", "command", "output"), ALL)
def test_a_command_prints_what_the_page_says(
    run: Run, page: str, command: str, output: str
) -> None:
    done = run("bash", "-c", command, cwd=ROOT, COLUMNS="100")
    assert done.stdout == output
    assert done.returncode == 0


@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=lambda p: p.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target
