"""Real peers on loopback: vendors' CLIs, moto and MLflow; see also tests/install-heavy-peers.

Whatever asks a staged folder, ours or a vendor's CLI, must get the numbers of ml-model predict.
"""

import csv
import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.aws_signer import KEYS, signature
from tests.conftest import HEIGHTS, Run, need_peer
from tests.loopback import Answer, Request, Service, free_port, serve
from tests.staged import start_of, started, train
from tests.vendors import moto, peer, tell, wait_for

HEAD = "Height-Inches\n70.1\n65.5\n"
BODY = '{"instances": [{"Height-Inches": 70.1}, {"Height-Inches": 65.5}]}'


@pytest.fixture
def outside(home: Path) -> dict[str, str]:
    """Return the environment of a vendor's CLI without any account."""
    keep = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    return keep | {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AZURE_CONFIG_DIR": str(home / "azure"),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "CLOUDSDK_CONFIG": str(home / "gcloud"),
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
    }


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("peers"), "weight", "linear")


@pytest.fixture
def at_home(run: Run, model: Path) -> list[float]:
    """Return what ml-model predict says of HEAD's rows."""
    lines = run("ml-model", "predict", model, input=HEAD).stdout.splitlines()
    return [float(row["prediction"]) for row in csv.DictReader(lines)]


@contextmanager
def platform(run: Run, model: Path, tmp_path: Path, name: str) -> Iterator[Service]:
    """Run a staged folder behind what a cloud puts before it: its own paths, our record of them."""
    folder = tmp_path / f"on {name}"
    words = ["aws", "--sagemaker"] if name == "sagemaker" else [name]
    done = run("deploy-model", *words, model, "ada-weight", "--stage", "--folder", folder)
    assert done.returncode == 0, done.stderr
    command, variables = start_of(name, folder, model)
    with started(command, folder, **variables) as inner:

        def forward(request: Request) -> Answer:
            headers = {"Content-Type": request.headers["content-type"]}
            path = "/invocations" if name == "sagemaker" else "/predict"
            asked = urllib.request.Request(inner + path, request.body, headers)
            with urllib.request.urlopen(asked, timeout=10) as reply:
                return Answer(reply.read(), reply.status, reply.headers["Content-Type"])

        with serve(forward) as service:
            yield service


def predicted(done: subprocess.CompletedProcess[str]) -> list[float]:
    """Return the predictions that one of our commands printed."""
    assert (done.returncode, done.stderr) == (0, "")
    return [float(row["prediction"]) for row in csv.DictReader(done.stdout.splitlines())]


def test_aws_and_predict_aws_sign_alike_and_get_the_same_numbers(
    run: Run, model: Path, tmp_path: Path, at_home: list[float], outside: dict[str, str]
) -> None:
    aws = need_peer("aws")
    with platform(run, model, tmp_path, "sagemaker") as service:
        at = ["--endpoint-url", service.url, "--region", "eu-west-1", "--endpoint-name", "weight"]
        words = [aws, "sagemaker-runtime", "invoke-endpoint", *at, "--body", BODY]
        words += ["--content-type", "application/json", "out.json"]
        done = tell(words, outside | KEYS, tmp_path)
        assert done.returncode == 0, done.stderr
        answer = json.loads((tmp_path / "out.json").read_text())
        ours = ("--endpoint-url", service.url, "--region", "eu-west-1", "--endpoint", "weight")
        assert predicted(run("predict-aws", *ours, input=HEAD, **KEYS)) == at_home
    assert answer["predictions"] == at_home
    theirs, mine = service.requests
    assert (theirs.method, theirs.path) == (mine.method, mine.path)
    for request in (theirs, mine):
        expected = signature(request, service.url, KEYS["AWS_SECRET_ACCESS_KEY"])
        assert request.headers["authorization"].endswith(f"Signature={expected}")


@pytest.mark.peer
def test_az_rest_and_predict_azure_get_the_same_numbers(
    run: Run, model: Path, tmp_path: Path, at_home: list[float], outside: dict[str, str]
) -> None:
    az = peer("az")
    with platform(run, model, tmp_path, "azure") as service:
        words = [az, "rest", "--method", "post", "--url", f"{service.url}/predict", "--body", BODY]
        words += ["--skip-authorization-header", "--headers", "Content-Type=application/json"]
        done = tell(words, outside)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["predictions"] == at_home
        assert predicted(run("predict-azure", "--url", service.url, input=HEAD)) == at_home


@pytest.mark.peer
def test_gcloud_and_predict_gcp_ask_alike_and_get_the_same_numbers(
    run: Run, model: Path, tmp_path: Path, at_home: list[float], outside: dict[str, str]
) -> None:
    gcloud = peer("gcloud")
    (tmp_path / "token").write_text("a-token")
    (tmp_path / "body.json").write_text(BODY)
    with platform(run, model, tmp_path, "gcp") as service:
        variables = {
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM": f"{service.url}/",
            "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": str(tmp_path / "token"),
        }
        words = [gcloud, "ai", "endpoints", "predict", "987", "--region=europe-west1"]
        words += ["--project=ada-ml", "--json-request=body.json", "--format=json"]
        done = tell(words, outside | variables, tmp_path)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["predictions"] == at_home
        ours = ("--endpoint", "987", "--project", "ada-ml", "--region", "europe-west1")
        token = {"CLOUDSDK_AUTH_ACCESS_TOKEN": "a-token"}
        override = dict(list(variables.items())[:1])
        assert predicted(run("predict-gcp", *ours, input=HEAD, **token, **override)) == at_home
    theirs, mine = service.requests
    assert theirs.path.partition("?")[0] == mine.path
    assert theirs.headers["authorization"] == mine.headers["authorization"] == "Bearer a-token"


# What a CLI says once it has understood all its words and looks for an account.
NO_ACCOUNT = {
    "az": "Please run 'az login'",
    "aws": "Unable to locate credentials",
    "gcloud": "gcloud auth login",
}
PLANS = [
    ("az", ["azure", "--region", "westeurope"]),
    ("aws", ["aws", "--region", "eu-west-1"]),
    ("aws", ["aws", "--region", "eu-west-1", "--sagemaker", "--role", "arn:aws:iam::123:role/sm"]),
    ("gcloud", ["gcp", "--region", "europe-west1", "--project", "ada-ml"]),
]


@pytest.mark.peer
@pytest.mark.parametrize(("program", "words"), PLANS)
def test_every_call_of_a_plan_is_understood_by_the_vendors_own_parser(
    run: Run, model: Path, tmp_path: Path, outside: dict[str, str], program: str, words: list[str]
) -> None:
    found = peer(program)
    (tmp_path / "FOLDER").mkdir()
    for name in ("bundle.zip", "model.tar.gz"):
        (tmp_path / "FOLDER" / name).touch()
    plan = run("deploy-model", words[0], model, "ada-weight", *words[1:], "--dry-run").stdout
    calls = [line for line in plan.splitlines() if line.startswith(program + " ")]
    assert calls
    outside["PATH"] = f"{Path(found).parent}:{outside['PATH']}"
    for call in calls:
        command = call.partition(" | docker login")[0]
        done = tell(["bash", "-c", command], outside, tmp_path)
        assert done.returncode in (1, 253, 255), f"{call}\n{done.stderr}"
        assert NO_ACCOUNT[program] in done.stderr, f"{call}\n{done.stderr}"


def test_predict_aws_asks_motos_sagemaker(run: Run) -> None:
    with moto() as url:
        results = [
            {"Body": json.dumps({"predictions": [1.5, 2]}), "ContentType": "application/json"}
        ]
        body = json.dumps({"results": results, "account_id": "123456789012", "region": "eu-west-1"})
        where = f"{url}/moto-api/static/sagemaker/endpoint-results"
        with urllib.request.urlopen(urllib.request.Request(where, body.encode())) as reply:
            assert reply.status == 201
        words = ("--endpoint", "weight", "--region", "eu-west-1")
        done = run("predict-aws", *words, input=HEAD, AWS_ENDPOINT_URL=url, **KEYS)
    assert predicted(done) == [1.5, 2]


@pytest.mark.peer
def test_deploy_model_makes_an_endpoint_of_motos_once_with_the_real_aws(
    run: Run, model: Path, tmp_path: Path, clean_env: dict[str, str]
) -> None:
    aws = peer("aws")
    shims = tmp_path / "shims"
    shims.mkdir()
    (shims / "docker").write_text("#!/bin/sh\ncat >/dev/null\n")
    (shims / "docker").chmod(0o755)
    (shims / "aws").symlink_to(aws)
    clean_env["PATH"] = f"{shims}:{clean_env['PATH']}"
    role = "arn:aws:iam::123456789012:role/sm"
    words = ("aws", model, "ada-weight", "--region", "eu-west-1", "--sagemaker", "--role", role)
    with moto() as url:
        account = {"AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_DISABLED": "true", **KEYS}
        first = run("deploy-model", *words, **account)
        again = run("deploy-model", *words, **account)
        look = ["sagemaker", "describe-endpoint", "--endpoint-name", "ada-weight"]
        seen = run(aws, *look, "--region", "eu-west-1", **account)
    assert (first.returncode, first.stdout) == (0, "ada-weight\n"), first.stderr
    assert "aws sagemaker create-endpoint --region" in first.stderr
    assert (again.returncode, again.stdout) == (0, "ada-weight\n"), again.stderr
    assert "sagemaker create-" not in again.stderr
    assert "sagemaker update-endpoint" not in again.stderr  # the same content serves already
    assert json.loads(seen.stdout)["EndpointStatus"] == "InService"


TRAIN = """
import mlflow.sklearn, pandas, sys
from sklearn.linear_model import LinearRegression
rows = pandas.read_csv(sys.argv[1])[["Height-Inches", "Weight-Pounds"]]
fitted = LinearRegression().fit(rows[["Height-Inches"]], rows["Weight-Pounds"])
signature = mlflow.models.infer_signature(rows[["Height-Inches"]])
mlflow.sklearn.save_model(fitted, sys.argv[2], signature=signature, **{FORMAT})
asked = pandas.DataFrame({"Height-Inches": [70.1, 65.5]})
print(*fitted.predict(asked).tolist())
"""


@pytest.mark.peer
def test_predict_asks_mlflows_own_server(run: Run, tmp_path: Path, outside: dict[str, str]) -> None:
    mlflow = peer("mlflow")
    python = str(Path(mlflow).parent / "python")
    script = TRAIN.replace("{FORMAT}", "{'serialization_format': 'cloudpickle'}")
    outside["PATH"] = f"{Path(mlflow).parent}:{outside['PATH']}"
    trained = tell([python, "-c", script, str(HEIGHTS), str(tmp_path / "model")], outside, tmp_path)
    assert trained.returncode == 0, trained.stderr
    expected = [float(word) for word in trained.stdout.split()]
    port = str(free_port())
    words = [mlflow, "models", "serve", "-m", str(tmp_path / "model"), "-p", port]
    process = subprocess.Popen(
        [*words, "--env-manager", "local"],
        env=outside,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/ping")
        for shape in ("split", "csv"):
            url = f"http://127.0.0.1:{port}/invocations"
            done = run("predict", "--url", url, "--shape", shape, input=HEAD)
            assert predicted(done) == pytest.approx(expected, rel=1e-12)
    finally:
        os.killpg(process.pid, 15)
        process.wait()
