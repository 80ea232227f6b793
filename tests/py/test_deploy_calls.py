"""deploy-model: the calls of the vendors' CLIs, replaced by shims."""

import sys
from pathlib import Path

import pytest

from tests.conftest import Run, Shim
from tests.staged import train


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
    words = ("azure", model, "ada-weight", "--region", "westeurope")
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
    assert made[:6] == made[6:12]
    assert made[6:] == [
        "az group create",
        "az appservice plan create",
        "az webapp create",
        "az webapp config appsettings set",
        "az webapp config set",
        "az webapp deploy",
        "az webapp show",
    ]


BEANSTALK = """
case "$*" in
  *create-storage-location*) echo elasticbeanstalk-eu-west-1-123 ;;
  *describe-application-versions*) [ -e "$LOG.version" ] && echo 1 || echo 0 ;;
  *create-application-version*) touch "$LOG.version" ;;
  *"Environments[0].Status"*) [ -e "$LOG.made" ] && echo Ready || echo None ;;
  *create-environment*) touch "$LOG.made" ;;
  *list-available*) echo "64bit Amazon Linux 2023 v4.7 running Python 3.11" ;;
  *"Environments[0].CNAME"*) echo ada-weight.eu-west-1.elasticbeanstalk.com ;;
esac
"""


def test_elastic_beanstalk_is_created_once_and_then_updated(
    run: Run, shim: Shim, model: Path
) -> None:
    shim("aws", BEANSTALK)
    words = ("aws", model, "ada-weight", "--region", "eu-west-1")
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
  *describe-endpoint\\ *) echo ada-weight-0ther ;;""",
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
    words = ("gcp", model, "ada-weight", "--region", "europe-west1", "--private")
    done = run("deploy-model", *words, "--project", "ada-ml", TMPDIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "https://ada-weight-1.run.app\n")
    assert "--project ada-ml --no-allow-unauthenticated" in "\n".join(shim.calls)
    assert not list(tmp_path.glob("deploy.*"))


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
