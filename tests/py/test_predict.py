"""predict: what a person sees, against a service on loopback."""

import csv
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import HEIGHTS, ROOT, Run
from tests.loopback import Answer, Request, Service, serve

ROWS = "height,city\n70,Rome\n60.50,\n"


@pytest.fixture
def service() -> Iterator[Service]:
    with serve() as running:
        yield running


def test_one_row_of_words_gives_one_prediction(run: Run, service: Service) -> None:
    done = run("predict", "--url", service.url, "height=70", "city=New York")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "height,city,prediction\n70,New York,130\n"
    assert service.requests[0].path == "/predict"
    assert service.requests[0].json() == {"instances": [{"height": 70, "city": "New York"}]}


def test_a_csv_stays_byte_for_byte_what_it_was(run: Run, service: Service) -> None:
    text = b'\xef\xbb\xbf"height";note\r\n70.10;"a ""b"";\r\nc"\r\n\r\n060;\xc3\xa9\r\n71; x'
    service.behaviour = lambda request: Answer({"predictions": ["a;b", 1.5, None]})
    done = run("predict", "--url", service.url, input=text)
    expected = (
        '\ufeff"height";note;prediction\r\n70.10;"a ""b"";\r\nc";"a;b"\r\n\r\n060;é;1.5\r\n71; x;'
    )
    assert done.stdout == expected
    rows = service.requests[0].json()["instances"]
    assert [row["height"] for row in rows] == [70.1, "060", 71]


def test_the_new_column_is_called_as_asked_and_replaces_none(run: Run, service: Service) -> None:
    done = run("predict", "--url", service.url, "--as", "a;b", input="height;x\n70;1\n")
    assert done.stdout == 'height;x;"a;b"\n70;1;130\n'
    done = run("predict", "--url", service.url, "--as", "x", input="height,x\n70,1\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "predict: standard input: has a column 'x' already; see --as\n"
    assert len(service.requests) == 1


def test_numbers_of_a_text_column_are_sent_as_they_stand(run: Run, service: Service) -> None:
    words = ("--url", service.url, "--text", "code")
    run("predict", *words, input="height,code\n70,1.50\n70,NA\n")
    codes = [row["code"] for row in service.requests[0].json()["instances"]]
    assert codes == ["1.50", None]


def test_chunks_keep_the_order_of_25_000_rows(run: Run, service: Service) -> None:
    service.behaviour = lambda request: Answer(
        {"predictions": [row["Index"] for row in request.json()["instances"]]}
    )
    done = run("predict", "--url", service.url, "--chunk-rows", "6000", HEIGHTS)
    assert len(service.requests) == 5
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert len(rows) == 25_000
    assert all(row["\ufeffIndex"] == row["prediction"] for row in rows)


def test_chunks_hold_at_most_the_bytes_asked_for(run: Run, service: Service) -> None:
    rows = "height,name\n" + "".join(f"{70 + n},{'é' * n}\n" for n in range(40))
    done = run("predict", "--url", service.url, "--chunk-bytes", "500", input=rows)
    assert done.returncode == 0
    sizes = [len(request.body) for request in service.requests]
    assert max(sizes) <= 500
    assert min(sizes[:-1]) > 200  # and as many rows as they hold


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (
            "records",
            {"instances": [{"height": 70, "city": "Rome"}, {"height": 60.5, "city": None}]},
        ),
        ("rows", {"instances": [[70, "Rome"], [60.5, None]]}),
        (
            "split",
            {
                "dataframe_split": {
                    "columns": ["height", "city"],
                    "data": [[70, "Rome"], [60.5, None]],
                }
            },
        ),
    ],
)
def test_each_shape_is_what_its_services_read(
    run: Run, service: Service, shape: str, body: object
) -> None:
    service.behaviour = lambda request: Answer({"predictions": [1, 2]})
    done = run("predict", "--url", service.url, "--shape", shape, input=ROWS)
    assert done.returncode == 0
    assert service.requests[0].json() == body
    assert service.requests[0].headers["content-type"] == "application/json"


def test_shape_csv_sends_a_csv_of_the_columns_named(run: Run, service: Service) -> None:
    service.behaviour = lambda request: Answer("1.5\n2\n", kind="text/csv")
    done = run("predict", "--url", service.url, "--shape=csv", "-c", "city", input=ROWS)
    assert service.requests[0].body == b'city\nRome\n""\n'
    assert service.requests[0].headers["content-type"] == "text/csv"
    assert done.stdout == "height,city,prediction\n70,Rome,1.5\n60.50,,2\n"


@pytest.mark.parametrize(
    "text",
    [
        '[{"height": 70}, {"height": 60}]',
        '{"height": 70}\n\n{"height": 60}\n',
        '\n{"instances":\n [{"height": 70}, {"height": 60}]}',
    ],
)
def test_json_comes_in_as_an_array_as_lines_or_as_a_body(
    run: Run, service: Service, text: str
) -> None:
    done = run("predict", "--url", service.url, "--format", "json", "-", input=text)
    expected = [{"height": 70, "prediction": 130}, {"height": 60, "prediction": 100}]
    assert json.loads(done.stdout) == expected


def test_arrays_without_names_are_sent_as_rows(run: Run, service: Service) -> None:
    done = run("predict", "--url", service.url, input="[[70, 1], [60, 2]]")
    assert service.requests[0].json() == {"instances": [[70, 1], [60, 2]]}
    assert done.stdout == "x1,x2,prediction\n70,1,130\n60,2,100\n"


def test_a_refused_row_is_named_by_its_line(run: Run, service: Service, tmp_path: Path) -> None:
    path = tmp_path / "some rows.csv"
    path.write_text("height\n" + "70\n" * 300 + "NA\n" + "70\n" * 99)
    done = run("predict", "--url", service.url, path)
    assert (done.returncode, done.stdout) == (3, "")
    url = f"{service.url}/predict"
    words = f"{url} refused it (400: instance 0: no height); mend that row"
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
        f"predict: {service.url}/predict: 1 predictions for 2 rows; none of them is used\n"
    )


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (Answer("<html>hello</html>", 200, "text/html"), 1, "answered a web page, not JSON"),
        (Answer("<html>gone</html>", 404, "text/html"), 3, "refused (404: a web page)"),
        (Answer({"error": {"message": "expired"}}, 401), 3, "refused (401: expired); the token"),
        (Answer({"score": [1, 2]}), 1, "no predictions in the answer (its keys: score)"),
        (Answer("", 200), 1, "answered no JSON but 'nothing'"),
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


def test_a_token_goes_along_and_stands_in_no_list_of_processes(run: Run, service: Service) -> None:
    seen: list[str] = []

    def look(request: Request) -> Answer:
        listing = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True)
        seen.append(listing.stdout)
        return Answer({"predictions": [1]})

    service.behaviour = look
    token = 'pa"ss\\word-7'
    done = run("predict", "--url", service.url, "height=1", BEACHHEAD_PREDICT_TOKEN=token)
    assert done.returncode == 0
    assert service.requests[0].headers["authorization"] == f"Bearer {token}"
    assert "curl" in seen[0]
    assert "word-7" not in seen[0]


def test_dry_run_prints_a_command_that_works_but_for_the_token(run: Run, service: Service) -> None:
    words = ("--url", service.url, "--dry-run", "it's=1", "height=70")
    shown = run("predict", *words, BEACHHEAD_PREDICT_TOKEN="secret")
    assert not service.requests
    assert "secret" not in shown.stdout + shown.stderr
    assert "--header 'Authorization: ***'" in shown.stdout
    done = run("bash", "-c", shown.stdout)
    assert json.loads(done.stdout) == {"predictions": [130]}


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


def test_a_25_mb_csv_streams_through_little_memory(
    run: Run, service: Service, tmp_path: Path
) -> None:
    service.behaviour = lambda request: Answer(
        {"predictions": [1] * len(request.json()["instances"])}
    )
    path = tmp_path / "big.csv"
    path.write_text("height,note\n" + f"70,{'x' * 1000}\n" * 25_000)
    limit = "ulimit -d 120000"  # KiB: the file would not fit five times, as parsed rows do
    line = f'{limit}; predict --url {service.url} "{path}" | tail -n 1'
    done = run("bash", "-c", line)
    assert done.stderr == ""
    assert done.stdout == f"70,{'x' * 1000},1\n"


def test_the_helper_alone_prints_the_body_of_the_first_row() -> None:
    python = ROOT / ".venv/bin/python"
    words = [str(python), "-P", "-m", "pyhelpers", "predict", "--", "height=70"]
    done = subprocess.run(words, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)})
    assert done.stdout == '{"instances": [{"height": 70}]}\n'
