"""predict --resume: rows are asked for again from where a killed run was."""

import json
import os
import subprocess
import time
from pathlib import Path

from tests.conftest import Run
from tests.kills import kept, run_killed
from tests.loopback import Answer, Request, Service

KILLS = int(os.environ.get("KILLS", "4"))


def slow(request: Request) -> Answer:
    """Answer twice each height, after a moment."""
    time.sleep(0.03)
    rows = json.loads(request.body)["instances"]
    return Answer({"predictions": [2 * row["height"] for row in rows]})


def heights(path: Path, count: int) -> Path:
    path.write_text("height,note\n" + "".join(f'{n},"a, {n}"\n' for n in range(count)))
    return path


def test_rows_are_predicted_once_more_or_less_however_often_it_is_killed(
    run: Run, clean_env: dict[str, str], tmp_path: Path, service: Service
) -> None:
    service.behaviour = slow
    source = heights(tmp_path / "in.csv", 6000)
    chunks = 60 + 20 * KILLS
    words: list[str | Path] = ["predict", "--url", service.url, "--chunk-rows", "50", source]
    expected = "".join(
        f"{line},{2 * n}\n" for n, line in enumerate(source.read_text().splitlines()[1:])
    )
    done = run_killed([*words, "-o", tmp_path / "out.csv", "--resume"], clean_env, 2, KILLS)
    assert done.kills == KILLS
    assert (tmp_path / "out.csv").read_text() == "height,note,prediction\n" + expected
    assert (f"predict: {source}: goes on behind " in done.err) == done.goes_on
    assert len(service.requests) < 2 * chunks + 60
    assert not kept(clean_env)
    assert sorted(os.listdir(tmp_path)) == ["a home", "in.csv", "out.csv"]


def test_a_service_that_fails_midway_loses_nothing(
    run: Run, clean_env: dict[str, str], tmp_path: Path, service: Service
) -> None:
    source = heights(tmp_path / "in.csv", 2000)
    words = ["predict", "--url", service.url, "--chunk-rows", "50", "--retries", "0", str(source)]
    words += ["-o", str(tmp_path / "out.csv"), "--resume"]
    service.behaviour = lambda r: slow(r) if len(service.requests) < 30 else Answer("no", 503)
    failed = run(*words)
    assert failed.returncode == 4 and not (tmp_path / "out.csv").exists()
    service.behaviour = slow
    done = run(*words)
    assert done.returncode == 0 and "goes on behind" in done.stderr
    assert (tmp_path / "out.csv").read_text().count("\n") == 2001
    assert len(service.requests) < 80


def test_changed_rows_are_refused(
    run: Run, clean_env: dict[str, str], tmp_path: Path, service: Service
) -> None:
    service.behaviour = slow
    source = heights(tmp_path / "in.csv", 3000)
    words = ["predict", "--url", service.url, "--chunk-rows", "50", "-"]
    words += ["-o", str(tmp_path / "out.csv"), "--resume"]
    with (
        source.open() as given,
        subprocess.Popen(words, env=clean_env, stdin=given, start_new_session=True) as job,
    ):
        while not kept(clean_env) and job.poll() is None:
            time.sleep(0.005)
        os.killpg(job.pid, 9)
    refused = run(*words, input=source.read_text().replace("a, 3", "b, 3", 1))
    assert (refused.returncode, refused.stdout) == (1, "")
    said = "predict: standard input: is not what was read before; run it without --resume\n"
    assert refused.stderr == said


def test_an_output_appears_whole_or_not_at_all(run: Run, tmp_path: Path, service: Service) -> None:
    service.behaviour = slow
    source = heights(tmp_path / "in.csv", 10)
    for format in ("csv", "json", "table"):
        words = ["predict", "--url", service.url, source, "--format", format]
        plain = run(*words)
        assert run(*words, "-o", tmp_path / "out").stdout == ""
        assert (tmp_path / "out").read_text() == plain.stdout
    refused = run("predict", "--url", service.url, source, "--resume")
    assert refused.returncode == 2 and "--resume needs -o FILE" in refused.stderr
    service.behaviour = lambda request: Answer("no", 404)
    assert run("predict", "--url", service.url, source, "-o", tmp_path / "none").returncode == 3
    assert not (tmp_path / "none").exists()
