"""predict-aws, -azure, -gcp: addresses, signatures and identities, against peers on loopback."""

import base64
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Run, need_peer
from tests.loopback import Answer, Request, Service, heights, serve

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": 'wJalr/XUtn+FEMI\\K7"MDENG'}
SAGEMAKER = ("--endpoint", "weight", "--region", "eu-west-1", "--endpoint-url")
ROWS = "height,city\n70,Rome\n60.50,\n"
PREDICTED = "height,city,prediction\n70,Rome,130\n60.50,,101.5\n"

Shim = Callable[[str, str], Path]


@pytest.fixture
def service() -> Iterator[Service]:
    with serve() as running:
        yield running


@pytest.fixture
def shim(tmp_path: Path, clean_env: dict[str, str]) -> Shim:
    """Return a function that puts a program of one's own first on PATH and logs its starts."""
    folder = tmp_path / "shims"
    folder.mkdir()
    clean_env["PATH"] = f"{folder}:{clean_env['PATH']}"

    def write(name: str, script: str) -> Path:
        log = tmp_path / f"{name}.log"
        path = folder / name
        path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>"{log}"\n{script}\n')
        path.chmod(0o755)
        return log

    return write


def starts(log: Path) -> list[str]:
    """Return the words of each start of a shim."""
    return log.read_text().splitlines() if log.exists() else []


# AWS's own signer; it stands with the peers, since it asks for other versions than the kit does.
SIGN = """
import base64, json, sys
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

asked = json.load(sys.stdin)
auth = SigV4Auth(Credentials(asked["key"], asked["secret"]), asked["service"], asked["region"])
body = base64.b64decode(asked["body"])
request = AWSRequest(asked["method"], asked["url"], asked["headers"], body)
request.context["timestamp"] = asked["date"]
canonical = auth.canonical_request(request)
print(auth.signature(auth.string_to_sign(request, canonical), request))
"""


def signature(request: Request, url: str, secret: str) -> str:
    """Return the SigV4 signature that botocore, AWS's own library, gives a request."""
    found = re.search(r"Credential=(\w+)/\d+/([\w-]+)/(\w+)/", request.headers["authorization"])
    signed = re.search(r"SignedHeaders=([\w;-]+)", request.headers["authorization"])
    assert found and signed
    asked = dict(zip(("key", "region", "service"), found.groups(), strict=True))
    asked |= {"secret": secret, "method": request.method, "url": url + request.path}
    asked |= {"date": request.headers["x-amz-date"]}
    body = base64.b64encode(request.body).decode()
    headers = {name: request.headers[name] for name in signed[1].split(";")}
    python = Path(need_peer("moto_server")).with_name("python")
    done = subprocess.run(
        [python, "-c", SIGN],
        input=json.dumps(asked | {"body": body, "headers": headers}),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


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
        listing = subprocess.run(["ps", "axewww", "-o", "args"], capture_output=True, text=True)
        seen.append(listing.stdout)
        return heights(request)

    service.behaviour = look
    words = (*SAGEMAKER, service.url, "height=70")
    secrets = Path("~/.config/beachhead/secrets.env")
    line = (
        'mkdir -p "$HOME/.config/beachhead"; umask 077; cat >"$HOME/.config/beachhead/secrets.env"'
    )
    run("bash", "-c", line, input="AWS_ACCESS_KEY_ID=AKID\nAWS_SECRET_ACCESS_KEY='hush hush'\n")
    done = run("predict-aws", *words)
    assert (done.returncode, done.stderr) == (0, ""), secrets
    assert "aws-sigv4" in seen[0]
    assert "hush" not in seen[0]


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
    log = shim("aws", CREDENTIALS)
    words = (*SAGEMAKER, service.url, "--chunk-rows", "1")
    for _ in range(2):
        assert run("predict-aws", *words, input=ROWS).stdout == PREDICTED
    assert starts(log) == ["configure export-credentials --format process"]

    def expired(request: Request) -> Answer:
        if "Credential=KEY0/" in request.headers["authorization"]:
            return Answer({"message": "The security token included is expired"}, 403)
        return heights(request)

    service.behaviour = expired
    assert run("predict-aws", *words, input=ROWS).stdout == PREDICTED
    assert len(starts(log)) == 2
    service.behaviour = lambda request: Answer({"message": "expired"}, 403)
    done = run("predict-aws", *words, input=ROWS)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.endswith("refused (403: expired); this identity may not ask it\n")
    assert len(starts(log)) == 3


def test_no_keys_at_all_is_one_line(run: Run, service: Service, shim: Shim) -> None:
    shim("aws", "echo 'Unable to locate credentials' >&2; exit 253")
    done = run("predict-aws", *SAGEMAKER, service.url, "height=70")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("predict-aws: aws knows no keys; run aws configure")
    assert done.stderr.count("\n") == 1


def test_what_a_model_said_inside_sagemaker_names_the_row(run: Run, service: Service) -> None:
    inner = {"error": "row 1, field 'height': 'tall' is not a number", "row": 1}
    outer = {"OriginalStatusCode": 400, "OriginalMessage": json.dumps(inner), "Message": "Received"}
    service.behaviour = lambda request: Answer(outer, 424)
    done = run("predict-aws", *SAGEMAKER, service.url, input="height\n1\ntall\n", **KEYS)
    assert done.returncode == 3
    assert "standard input: line 3: " in done.stderr
    assert "(424: field 'height': 'tall' is not a number); mend that row" in done.stderr


def test_elastic_beanstalk_is_asked_without_a_signature(run: Run, service: Service) -> None:
    done = run("predict-aws", "--url", service.url, "height=70", **KEYS)
    assert done.stdout == "height,prediction\n70,130\n"
    assert "authorization" not in service.requests[0].headers


def test_an_app_service_is_asked_without_a_token(run: Run, service: Service) -> None:
    done = run("predict-azure", "--url", service.url, "height=70")
    assert done.stdout == "height,prediction\n70,130\n"
    assert "authorization" not in service.requests[0].headers
    shown = run("predict-azure", "--app", "ada-weight", "--dry-run", "height=70").stdout
    assert " https://ada-weight.azurewebsites.net/predict <<" in shown


def test_an_azure_ml_endpoint_has_its_address_key_deployment_and_shape(run: Run) -> None:
    words = ("--endpoint", "weight", "--region", "westeurope", "--deployment", "blue")
    more = ("--shape", "input_data", "--dry-run", "height=70")
    shown = run("predict-azure", *words, *more, AZUREML_KEY="hush").stdout
    assert " https://weight.westeurope.inference.ml.azure.com/score <<" in shown
    assert "'azureml-model-deployment: blue' --header 'Authorization: ***'" in shown
    assert '{"input_data": {"columns": ["height"], "data": [[70]]}}' in shown
    assert "hush" not in shown


AZ = """
printf '{"accessToken": "token-%s", "expiresOn": "2999-01-01 00:00:00.000000",' "$(wc -l <"$0.log")"
printf '"expires_on": 9999999999, "tenant": "x", "tokenType": "Bearer"}'
"""


def test_az_is_started_once_for_many_runs(run: Run, service: Service, shim: Shim) -> None:
    log = shim("az", AZ.replace("$0.log", "/dev/null"))
    words = ("--url", service.url, "--resource", "api://weight", "--chunk-rows", "1")
    for _ in range(2):
        assert run("predict-azure", *words, input=ROWS).stdout == PREDICTED
    assert starts(log) == ["account get-access-token --resource api://weight --output json"]
    tokens = {request.headers["authorization"] for request in service.requests}
    assert tokens == {"Bearer token-0"}


def test_azure_cloud_shell_gives_the_token_itself(run: Run, service: Service, shim: Shim) -> None:
    log = shim("az", "exit 1")

    def msi(request: Request) -> Answer:
        assert request.headers["metadata"] == "true"
        assert request.body == b"resource=https%3A%2F%2Fml.azure.com"
        return Answer({"access_token": "from-shell", "expires_on": "9999999999"})

    with serve(msi) as shell:
        words = ("--url", service.url, "--resource", "https://ml.azure.com", "height=70")
        done = run("predict-azure", *words, MSI_ENDPOINT=f"{shell.url}/oauth2/token")
    assert (done.returncode, done.stderr, starts(log)) == (0, "", [])
    assert service.requests[0].headers["authorization"] == "Bearer from-shell"


def test_vertex_ai_is_asked_with_rows_and_an_access_token(run: Run) -> None:
    words = ("--endpoint", "987", "--project", "ada-ml", "--region", "europe-west1", "--dry-run")
    shown = run("predict-gcp", *words, "height=70", CLOUDSDK_AUTH_ACCESS_TOKEN="hush").stdout
    base = "https://europe-west1-aiplatform.googleapis.com/v1/projects/ada-ml"
    assert f" {base}/locations/europe-west1/endpoints/987:predict <<" in shown
    assert '{"instances": [[70]]}' in shown
    assert "'Authorization: ***'" in shown
    assert "hush" not in shown


def test_cloud_run_is_asked_with_an_identity_token_of_gcloud(
    run: Run, service: Service, shim: Shim
) -> None:
    log = shim("gcloud", "echo an-identity")
    for _ in range(2):
        done = run("predict-gcp", "--url", service.url, "--chunk-rows", "1", input=ROWS)
        assert done.stdout == PREDICTED
    assert starts(log) == ["auth print-identity-token --quiet"]
    assert service.requests[0].headers["authorization"] == "Bearer an-identity"
    assert "authorization" not in ask_publicly(run, service).headers


def ask_publicly(run: Run, service: Service) -> Request:
    """Ask without a token; return what came."""
    run("predict-gcp", "--url", service.url, "--public", "height=70")
    return service.requests[-1]


def test_the_metadata_server_gives_an_identity_token_for_the_service(
    run: Run, service: Service, shim: Shim
) -> None:
    log = shim("gcloud", "exit 1")

    def metadata(request: Request) -> Answer:
        assert request.headers["metadata-flavor"] == "Google"
        return Answer("eyJ.abc", kind="text/html")

    with serve(metadata) as machine:
        host = machine.url.removeprefix("http://")
        done = run("predict-gcp", "--url", service.url, "height=70", GCE_METADATA_HOST=host)
    assert (done.returncode, done.stderr, starts(log)) == (0, "", [])
    assert "/default/identity?audience=http%3a" in machine.requests[0].path.lower()
    assert service.requests[0].headers["authorization"] == "Bearer eyJ.abc"


def test_a_plan_starts_no_vendors_cli(run: Run, shim: Shim) -> None:
    logs = [shim(name, "exit 1") for name in ("aws", "az", "gcloud")]
    azure = ("--endpoint", "weight", "--region", "westeurope")
    google = ("--url", "https://weight-1.europe-west1.run.app")
    for words in (("aws", *SAGEMAKER[:4]), ("azure", *azure), ("gcp", *google)):
        shown = run(f"predict-{words[0]}", *words[1:], "--dry-run", "a=1")
        assert (shown.returncode, shown.stderr) == (0, "")
        assert "'Authorization: ***'" in shown.stdout or "--user 'KEY:***'" in shown.stdout
    assert [starts(log) for log in logs] == [[], [], []]


def test_the_address_of_cloud_run_follows_from_names(run: Run) -> None:
    words = ("--service", "weight", "--project-number", "123456", "--region", "europe-west1")
    shown = run("predict-gcp", *words, "--public", "--dry-run", "height=70").stdout
    assert " https://weight-123456.europe-west1.run.app/predict <<" in shown
