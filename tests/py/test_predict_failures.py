"""predict: what a person sees where a row, a service or the run itself comes to nothing."""

import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from tests.conftest import HEIGHTS, ROOT, Run
from tests.loopback import ROWS, Answer, Request, Service
from tests.processes import lives
from tests.terminal import Terminal


def test_a_refused_row_is_named_by_its_line(run: Run, service: Service, tmp_path: Path) -> None:
    path = tmp_path / "some rows.csv"
    path.write_text("height\n" + "70\n" * 300 + "NA\n" + "70\n" * 99)
    done = run("predict", "--url", service.url, path)
    assert (done.returncode, done.stdout) == (3, "")
    url = f"{service.url}/predict"
    words = f"{url} refused it (400: instance 0: no height); correct that row"
    assert done.stderr == f"predict: {path}: line 302: {words}\n"
    assert len(service.requests) < 15


def test_a_row_that_the_service_names_is_not_searched_for(run: Run, service: Service) -> None:
    said = {"error": "row 1, field 'height': 'tall' is not a number", "row": 1}
    service.behaviour = lambda request: Answer(said, 400)
    done = run("predict", "--url", service.url, input="height\n70\ntall\n60\n")
    assert done.returncode == 3
    assert "line 3: " in done.stderr
    assert "(400: field 'height': 'tall' is not a number)" in done.stderr
    assert len(service.requests) == 1


def test_fewer_predictions_than_rows_are_never_used(run: Run, service: Service) -> None:
    service.behaviour = lambda request: Answer({"predictions": [1]})
    done = run("predict", "--url", service.url, input=ROWS)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"predict: {service.url}/predict: 1 prediction for 2 rows; none is used\n"
    )


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (Answer("<html>hello</html>", 200, "text/html"), 1, "answered a web page, not JSON"),
        (Answer("<html>gone</html>", 404, "text/html"), 3, "refused (404: a web page)"),
        (Answer({"error": {"message": "expired"}}, 401), 3, "refused (401: expired); the token"),
        (Answer({"score": [1, 2]}), 1, "no predictions in the answer (its keys: score)"),
        (Answer("", 200), 1, "answered 'nothing', not JSON"),
        (Answer(b'{"predictions": ["\\ud800"]}'), 1, "a text of the answer holds half a character"),
        (Answer(b"[" * 100_000), 1, ", not JSON; check the URL"),
        (Answer(b"[" * 100_000, 200, "text/csv"), 1, "1 prediction for 2 rows"),
        (Answer(b"9" * 5000), 1, ", not JSON; check the URL"),
        (Answer("x", 404, headers={"Retry-After": "1|200|0|x"}), 3, "refused (404: x)"),
        (Answer("x", 404, "text/x|y"), 3, "refused (404: x)"),
        (Answer("", 302, headers={"Location": "/login"}), 1, "answered 302"),
        (Answer("boom\x1b[31m\nTraceback", 500, "text/plain"), 4, "failed (500: boom [31m Trace"),
    ],
)
def test_what_is_no_prediction_is_one_line(
    run: Run, service: Service, answer: Answer, code: int, words: str
) -> None:
    service.behaviour = lambda request: answer
    done = run("predict", "--url", service.url, "--retries", "0", input=ROWS)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_busy_service_is_asked_again_and_its_failed_body_is_not_printed(
    run: Run, service: Service
) -> None:
    answers = [
        Answer("busy", 503, "text/plain"),
        Answer("slow down", 429, "text/plain", {"Retry-After": "0"}),
        Answer({"predictions": [1, 2]}),
    ]
    service.behaviour = lambda request: answers.pop(0)
    done = run("predict", "--url", service.url, input=ROWS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "height,city,prediction\n70,Rome,1\n60.50,,2\n"
    assert len({request.body for request in service.requests}) == 1


def test_a_lost_connection_is_tried_again(run: Run, service: Service) -> None:
    def restarting(request: Request) -> Answer:
        if len(service.requests) == 1:
            raise ConnectionAbortedError
        return Answer({"predictions": [1]})

    service.behaviour = restarting
    done = run("predict", "--url", service.url, "height=1")
    assert (done.returncode, done.stdout) == (0, "height,prediction\n1,1\n")
    assert len(service.requests) == 2
    service.requests.clear()
    assert run("predict", "--url", service.url, "--retries", "0", "height=1").returncode == 4
    assert len(service.requests) == 1


def test_a_service_that_asks_for_a_day_of_patience_is_not_waited_for(
    run: Run, service: Service
) -> None:
    busy = Answer({"detail": "full"}, 429, headers={"Retry-After": "86400"})
    service.behaviour = lambda request: busy
    done = run("predict", "--url", service.url, "height=1")
    assert (done.returncode, len(service.requests)) == (3, 1)
    assert "(429: full)" in done.stderr


def test_a_retry_is_noted_on_a_terminal(service: Service, clean_env: dict[str, str]) -> None:
    answers = [Answer("busy", 503, "text/plain"), Answer({"predictions": [1]})]
    service.behaviour = lambda request: answers.pop(0)
    words = [str(ROOT / "bin/predict"), "--url", service.url, "height=1"]
    screen = Terminal(words, clean_env)
    assert screen.end() == 0
    assert re.search("^predict: HTTP error.*Will retry in 1 second", screen.drawn, re.MULTILINE)
    assert "Warning" not in screen.drawn


def test_a_service_that_keeps_failing_ends_with_4(run: Run, service: Service) -> None:
    service.behaviour = lambda request: Answer({"detail": "no model"}, 503)
    done = run("predict", "--url", service.url, "--retries", "1", "height=1")
    assert done.returncode == 4
    assert done.stderr == (
        f"predict: {service.url}/predict: the service failed (503: no model); "
        "see its log, try later\n"
    )
    assert len(service.requests) == 2


def test_a_slow_service_ends_with_4_when_its_time_is_up(run: Run, service: Service) -> None:
    import time

    def sleepy(request: Request) -> Answer:
        time.sleep(0.6)
        return Answer({"predictions": [1]})

    service.behaviour = sleepy
    words = ("--timeout", "0.3", "--retries", "0", "height=1")
    done = run("predict", "--url", service.url, *words)
    assert done.returncode == 4
    assert "timed out" in done.stderr


def test_what_was_answered_before_a_broken_record_is_printed(run: Run, service: Service) -> None:
    done = run("predict", "--url", service.url, input="height\n70\n60\n1,2\n50\n")
    assert (done.returncode, done.stdout) == (1, "height,prediction\n70,130\n60,100\n")
    assert done.stderr.startswith("predict: standard input: line 4: 2 fields where the header has")


def test_a_closed_pipe_ends_it_silently_and_leaves_no_file(
    run: Run, service: Service, tmp_path: Path
) -> None:
    service.behaviour = lambda request: Answer(
        {"predictions": [0] * len(request.json()["instances"])}
    )
    line = f'predict --url {service.url} "{HEIGHTS}" | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = run("bash", "-c", line, TMPDIR=str(tmp_path))
    assert done.stdout.splitlines()[1:] == ["141"]
    assert done.stderr == ""
    assert [path.name for path in tmp_path.iterdir()] == ["a home"]


def test_ctrl_c_ends_all_of_it_and_leaves_no_file(
    service: Service, tmp_path: Path, clean_env: dict[str, str]
) -> None:
    asked = threading.Event()

    def never(request: Request) -> Answer:
        asked.set()
        released.wait(30)
        return Answer({"predictions": [1]})

    released = threading.Event()
    service.behaviour = never
    words = [str(ROOT / "bin/predict"), "--url", service.url, "height=1"]
    process = subprocess.Popen(
        words,
        env=clean_env | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert asked.wait(30)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    released.set()
    assert (process.returncode, out, err) == (-signal.SIGINT, b"", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["a home"]
    assert not lives(process.pid)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'[{"a": "\\ud800"}]', "a text holds half a character"),
        (b'[{"\\ud800": 1}]', "a text holds half a character"),
        (b'{"a": 1}\n{"a": "\\ud800x"}\n', "line 2: a text holds half a character"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "integer string conversion"),
        (b"a\xff\n1\n", "byte 0xff is not UTF-8"),
    ],
)
def test_rows_that_are_no_rows_are_one_line(
    text: bytes, words: str, run: Run, service: Service
) -> None:
    service.behaviour = lambda request: Answer({"predictions": [1]})
    for format in ("csv", "json", "table"):
        done = run("predict", "--url", service.url, "--format", format, input=text)
        assert done.returncode == 1
        assert words in done.stderr
        assert "unexpected" not in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", [b"no\xff.csv", "no\u202e\x9b.csv".encode()])
def test_a_file_whose_name_is_no_text_is_named_all_the_same(name: bytes, run: Run) -> None:
    shown = os.fsdecode(name)
    for words in ([shown], ["-c", shown], ["--text", shown]):
        done = run("predict", "--url", "http://127.0.0.1:1", *words, input="a\n1\n")
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1 and "unexpected" not in done.stderr


def test_an_address_that_is_none_is_said_to_be_none(run: Run) -> None:
    for url in ("http://127.0.0.1:x/", "http://[/"):
        done = run("predict", "--url", url, "--retries", "0", "a=1")
        assert done.returncode == 2
        assert "is not an address" in done.stderr
