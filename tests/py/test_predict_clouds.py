"""predict-azure and -gcp: addresses and identities, against services on loopback; plans of all."""

from pathlib import Path

from pyhelpers.predict.identity import bearer_token
from tests.conftest import Run, Shim
from tests.loopback import PREDICTED, ROWS, Answer, Request, Service, serve


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
    shim("az", AZ.replace("$0.log", "/dev/null"))
    words = ("--url", service.url, "--resource", "api://weight", "--chunk-rows", "1")
    for _ in range(2):
        assert run("predict-azure", *words, input=ROWS).stdout == PREDICTED
    assert shim.calls == ["az account get-access-token --resource api://weight --output json"]
    tokens = {request.headers["authorization"] for request in service.requests}
    assert tokens == {"Bearer token-0"}


def test_azure_cloud_shell_gives_the_token_itself(run: Run, service: Service, shim: Shim) -> None:
    shim("az", "exit 1")

    def msi(request: Request) -> Answer:
        assert request.headers["metadata"] == "true"
        assert request.body == b"resource=https%3A%2F%2Fml.azure.com"
        return Answer({"access_token": "from-shell", "expires_on": "9999999999"})

    with serve(msi) as shell:
        words = ("--url", service.url, "--resource", "https://ml.azure.com", "height=70")
        done = run("predict-azure", *words, MSI_ENDPOINT=f"{shell.url}/oauth2/token")
    assert (done.returncode, done.stderr, shim.calls) == (0, "", [])
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
    shim("gcloud", "echo an-identity")
    for _ in range(2):
        done = run("predict-gcp", "--url", service.url, "--chunk-rows", "1", input=ROWS)
        assert done.stdout == PREDICTED
    assert shim.calls == ["gcloud auth print-identity-token --quiet"]
    assert service.requests[0].headers["authorization"] == "Bearer an-identity"
    assert "authorization" not in ask_publicly(run, service).headers


def ask_publicly(run: Run, service: Service) -> Request:
    """Ask without a token; return what came."""
    run("predict-gcp", "--url", service.url, "--public", "height=70")
    return service.requests[-1]


def test_the_metadata_server_gives_an_identity_token_for_the_service(
    run: Run, service: Service, shim: Shim
) -> None:
    shim("gcloud", "exit 1")

    def metadata(request: Request) -> Answer:
        assert request.headers["metadata-flavor"] == "Google"
        return Answer("eyJ.abc", kind="text/html")

    with serve(metadata) as machine:
        host = machine.url.removeprefix("http://")
        done = run("predict-gcp", "--url", service.url, "height=70", GCE_METADATA_HOST=host)
    assert (done.returncode, done.stderr, shim.calls) == (0, "", [])
    assert "/default/identity?audience=http%3a" in machine.requests[0].path.lower()
    assert service.requests[0].headers["authorization"] == "Bearer eyJ.abc"


def test_an_access_token_of_the_metadata_server_is_stored_no_longer_than_it_is_valid(
    run: Run, service: Service, home: Path
) -> None:
    home_cache = home / ".cache/beachhead"
    left = [400, 200, 3000]  # seconds; a token is not used in its last 300

    def metadata(request: Request) -> Answer:
        token = f"token-{len(left)}"
        return Answer({"access_token": token, "expires_in": left.pop(0), "token_type": "Bearer"})

    words = ("--endpoint", "1", "--project", "p", "--region", "europe-west1", "height=70")
    override = {"CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM": service.url}
    with serve(metadata) as machine:
        host = machine.url.removeprefix("http://")
        for asked in (1, 1, 2, 3, 3):
            if asked == 2:
                for path in home_cache.glob("identity-*"):
                    path.unlink()
            done = run("predict-gcp", *words, GCE_METADATA_HOST=host, **override)
            assert (done.returncode, len(machine.requests)) == (0, asked)


def test_the_end_of_a_token_is_read_from_each_clouds_answer() -> None:
    for text, expected in (
        ('{"accessToken": "a", "expiresOn": "2999-01-01 00:00:00", "expires_on": 5000}', "4700"),
        ('{"access_token": "a", "expires_on": "5000"}', "4700"),
        ('{"access_token": "a", "expires_in": 60}', "760"),
        ('{"access_token": "a"}', "1900"),
        ('{"access_token": "a", "expires_in": NaN}', "1900"),
        ("a\n", "3700"),
    ):
        assert bearer_token(text, 1000) == [expected, "a"]
    for text in ("", "{}", "[1]", "<html>", "ERROR: not logged in", '{"access_token": "a\\nb"}'):
        assert bearer_token(text, 1000) == []


def test_a_plan_starts_no_vendors_cli(run: Run, shim: Shim) -> None:
    for name in ("aws", "az", "gcloud"):
        shim(name, "exit 1")
    amazon = ("--endpoint", "weight", "--region", "eu-west-1")
    azure = ("--endpoint", "weight", "--region", "westeurope")
    google = ("--url", "https://weight-1.europe-west1.run.app")
    for words in (("aws", *amazon), ("azure", *azure), ("gcp", *google)):
        shown = run(f"predict-{words[0]}", *words[1:], "--dry-run", "a=1")
        assert (shown.returncode, shown.stderr) == (0, "")
        assert "'Authorization: ***'" in shown.stdout or "--user 'KEY:***'" in shown.stdout
    assert shim.calls == []


def test_the_address_of_cloud_run_follows_from_names(run: Run) -> None:
    words = ("--service", "weight", "--project-number", "123456", "--region", "europe-west1")
    shown = run("predict-gcp", *words, "--public", "--dry-run", "height=70").stdout
    assert " https://weight-123456.europe-west1.run.app/predict <<" in shown
