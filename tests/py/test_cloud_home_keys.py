"""cloud-env pack and unpack with a key: age, openssl, a secret asked for; none is shown."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run, Shim
from tests.homes import KINDS, fill, keys, need_age, packed, secret_file, seen
from tests.terminal import Terminal


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
