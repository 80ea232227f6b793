"""What every test has: commands run in a HOME of their own, bats files as tests, peers."""

import faulthandler
import os
import re
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from pyhelpers.machine import cores
from tests.loopback import Service, serve

ROOT = Path(__file__).resolve().parent.parent
BATS = ROOT / "node_modules/bats/bin/bats"
HEIGHTS = ROOT / "tests/data/height-weight-25k.csv"
PEERS = ROOT / "build/peers/bin"  # tests/peers.txt, in a venv of its own
ROUTES = ROOT / "tests/data/bay-area-routes.csv"

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A run in the background ignores Ctrl-C, and so would all that its tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    # And one under nohup a hang-up: what a handler catches here is back at its default in others.
    signal.signal(signal.SIGHUP, lambda *_: None)

PATIENCE_S = 300.0  # how long a test may take, ten times what any does
BATS_SILENCE_S = 600  # how long one bats test may take; an install on a loaded machine is one
NEVER_ENDED = f"bats did not run this test, or it did not end within {BATS_SILENCE_S} s"
WORKER_BYTES = 750 << 20  # what a worker and the commands it tests may hold

# Property tests try the same examples in each run (Hypothesis' own profile "ci"): what is red once
# is red again. `make fuzz` draws others.
settings.register_profile("fuzz", settings.get_profile("ci"), derandomize=False, max_examples=1000)
settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the examples from hanging on which of our modules a worker has loaded so far.

    Hypothesis tries the constants that it finds in them, which is welcome in `make fuzz` alone.
    """
    if config.getoption("--hypothesis-profile") != "fuzz":
        pytest.MonkeyPatch().setattr(providers, "is_local_module_file", lambda path: False)


@pytest.hookimpl(wrapper=True)
def _in_time(item: pytest.Item) -> Iterator[None]:
    """Fail a test that waits for ever, its set-up or clean-up; again where that waits on."""

    def end(*_: object) -> None:
        pytest.fail(f"no end after {PATIENCE_S} s")

    patience = 0 if isinstance(item, BatsTest) else PATIENCE_S
    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, patience, patience / 20)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


pytest_runtest_setup = pytest_runtest_call = pytest_runtest_teardown = _in_time

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return what `-n auto` means: two workers a core, since tests mostly wait, if memory holds."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(2 * cores(), memory // WORKER_BYTES))


def need_peer(program: str) -> str:
    """Return the path of a program that `make test` installs.

    Where it is missing the test is skipped; under CI=true it fails, since CI runs `make test`.
    """
    found = shutil.which(program, path=f"{PEERS}:{ROOT}/.venv/bin:{os.environ['PATH']}")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"{program} is missing: make test should have installed it")
    if found is None:
        pytest.skip(f"{program} is not installed; make test installs it")
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty HOME whose path has a space in it."""
    path = tmp_path / "a home"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where matplotlib keeps its list of fonts, which it would make anew in each HOME."""
    return str(tmp_path_factory.mktemp("matplotlib"))


@pytest.fixture
def clean_env(home: Path, fonts: str) -> dict[str, str]:
    """Return the environment of a person who has just logged in."""
    kept = {key: os.environ[key] for key in ("LANG", "TMPDIR") if key in os.environ}
    path = f"{ROOT}/bin:/usr/local/bin:/usr/bin:/bin"
    return {"HOME": str(home), "PATH": path, "TERM": "dumb", "MPLCONFIGDIR": fonts, **kept}


@pytest.fixture
def run(clean_env: dict[str, str]) -> Run:
    """Return a function that runs a command of bin/ as a person would, and its result as text."""

    def run_command(
        *words: object, input: str | bytes = "", cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(word) for word in words],
            input=input.encode() if isinstance(input, str) else input,
            capture_output=True,
            env=clean_env | variables,
            cwd=cwd,
            timeout=120,
        )
        out, err = (text.decode(errors="surrogateescape") for text in (done.stdout, done.stderr))
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run_command


class Shim:
    """Programs of a test's own, first on PATH, and what they were called with."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        folder.mkdir()
        self._folder, self._log = folder, folder / ".calls"
        env |= {"PATH": f"{folder}:{env['PATH']}", "LOG": str(self._log)}

    def __call__(self, name: str, script: str = "") -> None:
        """Write a program; its script may keep notes of its own beside $LOG."""
        path = self._folder / name
        path.write_text(f'#!/bin/sh\nprintf "{name} %s\\n" "$*" >>"$LOG"\n{script}\n')
        path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """Return each call, the program's name first."""
        return self._log.read_text().splitlines() if self._log.exists() else []


@pytest.fixture
def shim(tmp_path: Path, clean_env: dict[str, str]) -> Shim:
    """Return a function that puts a program on PATH for what `run` runs."""
    return Shim(tmp_path / "shims", clean_env)


@pytest.fixture
def service() -> Iterator[Service]:
    """Run a prediction service on loopback."""
    with serve() as running:
        yield running


class BatsFile(pytest.File):
    """A .bats file: bats runs it once, its TAP lines become its tests' outcomes.

    Tests below "# bats test_tags=peer" bear the mark peer, and run on their own.
    """

    def collect(self) -> Iterator["BatsTest"]:
        self.outcomes: dict[bool, dict[str, tuple[str, str]]] = {}
        text = self.path.read_text()
        found = re.findall(r'^(# bats test_tags=peer\n)?@test "(.+)" \{$', text, re.MULTILINE)
        if len(found) != len(re.findall(r"^\s*@test\b", text, re.MULTILINE)):
            raise self.CollectError(f'{self.path}: a line does not read @test "title" {{')
        for tag, title in found:
            test = BatsTest.from_parent(self, name=re.sub(r"\\(.)", r"\1", title))
            if tag:
                test.add_marker("peer")
            yield test

    def outcome(self, title: str, peer: bool) -> tuple[str, str]:
        """Return "ok", "not ok" or "skip" and what was said, for one test of the file."""
        if peer not in self.outcomes:
            self.outcomes[peer] = run_bats(self.path, peer)
        return self.outcomes[peer].get(title, ("not ok", NEVER_ENDED))


def lines_of(command: list[str]) -> Iterator[str]:
    """Yield a command's lines; end it and all that it started when none comes for too long."""
    faulthandler.cancel_dump_traceback_later()  # a file's tests together may take longer
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    held = b""
    try:
        while select.select([process.stdout], [], [], BATS_SILENCE_S)[0]:
            data = os.read(process.stdout.fileno(), 1 << 16)
            *lines, held = (held + data).split(b"\n")
            yield from (line.decode(errors="replace") for line in lines)
            if not data:
                break
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def run_bats(path: Path, peer: bool) -> dict[str, tuple[str, str]]:
    """Run a file's tests, those that are peers or the others; return what TAP says of each."""
    if not BATS.exists():
        pytest.fail("bats is not installed; run make test")
    tags = "peer" if peer else "!peer"
    command = [str(BATS), "--formatter", "tap", "--filter-tags", tags, str(path)]
    outcomes: dict[str, tuple[str, str]] = {}
    title = ""
    for line in lines_of(command):
        found = re.match(r"(ok|not ok) \d+ (.*?)(?: # skip ?(.*))?$", line)
        if found:
            word, title, reason = found.groups()
            outcomes[title] = ("skip", reason) if reason is not None else (word, "")
        elif title and line.startswith("#"):
            outcomes[title] = (outcomes[title][0], outcomes[title][1] + line + "\n")
    return outcomes


class BatsTest(pytest.Item):
    """One @test of a .bats file."""

    def runtest(self) -> None:
        assert isinstance(self.parent, BatsFile)
        peer = self.get_closest_marker("peer") is not None
        outcome, said = self.parent.outcome(self.name, peer)
        if outcome == "skip":
            pytest.skip(said)
        if outcome != "ok":
            raise AssertionError(said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style=None) -> str:  # type: ignore[no-untyped-def]
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Collect .bats files beside the Python ones, so that one closing line counts all."""
    return BatsFile.from_parent(parent, path=file_path) if file_path.suffix == ".bats" else None
