"""sample-large-csv --resume: killed at random moments, it gives the bytes of one that was not."""

import gzip
import json
import os
import random
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.checkpoint import Checkpoint, checkpoint
from pyhelpers.csvio import blocks
from pyhelpers.csvio.reading import Reading
from pyhelpers.sampling.kept_sample import KeptPopulation
from pyhelpers.sampling.population import Population
from pyhelpers.sampling.sample import Design, Resources, Sampler
from tests.conftest import ROOT, Run
from tests.cutting import cutting
from tests.kills import kept, run_killed
from tests.loopback import run_server
from tests.vendors import Variables, azure_shell, google_shell, moto, s3_variables

KILLS = int(os.environ.get("KILLS", "3"))
PIECE = 1 << 16


def table(rows: int, seed: int = 1) -> bytes:
    draw = random.Random(seed)
    lines = (f'{n},{draw.choice("abc")},{draw.random():.4f},"two\nlines"\r\n' for n in range(rows))
    return b"# note\nid,team,w,note\r\n" + "".join(lines).encode()


BODY = table(250_000)


@dataclass
class Site:
    """A web server of one body: how it serves it, and which ranges it was asked for.

    Attributes
    ----------
    pause : float
        Seconds between two pieces.
    slow : bool
        All but the first quarter comes slowly, so that a run can be killed in it.
    """

    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"ETag": '"1"'})
    ranges: bool = True
    pause: float = 0.0
    slow: bool = False
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def pieces(self, start: int) -> Iterator[bytes]:
        """Yield the body from an offset on, piece by piece."""
        while start < len(self.body):
            slow = self.slow and start >= len(self.body) // 4
            stop = start + PIECE // (4 if slow else 1)
            yield self.body[start:stop]
            time.sleep(0.01 if slow else self.pause)
            start = stop


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve a body, whole or from an offset on."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            site.asked.append(wanted)
            start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and site.ranges else 0  # type: ignore[index]
            end = len(site.body)
            if start >= end:
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
            for name, value in site.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(end - start))
            self.end_headers()
            for piece in site.pieces(start):
                self.wfile.write(piece)

        def handle(self) -> None:
            with suppress(ConnectionError):  # its client was killed
                super().handle()

        def log_message(self, *words: Any) -> None:
            pass

    with run_server(Handler) as url:
        site.url = f"{url}/a.csv"
        yield site


WORDS = ["sample-large-csv", "-n", "500", "--seed", "7", "--comment", "#"]


def undisturbed(run: Run, body: bytes, *more: str) -> str:
    """Return the sample of a pipe."""
    done = run(*WORDS, *more, input=body)
    assert done.returncode == 0, done.stderr
    return done.stdout


def no_progress_left(env: dict[str, str]) -> bool:
    return not any((Path(env["HOME"]) / ".local/state/beachhead/progress").iterdir())


def test_a_sample_of_an_address_goes_on_where_it_was_killed(
    run: Run, clean_env: dict[str, str], tmp_path: Path
) -> None:
    with serving(Site(BODY, pause=0.015)) as site:
        words = [*WORDS, site.url, "--resume", "-o", str(tmp_path / "out.csv")]
        done = run_killed(words, clean_env, 3, KILLS)
    assert done.kills
    assert (tmp_path / "out.csv").read_bytes().decode() == undisturbed(run, BODY)
    asked = [int(one[6:-1] or 0) for one in site.asked if one]
    assert asked == sorted(asked)
    if done.goes_on:
        assert asked
        assert f"{site.url}: goes on at byte {asked[-1]:,}\n" in done.err
    assert no_progress_left(clean_env)
    assert sorted(os.listdir(tmp_path)) == ["a home", "out.csv"]


def stopped_midway(words: list[Any], env: dict[str, str]) -> None:
    """Kill a command when it has kept progress."""
    with subprocess.Popen([*map(str, words)], env=env, start_new_session=True) as job:
        while not kept(env) and job.poll() is None:
            time.sleep(0.01)
        os.killpg(job.pid, 9)
    assert kept(env)
    [folder] = {path.parent for path in kept(env)}
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("ranges", "packed", "dated"),
    [(True, False, True), (False, False, True), (True, True, True), (True, False, False)],
)
def test_what_cannot_be_asked_for_in_parts_is_read_again(
    run: Run, clean_env: dict[str, str], tmp_path: Path, ranges: bool, packed: bool, dated: bool
) -> None:
    with serving(Site(gzip.compress(BODY, 1) if packed else BODY, slow=True)) as site:
        site.ranges, site.headers = ranges, {"Last-Modified": "today"} if dated else {}
        words = [*WORDS, site.url, "--resume"]
        stopped_midway(words, clean_env)
        site.slow = False
        done = run(*words)
    assert done.stdout == undisturbed(run, BODY)
    notes = done.stderr.splitlines()
    assert "goes on at byte" in notes.pop(0)
    seekable = dated and not packed
    asked = bool(site.asked[-1])
    assert asked == seekable
    says = ["the server sends no ranges; reads it anew"] if seekable and not ranges else []
    assert [note.partition("a.csv: ")[2] for note in notes] == says


@pytest.mark.parametrize("change", ["etag", "shorter", "bytes"])
def test_an_address_that_has_changed_is_refused(
    run: Run, clean_env: dict[str, str], change: str
) -> None:
    with serving(Site(BODY, slow=True)) as site:
        site.headers = {} if change == "bytes" else site.headers
        words = [*WORDS, site.url, "--resume"]
        stopped_midway(words, clean_env)
        site.slow = False
        if change == "etag":
            site.headers["ETag"] = '"2"'
        elif change == "shorter":
            site.body = site.body[:1000]
        else:
            site.body = site.body.replace(b"1,a", b"1,b", 1)
        done = run(*words)
        assert (done.returncode, done.stdout) == (3 if change == "shorter" else 1, "")
        says = "is not what was read before" if change == "bytes" else "has changed"
        assert says in done.stderr.splitlines()[-1]
        if change == "etag":  # what it says helps
            advice = done.stderr.splitlines()[-1].partition("to begin anew: ")[2]
            subprocess.run(["sh", "-c", advice], env=clean_env, check=True)
            assert run(*words).stdout == undisturbed(run, BODY)


CLOUDS = [
    "s3://bkt/large.csv",
    pytest.param("az://con/large.csv", marks=pytest.mark.peer),
    pytest.param("gs://bkt/large.csv", marks=pytest.mark.peer),
]


@contextmanager
def cloud(url: str, folder: Path) -> Iterator[tuple[Variables, str]]:
    """Yield the environment of a shell of a cloud's, and the variable with the store's address."""
    with ExitStack() as stack:
        if url.startswith("s3"):
            variables = s3_variables(stack.enter_context(moto()))
            make = ["aws", "s3", "mb", "s3://bkt"]
            subprocess.run(make, env=os.environ | variables, check=True, capture_output=True)
            yield variables, "AWS_ENDPOINT_URL"
        elif url.startswith("az"):
            yield stack.enter_context(azure_shell(folder)), "AZURE_STORAGE_CONNECTION_STRING"
        else:
            variables = stack.enter_context(google_shell(folder))
            yield variables, "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"


def put(url: str, file: Path, env: dict[str, str]) -> None:
    """Upload a file by the cloud's own CLI."""
    script = (
        f"source {ROOT}/bin/lib/source-cloud.sh; need() {{ :; }}; cloud_object put {url} {file}"
    )
    subprocess.run(["bash", "-c", f'{script}; "${{command[@]}}"'], env=env, check=True)


@pytest.mark.parametrize("url", CLOUDS)
def test_a_sample_of_an_object_goes_on_where_its_transfer_broke_off(
    run: Run,
    clean_env: dict[str, str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    url: str,
) -> None:
    # az hands on nothing before its first 32 MiB, and asks again for a part that broke off.
    body = BODY * 8 if url.startswith("az") else BODY
    (tmp_path / "large.csv").write_bytes(body)
    words = [*WORDS, url, "--resume"]
    with cloud(url, tmp_path_factory.mktemp("cloud")) as (variables, where):
        env = clean_env | variables | {"HOME": clean_env["HOME"]}
        put(url, tmp_path / "large.csv", clean_env | variables)
        port = int(re.search(r"127\.0\.0\.1:(\d+)", env[where])[1])  # type: ignore[index]

        def break_off() -> None:
            if url.startswith("az"):
                stopped_midway(words, env)
                return
            with cutting(port, len(body) // 2) as other:
                cut = env | {where: env[where].replace(f":{port}", f":{other}")}
                done = run(*words, **cut)
            assert (done.returncode, done.stdout) == (4, ""), done.stderr
            assert kept(env)

        break_off()
        done = run(*words, **env)
        assert done.returncode == 0, done.stderr
        assert re.search(r"goes on at byte [\d,]+\n", done.stderr)
        assert done.stdout == undisturbed(run, body)
        break_off()
        (tmp_path / "large.csv").write_bytes(body + b"1,2,3,4\n")
        put(url, tmp_path / "large.csv", clean_env | variables)
        done = run(*words, **env)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"{url}: has changed since progress was kept" in done.stderr


def test_without_a_seed_the_sample_is_that_of_the_seed_that_the_killed_run_drew(
    run: Run, clean_env: dict[str, str]
) -> None:
    with serving(Site(BODY, slow=True)) as site:
        words = ["sample-large-csv", "-n", "50", "--comment", "#", site.url, "--resume"]
        stopped_midway(words, clean_env)
        seed = json.loads(kept(clean_env)[0].read_bytes().partition(b"\n")[0])["seed"]
        site.slow = False
        done = run(*words)
    pipe = run("sample-large-csv", "-n", 50, "--comment", "#", "--seed", seed, input=BODY)
    assert pipe.stdout.count('"two\n') == 50
    assert done.stdout == pipe.stdout


def test_files_alone_are_sampled_without_progress(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(table(10_000))
    plain, resumed = run(*WORDS, file), run(*WORDS, file, "--resume")
    assert resumed.stdout == plain.stdout
    assert "files alone are sampled without progress" in resumed.stderr
    done = run(*WORDS, "--seek", file, "--resume")
    assert done.returncode == 2 and "--resume and --seek exclude each other" in done.stderr


def drawn_by(sampler: Sampler) -> bytes:
    """Return the rows of a sample of streams."""
    rows: Any = sampler.rows()
    return b"".join(chain.from_iterable(rows))


class KilledError(BaseException):
    """The run ends here, as by SIGKILL: nothing handles it."""


DESIGNS = {
    "reservoir": Design(300, 5),
    "shuffled": Design(300, 5, shuffled=True),
    "all": Design(10_000_000, 5),
    "fraction": Design(0, 5, fraction=0.01),
    "replace": Design(300, 5, replace=True),
    "weight": Design(300, 5, weight="w"),
    "by": Design(300, 5, by="team"),
    "equal": Design(300, 5, by="team", equal=True),
}


@pytest.mark.parametrize("memory", [0, 1 << 30])
@pytest.mark.parametrize("name", DESIGNS)
def test_each_design_goes_on_after_any_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, memory: int
) -> None:
    monkeypatch.setenv("BEACHHEAD_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    monkeypatch.setattr(blocks, "BLOCK", 1 << 15)
    design, words = DESIGNS[name], []
    for number, rows in enumerate((9_000, 4_000, 3)):
        path = tmp_path / f"{number}.csv.gz"
        path.write_bytes(gzip.compress(table(rows, number), 1))
        words.append(f":{path}")
    reading = Reading(comment="#")

    def drawn(population: Population | KeptPopulation) -> bytes:
        sampler = Sampler(population, design, Resources(memory=memory))
        return drawn_by(sampler)

    def resumed(lives: int) -> bytes:
        left = iter(range(lives))

        def advance(step: int) -> None:
            if next(left, None) is None:
                raise KilledError

        with checkpoint("sample-large-csv", {}, words, print) as progress:
            population = KeptPopulation(words, reading, progress, memory, lambda text: None)
            sampler = Sampler(population, design, Resources(memory=memory), advance)
            return drawn_by(sampler)

    kills = 0
    for lives in range(3, 60):
        try:
            found = resumed(lives)
            break
        except KilledError:
            kills += 1
    assert kills >= 2
    assert found == drawn(Population(words, reading))
    assert not list((tmp_path / "state/progress").iterdir())
