"""Secrets in addresses are shown nowhere and kept nowhere."""

from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelpers.address import redacted
from tests.conftest import Run

SECRET = "s3cr3t%2Fvalue"
NAMES = [
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Goog-Signature",
    "Signature",
    "sig",
    "token",
    "access_token",
    "api_key",
    "apikey",
    "key",
    "password",
    "client_secret",
    "code",
    "AWSAccessKeyId",
    "Key-Pair-Id",
    "Policy",
    "subscription-key",
    "refreshToken",
    "X%2DAmz%2DSignature",
    "k",
    "PIN",
    "pw",
    "hmac",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mark", ["?", "?year=1999&", "#", "?a=1#"])
def test_the_value_of_a_secret_parameter_goes_and_its_name_stays(name: str, mark: str) -> None:
    address = f"https://example.org/a.csv{mark}{name}={SECRET}&last=7"
    assert redacted(address) == address.replace(SECRET, "REDACTED")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://ann:pw@h.org/a", "https://ann:REDACTED@h.org/a"),
        ("https://ann:p@w@h.org/a", "https://ann:REDACTED@h.org/a"),
        ("https://ann:p/w@h.org/a", "https://ann:REDACTED@h.org/a"),
        ("https://ghp_0a1b2c@h.org/a", "https://REDACTED@h.org/a"),
        ("ssh://git@h.org/a", "ssh://git@h.org/a"),
        ("postgresql://ann:pw@db:5432/x", "postgresql://ann:REDACTED@db:5432/x"),
        ("http://h.org:8080/@ann/a?b=c@d", "http://h.org:8080/@ann/a?b=c@d"),
        ("http://[::1]:80/a?city=Lima", "http://[::1]:80/a?city=Lima"),
        (f"http://h/?to={quote('http://u:pw@i/', '')}", "http://h/?to=REDACTED"),
        ("http://h/?a=1;token=xyz", "http://h/?a=REDACTED"),
        ("http://h/?0123456789abcdef0123456789", "http://h/?REDACTED"),
        ("HTTP://u:pw@h", "HTTP://u:REDACTED@h"),
        ("http://h/?k=short-value&kind=a&pinned=1", "http://h/?k=REDACTED&kind=a&pinned=1"),
        ("/home/ann/a?token=1.csv", "/home/ann/a?token=1.csv"),
        ("(see http://u:a@h/?sig=b, or http://v:c@i)", None),
    ],
)
def test_passwords_and_addresses_within_addresses(address: str, shown: str | None) -> None:
    shown = shown or "(see http://u:REDACTED@h/?sig=REDACTED, or http://v:REDACTED@i)"
    assert redacted(address) == shown
    assert redacted(shown) == shown


@given(
    st.text("abz09-._~ü", min_size=1), st.text("abz09:;,@", min_size=1), st.text("azü/", max_size=9)
)
def test_what_the_standard_library_takes_for_the_password_never_stays(
    user: str, password: str, path: str
) -> None:
    address = f"https://{user}:{quote(password)}@h.org/{path}?sig={quote('=' + password)}&n=1"
    shown = urlsplit(redacted(address))
    assert (shown.username, shown.password, shown.hostname) == (user, "REDACTED", "h.org")
    assert dict(parse_qsl(shown.query)) == {"sig": "REDACTED", "n": "1"}


def test_a_source_that_cannot_be_reached_is_named_without_its_secrets(run: Run) -> None:
    address = "http://ann:hush@127.0.0.1:9/a.csv?X-Amz-Signature=hush"
    for command in (
        ["csv-stats", "describe", address],
        ["csv-stats", "compare", address, address],
        ["sample-large-csv", address],
        ["ml-model", "train", "--target", "a", address],
    ):
        done = run(*command)
        assert "REDACTED" in done.stderr and "hush" not in done.stderr, done.stderr
        assert done.returncode == 4


def test_redacting_a_long_text_looks_at_each_letter_a_few_times(tmp_path: Path) -> None:
    """Patterns that repeat every start, and would be quadratic: a million letters each."""
    for piece in (
        "a",
        "://",
        "a://",
        "http://h?a=",
        "http://u:p@",
        "a=http://",
        "%3A//",
        "?a;",
        "&a=0",
    ):
        for start in ("", "http://h/?"):
            text = start + piece * (1_000_000 // len(piece))
            assert len(redacted(text)) <= 3 * len(text)
