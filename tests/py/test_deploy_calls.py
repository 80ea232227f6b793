"""deploy-model: the calls of the vendors' CLIs, replaced by shims."""

import csv
import io
import random
import re
import sys
from pathlib import Path

import pytest

from tests.conftest import Run, Shim
from tests.staged import start_of, started, train


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("a model of ours"), "linear", "linear")


AZURE_FAILS_ONCE = """
case "$*" in
  "webapp deploy "*) [ -e "$LOG.tried" ] || { touch "$LOG.tried"; echo 'ERROR: 503' >&2; exit 1; }
    PYTHON -m zipfile -t "${8}" >/dev/null ;;
  "webapp show "*) echo ada-weight-x1y2.westeurope-01.azurewebsites.net ;;
esac
""".replace("PYTHON", sys.executable)


def test_the_command_can_be_repeated_after_a_failure(run: Run, shim: Shim, model: Path) -> None:
    shim("az", AZURE_FAILS_ONCE)
    words = ("azure", model, "ada-weight", "--region", "westeurope", "--wait", "0")
    failed = run("deploy-model", *words)
    assert (failed.returncode, failed.stdout) == (1, "")
    last = failed.stderr.splitlines()[-1]
    assert last.startswith(
        "deploy-model: 'az webapp deploy' failed; fix the cause and run the same"
    )
    again = run("deploy-model", *words)
    assert again.returncode == 0
    assert again.stdout == "https://ada-weight-x1y2.westeurope-01.azurewebsites.net\n"
    made = [line.split(" --")[0] for line in shim.calls]
    assert made[:7] == made[8:15]
    assert made[8:] == [
        "az group create",
        "az appservice plan create",
        "az webapp create",
        "az webapp config appsettings set",
        "az webapp config set",
        "az webapp show",
        "az webapp deploy",
    ]


BEANSTALK = """
case "$*" in
  *create-storage-location*) echo elasticbeanstalk-eu-west-1-123 ;;
  *describe-application-versions*) [ -e "$LOG.version" ] && echo 1 || echo 0 ;;
  *create-application-version*) touch "$LOG.version" ;;
  *"Environments[0].VersionLabel"*) [ -e "$LOG.made" ] && echo Ready || echo None ;;
  *create-environment*) touch "$LOG.made" ;;
  *list-available*) echo "64bit Amazon Linux 2023 v4.7 running Python 3.11" ;;
  *"Environments[0].CNAME"*) echo ada-weight.eu-west-1.elasticbeanstalk.com ;;
esac
"""


def test_elastic_beanstalk_is_created_once_and_then_updated(
    run: Run, shim: Shim, model: Path
) -> None:
    shim("aws", BEANSTALK)
    words = ("aws", model, "ada-weight", "--region", "eu-west-1", "--wait", "0")
    for _ in range(2):
        done = run("deploy-model", *words)
        assert done.stdout == "http://ada-weight.eu-west-1.elasticbeanstalk.com\n"
    made = [line.split()[2] for line in shim.calls]
    assert made.count("create-application-version") == 1
    assert made.count("create-environment") == 1
    assert made.count("update-environment") == 1
    assert made.index("create-environment") < made.index("update-environment")


SAGEMAKER = """
case "$*" in
  *create-endpoint\\ *|*update-endpoint\\ *) for last; do :; done; echo "$last" >"$LOG.config" ;;
  *describe-endpoint\\ *) [ -e "$LOG.config" ] && cat "$LOG.config" || exit 254 ;;
  "sts get-caller-identity"*) echo 123 ;;
  "ecr get-login-password"*) echo a-password ;;
  *describe-*|*list-buckets*) echo nothing of that name >&2; exit 254 ;;
esac
"""


def test_sagemaker_gets_an_image_a_model_and_an_endpoint(run: Run, shim: Shim, model: Path) -> None:
    shim("aws", SAGEMAKER)
    shim("docker", 'case "$1" in login) grep -q a-password ;; esac')
    words = ("aws", model, "ada-weight", "--region", "eu-west-1", "--sagemaker")
    done = run("deploy-model", *words, "--role", "arn:aws:iam::123:role/sm")
    assert (done.returncode, done.stdout) == (0, "ada-weight\n")
    assert "a-password" not in "".join(shim.calls) + done.stderr
    made = [" ".join(line.split()[:3]) for line in shim.calls]
    wanted = ["docker build --platform", "docker push", "aws sagemaker create-model"]
    wanted += ["aws sagemaker create-endpoint-config", "aws sagemaker create-endpoint"]
    found = [call for call in made if any(call.startswith(one) for one in wanted)]
    assert [call.split()[1] + " " + call.split()[2] for call in found[2:]] == [
        "sagemaker create-model",
        "sagemaker create-endpoint-config",
        "sagemaker create-endpoint",
    ]


OTHER_CONTENT = SAGEMAKER.replace(
    'case "$*" in',
    """case "$*" in
  *describe-endpoint\\ *) [ -e "$LOG.config" ] && cat "$LOG.config" || echo ada-weight-0ther ;;""",
)


def test_a_sagemaker_endpoint_of_other_content_is_updated(
    run: Run, shim: Shim, model: Path
) -> None:
    shim("aws", OTHER_CONTENT)
    shim("docker", "cat >/dev/null")
    words = ("aws", model, "ada-weight", "--region", "eu-west-1", "--sagemaker")
    done = run("deploy-model", *words, "--role", "arn:aws:iam::123:role/sm")
    assert (done.returncode, done.stdout) == (0, "ada-weight\n")
    assert "sagemaker update-endpoint --region eu-west-1 --endpoint-name" in "\n".join(shim.calls)
    assert "sagemaker create-endpoint --" not in "\n".join(shim.calls)


def test_cloud_run_gets_the_folder(run: Run, shim: Shim, model: Path, tmp_path: Path) -> None:
    look = 'case "$*" in *"run deploy"*) test -x /bin/sh && test -f "${5}/Procfile" || exit 9 ;;'
    shim("gcloud", look + ' *describe*) echo "https://ada-weight-1.run.app" ;; esac')
    words = ("gcp", model, "ada-weight", "--region", "europe-west1", "--private", "--wait", "0")
    done = run("deploy-model", *words, "--project", "ada-ml", TMPDIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "https://ada-weight-1.run.app\n")
    assert "--project ada-ml --no-allow-unauthenticated" in "\n".join(shim.calls)
    assert not list(tmp_path.glob("deploy.*"))


def test_a_revision_that_does_not_start_is_an_error_with_its_log(
    run: Run, shim: Shim, model: Path
) -> None:
    fails = "echo 'ERROR: Revision ada-weight-00002 is not ready' >&2; exit 1"
    log = "echo 'ModuleNotFoundError: No module named tide'"
    shim("gcloud", f'case "$*" in *"run deploy"*) {fails} ;; *"logs read"*) {log} ;; esac')
    done = run("deploy-model", "gcp", model, "ada-weight", "--region", "europe-west1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No module named tide" in done.stderr and "is not ready" in done.stderr
    assert "'gcloud run deploy' failed" in done.stderr.splitlines()[-1]


def test_a_dry_run_makes_no_call_and_leaves_nothing(
    run: Run, shim: Shim, model: Path, tmp_path: Path
) -> None:
    shim("az", "exit 1")
    words = ("azure", model, "ada-weight", "--region", "westeurope", "--dry-run")
    done = run("deploy-model", *words, TMPDIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert shim.calls == []
    assert done.stdout.splitlines()[0] == (
        "az group create --name ada-weight-group --location westeurope --output none"
    )
    assert f"--runtime PYTHON:{sys.version_info[0]}.{sys.version_info[1]}" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a home", "shims"]


RUNNING = """
case "$*" in
  *create-storage-location*) echo elasticbeanstalk-eu-west-1-123 ;;
  *describe-application-versions*) echo 0 ;;
  *"Environments[0].VersionLabel"*) echo ada-weight-before ;;
  *"Environments[0].CNAME"*) echo 127.0.0.1:PORT ;;
  *describe-events*) printf '2026-11-28\\tERROR\\tNo module named \\033[31mtide\\n' ;;
esac
"""


def test_it_waits_until_the_version_that_it_sent_answers(
    run: Run, shim: Shim, model: Path, tmp_path: Path
) -> None:
    staged = run("deploy-model", "aws", model, "ada-weight", "--stage", "--folder", tmp_path / "a")
    assert staged.returncode == 0
    version, model_hash = (tmp_path / "a/VERSION").read_text().split()
    command, variables = start_of("aws", tmp_path / "a", model)
    words = ("aws", model, "ada-weight", "--region", "eu-west-1", "--wait", "30")
    with started(command, tmp_path / "a", **variables) as url:
        port = url.rpartition(":")[2]
        shim("aws", RUNNING.replace("PORT", port))
        done = run("deploy-model", *words)
        assert (done.returncode, done.stdout) == (0, f"http://127.0.0.1:{port}\n"), done.stderr
        asked = ("deploy-model", "aws", "ada-weight", "--status", "--region", "eu-west-1")
        status = next(csv.DictReader(io.StringIO(run(*asked).stdout)))
    assert (status["version"], status["model_hash"]) == (version, model_hash)
    assert (status["address"], status["model"]) == (f"http://127.0.0.1:{port}", "model")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT.*Z", status["since"])
    gone = run(*asked)
    assert (gone.returncode, gone.stdout, gone.stderr.count("does not answer")) == (4, "", 1)


def test_a_version_that_never_answers_is_an_error_with_the_clouds_reason(
    run: Run, shim: Shim, model: Path, tmp_path: Path
) -> None:
    other = train(tmp_path, "other", "ridge")
    run("deploy-model", "aws", other, "ada-weight", "--stage", "--folder", tmp_path / "b")
    command, variables = start_of("aws", tmp_path / "b", other)
    old = (tmp_path / "b/VERSION").read_text().split()[0]
    words = ("aws", model, "ada-weight", "--region", "eu-west-1", "--wait", "1")
    with started(command, tmp_path / "b", **variables) as url:
        shim("aws", RUNNING.replace("PORT", url.rpartition(":")[2]))
        done = run("deploy-model", *words)
    assert (done.returncode, done.stdout) == (4, "")
    assert f"version {old} answers; version " in done.stderr
    assert "does not answer after 1 s" in done.stderr
    assert "No module named ?[31mtide" in done.stderr
    assert "--version-label ada-weight-before" in shim.calls[-1]  # the version before is restored


def test_a_sagemaker_update_that_fails_says_why(run: Run, shim: Shim, model: Path) -> None:
    fails = OTHER_CONTENT.replace(
        'case "$*" in',
        """case "$*" in
  *FailureReason*) printf 'InService\\tThe primary container did not pass the ping health check' ;;
  *update-endpoint\\ *) ;;
  *EndpointConfigName*) echo ada-weight-0ther ;;""",
        1,
    )
    shim("aws", fails)
    shim("docker", "cat >/dev/null")
    words = ("aws", model, "ada-weight", "--region", "eu-west-1", "--sagemaker")
    done = run("deploy-model", *words, "--role", "arn:aws:iam::123:role/sm")
    assert (done.returncode, done.stdout) == (4, "")
    assert "did not pass the ping health check" in done.stderr
    assert "ada-weight-0ther still serves" in done.stderr


def test_status_of_cloud_run_and_azure_asks_for_the_address(run: Run, shim: Shim) -> None:
    shim("gcloud", "echo https://127.0.0.1:1")
    done = run("deploy-model", "gcp", "ada-weight", "--status", "--region", "europe-west1")
    assert (done.returncode, done.stdout) == (4, "")
    assert "https://127.0.0.1:1: its health route does not answer" in done.stderr
    shim("az", "echo 127.0.0.1:1")
    done = run("deploy-model", "azure", "ada-weight", "--status", "--region", "westeurope")
    assert done.returncode == 4 and "az webapp show --name ada-weight" in shim.calls[-1]
    done = run("deploy-model", "azure", "model", "ada-weight", "--status")
    assert done.returncode == 2


def test_a_model_that_is_no_better_than_its_dummy_is_warned_about(
    run: Run, shim: Shim, tmp_path: Path
) -> None:
    draw = random.Random(1).random
    rows = "".join(f"{draw():.3f},{draw():.3f}\n" for _ in range(300))
    (tmp_path / "noise.csv").write_text("x,y\n" + rows)
    words = ("train", tmp_path / "noise.csv", "--target", "y", "--features", "x", "--folds", "0")
    assert run("ml-model", *words, "-o", tmp_path / "m").returncode == 0
    folder = ("--stage", "--folder", tmp_path / "f")
    done = run("deploy-model", "gcp", tmp_path / "m", "ada-weight", *folder)
    assert done.returncode == 0
    assert done.stderr.startswith("deploy-model: warning: the model is no better than the dummy")
