"""The CI pipelines of a project follow the published schemas, and their steps gate."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.scaffold.render import STEPS
from tests.conftest import ROOT, need_peer
from tests.scaffolds import make, new_project, plain_env, yaml_of

Commands = list[str]
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_project(tmp_path_factory.mktemp("ci") / "waves", "--template", "hello")


@pytest.fixture(scope="module")
def installed(project: Path) -> Path:
    """The project after its own make install: .venv, packages by hash."""
    done = make(project, "install")
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """A copy to be broken."""
    return shutil.copytree(project, tmp_path / "waves", ignore=lambda *_: {".venv", ".git"})


def check(*words: object) -> subprocess.CompletedProcess[str]:
    program = need_peer(str(words[0]))
    command = [program, *map(str, words[1:])]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def schema(name: str, *more: str) -> Callable[[Path], subprocess.CompletedProcess[str]]:
    words = ("check-jsonschema", "--builtin-schema", f"vendor.{name}", *more)
    return lambda path: check(*words, path)


# What is broken: file, what stands there, what is put there, the word of the finding, who finds it.
VALIDATORS = {
    "GitHub's schema": (
        ".github/workflows/ci.yml",
        "runs-on: ubuntu",
        "runs_on: ubuntu",
        "runs_on",
        schema("github-workflows"),
    ),
    "Azure's schema": (
        "azure-pipelines.yml",
        "displayName: Lint",
        "displayNam: Lint",
        "is not valid under any",
        schema("azure-pipelines", "--regex-variant", "nonunicode"),
    ),
    "Cloud Build's schema": (
        "cloudbuild.yaml",
        "args: [lint]",
        "arguments: [lint]",
        "arguments",
        schema("cloudbuild"),
    ),
    "zizmor": (
        ".github/workflows/ci.yml",
        "@3d3c42e5aac5ba805825da76410c181273ba90b1",
        "@main",
        "unpinned",
        lambda path: check("zizmor", "--offline", "--no-progress", path),
    ),
    "cfn-lint": (
        "pipeline.cfn.yaml",
        "ServiceRole: !GetAtt BuildRole.Arn",
        "ServiceRole: !GetAtt NoRole.Arn",
        "NoRole",
        lambda path: check("cfn-lint", path),
    ),
    "yamllint": (
        "cloudbuild.yaml",
        "  logging:",
        "   logging:\n   logging:",
        "duplication",
        lambda path: check("yamllint", "--strict", "-c", path.parent / ".yamllint", path),
    ),
}


@pytest.mark.parametrize("name", VALIDATORS)
def test_a_validator_accepts_the_files_and_refuses_broken_ones(
    name: str, project: Path, copy: Path
) -> None:
    path, there, broken, finding, validate = VALIDATORS[name]
    clean = validate(project / path)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    text = (copy / path).read_text()
    assert there in text
    (copy / path).write_text(text.replace(there, broken, 1))
    found = validate(copy / path)
    assert found.returncode != 0
    assert finding in found.stdout + found.stderr


def test_yamllint_accepts_every_file(project: Path) -> None:
    files = [path for pattern in ("*.yml", "*.yaml") for path in project.glob(pattern)]
    assert len(files) == 5
    workflow = project / ".github/workflows/ci.yml"
    done = check("yamllint", "--strict", "-c", project / ".yamllint", workflow, *files)
    assert done.returncode == 0, done.stdout


def test_zizmor_in_pedantic_mode_finds_nothing(project: Path) -> None:
    done = check("zizmor", "--offline", "--no-progress", "--persona=pedantic", project)
    assert done.returncode == 0, done.stdout


def test_actions_are_pinned_by_commit_and_no_secret_is_stored(project: Path) -> None:
    text = (project / ".github/workflows/ci.yml").read_text()
    uses = [line.strip() for line in text.splitlines() if "uses:" in line]
    assert uses and all(PINNED.fullmatch(line) for line in uses)
    assert "secrets." not in text and text.count("id-token: write") == 3


def test_shellcheck_and_shfmt_accept_the_scripts(project: Path) -> None:
    script = project / "deploy.sh"
    predict = ROOT / "pyhelpers/scaffold/templates/model/predict.sh"
    assert check("shellcheck", script, predict).stdout == ""
    assert check("shfmt", "-i", "2", "-ci", "-d", script, predict).stdout == ""


def test_make_help_lists_every_target(project: Path) -> None:
    text = (project / "Makefile").read_text()
    declared = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split()
    listed = [line.split()[1] for line in make(project, "help").stdout.splitlines()]
    assert sorted(listed) == sorted(declared)
    assert {"install", "lint", "test", "serve", "deploy"} <= set(listed)


def test_files_without_a_schema_follow_the_documentation(project: Path) -> None:
    build = yaml_of(project / "buildspec.yml")
    assert build["version"] == 0.2
    assert set(build) == {"version", "phases", "artifacts"}
    assert set(build["phases"]) <= {"install", "pre_build", "build", "post_build"}
    assert build["phases"]["install"]["runtime-versions"] == {"python": "3.13"}
    assert set(build["artifacts"]) == {"files", "exclude-paths"}
    engine = yaml_of(project / "app.yaml")
    assert set(engine) == {"runtime", "entrypoint"}
    assert re.fullmatch(r"python3\d\d", engine["runtime"])
    procfile = (project / "Procfile").read_text()
    assert re.fullmatch(r"web: \S[^\n]+\n", procfile)
    assert procfile == f"web: {engine['entrypoint']}\n"


def test_the_same_start_command_is_used_everywhere(project: Path) -> None:
    serve = yaml_of(project / "app.yaml")["entrypoint"]
    azure = yaml_of(project / "azure-pipelines.yml")
    steps = azure["stages"][1]["jobs"][0]["strategy"]["runOnce"]["deploy"]["steps"]
    inputs = steps[0]["inputs"]
    assert (steps[0]["task"], inputs["appType"]) == ("AzureWebApp@1", "webAppLinux")
    assert inputs["startUpCommand"] == serve
    assert f'--startup-file "{serve}"' in (project / "deploy.sh").read_text()
    command = re.findall(r"^CMD (.*)$", (project / "Dockerfile").read_text(), re.MULTILINE)
    assert json.loads(command[0]) == serve.split()


def test_the_container_runs_as_an_unprivileged_user(project: Path) -> None:
    lines = (project / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users and int(users[-1]) > 0
    assert lines.index(f"USER {users[-1]}") < next(
        at for at, line in enumerate(lines) if line.startswith("CMD ")
    )


def github(document: Any) -> Commands:
    return [step["run"] for step in document["jobs"]["test"]["steps"] if "run" in step]


def azure(document: Any) -> Commands:
    steps = document["stages"][0]["jobs"][0]["steps"]
    return [step["script"] for step in steps if "script" in step]


def codebuild(document: Any) -> Commands:
    return list(document["phases"]["build"]["commands"])


def cloudbuild(document: Any) -> Commands:
    steps = [step for step in document["steps"] if step["id"] != "deploy"]
    return [" ".join([step["entrypoint"], *step["args"]]) for step in steps]


READERS = {
    ".github/workflows/ci.yml": github,
    "azure-pipelines.yml": azure,
    "buildspec.yml": codebuild,
    "cloudbuild.yaml": cloudbuild,
}


def run_all(commands: Commands, project: Path) -> tuple[int, str]:
    """Run a provider's commands in turn, as it does: until one fails; return it too."""
    # Bytecode knows its source by second and size: a quick change and back would go unseen.
    variables = {"PYTHONDONTWRITEBYTECODE": "1"}
    variables["BUILD_ARTIFACTSTAGINGDIRECTORY"] = str(project.parent)
    env = plain_env(project.parent) | variables
    for command in commands:
        done = subprocess.run(["bash", "-c", command], cwd=project, env=env, capture_output=True)
        if done.returncode:
            return done.returncode, command
    return 0, ""


@pytest.mark.parametrize("path", READERS)
def test_the_steps_of_each_provider_pass_and_fail_with_the_tests(
    path: str, installed: Path
) -> None:
    commands = READERS[path](yaml_of(installed / path))
    assert commands[: len(STEPS)] == [step.command for step in STEPS]
    assert run_all(commands, installed) == (0, "")
    source = installed / "waves/hello.py"
    good = source.read_text()
    try:
        source.write_text(good.replace("return x + y", "return x - y"))
        assert run_all(commands[1:], installed) == (2, "make test")
    finally:
        source.write_text(good)


def test_the_lint_step_fails_for_findings_of_ruff_and_mypy(installed: Path) -> None:
    source = installed / "waves/hello.py"
    good = source.read_text()
    breaks = {"import os\n": "F401", "\n\nx: int = hello()\n": "[assignment]"}
    try:
        for more, finding in breaks.items():
            source.write_text(good + more)
            done = make(installed, "lint")
            assert done.returncode == 2 and finding in done.stdout
    finally:
        source.write_text(good)


def test_cloud_env_tries_a_new_project(project: Path) -> None:
    done = subprocess.run(
        ["cloud-env", "try", str(project), "--format", "csv"],
        env=plain_env(project.parent),
        capture_output=True,
        text=True,
        timeout=300,
    )
    results = [line.split(",")[:2] for line in done.stdout.splitlines()[1:]]
    steps = ("clone", "venv", "install", "lint", "test")
    assert results == [[step, "ok"] for step in steps], done.stdout + done.stderr
