"""Bodies under a content coding, paths under a prefix: as proxies and clients send them."""

import gzip
import json
from typing import Any

import pytest

from pyhelpers.model import load
from pyhelpers.serving.http_protocol import Limits, Request
from pyhelpers.serving.service import Service
from tests.served import train_heights

ROW = b'{"instances": [[68.5]]}'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    path = train_heights(tmp_path_factory.mktemp("bodies") / "weight")
    return Service(load.load_model(str(path)), Limits(body=100_000), prefix="/proxy/8080/")


def ask(service: Service, body: bytes, path: str = "/predict", **headers: str) -> tuple[int, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = service.answer(Request("POST", path, named, body))
    return response.status, json.loads(response.body)


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
def test_a_gzip_body_is_read(service: Service, coding: str) -> None:
    plain = ask(service, ROW)
    assert plain[0] == 200
    assert ask(service, gzip.compress(ROW), content_encoding=coding) == plain
    halves = gzip.compress(ROW[:9]) + gzip.compress(ROW[9:])
    assert ask(service, halves, content_encoding=coding) == plain


def test_a_gzip_body_is_bounded_by_what_it_holds(service: Service) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert ask(service, bomb, content_encoding="gzip")[0] == 413
    parts = b"".join(gzip.compress(b" " * 60_000) for _ in range(3))
    assert ask(service, parts, content_encoding="gzip")[0] == 413
    padded = gzip.compress(ROW + b" " * (100_000 - len(ROW)))
    assert ask(service, padded, content_encoding="gzip")[0] == 200


@pytest.mark.parametrize("cut", [1, 5, -1, -9])
def test_a_broken_gzip_body_is_a_400(service: Service, cut: int) -> None:
    packed = gzip.compress(ROW)
    status, answer = ask(service, packed[:cut], content_encoding="gzip")
    assert status == 400 and "gzip" in answer["error"]
    assert ask(service, ROW, content_encoding="gzip")[0] == 400
    assert ask(service, packed + b"junk", content_encoding="gzip")[0] == 400


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", ""])
def test_other_codings_are_refused_by_name(service: Service, coding: str) -> None:
    status, answer = ask(service, ROW, content_encoding=coding)
    assert status == 415 and repr(coding) in answer["error"]


def test_routes_are_answered_with_and_without_the_prefix(service: Service) -> None:
    assert ask(service, ROW, "/proxy/8080/predict") == ask(service, ROW)
    assert ask(service, ROW, "/proxy/8080predict")[0] == 404
    assert ask(service, ROW, "/other/predict")[0] == 404
    page = service.answer(Request("GET", "/proxy/8080/"))
    assert page.kind.startswith("text/html") and b'fetch("predict"' in page.body
    moved = service.answer(Request("GET", "/proxy/8080"))
    assert moved.status == 308 and ("Location", "8080/") in moved.headers
