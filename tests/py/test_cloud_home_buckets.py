"""cloud-env pack and unpack with buckets: real aws asks moto, az Azurite, gcloud an emulator."""

import base64
import os
import random
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run, Shim, need_peer
from tests.loopback import free_port
from tests.vendors import ACCOUNT_KEY, Variables, azure_shell, google_shell, moto, s3_variables


@pytest.fixture(scope="module")
def s3() -> Iterator[Variables]:
    """Yield the environment of a shell whose S3 is moto's, with one bucket in it."""
    with moto() as url:
        urllib.request.urlopen(
            urllib.request.Request(f"{url}/my-bucket", b"", {"Content-Type": "x"}, method="PUT")
        ).close()
        yield s3_variables(url)


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Variables]:
    with azure_shell(tmp_path_factory.mktemp("azure")) as variables:
        del variables["HOME"]
        yield variables


@pytest.fixture(scope="module")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Variables]:
    with google_shell(tmp_path_factory.mktemp("google")) as variables:
        yield variables


BUCKETS = [
    "s3://my-bucket",
    pytest.param("az://con", marks=pytest.mark.peer),
    pytest.param("gs://bkt", marks=pytest.mark.peer),
]
FIXTURES = {"s3": "s3", "az": "azure", "gs": "google"}


@pytest.fixture(params=BUCKETS)
def bucket(request: pytest.FixtureRequest) -> tuple[str, Variables]:
    """Return the start of an object's address, and the environment."""
    return request.param, request.getfixturevalue(FIXTURES[request.param[:2]])


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    found = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    return {name: text for name, text in found.items() if not name.startswith(".local")}


def test_a_home_goes_to_a_bucket_in_parts_and_comes_back(
    run: Run, home: Path, bucket: tuple[str, Variables], tmp_path: Path
) -> None:
    place, variables = f"{bucket[0]}/a dir/hôme.pack", bucket[1]
    into, key = tmp_path / "into", tmp_path / "key"
    into.mkdir()
    key.write_text("a long secret")
    key.chmod(0o600)
    (home / "big").write_bytes(random.Random(1).randbytes(400_000))
    done = run("cloud-env", "pack", "--to", place, "--key", key, **variables)
    assert (done.returncode, done.stderr) == (
        0,
        f"cloud-env: {place} has the whole home, 1 MB\n",
    )
    (home / "new").write_text("new")
    done = run("cloud-env", "pack", "--key", key, **variables)  # to the same place
    assert (done.returncode, done.stderr) == (
        0,
        f"cloud-env: {place}.1 has what has changed, 1 MB\n",
    )
    done = run("cloud-env", "unpack", place, "--into", into, "--key", key, **variables)
    assert done.returncode == 0, done.stderr
    assert contents(into) == contents(home)
    # Another home replaces nothing unasked; with --full the old parts go.
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine").write_text("mine")
    done = run("cloud-env", "pack", "--to", place, **variables | {"HOME": str(other)})
    assert done.returncode == 1
    assert "is there, and this home did not pack it" in done.stderr
    done = run("cloud-env", "pack", "--to", place, "--full", **variables | {"HOME": str(other)})
    if place.startswith("gs:"):
        # fake-gcs-server answers what is removed with a null, which gcloud takes for a failure.
        assert "'NoneType' object has no attribute 'items'" in done.stderr
    else:
        assert done.returncode == 0, done.stderr
    done = run("cloud-env", "pack", "--key", key, **variables)
    assert done.returncode == 1
    assert "is not as this home left it" in done.stderr
    last = tmp_path / "last"
    last.mkdir()
    assert run("cloud-env", "unpack", place, "--into", last, **variables).returncode == 0
    assert contents(last) == {"mine": b"mine"}


def test_a_bucket_that_is_not_there_is_3_and_nothing_is_remembered(
    run: Run, home: Path, bucket: tuple[str, Variables]
) -> None:
    (home / "a").write_text("a")
    place = f"{bucket[0]}nobody/home.pack"
    for words in (["pack", "--to", place], ["unpack", place]):
        done = run("cloud-env", *words, **bucket[1])
        assert done.returncode in (1, 3), done.stderr
        assert done.stderr.startswith(f"cloud-env: {place}: ")
        assert done.stderr.count("\n") == 1
    assert "never packed" in run("cloud-env", "doctor", **bucket[1]).stdout
    found = os.listdir(home / ".local/state/beachhead/packs")  # but for what might have appeared
    assert [name for name in found if not name.endswith(".next")] == ["lock"]


def test_a_bucket_that_refuses_to_be_written_is_3(
    run: Run, home: Path, s3: Variables, tmp_path: Path
) -> None:
    (home / "a").write_text("a")
    deny = f"{s3['AWS_ENDPOINT_URL']}/moto-api/reset-auth"
    kind = {"Content-Type": "x"}
    urllib.request.urlopen(urllib.request.Request(deny, b"0", kind)).close()
    try:
        done = run("cloud-env", "pack", "--to", "s3://my-bucket/no.pack", **s3)
    finally:
        urllib.request.urlopen(urllib.request.Request(deny, b"inf", kind)).close()
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("\n") == 1
    found = os.listdir(home / ".local/state/beachhead/packs")  # but for what might have appeared
    assert [name for name in found if not name.endswith(".next")] == ["lock"]


@pytest.mark.peer
def test_a_wrong_key_of_an_account_is_refused(run: Run, home: Path, azure: Variables) -> None:
    (home / "a").write_text("a")
    other = base64.b64encode(bytes(64)).decode()
    name = "AZURE_STORAGE_CONNECTION_STRING"
    wrong = azure | {name: azure[name].replace(ACCOUNT_KEY, other)}
    for words in (["pack", "--to", "az://con/no.pack"], ["unpack", "az://con/no.pack"]):
        done = run("cloud-env", *words, **wrong)
        assert done.returncode == 3, done.stderr
        assert done.stderr.startswith("cloud-env: az://con/no.pack: ")
        assert done.stderr.count("\n") == 1 and other not in done.stderr
    done = run("cloud-env", "unpack", "az://con/no.pack", **azure)
    assert done.stderr == "cloud-env: az://con/no.pack: there is no archive; check its name\n"


def test_an_upload_that_fails_or_is_killed_keeps_the_last_archive(
    run: Run, home: Path, s3: Variables, tmp_path: Path, shim: Shim, clean_env: Variables
) -> None:
    place, into = "s3://my-bucket/kept.pack", tmp_path / "into"
    into.mkdir()
    aws = need_peer("aws")
    (home / "a").write_text("first")
    assert run("cloud-env", "pack", "--to", place, **s3).returncode == 0
    (home / "a").write_text("second")
    shim("aws", f'[ "$1 $2" != "s3 cp" ] || {{ touch "$LOG.begun"; sleep 60; }}; exec {aws} "$@"')
    env = clean_env | s3 | {"PATH": f"{clean_env['PATH']}"}
    words = [str(ROOT / "bin/cloud-env"), "pack"]
    process = subprocess.Popen(words, env=env, stdout=-3, stderr=-3, start_new_session=True)
    while not Path(f"{env['LOG']}.begun").exists():
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    nobody = s3 | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    done = run("cloud-env", "pack", **nobody)
    assert done.returncode == 4, done.stderr
    assert "Could not connect" in done.stderr
    assert run("cloud-env", "unpack", place, "--into", into, **s3).returncode == 0
    assert (into / "a").read_text() == "first"
    assert run("cloud-env", "pack", **s3).returncode == 0
    assert run("cloud-env", "unpack", place, "--into", into, **s3).returncode == 0
    assert (into / "a").read_text() == "second"


def test_without_its_cli_a_bucket_is_127(run: Run, home: Path, tmp_path: Path) -> None:
    done = run("cloud-env", "pack", "--to", "az://con/home", PATH=f"{ROOT}/bin:/usr/bin:/bin")
    if done.returncode == 0:
        pytest.skip("az is installed here")
    assert done.returncode == 127
    assert done.stderr.startswith("cloud-env: az is missing; install the Azure CLI")
    done = run("cloud-env", "pack", "--to", "s3://bucket")
    assert done.returncode in (2, 127)
    done = run("cloud-env", "pack", "--to", "ftp://host/x")
    assert done.returncode == 2
