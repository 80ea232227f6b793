"""bin/lib/plain.sh: text from outside, made fit to be shown, as pyhelpers does it."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelpers.address import redacted
from pyhelpers.text import harmless
from tests.conftest import ROOT, Run
from tests.terminal import Terminal

# Bytes that meet the edges of UTF-8, characters of every kind, and what steers a terminal.
RAW = st.binary(max_size=12) | st.lists(
    st.sampled_from(
        [b"\xc2", b"\x80", b"\xe0\xa0", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f", b"a"]
    )
).map(b"".join)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
HARD = st.text(
    st.sampled_from(
        "\x1b\x07\x9b\x85\u202e\u2066\u200d\ufeff\u00ad\U000e0041\u061ca\u0301\U0001f30a\t\n"
    ),
    max_size=12,
)


def bash(line: str, texts: list[bytes], locale: str) -> list[bytes]:
    """Return what a line of Bash prints for each text, which it finds in $text."""
    each = f"while IFS= LC_ALL=C read -rd '' text; do {line}; printf '\\0'; done"
    program = f"source {ROOT}/bin/lib/plain.sh; {each}"
    done = subprocess.run(
        ["bash", "-c", program],
        input=b"".join(text + b"\0" for text in texts),
        stdout=subprocess.PIPE,
        check=True,
        env={"LC_ALL": locale, "PATH": "/usr/bin:/bin"},
    )
    return done.stdout.split(b"\0")[:-1]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "xx_YY"])
@settings(max_examples=20, deadline=None)
@given(st.lists(RAW | TEXT.map(str.encode) | HARD.map(str.encode), min_size=1, max_size=60))
def test_bash_and_python_find_the_same_things_harmful(locale: str, texts: list[bytes]) -> None:
    texts = [text.replace(b"\0", b"") for text in texts]
    expected = [
        harmless(text.decode(errors="surrogateescape")).encode().replace(b"\r", b"?")
        for text in texts
    ]
    assert bash("harmless \"$text\" $'\\t\\n'", texts, locale) == expected


ADDRESSES = [
    "https://ann:hunter2@h.org/a.csv",
    "https://hunter2@h.org/a.csv",
    "see https://h/p?X-Amz-Signature=hunter2&year=1999, then http://h/?n=1",
    "https://s.blob.core.windows.net/c/b?sv=2020&se=2030&sp=r&sig=hunter2%2Fhunter2%3D",
    "https://storage.googleapis.com/b/o?GoogleAccessId=a@b&Signature=hunter2&X-Goog-Signature=hunter2",
    "http://h/x?api_key=hunter2;token=hunter2#access_token=hunter2",
    "http://h/x?Code=hunter2&%73ig=hunter2&password=hunter2",
    "http://h/x?k=hunter2&PIN=hunter2&pw=hunter2&hmac=hunter2",
    "http://h/x?y=hunter2AAAAAAAAAAAAAAAAAAAAAAAAA",
]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_no_secret_of_an_address_is_shown(locale: str) -> None:
    shown = bash(
        'redact "$text"; printf %s "$redacted"', [text.encode() for text in ADDRESSES], locale
    )
    assert len(shown) == len(ADDRESSES)
    for text, line in zip(ADDRESSES, shown, strict=True):
        assert b"hunter2" not in line
        assert "hunter2" not in redacted(text)
    assert b"year=1999" in shown[2] and b"n=1" in shown[2]
    plain = [
        b"no address",
        b"http://h/a.csv?year=1999&n=3",
        "http://h/\u00fc d'\u00e9t\u00e9".encode(),
    ]
    assert bash('redact "$text"; printf %s "$redacted"', plain, locale) == plain


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_an_error_shows_no_harmful_character(locale: str, run: Run) -> None:
    done = run("predict", "--url", "http://127.0.0.1:1", "a\u202eb\x9bc\x1bd.csv", LC_ALL=locale)
    assert done.returncode == 1
    assert "a?b?c?d.csv" in done.stderr
    done = run("cloud-env", "space", "-n", "a\u202eb\x9bc\x1bd", LC_ALL=locale)
    assert (done.returncode, done.stdout) == (2, "")
    assert "a?b?c?d" in done.stderr


def test_a_terminal_is_shown_a_result_harmless_and_a_pipe_gets_its_bytes(
    run: Run, clean_env: dict[str, str]
) -> None:
    words = [str(ROOT / "bin/predict"), "--url", "https://h/a\u202eb", "--dry-run", "x=1"]
    env = clean_env | {"LC_ALL": "C.UTF-8"}
    assert "\u202e" in run(*words, LC_ALL="C.UTF-8").stdout
    screen = Terminal(words, env)
    assert screen.end() == 0
    assert "https://h/a?b" in screen.drawn.replace("'", "")
