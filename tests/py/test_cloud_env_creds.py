"""cloud-env creds against botocore itself: which provider of its chain wins."""

import http.server
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, need_peer

PROVIDERS = ("env", "role", "identity", "sso", "shared", "process", "config", "container")
KEYS = "aws_access_key_id = AKIAX\naws_secret_access_key = x\n"
# Asks botocore, in one process for all surroundings, for the name of the provider that won.
ASK = """
import json, os, sys
import botocore.session
for surroundings in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(surroundings)
    found = botocore.session.Session().get_credentials()
    print(found.method if found else "none")
"""


class Login(http.server.BaseHTTPRequestHandler):
    """What a container endpoint answers."""

    def do_GET(self) -> None:
        body = json.dumps(
            {"AccessKeyId": "A", "SecretAccessKey": "s", "Token": "t"}
            | {"Expiration": "2099-01-02T03:04:05Z"}
        ).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Login) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/creds"
        server.shutdown()
        thread.join()


def surround(home: Path, on: tuple[str, ...], endpoint: str, profile: str) -> dict[str, str]:
    """Write a home in which these providers are set up; return its environment."""
    (home / ".aws").mkdir(parents=True)
    config = f"[{'default' if profile == 'default' else 'profile ' + profile}]\nregion = x\n"
    shared = f"[source]\n{KEYS}"
    variables = {"HOME": str(home), "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"}
    if profile != "default":
        variables["AWS_PROFILE"] = profile
    if "role" in on:
        config += "role_arn = arn:aws:iam::1:role/r\nsource_profile = source\n"
    if "sso" in on:
        config += "sso_start_url = https://x.example\nsso_region = us-east-1\n"
        config += "sso_account_id = 1\nsso_role_name = r\n"
    if "process" in on:
        said = '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s"}'
        (home / "process.json").write_text(said)
        config += f"credential_process = cat '{home}/process.json'\n"
    if "config" in on:
        config += KEYS
    if "shared" in on:
        shared += f"[{profile}]\n{KEYS}"
    (home / ".aws/config").write_text(config)
    (home / ".aws/credentials").write_text(shared)
    if "env" in on:
        variables |= {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x"}
    if "identity" in on:
        (home / "token").write_text("t")
        variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = str(home / "token")
        variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/r"
    if "container" in on:
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = endpoint
    return variables


@pytest.mark.parametrize("profile", ["default", "surf"])
def test_the_winner_is_the_one_that_botocore_finds(
    tmp_path: Path, endpoint: str, profile: str
) -> None:
    python = Path(need_peer("moto_server")).with_name("python")
    chosen = [*itertools.combinations(PROVIDERS, 1), *itertools.combinations(PROVIDERS, 2)]
    chosen += [(), PROVIDERS, *itertools.combinations(PROVIDERS, 7)]
    homes = [surround(tmp_path / f"a {i}", on, endpoint, profile) for i, on in enumerate(chosen)]
    asked = subprocess.run(
        [python, "-c", ASK], input=json.dumps(homes), capture_output=True, text=True, check=True
    )
    expected = asked.stdout.split()
    assert len(set(expected)) >= len(PROVIDERS)
    for on, variables, winner in zip(chosen, homes, expected, strict=True):
        done = subprocess.run(
            [ROOT / "bin/cloud-env", "creds", "--cloud", "aws", "--json"],
            env=variables,
            capture_output=True,
            text=True,
        )
        rows = json.loads(done.stdout)
        wins = [row["provider"] for row in rows if row["state"] == "wins"]
        assert wins == ([winner] if winner != "none" else []), on
        assert len(rows) == len(on), on


CONFIG = """[default]
region=eu-west-1
[profile surf]
# region = no
region = us-west-2
s3 =
  region = nested
[profile none]
output = json
[profile twice]
region = sa-east-1
output = text
"""


@pytest.mark.parametrize("profile", ["default", "surf", "none", "twice", "absent"])
def test_export_gives_the_region_that_botocore_reads(tmp_path: Path, profile: str) -> None:
    python = Path(need_peer("moto_server")).with_name("python")
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text(CONFIG)
    variables = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "AWS_PROFILE": profile}
    asked = subprocess.run(
        [
            python,
            "-c",
            "import botocore.session as s; from botocore.exceptions import ProfileNotFound\n"
            "try: print(s.Session().get_config_variable('region') or '')\n"
            "except ProfileNotFound: print()",
        ],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    told = subprocess.run(
        ["bash", "-c", f'eval "$({ROOT}/bin/cloud-env export)"; echo "${{AWS_DEFAULT_REGION-}}"'],
        env=variables,
        capture_output=True,
        text=True,
    )
    assert told.stdout == asked.stdout


@pytest.mark.parametrize("names", [("AWS_PROFILE",), ("AWS_DEFAULT_PROFILE", "AWS_PROFILE"), ()])
def test_the_profile_in_use_is_botocores(names: tuple[str, ...], tmp_path: Path) -> None:
    python = Path(need_peer("moto_server")).with_name("python")
    variables = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]} | {n: n.lower() for n in names}
    ask = "import botocore.session as s; print(s.Session().profile or 'default')"
    asked = subprocess.run([python, "-c", ask], env=variables, capture_output=True, text=True)
    code = f"import sys; sys.path.append({str(ROOT)!r}); "
    code += "from pyhelpers.cloud.aws import profile_in_use as used; print(used())"
    ours = subprocess.run(
        [sys.executable, "-c", code], env=variables, capture_output=True, text=True
    )
    assert ours.stdout == asked.stdout != ""
