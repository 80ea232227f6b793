"""Every link of the documentation leads somewhere, to the heading that it names."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import ROOT
from tests.docs_pages import PAGES, outside

LINK = re.compile(
    r"""\]\(\s*<?(?P<inline>[^)\s>]+)>?(?:\s+["'(][^)]*)?\)   # [text](target "title")
    | ^\ *\[[^]]+\]:\s+<?(?P<reference>[^\s>]+)               # [name]: target
    | <(?:a|img)\b[^>]*?\b(?:href|src)="(?P<html>[^"]+)\"""",
    re.VERBOSE | re.MULTILINE,
)


def links(text: str) -> Iterator[str]:
    """Yield the targets of a page's links and pictures; code spans and comments hold none."""
    prose = re.sub(r"<!--.*?-->|(`+)(?!`).+?(?<!`)\1(?!`)", "", outside(text), flags=re.DOTALL)
    for found in LINK.finditer(prose):
        yield found["inline"] or found["reference"] or found["html"]


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    text = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", heading.strip().lower())
    text = re.sub(r"\b_([^_]+)_\b", r"\1", text)
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """Return the anchors of a page: its headings, numbered where they repeat, and named places."""
    found: set[str] = set(re.findall(r"<\w+ (?:id|name)=\"([^\"]+)\"", text))
    seen: Counter[str] = Counter()
    for heading in re.findall(r"^#{1,6} +(.*?)(?: +#+)? *$", outside(text), re.MULTILINE):
        name = slug(heading)
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def wrong(page: Path, target: str) -> str:
    """Say what is wrong with a link of a page; nothing where it leads somewhere."""
    url = urlsplit(target)
    if url.scheme == "mailto":
        return ""
    if url.scheme:
        return "" if url.scheme in ("http", "https") and url.hostname else f"{target}: no address"
    path = (page.parent / unquote(url.path)).resolve() if url.path else page
    if not path.is_relative_to(ROOT) or not path.exists():
        return f"{target}: no such file"
    if url.fragment and path.suffix == ".md" and url.fragment not in anchors(path.read_text()):
        return f"{target}: no such heading"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    found = [said for target in links(page.read_text()) if (said := wrong(page, target))]
    assert not found


EXAMPLES = {"LIBRARY", "NAME", "noun"}  # of CONTRIBUTING's steps, and of a pattern


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_module_that_a_page_names_is_there(page: Path) -> None:
    paths = re.findall(r"`((?:pyhelpers|tests|bench)/[\w/.-]*)`", page.read_text())
    gone = [path for path in paths if not (ROOT / path).exists()]
    assert not [path for path in gone if not EXAMPLES & set(re.split(r"[/._-]", path))]


KINDS = ("tutorial", "how-to", "reference", "explanation")


def test_the_index_lists_every_page_under_its_kind() -> None:
    index = (ROOT / "docs/README.md").read_text()
    listed = dict(zip(KINDS, re.split(r"^## .*\n", index, flags=re.MULTILINE)[1:], strict=False))
    assert [line for line in index.splitlines() if line.startswith("## ")][:4] == [
        "## Tutorial", "## How-to", "## Reference", "## Explanation"
    ]  # fmt: skip
    for kind, text in listed.items():
        pages = {page.relative_to(ROOT / "docs").as_posix() for page in ROOT.glob(f"docs/{kind}/*")}
        assert pages and pages <= set(links(text)), kind


def test_a_page_has_a_kind() -> None:
    assert [page.name for page in (ROOT / "docs").glob("*.md")] == ["README.md"]


def test_a_heading_gets_the_anchor_that_github_gives_it() -> None:
    text = """\
# `~/.bashrc`: what's *in* it?
## A [link](x.md), 1.5 GB & _more_
## Twice
## Twice
```sh
# no heading
```
"""
    names = {"bashrc-whats-in-it", "a-link-15-gb--more", "twice", "twice-1"}
    assert anchors(text) == names


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("README.md", ""),
        ("README.md#beachhead", ""),
        ("#beachhead", ""),
        ("https://example.org/a?b#c", ""),
        ("docs", ""),
        ("no-such.md", "no-such.md: no such file"),
        ("README.md#no-such", "README.md#no-such: no such heading"),
        ("#no-such", "#no-such: no such heading"),
        ("https:///a", "https:///a: no address"),
        ("htp://example.org", "htp://example.org: no address"),
        ("../README.md", "../README.md: no such file"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(target: str, said: str) -> None:
    assert wrong(ROOT / "README.md", target) == said


def test_links_are_found_in_every_form() -> None:
    text = """\
[a](one.md) ![b](two.svg "t") `[c](code.md)` <img src="three.png" alt="">

[d]: four.md
```text
[e](fenced.md)
```
[f [nested](five.md#x)](six.md)
"""
    assert list(links(text)) == ["one.md", "two.svg", "three.png", "four.md", "five.md#x", "six.md"]


def test_the_chapters_contents_name_every_heading_of_its_parts() -> None:
    tutorial = ROOT / "docs/tutorial"
    listed = set(links((tutorial / "chapter.md").read_text()))
    for page in tutorial.glob("chapter-*.md"):
        title, *headings = re.findall(r"^#+ (.*)$", outside(page.read_text()), re.MULTILINE)
        assert headings and {f"{page.name}#{slug(one)}" for one in headings} <= listed, title
