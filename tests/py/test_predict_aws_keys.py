"""Which keys predict-aws takes: those that botocore takes."""

import subprocess
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.predict import identity
from tests.aws_keys import EXPORTED, FILES, LOGIN, SAGEMAKER
from tests.conftest import Run, need_peer
from tests.loopback import Service

# Botocore names the provider whose keys it takes; it stands with the peers.
PROVIDER = """
import botocore.session
found = botocore.session.Session().get_credentials()
print(found.method, found.access_key if found.method.endswith("file") else "")
"""
IN_SHARED = "[default]\naws_access_key_id = SHARED\naws_secret_access_key = s\n"
IN_CONFIG = "[default]\naws_access_key_id = CONFIG\naws_secret_access_key = c\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/r\ncredential_source = Environment\n"
PROCESS = 'credential_process = /bin/echo {"Version":1,"AccessKeyId":"P","SecretAccessKey":"p"}\n'


@pytest.mark.parametrize("extra", ["", ROLE, PROCESS, LOGIN], ids=["", "role", "process", "sso"])
@pytest.mark.parametrize("shared", ["", IN_SHARED], ids=["", "shared"])
@pytest.mark.parametrize("config", ["[default]\n", IN_CONFIG], ids=["", "config"])
def test_keys_of_a_file_are_used_where_botocore_uses_them(
    config: str, shared: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"AWS_CONFIG_FILE": config + extra, "AWS_SHARED_CREDENTIALS_FILE": shared}
    for variable, text in files.items():
        (tmp_path / variable).write_text(text)
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    python = Path(need_peer("aws")).with_name("python")
    done = subprocess.run([python, "-c", PROVIDER], capture_output=True, text=True)
    method, _, key = done.stdout.strip().partition(" ")
    if extra == ROLE:  # with which botocore ends
        assert "CredentialRetrievalError" in done.stderr
        with pytest.raises(KitError, match="Environment has no credentials; correct it"):
            identity.aws_login("")
        return
    found = identity.aws_login("")
    of_file = method in ("shared-credentials-file", "config-file")
    assert found[:2] == (["keys", key] if of_file else ["aws"])


LOGGED_IN = "import sys, botocore.session as s; n = sys.argv[1] or None\n"
LOGGED_IN += "print(s.Session(profile=n).get_credentials().access_key)"


@pytest.mark.parametrize("option", ["", "lab"])
@pytest.mark.parametrize("old", ["", "old"])
@pytest.mark.parametrize("named", ["", "lab"])
@pytest.mark.parametrize("exported", [{}, EXPORTED], ids=["", "exported"])
def test_exported_keys_and_profiles_have_botocores_order(
    run: Run,
    service: Service,
    home: Path,
    exported: dict[str, str],
    named: str,
    old: str,
    option: str,
) -> None:
    (home / ".aws").mkdir()
    (home / ".aws/credentials").write_text(FILES)
    profiles = {"AWS_PROFILE": named, "AWS_DEFAULT_PROFILE": old}
    variables = exported | {name: value for name, value in profiles.items() if value}
    variables["AWS_EC2_METADATA_DISABLED"] = "true"
    python = Path(need_peer("aws")).with_name("python")
    expected = run(str(python), "-c", LOGGED_IN, option, **variables).stdout.strip()
    assert expected in ("DEFAULT", "LAB", "OLD", "EXPORTED")
    words = ("--profile", option) if option else ()
    done = run("predict-aws", *SAGEMAKER, service.url, *words, "height=70", **variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Credential={expected}/" in service.requests[0].headers["authorization"]


def test_a_key_id_without_its_secret_is_an_error_as_for_botocore(
    run: Run, service: Service
) -> None:
    done = run("predict-aws", *SAGEMAKER, service.url, "height=70", AWS_ACCESS_KEY_ID="A")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "AWS_SECRET_ACCESS_KEY" in done.stderr and not service.requests
