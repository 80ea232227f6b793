"""cloud-env pack and unpack: what comes back is what was there, as lstat and GNU tar see it."""

import csv
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Run, Shim
from tests.terminal import Terminal


def fill(home: Path) -> None:
    """Make a home with every kind of entry."""
    (home / "work/deep").mkdir(parents=True)
    (home / "empty folder").mkdir()
    (home / "work/a").write_text("tide\n")
    os.link(home / "work/a", home / "work/b")
    (home / "work/data").write_bytes(random.Random(1).randbytes(300_000))
    (home / "work/zeros").write_bytes(bytes(200_000))
    (home / "work/deep/link").symlink_to("../a")
    (home / "work/dangling").symlink_to("/no/such/file")
    (home / "work" / os.fsdecode(b"\xff\n odd")).write_text("x")
    (home / ("long" * 40)).write_text("a name longer than tar's 100 bytes")
    (home / "script").write_text("#!/bin/sh\n")
    (home / "script").chmod(0o750)
    (home / "locked").mkdir()
    (home / "locked/file").write_text("read-only")
    (home / "locked/file").chmod(0o400)
    (home / "work").chmod(0o2755)
    os.utime(home / "work/data", ns=(1, 981173106123456789))
    os.utime(home / "work/dangling", ns=(1, 981173106987654321), follow_symlinks=False)
    (home / "locked").chmod(0o555)


def seen(folder: Path, hidden: bool = False) -> dict[str, tuple[Any, ...]]:
    """Return what lstat says of everything in a folder, with bytes, targets and hard links."""
    found: dict[str, tuple[Any, ...]] = {}
    first: dict[int, str] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name.startswith(".local") and not hidden:
            continue
        what = path.lstat()
        detail: object = None
        if path.is_symlink():
            detail = os.readlink(path)
        elif path.is_file():
            detail = (path.read_bytes(), first.setdefault(what.st_ino, name))
        found[name] = (oct(what.st_mode), what.st_mtime_ns, detail)
    return found


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "out/home.pack"


@pytest.fixture(autouse=True)
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def rows(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    """Return action and reason of each path."""
    read = csv.DictReader(io.StringIO(done.stdout, newline=""))
    return {row["path"]: (row["action"], row["why"]) for row in read}


def packed(run: Run, archive: Path, *words: object, **variables: str) -> str:
    done = run("cloud-env", "pack", "--to", archive, *words, **variables)
    assert done.returncode == 0, done.stderr
    return done.stderr


def secret_file(folder: Path, text: str = "a long secret\n", name: str = "secret") -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_what_comes_back_is_what_was_there(run: Run, home: Path, archive: Path, into: Path) -> None:
    fill(home)
    said = packed(run, archive)
    assert said == f"cloud-env: {archive} has the whole home, 1 MB\n"
    assert archive.stat().st_mode & 0o777 == 0o600
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 0, done.stderr
    assert seen(into) == seen(home)


def test_gnu_tar_unpacks_the_first_part(run: Run, home: Path, archive: Path, into: Path) -> None:
    fill(home)
    packed(run, archive)
    subprocess.run(["tar", "--zstd", "-xpf", archive, "-C", into], check=True)
    there = seen(into)
    del there[".beachhead-manifest.json"]
    assert there == seen(home)


def test_without_zstd_it_is_gzip(home: Path, archive: Path, into: Path, tmp_path: Path) -> None:
    fill(home)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "readlink", "mktemp", "rm", "env", "cat"):
        (tools / tool).symlink_to(f"/usr/bin/{tool}")
    (tools / "python3").symlink_to(sys.executable)
    start = [sys.executable, "-S", "-X", "utf8", ROOT / "pyhelpers/cloud"]
    shared = ["format=csv", f"state={tmp_path}/state", "script=none"]
    env = {"PATH": str(tools), "LC_ALL": "C.UTF-8"}
    words = ["pack", f"home={home}", f"to={archive}", *shared]
    subprocess.run([*map(str, start), *words], env=env, check=True, capture_output=True)
    assert archive.read_bytes()[:2] == b"\x1f\x8b"
    words = ["unpack", f"home={into}", f"from={archive}", f"rebuilt={tmp_path}/list", *shared]
    subprocess.run([*map(str, start), *words], env=env, check=True, capture_output=True)
    assert seen(into) == seen(home)


def older_python(minor: int) -> str:
    """Return a Python by its path: pyenv's scripts of that name may have no version behind them."""
    found = shutil.which(f"python3.{minor}")
    versions = Path(found).parents[1] / "versions" if found else Path()
    for python in [*map(str, versions.glob(f"3.{minor}.*/bin/python3")), *filter(None, [found])]:
        if not subprocess.run([python, "-c", ""], capture_output=True).returncode:
            return python
    pytest.skip(f"Python 3.{minor} is not installed")


@pytest.mark.parametrize("minor", [7, 8, 9, 10, 12, 13])
def test_an_older_python_packs_and_unpacks(
    minor: int, home: Path, archive: Path, into: Path, tmp_path: Path
) -> None:
    python = older_python(minor)
    fill(home)
    start = [python, "-X", "utf8", "-E", "-s", str(ROOT / "pyhelpers/cloud")]
    shared = ["format=csv", f"state={tmp_path}/state", "script=none"]
    key = secret_file(tmp_path)
    words = ["pack", f"home={home}", f"to={archive}", f"key={key}", *shared]
    done = subprocess.run([*start, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    words = ["unpack", f"home={into}", f"from={archive}", f"rebuilt={tmp_path}/list", *shared]
    done = subprocess.run([*start, *words, f"key={key}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert seen(into) == seen(home)


def test_a_later_pack_holds_only_new_content(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    fill(home)
    packed(run, archive)
    whole = archive.read_bytes()
    assert packed(run, archive) == (
        f"cloud-env: nothing has changed since the last pack to {archive}\n"
    )
    assert os.listdir(archive.parent) == ["home.pack"]
    # Moved, touched, edited without a trace in size and time, deleted, new, and another mode.
    (home / "work/data").rename(home / "work/moved")
    os.utime(home / "work/zeros", ns=(5, 5))
    times = (home / "script").stat()
    (home / "script").write_text("#!/bin/ks\n")
    os.utime(home / "script", ns=(times.st_atime_ns, times.st_mtime_ns))
    (home / "work/b").unlink()
    (home / "empty folder").rmdir()
    (home / "new").write_text("new")
    (home / "locked").chmod(0o755)
    said = packed(run, archive)
    assert said == f"cloud-env: {archive}.1 has what has changed, 1 MB\n"
    assert archive.read_bytes() == whole
    assert Path(f"{archive}.1").stat().st_size < 5_000  # without the 300,000 random bytes
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 0, done.stderr
    assert seen(into) == seen(home)


def test_the_home_is_packed_anew_when_changes_outgrow_it(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    (home / "a").write_text("a")
    packed(run, archive)
    for number in range(3):
        (home / "big").write_bytes(random.Random(number).randbytes(700_000))
        packed(run, archive)
    assert sorted(os.listdir(archive.parent)) == ["home.pack"]
    assert run("cloud-env", "unpack", archive, "--into", into).returncode == 0
    assert seen(into) == seen(home)


def test_an_unpacked_home_packs_on_where_it_was(run: Run, home: Path, archive: Path) -> None:
    fill(home)
    packed(run, archive)
    other = home.parent / "other home"
    other.mkdir()
    assert run("cloud-env", "unpack", archive, HOME=str(other)).returncode == 0
    (other / "new").write_text("new")
    assert "home.pack.1 has what has changed" in packed(run, archive, HOME=str(other))
    # And the first home does not pack over what the other has packed.
    (home / "new").write_text("other")
    done = run("cloud-env", "pack", "--to", archive)
    assert done.returncode == 1
    assert done.stderr == (
        f"cloud-env: {archive}.1: is there, packed by another home; name another, or add --full\n"
    )


def test_what_this_home_did_not_pack_is_not_replaced(run: Run, home: Path, archive: Path) -> None:
    archive.write_text("my own")
    done = run("cloud-env", "pack", "--to", archive)
    assert done.returncode == 1
    assert archive.read_text() == "my own"
    assert "is there, and this home did not pack it" in done.stderr
    packed(run, archive, "--full")
    Path(archive).write_text("cut")
    done = run("cloud-env", "pack", "--to", archive)
    assert done.returncode == 1
    assert "is not as this home left it" in done.stderr


def test_the_plan_says_what_is_left_out_and_why(run: Run, home: Path, archive: Path) -> None:
    (home / ".cache/pip").mkdir(parents=True)
    (home / ".cache/pip/x").write_bytes(bytes(3 << 20))
    for name in ("with", "without"):
        (home / name / ".venv").mkdir(parents=True)
        (home / name / ".venv/pyvenv.cfg").write_text("home = /usr\n")
    (home / "with/uv.lock").write_text("")
    (home / "with/target").mkdir()
    tag = "Signature: 8a477f597d28d172789f06886806bc55"
    (home / "with/target/CACHEDIR.TAG").write_text(tag)
    (home / "with/__pycache__").mkdir()
    (home / ".ssh").mkdir()
    begin = "-----BEGIN OPENSSH PRIVATE"
    (home / ".ssh/id_ed25519").write_text(f"{begin} KEY-----\n")
    (home / ".ssh/config").write_text("Host *\n")
    (home / ".aws").mkdir()
    (home / ".aws/credentials").write_text("[default]\n")
    (home / ".aws/config").write_text("[default]\n")
    (home / ".npmrc").write_text("color=false\n")
    (home / ".env").write_text("TOKEN=x\n")
    (home / "log.txt").write_text("x")
    os.mkfifo(home / "pipe")
    done = run("cloud-env", "pack", "--to", archive, "--dry-run", "--exclude", "*.txt")
    assert done.returncode == 0
    secret = "may hold a key or token; --with-secrets packs it"
    plan = rows(done)
    left = {path: why for path, (action, why) in plan.items() if action == "leave"}
    assert left == {
        "~/.cache": "cache",
        "~/with/.venv": "rebuilt from uv.lock",
        "~/with/target": "cache (CACHEDIR.TAG)",
        "1 folder __pycache__": "bytecode",
        "~/.ssh/id_ed25519": secret,
        "~/.aws/credentials": secret,
        "~/.env": secret,
        "~/log.txt": "by --exclude",
        "~/pipe": "a pipe or device",
    }
    assert plan["~/without"] == ("pack", "")
    assert not list(archive.parent.iterdir())
    plan = rows(run("cloud-env", "pack", "--to", archive, "--include", f"{home}/.cache"))
    assert plan["~/.cache"] == ("pack", "")
    done = run("cloud-env", "pack", "--to", archive, "--full", "--with-secrets")
    assert done.returncode == 2
    key = secret_file(home)
    plan = rows(run("cloud-env", "pack", "--to", archive, "--full", "--with-secrets", "--key", key))
    assert secret not in [why for _, why in plan.values()]
    assert "~/secret" not in plan  # the key itself


def keys(folder: Path, kind: str) -> tuple[Path, Path]:
    """Return files of the key to pack with and the one to unpack with."""
    if kind == "secret":
        return (key := secret_file(folder)), key
    if kind == "ssh":
        key = folder / "id"
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
        subprocess.run(words, check=True)
        return key.with_suffix(".pub"), key
    key = folder / "identity"
    done = subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True, text=True)
    public = secret_file(folder, done.stderr.partition("Public key: ")[2], "public")
    return (key, key) if kind == "age" else (public, key)


KINDS = ["secret", "age", "age public", "ssh"]


def need_age(kind: str) -> None:
    for program in () if kind == "secret" else ("age", "age-keygen", "ssh-keygen"):
        if subprocess.run(["which", program], capture_output=True).returncode:
            pytest.skip(f"{program} is not installed")


@pytest.mark.parametrize("kind", KINDS)
def test_an_encrypted_home_comes_back_with_its_key_alone(
    run: Run, home: Path, archive: Path, into: Path, tmp_path: Path, kind: str
) -> None:
    need_age(kind)
    fill(home)
    (home / "plain").write_text("neptune" * 1000)
    lock, key = keys(tmp_path, kind)
    packed(run, archive, "--key", lock)
    (home / "new").write_text("new")
    packed(run, archive, "--key", lock)
    assert b"neptune" not in archive.read_bytes()
    other = tmp_path / "others"
    other.mkdir()
    _, wrong = keys(other, "ssh" if kind == "ssh" else kind)
    if kind == "secret":
        wrong.write_text("another secret\n")
    for words in (["--key", wrong], []):
        done = run("cloud-env", "unpack", archive, "--into", into, *words)
        assert done.returncode == (1 if words else 2)
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith("cloud-env: ")
        assert not list(into.iterdir())
    done = run("cloud-env", "pack", "--to", archive, "--key", wrong)
    assert (done.returncode, done.stdout.count("conflict")) == (2, 0)
    assert "the last pack had another key, or none" in done.stderr
    done = run("cloud-env", "unpack", archive, "--into", into, "--key", key)
    assert done.returncode == 0, done.stderr
    assert seen(into) == seen(home)


def test_openssl_itself_decrypts_what_the_page_says(
    run: Run, home: Path, archive: Path, tmp_path: Path
) -> None:
    import hashlib
    import hmac

    fill(home)
    packed(run, archive, "--key", secret_file(tmp_path))
    data = archive.read_bytes()
    assert data.startswith(b"BEACHHEAD HOME 1\n")
    master = hashlib.pbkdf2_hmac("sha256", b"a long secret", data[17:33], 600_000)
    sign = hmac.digest(master, b"sign", "sha256")
    assert hmac.digest(sign, data[:-32], "sha256") == data[-32:]
    word = hmac.digest(master, b"encrypt", "sha256").hex()
    words = ["openssl", "enc", "-d", "-aes-256-ctr", "-pbkdf2", "-md", "sha256", "-pass"]
    words.append(f"pass:{word}")
    plain = subprocess.run(words, input=data[49:-32], capture_output=True, check=True).stdout
    text = subprocess.run(["zstd", "-dc"], input=plain, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(text)) as tar:
        assert "work/data" in tar.getnames()


def test_no_secret_is_in_an_argument(
    run: Run, home: Path, archive: Path, tmp_path: Path, shim: Shim
) -> None:
    (home / "a").write_text("a")
    key = secret_file(tmp_path)
    shim("openssl", 'exec /usr/bin/openssl "$@"')
    packed(run, archive, "--key", key)
    calls = "".join(shim.calls)
    assert "enc -aes-256-ctr" in calls
    assert "a long secret" not in calls
    assert "fd:" in calls


def test_a_secret_is_asked_for_twice_and_never_shown(
    home: Path, archive: Path, into: Path, clean_env: dict[str, str], run: Run
) -> None:
    (home / "a").write_text("a")

    def typed(words: list[str], *secrets: str) -> int:
        shown = Terminal([str(ROOT / "bin/cloud-env"), *words, "--encrypt"], clean_env)
        for prompt, secret in zip(("archive: ", "again: "), secrets, strict=False):
            shown.wait_for(prompt)
            shown.press(f"{secret}\n")
        code = shown.end()
        assert "ebb and flow" not in shown.drawn
        return code

    pack = ["pack", "--to", str(archive)]
    assert typed(pack, "ebb and flow", "ebb and floe") == 2
    assert not archive.exists()
    assert typed(pack, "ebb and flow", "ebb and flow") == 0
    unpack = ["unpack", str(archive), "--into", str(into)]
    assert typed(unpack, "ebb and floe") == 1
    assert not list(into.iterdir())
    assert typed(unpack, "ebb and flow") == 0
    assert (into / "a").read_text() == "a"
    done = run("setsid", "-w", "cloud-env", *unpack, "--encrypt")  # no terminal to ask at
    assert done.returncode == 2
    assert "there is no terminal to ask for the secret at; add --key FILE" in done.stderr


@pytest.mark.parametrize("kind", [*KINDS[:2], ""])
def test_what_was_cut_or_changed_is_refused_before_anything_is_written(
    run: Run, home: Path, archive: Path, into: Path, tmp_path: Path, kind: str
) -> None:
    need_age(kind)
    fill(home)
    words: list[object] = []
    if kind:
        lock, key = keys(tmp_path, kind)
        words = ["--key", key]
        packed(run, archive, "--key", lock)
    else:
        packed(run, archive)
    whole = archive.read_bytes()
    draw = random.Random(7)
    cuts = [0, 1, 20, 60, len(whole) // 2, len(whole) - 40, len(whole) - 1]
    damaged = [whole[:at] for at in cuts] + [whole + b"x", whole + whole]
    for at in (3, 55, *(draw.randrange(len(whole)) for _ in range(6))):
        damaged.append(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :])
    for data in damaged:
        archive.write_bytes(data)
        done = run("cloud-env", "unpack", archive, "--into", into, *words)
        assert done.returncode in (1, 2), (len(data), done.stderr)
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "unexpected" not in done.stderr and "Traceback" not in done.stderr
        assert not list(into.iterdir())
    archive.write_bytes(whole)
    assert run("cloud-env", "unpack", archive, "--into", into, *words).returncode == 0


def test_a_part_of_the_middle_must_be_there_and_fit(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    for number in range(3):
        (home / "a").write_text(f"{number}")
        packed(run, archive)
    middle = Path(f"{archive}.1")
    text = middle.read_bytes()
    middle.write_bytes(Path(f"{archive}.2").read_bytes())
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 1
    assert "does not follow the parts before it" in done.stderr
    middle.write_bytes(text)
    assert run("cloud-env", "unpack", archive, "--into", into).returncode == 0
    assert (into / "a").read_text() == "2"


def test_a_newer_file_stays_unless_told_and_nothing_goes_through_a_link(
    run: Run, home: Path, archive: Path, into: Path, tmp_path: Path
) -> None:
    for name in ("newer", "older", "same", "folder here", "data/inner"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text("packed")
        os.utime(home / name, (1e9, 1e9))
    packed(run, archive)
    for name, when in (("newer", 2e9), ("older", 1e8)):
        (into / name).write_text("mine")
        os.utime(into / name, (when, when))
    (into / "same").write_text("packed")
    (into / "folder here").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (into / "data").symlink_to(elsewhere)
    before = seen(into)
    dry = run("cloud-env", "unpack", archive, "--into", into, "--dry-run")
    assert seen(into) == before
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert (dry.returncode, done.returncode, dry.stdout) == (1, 1, done.stdout)
    assert rows(done) == {
        "~/older": ("replace", ""),
        "~/same": ("keep", ""),
        "~/.local": ("restore", ""),
        "~/newer": ("newer", "the one here is newer; --overwrite replaces it"),
        "~/folder here": ("conflict", "a folder is there"),
        "~/data": ("conflict", "no folder is there"),
        "~/data/inner": ("conflict", "no folder is in place of its folder"),
    }
    assert (into / "newer").read_text() == "mine"
    assert (into / "older").read_text() == "packed"
    assert not list(elsewhere.iterdir())
    run("cloud-env", "unpack", archive, "--into", into, "--overwrite")
    assert (into / "newer").read_text() == "packed"


def evil(archive: Path, entries: list[list[object]], members: list[tarfile.TarInfo]) -> None:
    """Write an archive as somebody with bad intentions might."""
    import json

    text = json.dumps(
        {"kind": "beachhead home 1", "chain": "x", "part": 0, "made": 1, "entries": entries}
        | {"parts": [], "rebuilt": []}
    ).encode()
    with tarfile.open(archive, "w:gz") as tar:
        for info in members:
            info.size = 1 if info.isreg() else 0
            tar.addfile(info, io.BytesIO(b"x"))
        last = tarfile.TarInfo(".beachhead-manifest.json")
        last.size = len(text)
        tar.addfile(last, io.BytesIO(text))


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # SHA-256 of "x"


def listed(path: str, kind: str = "file", target: str = "", at: str | None = None) -> list[object]:
    digest = X if kind == "file" else ""
    return [path, kind, 0o644, 1, 1, target, 0, digest, 0, path if at is None else at]


@pytest.mark.parametrize(
    ("entries", "members"),
    [
        ([listed("../out/x", at="a")], [member("a")]),
        ([listed("/tmp/x", at="a")], [member("a")]),
        ([listed("a/../../x", at="a")], [member("a")]),
        ([], [member("../x")]),
        ([], [member("/etc/x")]),
        ([], [member("null", tarfile.CHRTYPE)]),
        ([], [member("pipe", tarfile.FIFOTYPE)]),
        ([listed("d", "link", "/tmp"), listed("d/x", at="a")], [member("a")]),
        ([listed("h", "same", "../../etc/passwd")], []),
        ([listed("h", "same", "missing")], []),
        ([listed("a")], []),
        ([listed("a", "folder"), listed("a")], [member("a")]),
        ([["a"]], []),
    ],
)
def test_an_archive_that_leads_out_of_the_home_is_refused(
    run: Run, archive: Path, into: Path, entries: list[list[object]], members: list[tarfile.TarInfo]
) -> None:
    evil(archive, entries, members)
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 1
    assert done.stderr.startswith(f"cloud-env: {archive}: ")
    assert len(done.stderr.splitlines()) == 1
    assert not list(into.iterdir())
    evil(archive, [listed("a")], [member("a")])  # the like without the harm
    assert run("cloud-env", "unpack", archive, "--into", into).returncode == 0


def test_two_at_once_are_one(run: Run, home: Path, archive: Path, shim: Shim) -> None:
    (home / "a").write_text("a")
    shim("zstd", f'touch "{archive.parent}/begun"; sleep 3; exec /usr/bin/zstd "$@"')
    env = {"PATH": f"{shim._folder}:{ROOT}/bin:/usr/bin:/bin", "HOME": str(home)}
    words = [str(ROOT / "bin/cloud-env"), "pack", "--to", str(archive)]
    first = subprocess.Popen(words, env=env, stdout=-3, stderr=-3)
    while not (archive.parent / "begun").exists():
        time.sleep(0.05)
    done = run("cloud-env", "pack", "--to", archive.with_name("other"))
    assert (done.returncode, done.stderr) == (
        1,
        "cloud-env: another cloud-env pack or unpack is running; wait for it\n",
    )
    assert first.wait() == 0
    assert archive.exists() and not archive.with_name("other").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a disk of 1 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    if subprocess.run(words, capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("kind", [*KINDS[:2], ""])
def test_a_full_disk_keeps_the_last_archive(
    run: Run, home: Path, small_disk: Path, into: Path, tmp_path: Path, kind: str
) -> None:
    need_age(kind)
    archive = small_disk / "home.pack"
    words: list[object] = ["--key", keys(tmp_path, kind)[1]] if kind else []
    (home / "a").write_text("a")
    packed(run, archive, *words)
    before = seen(home)
    (home / "big").write_bytes(random.Random(3).randbytes(3 << 20))
    for full in ([], ["--full"]):
        done = run("cloud-env", "pack", "--to", archive, *words, *full)
        assert done.returncode == 1
        assert "No space left on device" in done.stderr and "space left" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert os.listdir(small_disk) == ["home.pack"]
    assert run("cloud-env", "unpack", archive, "--into", into, *words).returncode == 0
    assert seen(into) == before
    # And to unpack what does not fit writes nothing.
    other = tmp_path / "other.pack"
    packed(run, other)
    done = run("cloud-env", "unpack", other, "--into", small_disk)
    assert done.returncode == 1
    assert "needs 5 MB, and 0 MB are free" in done.stderr
    assert os.listdir(small_disk) == ["home.pack"]


def test_a_disk_that_fills_midway_leaves_nothing_half_unpacked(
    run: Run, home: Path, archive: Path, small_disk: Path
) -> None:
    for number in range(30):
        (home / f"small {number}").write_text("a")  # each takes a page of the disk
    packed(run, archive)
    (small_disk / "filler").write_bytes(bytes((1 << 20) - 8 * 4096))
    done = run("cloud-env", "unpack", archive, "--into", small_disk)
    assert done.returncode == 1
    assert os.listdir(small_disk) == ["filler"]


def test_a_kill_at_any_moment_loses_nothing(
    run: Run, home: Path, archive: Path, into: Path, clean_env: dict[str, str]
) -> None:
    for number in range(400):
        (home / f"{number}").write_bytes(random.Random(number).randbytes(3_000))
    packed(run, archive)
    draw = random.Random(5)
    kit = str(ROOT / "bin/cloud-env")
    for _ in range(8):
        (home / "0").write_bytes(draw.randbytes(3_000))
        words = [kit, "pack", "--to", str(archive)]
        kill_after(draw.uniform(0.02, 0.6), words, clean_env)
        words = [kit, "unpack", str(archive), "--into", str(into)]
        kill_after(draw.uniform(0.05, 0.9), words, clean_env)
        assert not [p for p in into.iterdir() if p.stat().st_size != 3_000 and p.is_file()]
    packed(run, archive)
    assert run("cloud-env", "unpack", archive, "--into", into, "--overwrite").returncode == 0
    assert seen(into) == seen(home)


@pytest.mark.parametrize("published", [True, False])
def test_a_kill_as_a_part_appears_is_made_good_by_the_next_pack(
    run: Run, home: Path, archive: Path, into: Path, published: bool
) -> None:
    (home / "a").write_text("first")
    packed(run, archive)
    folder = home / ".local/state/beachhead/packs"
    name = next(path.name for path in folder.iterdir() if len(path.name) == 16)
    before = (folder / name).read_bytes()
    (home / "a").write_text("second")
    packed(run, archive)
    # As it would be after a kill just before, or just after, the part got its name.
    (folder / name).rename(folder / f"{name}.next")
    (folder / name).write_bytes(before)
    if not published:
        Path(f"{archive}.1").unlink()
    said = packed(run, archive)
    assert ("nothing has changed" in said) == published
    assert run("cloud-env", "unpack", archive, "--into", into).returncode == 0
    assert (into / "a").read_text() == "second"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_pack_by_it_and_leaves_nothing(
    home: Path, archive: Path, shim: Shim, clean_env: dict[str, str], signum: signal.Signals
) -> None:
    (home / "a").write_text("a")
    begun = archive.parent.parent / "begun"
    shim("zstd", f'touch "{begun}"; sleep 5; exec /usr/bin/zstd "$@"')
    words = [str(ROOT / "bin/cloud-env"), "pack", "--to", str(archive)]
    process = subprocess.Popen(words, env=clean_env, stdout=-3, stderr=-1, start_new_session=True)
    while not begun.exists():
        time.sleep(0.05)
    os.killpg(process.pid, signum)
    _, said = process.communicate()
    assert (process.returncode, said) == (-signum, b"")
    assert not list(archive.parent.iterdir())


def kill_after(seconds: float, words: list[str], env: dict[str, str]) -> None:
    process = subprocess.Popen(words, env=env, stdout=-3, stderr=-3, start_new_session=True)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_environments_are_rebuilt_from_their_lock(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    (home / "p/.venv").mkdir(parents=True)
    (home / "p/.venv/pyvenv.cfg").write_text("home = /gone\n")
    (home / "p/requirements.txt").write_text("# nothing\n")
    packed(run, archive)
    assert run("cloud-env", "unpack", archive, "--into", into, "--no-rebuild").returncode == 0
    assert not (into / "p/.venv").exists()
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 0
    assert done.stderr.splitlines()[1].startswith(f"made     {into}/p/.venv with Python 3.")
    subprocess.run([into / "p/.venv/bin/python", "-c", ""], check=True)
