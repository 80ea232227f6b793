"""Go on with an output file where a killed run was: its draft, and what was read for it."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from stat import S_ISREG
from typing import IO, Any, BinaryIO

from pyhelpers import KitError
from pyhelpers.checkpoint import Checkpoint
from pyhelpers.files import mode_for, trusted_target

CHUNK = 1 << 20  # bytes passed over at once


class Passed:
    """Bytes of an input that have been read: their number, and a checksum to know them again."""

    def __init__(self) -> None:
        self.count = self.checksum = 0

    def add(self, data: bytes) -> None:
        """Add bytes that were read."""
        from isal.isal_zlib import crc32

        self.count += len(data)
        self.checksum = crc32(data, self.checksum)

    def skip(self, stream: BinaryIO, count: int, checksum: int | None, name: str) -> int:
        """Read on until `count` bytes have been read; return the number of lines in them.

        Without a checksum the bytes are known to be those of before.

        Raises
        ------
        KitError
            Unless they are the bytes of before.
        """
        lines = 0
        while self.count < count and (data := stream.read(min(CHUNK, count - self.count))):
            self.add(data)
            lines += data.count(b"\n")
        if self.count != count or checksum not in (None, self.checksum):
            raise KitError(f"{name}: is not what was read before; run it without --resume")
        return lines


class KeptOutput:
    """The draft of an output file, beside it, with how far it is written and what led there.

    Attributes
    ----------
    stream : file
        The draft, open for writing behind what was kept.
    position : dict
        What was kept with it; empty at the beginning.
    """

    def __init__(self, kept: Checkpoint, path: str) -> None:
        self._kept, self._path = kept, path
        self._target = trusted_target(path)
        if os.path.exists(self._target) and not os.path.isfile(self._target):
            raise KitError(f"{path}: is not a file; --resume needs one", 2)
        folder, name = os.path.split(self._target)
        self._draft = os.path.join(folder, f".{name}.{os.path.basename(kept.folder)[-12:]}.draft")
        text = kept.kept("output")
        self.position: dict[str, Any] = json.loads(text) if text else {}
        self.stream = self._open()

    def _open(self) -> IO[bytes]:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            stream = os.fdopen(os.open(self._draft, flags, 0o600), "r+b")
        except OSError as error:
            what = f"{self._path}: cannot be written ({error.strerror}); check the folder"
            raise KitError(what) from None
        found, size = os.fstat(stream.fileno()), self.position.get("size", 0)
        if not S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise KitError(f"{self._draft}: is not a file of your own; remove it")
        if found.st_size < size:  # the draft was removed: nothing to go on from
            self._kept.forget()
            self.position, size = {}, 0
        stream.truncate(size)
        stream.seek(size)
        return stream

    def keep(self, position: Mapping[str, Any]) -> None:
        """Keep what is written so far, and the position in the input that it goes with."""
        begin = time.monotonic()
        self.stream.flush()
        os.fsync(self.stream.fileno())
        state = {**position, "size": self.stream.tell()}
        self._kept.keep("output", json.dumps(state).encode())
        self._kept.spent(time.monotonic() - begin)

    def finish(self) -> None:
        """Give the draft the output's name."""
        self.stream.flush()
        os.fchmod(self.stream.fileno(), mode_for(self._target))
        os.fsync(self.stream.fileno())
        self.stream.close()
        os.replace(self._draft, self._target)


@contextmanager
def kept_output(kept: Checkpoint, path: str) -> Iterator[KeptOutput]:
    """Yield the draft of an output, which gets its name when the block ends without an error."""
    output = KeptOutput(kept, path)
    try:
        yield output
        output.finish()
    except OSError as error:
        error.filename = error.filename or path
        raise
    finally:
        with suppress(OSError):
            output.stream.close()
        if not kept.kept("output"):  # nothing goes on from it
            with suppress(FileNotFoundError):
                os.unlink(output._draft)
