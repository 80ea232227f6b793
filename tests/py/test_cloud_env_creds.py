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


# Files of AWS and variables that are each wrong in one way; botocore says what comes of them.
BROKEN_CREDENTIALS = {
    "none": "",
    "whole": f"[default]\n{KEYS}[lab]\n{KEYS}",
    "half": "[default]\naws_access_key_id = A\n[lab]\naws_access_key_id = A\n",
    "empty": "[default]\naws_access_key_id =\naws_secret_access_key =\n",
    "section twice": f"[default]\n{KEYS}[default]\nregion = x\n",
    "setting twice": f"[default]\n{KEYS}aws_access_key_id = C\n",
    "no setting": "[default]\nhello\n",
    "no section": KEYS,
}
ROLE = "[default]\nrole_arn = arn:x\n"
BROKEN_CONFIGS = {
    "none": "",
    "whole": f"[default]\nregion = x\n{KEYS}",
    "half": "[default]\naws_access_key_id = A\n",
    "section twice": "[default]\n[default]\n",
    "sso without a region": "[default]\nsso_start_url = https://x\nsso_account_id = 1\n",
    "sso without its session": "[default]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n",
    "sso with its session": "[default]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n"
    "[sso-session s]\nsso_region = r\nsso_start_url = https://x\n",
    "role without a source": ROLE,
    "role of no profile": f"{ROLE}source_profile = none\n",
    "role of an empty profile": f"{ROLE}source_profile = b\n[profile b]\nregion = x\n",
    "role of half a key": f"{ROLE}source_profile = b\n[profile b]\naws_access_key_id = A\n",
    "role of a profile": f"{ROLE}source_profile = b\n[profile b]\n{KEYS}",
    "role of itself": f"{ROLE}source_profile = b\n[profile b]\nrole_arn = y\n"
    "source_profile = default\n",
    "role of variables": f"{ROLE}credential_source = Environment\n",
    "role of nonsense": f"{ROLE}credential_source = Nonsense\n",
    "role of both": f"{ROLE}credential_source = Environment\nsource_profile = b\n[profile b]\n",
    "web identity": f"{ROLE}web_identity_token_file = /none\n",
    "web identity without a role": "[default]\nweb_identity_token_file = /none\n",
}
BROKEN_VARIABLES: dict[str, dict[str, str]] = {
    "none": {},
    "whole": {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"},
    "half": {"AWS_ACCESS_KEY_ID": "A"},
    "empty ID": {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "B"},
    "odd end": {
        "AWS_ACCESS_KEY_ID": "A",
        "AWS_SECRET_ACCESS_KEY": "B",
        "AWS_CREDENTIAL_EXPIRATION": "soon",
    },
    "no profile": {"AWS_PROFILE": "none"},
    "other profile": {"AWS_PROFILE": "lab"},
    "DEFAULT": {"AWS_PROFILE": "DEFAULT"},
    "foreign host": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example/x"},
    "no web role": {"AWS_WEB_IDENTITY_TOKEN_FILE": "/none"},
    "boto": {"BOTO_CONFIG": "boto"},
}


def test_an_error_of_botocore_is_named_as_botocore_names_it(tmp_path: Path) -> None:
    python = Path(need_peer("moto_server")).with_name("python")
    (tmp_path / "boto").write_text("[Credentials]\naws_access_key_id = A\n")
    homes = []
    for chosen in itertools.product(BROKEN_CREDENTIALS, BROKEN_CONFIGS, BROKEN_VARIABLES):
        if sum(name not in ("none", "whole") for name in chosen) > 1:
            continue
        home = tmp_path / str(len(homes))
        (home / ".aws").mkdir(parents=True)
        (home / ".aws/credentials").write_text(BROKEN_CREDENTIALS[chosen[0]])
        (home / ".aws/config").write_text(BROKEN_CONFIGS[chosen[1]])
        surroundings = {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}
        homes.append(surroundings | BROKEN_VARIABLES[chosen[2]])
    ask = ASK.replace("found = ", "try: found = ").replace(
        "    print(",
        "    except Exception as error: print('error', type(error).__name__)\n    else: print(",
    )
    given = {"input": json.dumps(homes), "capture_output": True, "text": True, "cwd": tmp_path}
    expected = subprocess.run([python, "-c", ask], **given).stdout.splitlines()
    ours = subprocess.run([sys.executable, "-c", OURS], **given).stdout.splitlines()
    assert len({line for line in expected if line.startswith("error ")}) >= 6
    assert ours == expected


OURS = f"""
import json, os, sys
sys.path.insert(0, {str(ROOT)!r})
from pyhelpers.cloud import credentials
for surroundings in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(surroundings)
    rows = list(credentials.rows(("aws",), "local", "2026-01-01T00:00:00Z"))
    print(rows[0][1] if rows else "none")
"""
APPLICATION = {"AZURE_CLIENT_ID": "a", "AZURE_TENANT_ID": "b", "AZURE_CLIENT_SECRET": "c"}


# What DefaultAzureCredential of azure-identity 1.27 chooses first, or the exception it raises.
@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (APPLICATION, "environment"),
        ({**APPLICATION, "AZURE_CLIENT_SECRET": ""}, "error ValueError"),
        ({"AZURE_CLIENT_ID": "a", "AZURE_CLIENT_SECRET": "c"}, ""),
        (
            {"AZURE_CLIENT_ID": "a", "AZURE_TENANT_ID": "b"}
            | {"AZURE_CLIENT_CERTIFICATE_PATH": "/none"},
            "error FileNotFoundError",
        ),
        (
            {"AZURE_CLIENT_ID": "a", "AZURE_USERNAME": "u", "AZURE_PASSWORD": "p"},
            "environment",
        ),
        ({**APPLICATION, "AZURE_TOKEN_CREDENTIALS": "nonsense"}, "error ValueError"),
        ({**APPLICATION, "AZURE_TOKEN_CREDENTIALS": " Dev "}, ""),
        ({"IDENTITY_ENDPOINT": "http://localhost:1", "MSI_ENDPOINT": "http://localhost:2"}, ""),
        ({"IDENTITY_ENDPOINT": "http://localhost:1", "IDENTITY_HEADER": "x"}, "managed-identity"),
        ({"AZURE_FEDERATED_TOKEN_FILE": "token"}, ""),
        (
            {"AZURE_FEDERATED_TOKEN_FILE": "token", "AZURE_CLIENT_ID": "a"}
            | {"AZURE_TENANT_ID": "b"},
            "workload-identity",
        ),
    ],
)
def test_azures_first_credential_is_azure_identitys(
    variables: dict[str, str], expected: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OURS.replace('"aws"', '"azure"')],
        input=json.dumps([{"HOME": str(tmp_path)} | variables]),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == (expected or "none")
