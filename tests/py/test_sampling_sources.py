"""Objects of a cloud's store: whole, or an error; the real aws asks moto's S3."""

import gzip
import resource
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyhelpers.csvio.sources import outcome
from tests.conftest import HEIGHTS, ROOT, Run
from tests.cutting import cutting
from tests.loopback import free_port
from tests.vendors import moto, s3_variables

PACKED = gzip.compress(HEIGHTS.read_bytes(), 1)
LINES = (HEIGHTS.read_bytes() + b"\r\n").splitlines(keepends=True)
LARGE = b"".join(LINES[:1] + LINES[1:] * 16)  # 9.7 MB: aws fetches it in two parts


def put(url: str, body: bytes, method: str = "PUT") -> None:
    # Left to itself urllib says that a body is a form, for the rest of which moto would wait.
    headers = {"Content-Type": "text/csv"}
    request = urllib.request.Request(url, body, headers, method=method)
    urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    """Yield the environment of a shell whose S3 is moto's, with one bucket in it."""
    with moto() as url:
        put(f"{url}/a-bucket", b"")
        put(f"{url}/a-bucket/heights.csv.gz", PACKED)
        put(f"{url}/a-bucket/a%20k%C3%A9y%20%5B1%5D%2A.csv", HEIGHTS.read_bytes())
        put(f"{url}/a-bucket/cut.csv.gz", PACKED[:-9000])
        put(f"{url}/a-bucket/large.csv", LARGE)
        yield s3_variables(url)


WORDS = ("sample-large-csv", "-n", 40, "--seed", 5)


@pytest.fixture(scope="module")
def expected() -> str:
    """Return what WORDS give of a pipe."""
    words = [f"{ROOT}/bin/{WORDS[0]}", *map(str, WORDS[1:])]
    done = subprocess.run(words, input=PACKED, capture_output=True, check=True)
    assert done.stdout.count(b"\n") == 41
    return done.stdout.decode()


@pytest.mark.parametrize("key", ["heights.csv.gz", "a kéy [1]*.csv"])
def test_an_object_of_s3_is_sampled_as_a_pipe(
    run: Run, s3: dict[str, str], expected: str, key: str
) -> None:
    done = run(*WORDS, f"s3://a-bucket/{key}", **s3)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", expected)


def test_an_object_of_s3_is_never_stored(
    clean_env: dict[str, str], s3: dict[str, str], expected: str
) -> None:
    """No file may grow to half of the object in a process of the sample or a child of it."""
    small = HEIGHTS.stat().st_size // 2
    done = subprocess.run(
        [*map(str, WORDS), "s3://a-bucket/a kéy [1]*.csv"],
        env=clean_env | s3 | {"PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (small, small)),
        capture_output=True,
    )
    assert (done.returncode, done.stdout.decode()) == (0, expected)


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("s3://a-bucket/gone.csv", 3, "(404)"),
        ("s3://no-bucket/gone.csv", 3, "(404)"),
        ("s3://a-bucket/cut.csv.gz", 1, "the gzip data ends in the middle"),
    ],
)
def test_what_s3_cannot_give_is_an_error_in_one_line(
    run: Run, s3: dict[str, str], url: str, code: int, says: str
) -> None:
    done = run(*WORDS, url, **s3)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(f"sample-large-csv: {url}: ")
    assert says in done.stderr and done.stderr.count("\n") == 1


def test_a_login_that_may_not_read_the_object_is_3(run: Run, s3: dict[str, str]) -> None:
    put(f"{s3['AWS_ENDPOINT_URL']}/moto-api/reset-auth", b"0", "POST")
    try:
        done = run(*WORDS, "s3://a-bucket/heights.csv.gz", **s3)
    finally:
        put(f"{s3['AWS_ENDPOINT_URL']}/moto-api/reset-auth", b"inf", "POST")
    assert (done.returncode, done.stdout) == (3, "")
    assert "(403)" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("key", ["a kéy [1]*.csv", "large.csv"])
def test_a_connection_to_s3_that_breaks_once_repeats_no_row(
    run: Run, s3: dict[str, str], key: str
) -> None:
    """The aws of 2026 asks again: for parts of a large object rightly, for a small one wrongly."""
    rows = ("sample-large-csv", "-n", 1_000_000, f"s3://a-bucket/{key}")
    with cutting(int(s3["AWS_ENDPOINT_URL"].rpartition(":")[2]), 300_000, times=1) as port:
        done = run(*rows, **s3 | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"})
    if key == "large.csv" or done.returncode == 0:
        assert done.stdout.encode() == (LARGE if key == "large.csv" else b"".join(LINES))
    else:
        assert (done.returncode, done.stdout) == (4, "")
        assert "bytes came, where the object has 608344; try again\n" in done.stderr


def test_s3_out_of_reach_is_4(run: Run, s3: dict[str, str]) -> None:
    nobody = {**s3, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    done = run("sample-large-csv", "s3://a-bucket/heights.csv.gz", **nobody)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.count("\n") == 1


def test_a_transfer_from_s3_that_is_cut_is_an_error(run: Run, s3: dict[str, str]) -> None:
    url = "s3://a-bucket/heights.csv.gz"
    with cutting(int(s3["AWS_ENDPOINT_URL"].rpartition(":")[2]), 100_000) as port:
        done = run(*WORDS, url, **s3 | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"})
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == f"sample-large-csv: {url}: Max Retries Exceeded; try again\n"


@pytest.mark.parametrize("scheme", ["s3", "gs", "az"])
def test_a_cli_that_dies_midway_is_an_error(run: Run, tmp_path: Path, scheme: str) -> None:
    program = {"s3": "aws", "gs": "gcloud", "az": "az"}[scheme]
    words = {
        "s3": "s3 cp --only-show-errors s3://b/k.csv -",
        "gs": "storage cat gs://b/k.csv",
        "az": "storage blob download --only-show-errors --no-progress --output none"
        " --container-name=b --name=k.csv --auth-mode login",
    }[scheme]
    fake = tmp_path / "cli" / program
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\n[ "$1" != s3api ] || exec wc -c <"$DATA"\n'
        f'[ "$*" = "{words}" ] || exit 9\n[ -n "$CUT" ] || exec cat "$DATA"\n'
        'head -c 300000 "$DATA"\necho first >&2\necho "é: $CUT" >&2\n$CUT\n'
    )
    fake.chmod(0o755)
    common = {"PATH": f"{ROOT}/bin:{fake.parent}:/usr/bin:/bin", "DATA": str(HEIGHTS)}
    source = f"{scheme}://b/k.csv"
    whole = run("sample-large-csv", "-n", 25_000, source, **common)
    assert whole.stdout.encode()[:-2] == HEIGHTS.read_bytes()
    cut = run("sample-large-csv", "-n", 5, source, **common, CUT="exit 7")
    assert (cut.returncode, cut.stdout) == (1, "")
    assert cut.stderr.startswith(f"sample-large-csv: {source}: é: exit 7; ")
    killed = run("sample-large-csv", "-n", 5, source, **common, CUT="kill -9 $$")
    assert (killed.returncode, killed.stdout) == (1, "")


def test_a_cli_starts_when_its_objects_turn_has_come(run: Run, tmp_path: Path) -> None:
    fake = tmp_path / "cli/gcloud"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho start "$3" >>"$LOG"\ncat "$DATA"\necho end "$3" >>"$LOG"\n')
    fake.chmod(0o755)
    urls = [f"gs://b/{number}.csv" for number in range(4)]
    log = tmp_path / "log"
    common = {"PATH": f"{ROOT}/bin:{fake.parent}:/usr/bin:/bin", "DATA": str(HEIGHTS)}
    done = run("sample-large-csv", "-n", 100_000, *urls, **common, LOG=str(log))
    assert done.stdout.encode() == b"".join(LINES[:1] + LINES[1:] * 4)
    assert log.read_text() == "".join(f"start {url}\nend {url}\n" for url in urls)


def test_a_missing_cli_is_127(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    for tool in ("bash", "env", "shuf"):
        (tmp_path / "tools" / tool).symlink_to(f"/usr/bin/{tool}")
    done = run("sample-large-csv", "s3://b/k", PATH=f"{ROOT}/bin:{tmp_path}/tools")
    assert done.returncode == 127
    assert done.stderr.startswith("sample-large-csv: aws is missing; install ")
    assert run("sample-large-csv", "s3://b", PATH=f"{ROOT}/bin:{tmp_path}/tools").returncode == 2


# What the CLIs wrote to standard error in 2026, and what becomes of it.
SAID = {
    "download failed: s3://b/k.csv to - An error occurred (403) when calling the HeadObject "
    "operation: Forbidden\n": (
        3,
        "An error occurred (403) when calling the HeadObject operation: Forbidden; "
        "check the name and your rights",
    ),
    "warning: old\n\nfatal error: Unable to locate credentials\n": (
        1,
        "Unable to locate credentials; check your login",
    ),
    "download failed: s3://b/k.csv to - Max Retries Exceeded\n": (
        4,
        "Max Retries Exceeded; try again",
    ),
    "ERROR: The specified blob does not exist.\nRequestId:fa-0403-5003\n"
    "Time:2026-11-22T17:08:04.147Z\nErrorCode:BlobNotFound\n": (
        3,
        "The specified blob does not exist. ErrorCode:BlobNotFound; check the name and your rights",
    ),
    "ERROR: Please run 'az login' to setup account.\n": (
        1,
        "Please run 'az login' to setup account; check your login",
    ),
    "ERROR: Please provide storage account name or connection string.\n": (
        1,
        "Please provide storage account name or connection string; export AZURE_STORAGE_ACCOUNT",
    ),
    "ERROR: HTTPConnection(host='127.0.0.1', port=1): Failed to establish a new connection: "
    "[Errno 111] Connection refused\n": (
        4,
        "HTTPConnection(host='127.0.0.1', port=1): Failed to establish a new connection: "
        "[Errno 111] Connection refused; try again",
    ),
    "ERROR: (gcloud.storage.cat) The following URLs matched no objects or files:\ns3://b/k.csv\n": (
        3,
        "The following URLs matched no objects or files: s3://b/k.csv; "
        "check the name and your rights",
    ),
    "ERROR: (gcloud.storage.cat) ('Connection broken: IncompleteRead(9 bytes read)')\nThis may be "
    "due to network connectivity issues. Please check your network settings.\n": (
        4,
        "('Connection broken: IncompleteRead(9 bytes read)') This may be due to network "
        "connectivity issues. Please check your network settings; try again",
    ),
    "Traceback:\nMemoryError\n": (1, "MemoryError; check your login"),
    "\n": (1, ""),
}


@pytest.mark.parametrize("words", SAID)
def test_a_clis_words_become_one_line_and_an_exit_code(words: str) -> None:
    what, code = outcome(words, "s3://b/k.csv")
    assert (code, what) == SAID[words]


def test_a_cli_that_has_much_to_say_is_cut_short() -> None:
    what, code = outcome("ERROR: permission " + "word " * 500, "gs://b/k.csv")
    assert code == 3 and len(what) < 300 and what.endswith(" ...; check the name and your rights")
