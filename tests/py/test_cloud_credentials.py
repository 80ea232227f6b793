"""The first provider of AWS's and Azure's chains, and the errors that their libraries end with."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, need_peer

KEYS = "aws_access_key_id = AKIAX\naws_secret_access_key = x\n"
BOTOCORES = """
import json, os, sys
import botocore.session
for surroundings in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(surroundings)
    try:
        found = botocore.session.Session().get_credentials()
        print(found.method if found else "none")
    except Exception as error:
        print("error", type(error).__name__)
"""
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


def answers(python: str | Path, code: str, homes: list[dict[str, str]], folder: Path) -> list[str]:
    """Return what the code prints of each home, given the environments as JSON."""
    done = subprocess.run(
        [python, "-c", code],
        input=json.dumps(homes),
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return done.stdout.splitlines()


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
    "sso without its session": "[default]\nsso_session = s\nsso_account_id = 1\n"
    "sso_role_name = r\n",
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
    homes: list[dict[str, str]] = []
    for chosen in itertools.product(BROKEN_CREDENTIALS, BROKEN_CONFIGS, BROKEN_VARIABLES):
        if sum(name not in ("none", "whole") for name in chosen) > 1:
            continue
        home = tmp_path / str(len(homes))
        (home / ".aws").mkdir(parents=True)
        (home / ".aws/credentials").write_text(BROKEN_CREDENTIALS[chosen[0]])
        (home / ".aws/config").write_text(BROKEN_CONFIGS[chosen[1]])
        surroundings = {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}
        homes.append(surroundings | BROKEN_VARIABLES[chosen[2]])
    expected = answers(python, BOTOCORES, homes, tmp_path)
    assert len({line for line in expected if line.startswith("error ")}) >= 6
    assert answers(sys.executable, OURS, homes, tmp_path) == expected


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
    code = OURS.replace('"aws"', '"azure"')
    found = answers(sys.executable, code, [{"HOME": str(tmp_path)} | variables], tmp_path)
    assert found == [expected or "none"]
