"""predict: rows to a service on loopback, and its predictions beside them."""

import csv
import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import HEIGHTS, ROOT, Run
from tests.loopback import ROWS, Answer, Request, Service
from tests.processes import command_lines


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


def test_a_token_goes_along_and_stands_in_no_list_of_processes(run: Run, service: Service) -> None:
    seen: list[str] = []

    def look(request: Request) -> Answer:
        seen.append(command_lines())
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


@pytest.mark.parametrize("path", ["/score/[1-3]", "/score/{a,b}", "/a?x=[1-2]&y={1}"])
def test_an_address_with_brackets_is_asked_once_as_it_stands(
    path: str, run: Run, service: Service
) -> None:
    done = run("predict", "--url", service.url + path, "height=70", BEACHHEAD_PREDICT_TOKEN="t")
    assert (done.returncode, done.stdout) == (0, "height,prediction\n70,130\n")
    assert [request.path for request in service.requests] == [path]


SIGNED = (
    "/score?sig=a1%2Fsecret&X-Amz-Signature=0secret&code=secret&access_token=s.secret#token=secret"
)


@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500])
def test_what_signs_an_address_is_sent_and_never_shown(
    status: int, run: Run, service: Service
) -> None:
    seen: list[str] = []

    def look(request: Request) -> Answer:
        lines = command_lines().splitlines()
        own = [line for line in lines if "curl" in line or "pyhelpers" in line]
        seen.extend(own)
        return Answer({"error": f"{service.url}{request.path} is wrong", "x": 1}, status)

    service.behaviour = look
    words = ("--url", service.url + SIGNED, "--retries", "0")
    done = run("predict", *words, "height=70")
    assert done.returncode == (1 if status == 200 else 4 if status in (500,) else 3)
    assert service.requests[0].path == SIGNED.partition("#")[0]
    assert "secret" not in done.stderr + done.stdout
    assert any("curl" in line for line in seen)
    assert not [line for line in seen if "secret" in line and "bin/predict" not in line]
    shown = run("predict", *words, "--dry-run", "height=70")
    assert "sig=***" in shown.stdout
    assert "secret" not in shown.stdout + shown.stderr


def test_what_signs_an_address_is_not_in_an_error_of_usage(run: Run) -> None:
    for url in ("ftp://h/?sig=secret", "https://ann:secret@h/x", "http://h/?sig=secret"):
        done = run("predict", "--url", url, "x=1", BEACHHEAD_PREDICT_TOKEN="t")
        assert done.returncode == 2
        assert "secret" not in done.stderr


def test_a_line_break_is_no_way_into_curls_configuration(
    run: Run, service: Service, tmp_path: Path
) -> None:
    out = tmp_path / "pwned"
    for url, token in (
        (f'{service.url}/x\noutput = "{out}"', "t"),
        (service.url, f't\noutput = "{out}"'),
    ):
        done = run("predict", "--url", url, "x=1", BEACHHEAD_PREDICT_TOKEN=token)
        assert done.returncode in (1, 2)
        assert done.stderr.count("\n") == 1
    assert not service.requests
    assert not out.exists()


def test_two_at_once_do_not_meet(service: Service, clean_env: dict[str, str]) -> None:
    def start(rows: range) -> subprocess.Popen[str]:
        text = "height\n" + "".join(f"{height}\n" for height in rows)
        process = subprocess.Popen(
            [ROOT / "bin/predict", "--url", service.url, "--chunk-rows", "7"],
            env=clean_env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin
        process.stdin.write(text)
        process.stdin.close()
        return process

    ranges = (range(1, 60), range(1000, 1060))
    for process, rows in zip([start(rows) for rows in ranges], ranges, strict=True):
        assert process.stdout
        expected = ["height,prediction", *(f"{height},{3 * height - 80}" for height in rows)]
        assert process.stdout.read().splitlines() == expected
        assert process.wait() == 0


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
