"""Objects of Azure and Google Cloud: the real az asks Azurite, the real gcloud an emulator.

Their errors, as they put them, are in test_sampling_sources.py, which needs neither.
"""

import base64
import json
import re
import resource
import subprocess
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import HEIGHTS, Run
from tests.cutting import cutting
from tests.loopback import Answer, Request, serve
from tests.vendors import (
    ACCOUNT,
    Variables,
    ask,
    az,
    azure_shell,
    azurite,
    connection,
    google_shell,
    peer,
)

pytestmark = pytest.mark.peer

WORDS = ("sample-large-csv", "-n", "40", "--seed", "5")
KEY = "a dir/a kéy (1).csv"
TENANT = "ab1f708d-50f6-404c-a006-d71b2ac7a606"


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Variables]:
    """Yield the environment of a shell with the key of an account that has one blob."""
    with azure_shell(tmp_path_factory.mktemp("azure")) as variables:
        blob = ("--container-name", "con", "--name", KEY, "--file", str(HEIGHTS))
        az(variables, "blob", "upload", "--no-progress", *blob)
        yield variables


@pytest.fixture(scope="module")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Variables]:
    """Yield the environment of a shell that is logged in where a bucket has one object."""
    with google_shell(tmp_path_factory.mktemp("google")) as variables:
        url = variables[ADDRESS["gs"]].partition("/storage/")[0]
        name = urllib.parse.quote(KEY, safe="")
        upload = f"{url}/upload/storage/v1/b/bkt/o?uploadType=media&name={name}"
        ask(upload, HEIGHTS.read_bytes(), "text/csv")
        yield variables


def port_in(text: str) -> str:
    """Return the port of an address on loopback, with its colon."""
    found = re.search(r"127\.0\.0\.1(:\d+)", text)
    assert found is not None
    return found[1]


@contextmanager
def breaking(variables: Variables, name: str, times: int | None = None) -> Iterator[Variables]:
    """Yield an environment whose address under `name` leads over a proxy that breaks off."""
    port = port_in(variables[name])
    with cutting(int(port[1:]), 300_000, times) as proxy:
        yield variables | {name: variables[name].replace(port, f":{proxy}")}


@pytest.fixture
def expected(run: Run) -> str:
    """Return what WORDS give of a pipe."""
    return run(*WORDS, input=HEIGHTS.read_bytes()).stdout


@pytest.fixture(params=["az", "gs"])
def cloud(request: pytest.FixtureRequest) -> tuple[str, Variables]:
    """Return the start of an object's address, and the environment."""
    if request.param == "az":
        return "az://con", request.getfixturevalue("azure")
    return "gs://bkt", request.getfixturevalue("google")


def test_an_object_is_sampled_as_a_pipe_and_never_stored(
    clean_env: Variables, cloud: tuple[str, Variables], expected: str
) -> None:
    """No file may grow to half of the object in a process of the sample or a child of it."""
    small = HEIGHTS.stat().st_size // 2
    done = subprocess.run(
        [*WORDS, f"{cloud[0]}/{KEY}"],
        env=clean_env | cloud[1] | {"PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (small, small)),
        capture_output=True,
    )
    assert (done.returncode, done.stderr, done.stdout.decode()) == (0, b"", expected)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("az://con/gone.csv", "The specified blob does not exist"),
        ("az://nobody/gone.csv", "The specified container does not exist"),
        ("gs://bkt/gone.csv", "matched no objects or files"),
        ("gs://nobody/gone.csv", "gs://nobody not found"),
    ],
)
def test_an_object_that_is_not_there_is_3(
    run: Run, request: pytest.FixtureRequest, url: str, says: str
) -> None:
    variables = request.getfixturevalue("azure" if url.startswith("az") else "google")
    done = run(*WORDS, url, **variables)
    assert (done.returncode, done.stdout) == (3, "")
    assert re.fullmatch(f"sample-large-csv: {url}: .*{says}.*; check the name.*\n", done.stderr)


def test_a_wrong_key_is_3(run: Run, azure: Variables) -> None:
    name = "AZURE_STORAGE_CONNECTION_STRING"
    done = run(*WORDS, f"az://con/{KEY}", **azure | {name: azure[name].replace("Eby8", "Abc8")})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)


def test_a_shell_that_is_not_logged_in_is_told_so(
    run: Run, azure: Variables, google: Variables
) -> None:
    nobody = azure | {"AZURE_STORAGE_CONNECTION_STRING": "", "AZURE_STORAGE_ACCOUNT": ACCOUNT}
    done = run(*WORDS, f"az://con/{KEY}", **nobody)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Please run 'az login' to setup account; check your login\n" in done.stderr
    done = run(*WORDS, f"gs://bkt/{KEY}", **google | {"CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": ""})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "You do not currently have an active account selected." in done.stderr


ADDRESS = {"az": "AZURE_STORAGE_CONNECTION_STRING", "gs": "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"}


def test_a_transfer_that_is_cut_is_an_error(run: Run, cloud: tuple[str, Variables]) -> None:
    with breaking(cloud[1], ADDRESS[cloud[0][:2]]) as variables:
        done = run(*WORDS, f"{cloud[0]}/{KEY}", **variables)
    assert (done.returncode, done.stdout) == (4, "")
    assert re.search(r"Connection broken: IncompleteRead.*; try again\n$", done.stderr)


def test_what_az_asks_for_anew_comes_once(run: Run, azure: Variables, expected: str) -> None:
    with breaking(azure, ADDRESS["az"], times=1) as variables:
        done = run(*WORDS, f"az://con/{KEY}", **variables)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", expected)


def token(request: Request) -> Answer:
    """Answer as the endpoint of a managed identity does; Azurite checks no signature."""
    now = int(time.time())
    claims = {"aud": "https://storage.azure.com", "iss": f"https://sts.windows.net/{TENANT}/"}
    times = {"iat": now, "nbf": now - 60, "exp": now + 3600}
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims | times)]
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in [*parts, b"none"])
    return Answer({"access_token": text.decode(), "expires_on": str(now + 3600)})


PROFILE = {
    "subscriptions": [
        {
            "id": "00000000-0000-0000-0000-000000000001",
            "name": "sub",
            "state": "Enabled",
            "user": {
                "name": "systemAssignedIdentity",
                "type": "servicePrincipal",
                "assignedIdentityInfo": "MSI",
            },
            "isDefault": True,
            "tenantId": TENANT,
            "environmentName": "AzureCloud",
        }
    ]
}


def test_az_takes_the_shells_own_identity(
    run: Run, azure: Variables, tmp_path: Path, expected: str
) -> None:
    """A machine's identity, no key: az fetches a token, which Azurite wants over TLS alone."""
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem"]
    subprocess.run(
        [peer("openssl"), *words, "-out", "cert.pem", *subject],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    (tmp_path / "azureProfile.json").write_text(json.dumps(PROFILE))
    tls = ("--oauth", "basic", "--cert", "cert.pem", "--key", "key.pem")
    variables = azure | {
        "REQUESTS_CA_BUNDLE": str(tmp_path / "cert.pem"),
        "AZURE_CONFIG_DIR": str(tmp_path),
    }
    with azurite(tmp_path, *tls) as url, serve(token) as identity:
        variables["AZURE_STORAGE_CONNECTION_STRING"] = connection(url)
        az(variables, "container", "create", "--name", "con")
        blob = ("--container-name", "con", "--name", KEY, "--file", str(HEIGHTS))
        az(variables, "blob", "upload", "--no-progress", *blob)
        variables["AZURE_STORAGE_CONNECTION_STRING"] = ""
        variables["AZURE_STORAGE_ACCOUNT"] = ACCOUNT
        variables["AZURE_STORAGE_ACCOUNT_URL"] = f"{url}/{ACCOUNT}"
        who = {"IDENTITY_ENDPOINT": f"{identity.url}/msi", "IDENTITY_HEADER": "secret"}
        done = run(*WORDS, f"az://con/{KEY}", **variables, **who)
        refused = run(*WORDS, "az://con/gone.csv", **variables, **who)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", expected)
    assert refused.returncode == 3
    assert "resource=https%3A%2F%2Fstorage.azure.com" in identity.requests[0].path
    assert identity.requests[0].headers["x-identity-header"] == "secret"
