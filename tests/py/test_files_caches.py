"""Files of a cache, and files out: no link of anybody's is written through."""

import os
import socket
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.files import keep, read_kept, write_whole, write_whole_folder
from tests.conftest import HEIGHTS, Run


def test_a_link_in_a_cache_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    precious, place = tmp_path / "precious", tmp_path / "cache" / "index"
    precious.write_text("mine")
    place.parent.mkdir()
    for leads_to in (precious, tmp_path / "nowhere"):
        place.unlink(missing_ok=True)
        place.symlink_to(leads_to)
        assert read_kept(str(place)) is None
        assert keep(str(place), b"index") and read_kept(str(place)) == b"index"
        assert not place.is_symlink()
    assert precious.read_text() == "mine" and not (tmp_path / "nowhere").exists()


def test_what_is_no_file_in_a_cache_counts_as_nothing_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
        for name in ("pipe", "folder", "socket", "none"):
            assert read_kept(str(tmp_path / name)) is None
    assert not keep(str(tmp_path / "folder"), b"")


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@needs_root
def test_another_users_file_or_folder_is_no_cache_of_ours(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "file").write_bytes(b"index")
    os.chown(theirs / "file", 12345, 12345)
    assert read_kept(str(theirs / "file")) is None
    os.chown(theirs, 12345, 12345)
    assert not keep(str(theirs / "index"), b"index")


@needs_root
def test_another_users_link_in_a_shared_folder_is_not_followed(tmp_path: Path) -> None:
    """What Linux does itself for open(), but not for rename()."""
    shared, precious = tmp_path / "shared", tmp_path / "precious"
    shared.mkdir()
    shared.chmod(0o1777)
    precious.write_text("mine")
    (shared / "out").symlink_to(precious)
    with write_whole(str(shared / "out")) as stream:  # our own link is
        stream.write(b"new")
    assert precious.read_text() == "new"
    os.lchown(shared / "out", 12345, 12345)
    for write in (write_whole, write_whole_folder):
        with (
            pytest.raises(KitError, match="another user's symbolic link"),
            write(str(shared / "out")),
        ):
            pass
    assert precious.read_text() == "new"


def test_the_index_of_a_large_file_is_not_written_through_a_link(run: Run, tmp_path: Path) -> None:
    head, body = HEIGHTS.read_bytes().split(b"\n", 1)
    large, home = tmp_path / "large.csv", tmp_path / "cache"
    large.write_bytes(head + b"\n" + (body + b"\n") * 30)
    os.utime(large, (1, 1))
    words = ("sample-large-csv", "-n", 5, "--seed", 1, large)
    first = run(*words, XDG_CACHE_HOME=str(home))
    [index] = (home / "beachhead" / "index").iterdir()
    kept = index.read_bytes()
    precious = tmp_path / "precious"
    precious.write_text("mine")
    index.unlink()
    index.symlink_to(precious)
    again = run(*words, XDG_CACHE_HOME=str(home))
    assert (precious.read_text(), again.stdout) == ("mine", first.stdout)
    assert index.read_bytes() == kept and not index.is_symlink()
