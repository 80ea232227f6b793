"""Keep the indexes of sampled files in the cache folder."""

import os
import sys
import time
import zlib
from array import array

from pyhelpers.caches import keep, read_kept
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.sampling.record_index import MOST, Index, pack, unpack

WORTH_KEEPING = 8 << 20  # bytes of a file
SETTLED_S = 2  # a file changed so lately may change again within one tick of its clock
MAGIC = b"beachhead index 2\n"


def file_key(fd: int, start: int, dialect: Dialect) -> bytes:
    """Return what an index depends on: the state of the file, and its dialect."""
    at = os.fstat(fd)
    file = (at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns)
    return repr((file, start, tuple(dialect), MOST, sys.byteorder)).encode()


def cache_path(path: str, start: int, dialect: Dialect) -> str:
    """Return where the index of a file is kept."""
    from hashlib import blake2b

    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    name = repr((os.path.realpath(path), start, tuple(dialect))).encode()
    return os.path.join(home, "beachhead", "index", blake2b(name, digest_size=16).hexdigest())


def load_index(place: str, key: bytes) -> Index | None:
    """Return the index kept at a path; None if it is missing, stale or damaged."""
    data = read_kept(place)
    head = MAGIC + key + b"\n"
    if data is None or not data.startswith(head) or (len(data) - len(head)) % 8:
        return None
    if zlib.crc32(data[:-8]).to_bytes(8, "big") != data[-8:]:
        return None
    kept = array("Q")
    kept.frombytes(data[len(head) : -8])
    return unpack(kept)


def save_index(place: str, key: bytes, index: Index) -> None:
    """Keep an index, if possible."""
    data = MAGIC + key + b"\n" + pack(index).tobytes()
    keep(place, data + zlib.crc32(data).to_bytes(8, "big"))


def is_settled(fd: int) -> bool:
    """Return whether the last change is old enough for another to change the file's times."""
    return time.time() - os.fstat(fd).st_mtime > SETTLED_S
