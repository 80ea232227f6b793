"""AWS's shared files: botocore, AWS's own library, is the oracle."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.cloud import aws
from tests.conftest import ROOT, need_peer

# Botocore stands with the peers, since it asks for other versions than the kit does.
READ = """
import json, sys, botocore.session
from botocore.exceptions import ConfigParseError
found = []
for name in json.load(sys.stdin):
    try:
        profiles = botocore.session.Session().full_config["profiles"]
        found.append(profiles.get(name, {}))
    except ConfigParseError:
        found.append(None)
print(json.dumps(found))
"""
NAMES = ["default", "dev", "sea side", "none", "preview"]
CONFIGS = {
    "plain": "[default]\nregion = us-east-1\n[profile dev]\nRegion=eu-north-1\n",
    "spaces and CRLF": "[default]\r\nregion  =  us-east-1  \r\n\r\n[profile  dev]\r\nregion=x\r\n",
    "quotes": "[profile \"sea side\"]\nregion = a\n[profile 'dev']\nregion = b\n",
    "comments": "# a\n; b\n[default]\n# region = no\nregion = us-east-1 # kept\n;x=1\nregion2=2\n",
    "colon": "[default]\nregion: us-east-1\nrole_arn=arn:aws:iam::1:role/x\n",
    "not a profile": "[preview]\na = 1\n[dev]\nregion = no\n[profile]\nb = 1\n",
    "profile default": "[profile default]\nregion = two\n",
    "both defaults": "[default]\nregion = one\n[profile default]\nregion = two\n",
    "DEFAULT": "[DEFAULT]\nregion = all\n[profile dev]\noutput = json\n",
    "empty value": "[default]\nregion =\noutput = json\n",
    "equals in a value": "[default]\nsecret = a=b==\n",
    "indented": "[default]\n  region = a\n  output = b\n [profile dev]\n\tregion = c\n",
    "twice": "[default]\nregion = a\nregion = b\n",
    "section twice": "[default]\nregion = a\n[default]\noutput = b\n",
    "no section": "region = a\n",
    "no setting": "[default]\nhello\n",
    "percent": "[default]\nregion = %(x)s\n",
    "not UTF-8": "[default]\nregion = \udcff\n",
}
CREDENTIALS = "[default]\naws_access_key_id = ID\n[dev]\nregion = from-credentials\n"


@pytest.mark.parametrize("shared", ["", CREDENTIALS])
@pytest.mark.parametrize("text", CONFIGS.values(), ids=CONFIGS)
def test_profiles_are_those_that_botocore_reads(
    text: str, shared: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, content in (("AWS_CONFIG_FILE", text), ("AWS_SHARED_CREDENTIALS_FILE", shared)):
        file = tmp_path / variable.lower()
        file.write_bytes(content.encode(errors="surrogateescape"))
        monkeypatch.setenv(variable, str(file))
    python = Path(need_peer("aws")).with_name("python")
    done = subprocess.run(
        [python, "-c", READ], input=json.dumps(NAMES), capture_output=True, text=True, check=True
    )
    for name, expected in zip(NAMES, json.loads(done.stdout), strict=True):
        if expected is None:
            with pytest.raises(KitError, match="aws_config_file: is not "):
                aws.profile(name)
            continue
        found = aws.profile(name)
        assert {key: setting.value for key, setting in found.items()} == expected
        for key, setting in found.items():
            line = Path(setting.file).read_text().splitlines()[setting.line - 1]
            assert line.strip().lower().startswith(key)


def test_the_paths_follow_home_and_the_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert aws.config_file() == f"{tmp_path}/.aws/config"
    assert aws.profile("default") == {}
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "~/keys")
    assert aws.credentials_file() == f"{tmp_path}/keys"


def test_an_old_python_without_packages_reads_them() -> None:
    for name in ("__init__.py", "cloud/__init__.py", "cloud/aws.py"):
        ast.parse((ROOT / "pyhelpers" / name).read_text(), feature_version=(3, 7))
    line = "import pyhelpers.cloud.aws; print('typer' in sys.modules)"
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {line}"
    words = [sys.executable, "-S", "-I", "-c", start]
    assert subprocess.run(words, capture_output=True, text=True).stdout == "False\n"
