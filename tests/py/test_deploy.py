"""deploy-model: the folders that it stages are started and asked; its calls go to shims."""

import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.deploy import ROOT, folder_files, stage
from pyhelpers.deploy.modules import modules_for
from pyhelpers.deploy.pins import check_versions, closure, locked, requirements
from tests.conftest import HEIGHTS, Run

PYTHON = ROOT / ".venv/bin/python"
ROWS = b'\xef\xbb\xbfHeight-Inches,note\r\n70.10,"a ""b"",\r\nc"\r\n\r\n65.5,x'


def train(folder: Path, name: str, model: str) -> Path:
    """Train a model of heights and weights with the kit's own command, on 1,000 records."""
    few = folder / "few.csv"
    few.write_bytes(b"".join(HEIGHTS.read_bytes().splitlines(keepends=True)[:1001]))
    words = ["train", few, "--target", "Weight-Pounds", "--features", "Height-Inches"]
    command = [ROOT / "bin/ml-model", *words, "--model", model, "-o", folder / name]
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return folder / name


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a model of plain coefficients and one that needs scikit-learn."""
    folder = tmp_path_factory.mktemp("models of ours")
    return {name: train(folder, name, name) for name in ("linear", "forest")}


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[object], folder: Path, port: str = "", **variables: str) -> Iterator[str]:
    """Run a start command with no variables but those given; yield its address.

    PORT in them becomes a free port.
    """
    port = port or str(free_port())
    environment = {"PATH": f"{PYTHON.parent}:/usr/bin:/bin", **variables}
    environment = {key: value.replace("PORT", port) for key, value in environment.items()}
    words = [str(word) for word in command]
    process = subprocess.Popen(words, cwd=folder, env=environment, stderr=subprocess.PIPE)
    assert process.stderr is not None
    try:
        line = process.stderr.readline().decode()
        assert "serving " in line, line + process.stderr.read().decode()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()
    assert process.returncode == 0


def start_of(platform: str, folder: Path, model: Path) -> tuple[list[object], dict[str, str]]:
    """Return how a platform starts a staged folder."""
    if platform == "sagemaker":
        unpacked = folder.parent / "opt ml model"
        unpacked.mkdir(exist_ok=True)
        subprocess.run(["tar", "-xzf", folder / "model.tar.gz", "-C", unpacked], check=True)
        variables = {"SAGEMAKER_BIND_TO_PORT": "PORT", "BEACHHEAD_MODEL": str(unpacked)}
        return [folder / "serve"], variables
    if platform == "azure":
        return ["python", "app.py"], {"PORT": "PORT"}
    procfile = (folder / "Procfile").read_text()
    assert procfile.startswith("web: ")
    return [*procfile.removeprefix("web: ").split()], {"PORT": "PORT"}


def packages_alone(pins: dict[str, str], folder: Path) -> Path:
    """Return a folder with links to the pinned packages and nothing else that is installed."""
    folder.mkdir()
    for name in pins:
        package = distribution(name)
        for top in {file.parts[0] for file in package.files or []} - {"..", "__pycache__"}:
            link = folder / top
            if not link.exists():
                link.symlink_to(Path(str(package.locate_file(top))))
    return folder


@pytest.mark.parametrize(
    ("platform", "kind"),
    [("azure", "linear"), ("aws", "linear"), ("gcp", "forest"), ("sagemaker", "linear")],
)
def test_a_staged_folder_answers_as_the_model_does_at_home(
    run: Run, models: dict[str, Path], tmp_path: Path, platform: str, kind: str
) -> None:
    folder = tmp_path / f"on {platform}"
    model = models[kind]
    words = ["aws", "--sagemaker"] if platform == "sagemaker" else [platform]
    done = run("deploy-model", *words, model, "ada-weight", "--stage", "--folder", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    at_home = run("ml-model", "predict", model, input=ROWS)
    command, variables = start_of(platform, folder, model)
    if kind == "forest":  # in a world where only what it pins is installed
        pins = closure(["scikit-learn", "skops"])
        variables["PYTHONPATH"] = str(packages_alone(pins, tmp_path / "packages"))
        command.insert(1, "-S")
    with started(command, folder, **variables) as url:
        path = "/invocations" if platform == "sagemaker" else ""
        asked = run("predict", "--url", url + path, input=ROWS)
    assert (asked.stderr, asked.returncode) == ("", 0)
    assert asked.stdout == at_home.stdout
    assert asked.stdout.startswith("\ufeffHeight-Inches,note,prediction\r\n70.10,")


CODES = {"01": 1, "1.50": 5, "x": 9}
CITIES = [(60 + n % 17, ["Rome", "Oslo"][n % 2], list(CODES)[n % 3]) for n in range(60)]


def test_texts_that_look_like_numbers_are_the_same_by_file_and_by_service(
    run: Run, tmp_path: Path
) -> None:
    known = [f"{height},{city},{code},{CODES[code]}\n" for height, city, code in CITIES]
    (tmp_path / "cities.csv").write_text("height,city,code,y\n" + "".join(known))
    rows = "height,city,code\n" + "".join(f"{h},{city},{code}\n" for h, city, code in CITIES)
    words = ("--target", "y", "--categories", "code", "--task", "regression", "-o", "cities")
    trained = run("ml-model", "train", "cities.csv", *words, cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    at_home = run("ml-model", "predict", "cities", input=rows, cwd=tmp_path).stdout
    command: list[object] = [ROOT / "bin/ml-model", "serve", "cities", "--port"]
    port = str(free_port())
    with started([*command, port], tmp_path, port=port) as url:
        plain = run("predict", "--url", url, input=rows)
        asked = run("predict", "--url", url, "--text", "code", input=rows)
    assert (plain.returncode, plain.stdout) == (3, "")
    assert (
        "line 3: " in plain.stderr
        and "field 'code': 1.5 is not a text); see --text" in plain.stderr
    )
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout == at_home
    assert len(set(at_home.splitlines())) > 3


def test_a_linear_model_runs_on_the_standard_library_alone(
    run: Run, models: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "bare"
    stage("gcp", str(models["linear"]), str(folder))
    assert "==" not in (folder / "requirements.txt").read_text()
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    with started([PYTHON, "-S", "-E", "app.py"], moved, PORT="PORT") as url:
        asked = run("predict", "--url", url, input=ROWS)
    assert asked.stdout == run("ml-model", "predict", models["linear"], input=ROWS).stdout


def test_a_staged_folder_with_a_token_answers_only_those_who_show_it(
    run: Run, models: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "guarded"
    stage("azure", str(models["linear"]), str(folder))
    with started(["python", "app.py"], folder, PORT="PORT", BEACHHEAD_TOKEN="open sesame") as url:
        refused = run("predict", "--url", url, "Height-Inches=70")
        asked = run(
            "predict", "--url", url, "Height-Inches=70", BEACHHEAD_PREDICT_TOKEN="open sesame"
        )
    assert refused.returncode == 3
    assert "(401: " in refused.stderr and refused.stderr.count("\n") == 1
    assert asked.returncode == 0


def test_an_application_without_its_model_says_so(models: dict[str, Path], tmp_path: Path) -> None:
    stage("aws", str(models["linear"]), str(tmp_path / "folder"))
    shutil.rmtree(tmp_path / "folder/model")
    words = [sys.executable, str(tmp_path / "folder/app.py")]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("app.py: ")
    assert done.stderr.count("\n") == 1


def test_equal_content_makes_equal_archives_and_names(
    models: dict[str, Path], tmp_path: Path
) -> None:
    first = stage("aws", str(models["linear"]), str(tmp_path / "one"))
    time.sleep(0.01)
    second = stage("aws", str(models["linear"]), str(tmp_path / "two"))
    other = stage("azure", str(models["linear"]), str(tmp_path / "three"))
    assert first == second != other
    one, two = (tmp_path / name / "bundle.zip" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = set(archive.namelist())
    on_disk = {
        path.relative_to(tmp_path / "one").as_posix()
        for path in (tmp_path / "one").rglob("*")
        if path.is_file()
    }
    assert on_disk - names == {"bundle.zip", ".beachhead-deploy"}


def test_a_folder_of_somebody_elses_is_left_alone(
    run: Run, models: dict[str, Path], tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    words = ("gcp", models["linear"], "ada-weight", "--stage", "--folder")
    done = run("deploy-model", *words, mine)
    assert done.returncode == 1
    assert done.stderr.endswith("mine: is there and was not staged; name another with --folder\n")
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]
    assert run("deploy-model", *words, tmp_path / "new").returncode == 0
    assert run("deploy-model", *words, tmp_path / "new").returncode == 0
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["a home", "mine", "new"]


def test_the_application_has_the_modules_that_it_needs_and_no_others() -> None:
    modules = modules_for("pyhelpers.serve.app")
    assert {"pyhelpers", "pyhelpers.model.store", "pyhelpers.serve.listen"} <= set(modules)
    assert not {"pyhelpers._cli", "pyhelpers.model.train", "pyhelpers.payload"} & set(modules)


def test_requirements_carry_the_locks_hashes(models: dict[str, Path]) -> None:
    files = folder_files("gcp", str(models["forest"]))
    text = files["requirements.txt"].decode()
    pins = closure(["scikit-learn", "skops"])
    lock = locked((ROOT / "requirements.txt").read_text())
    if all(pin in lock for pin in pins.items()):
        assert text.count("--hash=sha256:") > len(pins)
    assert [line.split("==")[0] for line in text.splitlines() if "==" in line] == list(pins)
    assert requirements({}, "") == "# The standard library is enough for this model.\n"


def test_a_model_trained_with_another_version_is_refused() -> None:
    pins = {"scikit-learn": "1.9.1", "numpy": "2.4.6"}
    check_versions({"scikit-learn": "1.9.1", "python": "3.11.7"}, pins, "weight")
    with pytest.raises(KitError, match=r"weight: was trained with scikit-learn 1\.8\.0; here is"):
        check_versions({"scikit-learn": "1.8.0"}, pins, "weight")


Shim = Callable[..., Path]


@pytest.fixture
def shim(tmp_path: Path, clean_env: dict[str, str]) -> Shim:
    """Return a function that puts a program of one's own first on PATH and logs its calls."""
    folder = tmp_path / "shims"
    folder.mkdir()
    clean_env["PATH"] = f"{folder}:{clean_env['PATH']}"
    clean_env["LOG"] = str(tmp_path / "calls")

    def write(name: str, script: str = "") -> Path:
        path = folder / name
        path.write_text(f'#!/bin/sh\nprintf "{name} %s\\n" "$*" >>"$LOG"\n{script}\n')
        path.chmod(0o755)
        return tmp_path / "calls"

    return write


AZURE_FAILS_ONCE = """
case "$*" in
  "webapp deploy "*) [ -e "$LOG.tried" ] || { touch "$LOG.tried"; echo 'ERROR: 503' >&2; exit 1; }
    unzip -l "${8}" >/dev/null ;;
  "webapp show "*) echo ada-weight-x1y2.westeurope-01.azurewebsites.net ;;
esac
"""


def test_the_whole_command_can_be_given_again_after_a_failure(
    run: Run, shim: Shim, models: dict[str, Path]
) -> None:
    calls = shim("az", AZURE_FAILS_ONCE)
    words = ("azure", models["linear"], "ada-weight", "--region", "westeurope")
    failed = run("deploy-model", *words)
    assert (failed.returncode, failed.stdout) == (1, "")
    last = failed.stderr.splitlines()[-1]
    assert last.startswith("deploy-model: 'az webapp deploy' failed; mend it and give the same")
    again = run("deploy-model", *words)
    assert again.returncode == 0
    assert again.stdout == "https://ada-weight-x1y2.westeurope-01.azurewebsites.net\n"
    made = [line.split(" --")[0] for line in calls.read_text().splitlines()]
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


def test_elastic_beanstalk_is_made_once_and_then_brought_up_to_date(
    run: Run, shim: Shim, models: dict[str, Path]
) -> None:
    calls = shim("aws", BEANSTALK)
    words = ("aws", models["linear"], "ada-weight", "--region", "eu-west-1")
    for _ in range(2):
        done = run("deploy-model", *words)
        assert done.stdout == "http://ada-weight.eu-west-1.elasticbeanstalk.com\n"
    made = [line.split()[2] for line in calls.read_text().splitlines()]
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


def test_sagemaker_gets_an_image_a_model_and_an_endpoint(
    run: Run, shim: Shim, models: dict[str, Path]
) -> None:
    shim("aws", SAGEMAKER)
    calls = shim("docker", 'case "$1" in login) grep -q a-password ;; esac')
    words = ("aws", models["linear"], "ada-weight", "--region", "eu-west-1", "--sagemaker")
    done = run("deploy-model", *words, "--role", "arn:aws:iam::123:role/sm")
    assert (done.returncode, done.stdout) == (0, "ada-weight\n")
    log = calls.read_text()
    assert "a-password" not in log + done.stderr
    made = [" ".join(line.split()[:3]) for line in log.splitlines()]
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
    run: Run, shim: Shim, models: dict[str, Path]
) -> None:
    calls = shim("aws", OTHER_CONTENT)
    shim("docker", "cat >/dev/null")
    words = ("aws", models["linear"], "ada-weight", "--region", "eu-west-1", "--sagemaker")
    done = run("deploy-model", *words, "--role", "arn:aws:iam::123:role/sm")
    assert (done.returncode, done.stdout) == (0, "ada-weight\n")
    assert "sagemaker update-endpoint --region eu-west-1 --endpoint-name" in calls.read_text()
    assert "sagemaker create-endpoint --" not in calls.read_text()


def test_cloud_run_is_given_the_folder(
    run: Run, shim: Shim, models: dict[str, Path], tmp_path: Path
) -> None:
    look = 'case "$*" in *"run deploy"*) test -x /bin/sh && test -f "${5}/Procfile" || exit 9 ;;'
    calls = shim("gcloud", look + ' *describe*) echo "https://ada-weight-1.run.app" ;; esac')
    words = ("gcp", models["linear"], "ada-weight", "--region", "europe-west1", "--private")
    done = run("deploy-model", *words, "--project", "ada-ml", TMPDIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "https://ada-weight-1.run.app\n")
    assert "--project ada-ml --no-allow-unauthenticated" in calls.read_text()
    assert not list(tmp_path.glob("deploy.*"))


def test_a_plan_makes_no_call_and_leaves_nothing(
    run: Run, shim: Shim, models: dict[str, Path], tmp_path: Path
) -> None:
    calls = shim("az", "exit 1")
    words = ("azure", models["linear"], "ada-weight", "--region", "westeurope", "--dry-run")
    done = run("deploy-model", *words, TMPDIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert not calls.exists()
    assert done.stdout.splitlines()[0] == (
        "az group create --name ada-weight-group --location westeurope --output none"
    )
    assert f"--runtime PYTHON:{sys.version_info[0]}.{sys.version_info[1]}" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a home", "shims"]
