"""The files that new-ml-project writes, without running them."""

import csv
import hashlib
import io
import json
import os
import re
import signal
import string
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.csvio.table import read_table
from pyhelpers.scaffold.project import (
    ProjectOptions,
    check_clouds,
    check_name,
    project_files,
    write_project,
)
from pyhelpers.scaffold.project_model import plain_csv
from pyhelpers.scaffold.render import literal, render, render_json
from pyhelpers.scaffold.train_project import train_project_model
from tests.conftest import HEIGHTS
from tests.scaffolds import COMMAND, new_project, plain_env

EVERY_CLOUD = ("azure", "aws", "gcp")
NASTY = 'id;"sea ""x""";wind;beach\'s;it\'s "so", good\n' + "".join(
    f"{row};{row % 3};{row * 7 % 31}.5;{'Nazaré' if row % 2 else ''};{'no' if row % 4 else 'yes'}\n"
    for row in range(60)
)


def digest(folder: Path) -> dict[str, str]:
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts
    )
    return {
        f"{path.relative_to(folder)} {os.access(path, os.X_OK)}": hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in files
    }


@given(st.text())
def test_a_text_becomes_a_literal_that_python_reads_back(text: str) -> None:
    assert eval(literal(text)) == text


@given(st.text(), st.text(string.ascii_letters))
def test_json_stays_valid_whatever_is_filled_in(value: str, around: str) -> None:
    document = json.dumps({"cells": [{"source": [around + "project_title"]}]})
    words = {"project_title": value}
    assert json.loads(render_json(document, words)) == {"cells": [{"source": [around + value]}]}


def test_filled_in_text_is_not_replaced_again() -> None:
    assert render("project_a", {"project_a": "project_b", "project_b": "wrong"}) == "project_b"


@pytest.mark.parametrize(
    "name", ["", "Wave", "9waves", "a b", "../x", "a--b", "-a", "a-", "class", "json", "numpy", "é"]
)
def test_invalid_project_names_are_refused(name: str) -> None:
    with pytest.raises(KitError, match="; ") as caught:
        check_name(name)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("listed", ["", ",", "oracle", "aws,oracle"])
def test_an_unknown_cloud_is_refused(listed: str) -> None:
    with pytest.raises(KitError, match="azure, aws, gcp"):
        check_clouds(listed)


def test_the_data_is_written_as_python_reads_it(tmp_path: Path) -> None:
    source = tmp_path / "data.csv"
    source.write_text(NASTY)
    kept = plain_csv(read_table(str(source))).decode()
    assert list(csv.reader(io.StringIO(kept))) == list(
        csv.reader(io.StringIO(NASTY), delimiter=";")
    )


def of_trees(plan: ProjectOptions) -> ProjectOptions:
    """Return the options of the same project with a forest, of which only the files count."""
    assert plan.model is not None
    return replace(plan, model=replace(plan.model, kind="forest"))


def test_no_placeholder_and_no_import_of_the_kit_is_left() -> None:
    plan = ProjectOptions(
        "wave-heights", EVERY_CLOUD, train_project_model(read_table(str(HEIGHTS)), "Weight-Pounds")
    )
    for each in (plan, of_trees(plan)):
        for path, file in project_files(each).items():
            text = file.content.decode()
            assert "project_" not in text + path, path
            assert "pyhelpers" not in text, path
            assert not re.search(r"(# |<!-- )(only|end) [a-z]+( -->)?$", text, re.MULTILINE), path


def test_a_project_has_only_the_files_of_its_clouds() -> None:
    theirs = {
        "azure": {"azure-pipelines.yml"},
        "aws": {"buildspec.yml", "Procfile", "pipeline.cfn.yaml"},
        "gcp": {"cloudbuild.yaml", "app.yaml", ".gcloudignore"},
    }
    for cloud, files in theirs.items():
        written = project_files(ProjectOptions("waves", (cloud,), None))
        assert files <= set(written)
        for other in set(theirs) - {cloud}:
            assert not theirs[other] & set(written)
            workflow = written[".github/workflows/ci.yml"].content.decode()
            assert f"deploy-{other}:" not in workflow
            assert f"deploy-{cloud}:" in workflow


def test_every_requirement_is_pinned_by_hash() -> None:
    plan = ProjectOptions(
        "waves", EVERY_CLOUD, train_project_model(read_table(str(HEIGHTS)), "Weight-Pounds")
    )
    for path in ("requirements.txt", "requirements-dev.txt"):
        for plain in (plan, of_trees(plan), ProjectOptions("waves", EVERY_CLOUD, None)):
            text = project_files(plain)[path].content.decode().replace("\\\n", " ")
            lines = [
                line for line in text.splitlines() if line and not line.lstrip().startswith("#")
            ]
            assert lines
            for line in lines:
                assert re.match(r"[a-z0-9-]+==\S+.* --hash=sha256:[0-9a-f]{64}", line), line
            wanted = project_files(plain)[path.replace(".txt", ".in")].content.decode()
            for name in re.findall(r"^[a-z-]+", wanted, re.MULTILINE):
                assert name == "-r" or f"\n{name}==" in f"\n{text}", name


def test_the_serving_lock_is_part_of_the_development_lock() -> None:
    plan = ProjectOptions(
        "waves", EVERY_CLOUD, train_project_model(read_table(str(HEIGHTS)), "Weight-Pounds")
    )
    for each in (ProjectOptions("waves", EVERY_CLOUD, None), plan, of_trees(plan)):
        files = project_files(each)
        pins = [
            set(re.findall(r"^[a-z0-9-]+==[^ ]+", files[path].content.decode(), re.MULTILINE))
            for path in ("requirements.txt", "requirements-dev.txt")
        ]
        assert pins[0] < pins[1]


def test_the_same_options_give_the_same_files(tmp_path: Path) -> None:
    source = tmp_path / "nasty.csv"
    source.write_text(NASTY)
    words = ("--data", str(source), "--target", 'it\'s "so", good', "--cloud", "gcp,aws")
    folders = [tmp_path / part / "waves" for part in ("one", "two")]
    for folder in folders:
        folder.parent.mkdir()
        new_project(folder, *words)
    assert digest(folders[0]) == digest(folders[1])
    log = subprocess.run(
        ["git", "-C", str(folders[0]), "log", "--format=%s"], capture_output=True, text=True
    )
    assert log.stdout == "waves: initial commit\n"
    status = ["git", "-C", str(folders[0]), "status", "--porcelain", "--ignored"]
    assert subprocess.run(status, capture_output=True).stdout == b""


def test_a_project_that_cannot_be_finished_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = project_files(ProjectOptions("waves", EVERY_CLOUD, None))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KitError, match="--no-git") as caught:
        write_project(tmp_path / "waves", files, git=True)
    assert caught.value.exit_code == 127
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_as_it_ends_others_and_leaves_nothing(tmp_path: Path, how: int) -> None:
    place, programs = tmp_path / "place", tmp_path / "programs"
    place.mkdir()
    programs.mkdir()
    begun = tmp_path / "begun"
    (programs / "git").write_text(f'#!/bin/sh\n: >"{begun}"\nexec sleep 60\n')
    (programs / "git").chmod(0o755)
    env = plain_env(tmp_path)
    env["PATH"] = f"{programs}:{env['PATH']}"
    words = [COMMAND, "waves", "--template", "hello"]
    with subprocess.Popen(words, cwd=place, env=env, start_new_session=True) as running:
        while not begun.exists():
            assert running.poll() is None
            time.sleep(0.05)
        assert len(list(place.iterdir())) == 1
        os.killpg(running.pid, how)
        assert running.wait(timeout=60) == -how
    assert not list(place.iterdir())
