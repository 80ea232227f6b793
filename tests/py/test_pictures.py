"""The README's pictures show what the commands do today, load nothing and stay small."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from docs.pictures.make import (
    CHAPTER,
    PICTURES,
    TYPED,
    draw_scale,
    terminal_svg,
    typed_in_terminal,
)
from tests.conftest import ROOT

DRAWN = sorted(p for p in PICTURES.iterdir() if p.suffix in (".svg", ".png"))


def test_the_terminals_picture_is_what_the_commands_print_today(tmp_path: Path) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    again = terminal_svg(typed_in_terminal(TYPED, tmp_path))
    assert again == (PICTURES / "terminal.svg").read_text(), "run make pictures"


def test_colours_come_as_on_a_terminal(tmp_path: Path) -> None:
    shown = typed_in_terminal(["[ -t 1 ] && printf '\\e[38;2;1;2;3mdeep\\e[0m sea'"], tmp_path)
    svg = terminal_svg(shown)
    style = re.search(r"\.terminal-(r\d+) \{ fill: #010203 \}", svg)
    assert style
    assert re.search(rf'class="terminal-{style[1]}"[^>]*>deep<', svg)


def test_a_command_that_fails_ends_the_recording(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="ended with 3"):
        typed_in_terminal(["(exit 3)", "true"], tmp_path)


@pytest.mark.parametrize("path", [p for p in DRAWN if p.suffix == ".svg"], ids=lambda p: p.name)
def test_an_svg_loads_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert all(place.startswith("#") for place in re.findall(r"""url\(["']?([^)"']*)""", text))
    assert not re.search(r"@import|@font-face|href|<script|<image|<foreignObject", text)


@pytest.mark.parametrize("path", DRAWN, ids=lambda p: p.name)
def test_a_picture_is_small_and_the_readme_says_what_it_shows(path: Path) -> None:
    assert path.stat().st_size < 300_000
    found = re.search(rf'alt="([^"]+)"[^>]*src="docs/pictures/{path.name}"', README)
    assert found and len(found[1]) > 30


README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", CHAPTER)
def test_a_picture_of_the_tutorial_is_small_and_its_page_says_what_it_shows(name: str) -> None:
    assert (PICTURES / "chapter" / name).stat().st_size < 100_000
    pages = "".join(page.read_text() for page in ROOT.glob("docs/tutorial/*.md"))
    found = re.search(rf'alt="([^"]+)"[^>]*src="../pictures/chapter/{name}"', pages)
    assert found and len(found[1]) > 30


def test_every_picture_of_the_tutorial_is_made_by_make_pictures() -> None:
    assert {path.name for path in (PICTURES / "chapter").iterdir()} == set(CHAPTER)


def test_the_picture_of_scale_is_drawn_from_the_recorded_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "how-to").mkdir()
    kept = (PICTURES / "how-to/scale.png").read_bytes()
    monkeypatch.setattr("docs.pictures.make.PICTURES", tmp_path)
    draw_scale(tmp_path)
    assert (tmp_path / "how-to/scale.png").read_bytes() == kept, "run make pictures"
    page = (ROOT / "docs/how-to/scale.md").read_text()
    found = re.search(r'alt="([^"]+)"[^>]*src="../pictures/how-to/scale.png"', page)
    assert found and len(found[1]) > 30 and len(kept) < 100_000
