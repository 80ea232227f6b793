"""predict-aws: addresses, signatures and keys, against services on loopback."""

import json
import time
from pathlib import Path

import pytest

from pyhelpers.predict import identity
from tests.aws_keys import EXPORTED, FILES, LOGIN, SAGEMAKER
from tests.aws_signer import KEYS, signature
from tests.conftest import Run, Shim
from tests.loopback import PREDICTED, ROWS, Answer, Request, Service, heights, serve
from tests.processes import command_lines


@pytest.mark.parametrize("token", ["", "FwoGZXIvYXdzE//token=="])
@pytest.mark.parametrize("shape", ["records", "csv"])
def test_a_sagemaker_request_is_signed_as_botocore_signs_it(
    run: Run, service: Service, token: str, shape: str
) -> None:
    if shape == "csv":
        service.behaviour = lambda request: Answer("130\n101.5\n", kind="text/csv")
    keys = KEYS | ({"AWS_SESSION_TOKEN": token} if token else {})
    words = (*SAGEMAKER, service.url, "--shape", shape, "--variant", "blue")
    done = run("predict-aws", *words, input=ROWS, **keys)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", PREDICTED)
    request = service.requests[0]
    assert request.path == "/endpoints/weight/invocations"
    assert request.headers["x-amzn-sagemaker-target-variant"] == "blue"
    assert request.headers.get("x-amz-security-token", "") == token
    authorization = request.headers["authorization"]
    assert ("x-amz-security-token" in authorization) == bool(token)
    assert "/eu-west-1/sagemaker/aws4_request" in authorization
    expected = signature(request, service.url, KEYS["AWS_SECRET_ACCESS_KEY"])
    assert authorization.endswith(f"Signature={expected}")
    assert not signature(request, service.url, "another").startswith(expected[:8])


def test_a_body_past_a_megabyte_is_signed_too(run: Run, service: Service) -> None:
    rows = "height,note\n" + f"70,{'x' * 1000}\n" * 1300
    done = run("predict-aws", *SAGEMAKER, service.url, input=rows, **KEYS)
    assert done.returncode == 0
    assert len(service.requests[0].body) > 1 << 20
    expected = signature(service.requests[0], service.url, KEYS["AWS_SECRET_ACCESS_KEY"])
    assert service.requests[0].headers["authorization"].endswith(expected)


def test_keys_stand_in_no_list_of_processes(run: Run, service: Service, home: Path) -> None:
    seen: list[str] = []

    def look(request: Request) -> Answer:
        seen.append(command_lines(environments=True))
        return heights(request)

    service.behaviour = look
    words = (*SAGEMAKER, service.url, "height=70")
    secrets = Path("~/.config/beachhead/secrets.env")
    line = (
        'mkdir -p "$HOME/.config/beachhead"; umask 077; cat >"$HOME/.config/beachhead/secrets.env"'
    )
    run("bash", "-c", line, input="AWS_ACCESS_KEY_ID=AKID\nAWS_SECRET_ACCESS_KEY='murmur murmur'\n")
    done = run("predict-aws", *words)
    assert (done.returncode, done.stderr) == (0, ""), secrets
    assert "aws-sigv4" in seen[0]
    assert "murmur" not in seen[0]


def test_the_address_is_the_regions_own(run: Run) -> None:
    shown = run("predict-aws", *SAGEMAKER[:4], "--dry-run", "a=1", **KEYS).stdout
    assert "https://runtime.sagemaker.eu-west-1.amazonaws.com/endpoints/weight/invocations" in shown
    words = ("--endpoint", "weight", "--dry-run", "a=1")
    shown = run("predict-aws", *words, AWS_REGION="cn-north-1", **KEYS).stdout
    assert "https://runtime.sagemaker.cn-north-1.amazonaws.com.cn/endpoints" in shown
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in shown
    assert "--user 'AKIDEXAMPLE:***'" in shown


def test_region_and_keys_come_from_the_files_of_aws(run: Run, service: Service, home: Path) -> None:
    (home / ".aws").mkdir()
    config = "[default]\nregion = us-east-1\n[profile sea side]\nregion=eu-north-1\n"
    (home / ".aws/config").write_text(config)
    credentials = (
        "[default]\naws_access_key_id = ONE\naws_secret_access_key = one\n"
        "[sea side]\r\naws_access_key_id=TWO\r\naws_secret_access_key=two\r\n"
    )
    (home / ".aws/credentials").write_text(credentials)
    words = ("--endpoint", "weight", "--endpoint-url", service.url, "height=70")
    assert run("predict-aws", *words).returncode == 0
    assert run("predict-aws", "--profile", "sea side", *words).returncode == 0
    first, second = (request.headers["authorization"] for request in service.requests)
    assert "Credential=ONE/" in first and "/us-east-1/" in first
    assert "Credential=TWO/" in second and "/eu-north-1/" in second
    assert second.endswith(signature(service.requests[1], service.url, "two"))


def container(request: Request) -> Answer:
    """Answer as the credential endpoint of AWS CloudShell does."""
    assert request.headers["authorization"] == "let me in"
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    keys = {"AccessKeyId": "CSHELL", "SecretAccessKey": "a/b+c", "Token": "t//k=="}
    return Answer({**keys, "Expiration": stamp, "Code": "Success"})


def test_the_containers_keys_are_fetched_once_and_kept_for_their_owner_alone(
    run: Run, service: Service, home: Path
) -> None:
    with serve(container) as credentials:
        variables = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{credentials.url}/latest/creds",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "let me in",
        }
        for _ in range(2):
            done = run("predict-aws", *SAGEMAKER, service.url, "height=70", **variables)
            assert (done.returncode, done.stderr) == (0, "")
    assert len(credentials.requests) == 1
    for request in service.requests:
        assert request.headers["x-amz-security-token"] == "t//k=="
        expected = signature(request, service.url, "a/b+c")
        assert request.headers["authorization"].endswith(expected)
    kept = list((home / ".cache/beachhead").iterdir())
    assert [oct(path.stat().st_mode & 0o777) for path in kept] == ["0o600"]


CREDENTIALS = """
n=$(wc -l <"$0.count" 2>/dev/null || echo 0); echo >>"$0.count"
printf '{"Version": 1, "AccessKeyId": "KEY%s", "SecretAccessKey": "s",' "$n"
printf '"SessionToken": "t", "Expiration": "2999-01-01T00:00:00+00:00"}'
"""


def test_aws_is_started_once_for_many_runs_and_again_when_its_keys_are_refused(
    run: Run, service: Service, shim: Shim
) -> None:
    shim("aws", CREDENTIALS)
    words = (*SAGEMAKER, service.url, "--chunk-rows", "1")
    for _ in range(2):
        assert run("predict-aws", *words, input=ROWS).stdout == PREDICTED
    assert shim.calls == ["aws configure export-credentials --format process"]

    def expired(request: Request) -> Answer:
        if "Credential=KEY0/" in request.headers["authorization"]:
            return Answer({"message": "The security token included is expired"}, 403)
        return heights(request)

    service.behaviour = expired
    assert run("predict-aws", *words, input=ROWS).stdout == PREDICTED
    assert len(shim.calls) == 2
    service.behaviour = lambda request: Answer({"message": "expired"}, 403)
    done = run("predict-aws", *words, input=ROWS)
    assert (done.returncode, done.stdout) == (3, "")
    sent = "(sent: the keys of the AWS profile default)\n"
    assert done.stderr.endswith(f"(403: expired); this identity may not ask it {sent}")
    assert len(shim.calls) == 3


def test_refused_keys_of_a_profile_with_a_blank_in_its_name_are_renewed(
    run: Run, service: Service, shim: Shim, home: Path
) -> None:
    shim("aws", CREDENTIALS)
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text(f'[profile "sea side"]\n{LOGIN}')

    def expired(request: Request) -> Answer:
        if "Credential=KEY0/" in request.headers["authorization"]:
            return Answer({"message": "The security token included is expired"}, 403)
        return heights(request)

    service.behaviour = expired
    words = (*SAGEMAKER, service.url, "--profile", "sea side")
    assert run("predict-aws", *words, input=ROWS).stdout == PREDICTED
    assert shim.calls == 2 * [
        "aws configure export-credentials --format process --profile sea side"
    ]


@pytest.mark.parametrize(
    ("option", "said"),
    [("", "the keys in AWS_ACCESS_KEY_ID"), ("lab", "the keys of the AWS profile lab")],
)
def test_a_rejected_sign_in_names_the_credential_that_was_sent(
    run: Run, service: Service, home: Path, option: str, said: str
) -> None:
    (home / ".aws").mkdir()
    (home / ".aws/credentials").write_text(FILES)
    service.behaviour = lambda request: Answer({"message": "not authorized"}, 403)
    words = ("--profile", option) if option else ()
    done = run("predict-aws", *SAGEMAKER, service.url, *words, "height=70", **EXPORTED)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert f"(sent: {said}" in done.stderr and "EXPORTED" not in done.stderr


def test_a_profile_that_is_not_there_is_named(run: Run, service: Service) -> None:
    done = run("predict-aws", *SAGEMAKER, service.url, "--profile", "sea", "height=70", **KEYS)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "sea: neither file has this profile" in done.stderr and not service.requests


def test_keys_are_stored_until_five_minutes_before_their_end() -> None:
    keys = {"AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t"}
    for end in ("1970-01-01T01:00:00Z", "1970-01-01T02:00:00+01:00", "1970-01-01 01:00:00"):
        text = json.dumps(keys | {"Expiration": end})
        assert identity.aws_keys(text, 0) == ["3300", "A", "s", "t"]
    assert identity.aws_keys(json.dumps(keys | {"Expiration": "soon"}), 100) == ["1000", *"Ast"]
    for text in ("", "[]", "{", '{"AccessKeyId": "A"}', '{"AccessKeyId": 1, "SecretAccessKey": 2}'):
        assert identity.aws_keys(text, 0) == []
    broken = keys | {"SecretAccessKey": 's\noutput = "x"'}
    assert identity.aws_keys(json.dumps(broken), 0) == []


def test_no_keys_at_all_is_one_line(run: Run, service: Service, shim: Shim) -> None:
    shim("aws", "echo 'Unable to locate credentials' >&2; exit 253")
    done = run("predict-aws", *SAGEMAKER, service.url, "height=70")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("predict-aws: aws finds no keys; run aws configure")
    assert done.stderr.count("\n") == 1


def test_what_a_model_said_inside_sagemaker_names_the_row(run: Run, service: Service) -> None:
    inner = {"error": "row 1, field 'height': 'tall' is not a number", "row": 1}
    outer = {"OriginalStatusCode": 400, "OriginalMessage": json.dumps(inner), "Message": "Received"}
    service.behaviour = lambda request: Answer(outer, 424)
    done = run("predict-aws", *SAGEMAKER, service.url, input="height\n1\ntall\n", **KEYS)
    assert done.returncode == 3
    assert "standard input: line 3: " in done.stderr
    assert "(424: field 'height': 'tall' is not a number); correct that row" in done.stderr


def test_elastic_beanstalk_is_asked_without_a_signature(run: Run, service: Service) -> None:
    done = run("predict-aws", "--url", service.url, "height=70", **KEYS)
    assert done.stdout == "height,prediction\n70,130\n"
    assert "authorization" not in service.requests[0].headers
