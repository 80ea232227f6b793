"""A job with --resume is killed at random moments and still gives the bytes of one that was not."""

import gzip
import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pyhelpers.checkpoint import checkpoint
from tests.conftest import ROOT, Run
from tests.kills import kept, run_killed

KILLS = int(os.environ.get("KILLS", "4"))


def rows(count: int) -> str:
    teams = ("red", "green", "blue")
    lines = (
        f'{n},{teams[n % 7 % 3]},{n * 7919 % 1000 / 8},"note, {n}",{n % 1000 / 4}\n'
        for n in range(count)
    )
    return "id,team,x,note,y\n" + "".join(lines)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a forest and records that take it some seconds."""
    folder = tmp_path_factory.mktemp("resume")
    (folder / "few.csv").write_text(rows(400))
    (folder / "many.csv").write_text(rows(150_000).rstrip("\n"))
    (folder / "many.csv.gz").write_bytes(gzip.compress((folder / "many.csv").read_bytes(), 1))
    train: list[str | Path] = [
        f"{ROOT}/bin/ml-model",
        "train",
        folder / "few.csv",
        "--target",
        "y",
        "-o",
    ]
    train += [folder / "forest", "--model", "forest", "--features", "team,x", "--folds", "0"]
    subprocess.run(train, check=True, capture_output=True, timeout=120)
    return folder


@pytest.mark.parametrize("name", ["many.csv", "many.csv.gz", "-"])
def test_predictions_go_on_where_they_were_killed(
    data: Path, run: Run, clean_env: dict[str, str], tmp_path: Path, name: str
) -> None:
    plain = run("ml-model", "predict", data / "forest", data / "many.csv")
    source = "-" if name == "-" else data / name
    words: list[str | Path] = ["ml-model", "predict", data / "forest", source]
    words += ["--resume", "-o", tmp_path / "out.csv"]
    stdin = data / "many.csv" if name == "-" else None
    done = run_killed(words, clean_env, 1, KILLS, stdin=stdin)
    assert done.kills
    assert (tmp_path / "out.csv").read_text() == plain.stdout
    notes = done.err.splitlines()
    shown = "standard input" if name == "-" else str(source)
    if done.goes_on:
        assert notes.pop(0).startswith(f"ml-model: {shown}: goes on at line ")
    assert notes == plain.stderr.splitlines()
    assert sorted(os.listdir(tmp_path)) == ["a home", "out.csv"]
    assert not list((Path(clean_env["HOME"]) / ".local/state/beachhead/progress").iterdir())


@pytest.fixture
def killed_once(data: Path, clean_env: dict[str, str], tmp_path: Path) -> list[str]:
    """Return the words of a prediction that was killed after it had kept something."""
    source = tmp_path / "copy.csv"
    source.write_bytes((data / "many.csv").read_bytes())
    words = ["ml-model", "predict", data / "forest", source, "--resume", "-o", tmp_path / "out.csv"]
    with subprocess.Popen(list(map(str, words)), env=clean_env) as job:
        while not kept(clean_env) and job.poll() is None:
            time.sleep(0.005)
        job.kill()
    assert kept(clean_env)
    return list(map(str, words))


def test_a_changed_input_is_refused_and_the_message_says_how_to_begin_anew(
    killed_once: list[str], run: Run, clean_env: dict[str, str], tmp_path: Path
) -> None:
    source = tmp_path / "copy.csv"
    status = source.stat()
    changed = source.read_bytes().replace(b"note, 3", b"NOTE, 3", 1)
    source.write_bytes(changed)
    refused = run(*killed_once)
    assert refused.returncode == 1 and not (tmp_path / "out.csv").exists()
    assert refused.stderr.startswith(f"ml-model: {source}: has changed since progress was kept; ")
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))  # as some tools leave it
    assert run(*killed_once).returncode == 1
    remove = refused.stderr.rstrip("\n").rpartition("to begin anew: ")[2]
    subprocess.run(["sh", "-c", remove], check=True, timeout=60)
    assert run(*killed_once).returncode == 0
    assert "NOTE, 3" in (tmp_path / "out.csv").read_text()


def test_a_changed_stream_is_refused(
    data: Path, run: Run, clean_env: dict[str, str], tmp_path: Path
) -> None:
    words = ["ml-model", "predict", str(data / "forest"), "--resume", "-o", str(tmp_path / "o.csv")]
    with (
        (data / "many.csv").open("rb") as given,
        subprocess.Popen(words, env=clean_env, stdin=given) as job,
    ):
        while not kept(clean_env) and job.poll() is None:
            time.sleep(0.005)
        job.kill()
    refused = run(*words, input=(data / "many.csv").read_bytes().replace(b"note, 3", b"NOTE, 3", 1))
    assert refused.returncode == 1
    assert refused.stderr == (
        "ml-model: standard input: is not what was read before; run it without --resume\n"
    )


def test_two_runs_of_a_job_at_once_are_refused(
    killed_once: list[str], run: Run, clean_env: dict[str, str], tmp_path: Path
) -> None:
    with subprocess.Popen(killed_once, env=clean_env, stderr=subprocess.PIPE) as job:
        assert job.stderr is not None and b"goes on at" in job.stderr.readline()
        second = run(*killed_once)
        assert second.returncode == 1
        assert second.stderr == (
            "ml-model: another run of this job is at work; wait until it ends\n"
        )
        job.communicate(timeout=120)
        assert job.returncode == 0


def test_a_lost_draft_is_made_anew(
    killed_once: list[str], run: Run, clean_env: dict[str, str], tmp_path: Path
) -> None:
    [draft] = tmp_path.glob(".out.csv.*.draft")
    assert draft.stat().st_mode & 0o077 == 0
    draft.unlink()
    again = run(*killed_once)
    assert (again.returncode, again.stderr) == (0, "")
    assert (tmp_path / "out.csv").read_text() == run(*killed_once[:4]).stdout


def test_progress_is_for_its_user_alone(killed_once: list[str], clean_env: dict[str, str]) -> None:
    for path in kept(clean_env):
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_resume_needs_an_output_of_predictions(data: Path, run: Run) -> None:
    done = run("ml-model", "predict", data / "forest", data / "few.csv", "--resume")
    assert done.returncode == 2
    said = "ml-model: --resume needs -o FILE, beside which the draft is kept; see "
    assert done.stderr.startswith(said)


def test_a_full_disk_loses_nothing(
    killed_once: list[str], run: Run, clean_env: dict[str, str], tmp_path: Path
) -> None:
    limited = ["bash", "-c", 'ulimit -f 2048; trap "" XFSZ; exec "$@"', "bash", *killed_once]
    full = run(*limited)  # the draft may not grow beyond 2 MB
    assert full.returncode == 1
    assert full.stderr.splitlines()[-1].startswith(f"ml-model: {tmp_path}/out.csv: ")
    again = run(*killed_once)
    assert again.returncode == 0 and "goes on at line" in again.stderr
    assert (tmp_path / "out.csv").read_text() == run(*killed_once[:4]).stdout


def test_a_job_goes_on_without_progress_that_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACHHEAD_STATE", str(tmp_path))
    notes: list[str] = []
    with checkpoint("job", {}, [], notes.append) as kept_job:
        kept_job.folder += "/none"
        kept_job.keep("piece", b"x")
        kept_job.keep("piece", b"y")
        kept_job.folder = kept_job.folder.removesuffix("/none")
    assert len(notes) == 1 and "progress cannot be kept" in notes[0]


def test_a_lost_job_of_cloud_env_is_offered_and_goes_on(
    data: Path, run: Run, clean_env: dict[str, str], tmp_path: Path
) -> None:
    state = Path(clean_env["HOME"]) / ".local/state/beachhead/jobs/tide"
    words = ["ml-model", "predict", data / "forest", data / "many.csv", "--resume", "-o", "out.csv"]
    job = {"state": ""}
    while job["state"] != "lost":  # on a busy machine the job may be done before it is killed
        run("cloud-env", "jobs", "--remove", "tide")
        assert run("cloud-env", "run", "--name", "tide", "--", *words, cwd=tmp_path).returncode == 0
        while not kept(clean_env) and not (state / "code").exists():
            time.sleep(0.005)
        with suppress(ProcessLookupError):
            os.killpg(int((state / "pid").read_text()), signal.SIGKILL)
        job["state"] = "running"
        while job["state"] == "running":
            time.sleep(0.1)
            [job] = json.loads(run("cloud-env", "jobs", "--json").stdout)
    assert (job["state"], job["next"]) == ("lost", "cloud-env jobs --again tide")
    assert run("sh", "-c", job["next"]).returncode == 0
    done = run("cloud-env", "jobs", "--follow", "tide")
    assert done.returncode == 0 and "goes on at line" in done.stdout
    assert (tmp_path / "out.csv").read_text() == run(*words[:4]).stdout
