"""The service, asked without a server."""

from project_package.app import create_app


def test_the_service_greets() -> None:
    client = create_app().test_client()
    assert client.get("/").json == {"message": "Hello, world!"}
    assert client.get("/?name=Ada").json == {"message": "Hello, Ada!"}


def test_the_service_says_that_it_lives() -> None:
    assert create_app().test_client().get("/healthz").json == {"status": "ok"}
