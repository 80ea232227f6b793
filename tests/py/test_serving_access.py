"""Access to the service: pages of other sites (CORS), and any path prefix, in a real browser."""

import http.client
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from pyhelpers import KitError
from pyhelpers.serving.access import Access
from pyhelpers.serving.http_protocol import Request, Response
from tests.browser import Browser, find_chromium
from tests.conftest import Run
from tests.loopback import run_server
from tests.served import Served, train_heights

TOKEN = "tide"
SITE = "https://site.example"
PREFLIGHT = {"origin": SITE, "access-control-request-method": "POST"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_heights(tmp_path_factory.mktemp("asked") / "weight")


@pytest.fixture(scope="module")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("secret") / "token"
    file.touch(0o600)
    file.write_text(TOKEN + "\n")
    return file


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(find_chromium(), tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


def headers_of(access: Access, request: Request) -> dict[str, str]:
    return dict(access.with_cors(request, Response(200, b"")).headers)


def test_without_cors_no_page_of_another_site_can_read_an_answer() -> None:
    assert headers_of(Access(), Request("POST", "/predict", {"origin": SITE})) == {}
    assert not Access().is_preflight(Request("OPTIONS", "/predict", PREFLIGHT))


def test_only_the_named_origins_are_allowed() -> None:
    access = Access(origins=[SITE, "http://[::1]:3000"])
    allowed = headers_of(access, Request("POST", "/predict", {"origin": SITE}))
    assert allowed == {"Vary": "Origin", "Access-Control-Allow-Origin": SITE}
    for origin in ("https://site.example.evil", "http://site.example", "null", SITE + ":8443"):
        refused = headers_of(access, Request("POST", "/predict", {"origin": origin}))
        assert refused == {"Vary": "Origin"}
    everybody = headers_of(Access(origins=["*"]), Request("GET", "/", {"origin": "null"}))
    assert everybody == {"Access-Control-Allow-Origin": "*"}


@pytest.mark.parametrize("origin", ["site.example", SITE + "/", SITE + "/path", "https://a b", ""])
def test_what_is_no_origin_is_an_error(run: Run, model: Path, origin: str) -> None:
    with pytest.raises(KitError, match="is not an origin"):
        Access(origins=[origin])
    done = run("ml-model", "serve", str(model), "--port", "0", "--cors", origin)
    assert done.returncode == 2 and done.stderr.count("\n") == 1


class Site(BaseHTTPRequestHandler):
    """A site with an empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


ASK = """fetch("URL/predict", {
  method: "POST",
  headers: {"Content-Type": "application/json", "Authorization": "Bearer tide"},
  body: '{"instances": [[68]]}',
}).then(r => r.json()).then(a => { window.heard = a.predictions ? "heard" : a.error },
  () => { window.heard = "blocked" })"""


def test_a_browser_lets_the_page_of_an_allowed_site_ask_and_no_other(
    model: Path, token_file: Path, browser: Browser
) -> None:
    with run_server(Site) as friend, run_server(Site) as stranger:
        service = Served(model, "--cors", friend, "--token-file", token_file)
        for site, expected in ((friend, "heard"), (stranger, "blocked")):
            browser.call("Page.navigate", url=site)
            browser.wait_for(f"location.origin === {site!r} && document.readyState === 'complete'")
            script = ASK.replace("URL", f"http://127.0.0.1:{service.port}")
            browser.run(f"window.heard = ''; {script}; 0")
            assert browser.wait_for("window.heard") == expected
        assert service.stop() == 0


def proxy(port: int, prefix: str, keeps: bool) -> type[BaseHTTPRequestHandler]:
    """Return a proxy that serves the service under a prefix, which it keeps in paths or removes."""

    class Proxy(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path if keeps else self.path.removeprefix(prefix) or "/"
            named: dict[str, Any] = {"X-Forwarded-Prefix": prefix} if keeps else {}
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request(self.command, path, body, {**self.headers, **named})
            answer = connection.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name in ("Content-Type", "Content-Security-Policy"):
                if answer.headers[name]:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *words: object) -> None:
            pass

    return Proxy


@pytest.mark.parametrize(
    ("prefix", "keeps", "path"),
    [
        ("/n/cc-1/proxy/8080", False, "/n/cc-1/proxy/8080/"),
        ("/n/cc-1/proxy/8080", False, "/n/cc-1/proxy/8080"),
        ("/models/weight", True, "/models/weight/"),
    ],
)
def test_the_token_and_the_form_work_under_any_prefix(
    model: Path, token_file: Path, browser: Browser, prefix: str, keeps: bool, path: str
) -> None:
    service = Served(model, "--token-file", token_file)
    with run_server(proxy(service.port, prefix, keeps)) as url:
        browser.call("Page.navigate", url=url + path)
        browser.wait_for(f"location.href === {url + path!r} && document.readyState === 'complete'")
        for token, seen in (("ebb", "The token is refused (401)."), (TOKEN, "")):
            browser.wait_for("!!document.getElementById('token')")
            browser.run(f"document.getElementById('token').value = {token!r}")
            browser.run("document.querySelector('button').click()")
            if seen:
                said = f"document.querySelector('output').textContent === {seen!r}"
                browser.wait_for(said)
        browser.wait_for("!!document.querySelector('[data-name]')")
        browser.run("document.querySelector('button').click()")
        said = browser.wait_for("document.querySelector('output').textContent")
        assert said.startswith("Weight-Pounds: 1")
    assert service.stop() == 0
