"""Read a page of csv-stats report."""

from html.parser import HTMLParser

VOID = {"meta", "br", "path", "rect", "circle", "polygon", "polyline"}


class Reader(HTMLParser):
    """Checks that tags nest, and keeps text, addresses and pictures without a text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.addresses: list[str] = []
        self.unsaid = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [str(given[key]) for key in ("href", "src") if key in given]
        self.unsaid += tag in ("svg", "img") and not given.get("aria-label")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
