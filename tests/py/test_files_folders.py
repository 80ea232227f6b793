"""Folders out, whole or not at all."""

import os
from pathlib import Path

import pytest

from pyhelpers.files import write_whole_folder


def standing(folder: Path) -> Path:
    """Make a folder with a file in it."""
    folder.mkdir()
    (folder / "old").write_text("old")
    return folder


def test_a_written_folder_is_whole_and_has_the_mode_of_the_umask(tmp_path: Path) -> None:
    with write_whole_folder(str(tmp_path / "out")) as draft:
        Path(draft, "new").touch()
        assert not (tmp_path / "out").exists()
    (tmp_path / "plain").mkdir()
    assert os.listdir(tmp_path / "out") == ["new"]
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_stood_there_is_replaced_through_a_link_too(tmp_path: Path) -> None:
    standing(tmp_path / "out")
    (tmp_path / "link").symlink_to("out")
    with write_whole_folder(str(tmp_path / "link")) as draft:
        Path(draft, "new").touch()
    assert (tmp_path / "link").is_symlink()
    assert os.listdir(tmp_path / "out") == ["new"]
    assert sorted(os.listdir(tmp_path)) == ["link", "out"]


@pytest.mark.parametrize("replace", [True, False])
def test_a_failed_write_leaves_what_stood_there_and_nothing_else(
    tmp_path: Path, replace: bool
) -> None:
    standing(tmp_path / "out")
    with pytest.raises(KeyboardInterrupt), write_whole_folder(str(tmp_path / "out"), replace):
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == ["out"]
    assert os.listdir(tmp_path / "out") == ["old"]


def test_what_was_put_there_meanwhile_is_not_replaced_unasked(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="not empty"),
        write_whole_folder(str(tmp_path / "out"), replace=False),
    ):
        standing(tmp_path / "out")
    assert os.listdir(tmp_path) == ["out"]
    assert os.listdir(tmp_path / "out") == ["old"]
