"""Keep the progress of a long job in the state folder, so that it goes on where it was killed."""

import fcntl
import json
import os
import shlex
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from stat import S_ISDIR, S_ISREG
from typing import IO, Any

from pyhelpers import KitError, __version__
from pyhelpers.files import open_kept, read_kept, write_whole

LEAST_S = 0.2  # between two times that progress is kept
SHARE = 100  # of a job's time, one part may go into keeping progress
SAMPLE = 1 << 16  # bytes compared at the beginning, in the middle and at the end of an input
TRIES = 100  # to make a folder that a run before is just removing
NOT_PROGRESS = {"lock", "job"}  # in a job's folder: what each run of the job makes
ADDRESSES = ("http://", "https://", "s3://", "gs://", "az://")

Note = Callable[[str], object]


def progress_folder() -> str:
    """Return the folder of kept progress, which has a folder for each job."""
    home = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    state = os.environ.get("BEACHHEAD_STATE") or os.path.join(home, "beachhead")
    return os.path.join(os.path.abspath(state), "progress")


def _is_stream(name: str) -> bool:
    return name == "-" or name.lower().startswith(ADDRESSES)


def identity(path: str) -> list[Any]:
    """Return what a file or folder is known by: size, time of change, a sample of its bytes.

    Of a stream or an address nothing: its bytes are compared as they are read again.
    """
    import hashlib

    if _is_stream(path):
        return []
    try:
        found = os.stat(path)
        if S_ISDIR(found.st_mode):
            return [
                [name, *identity(os.path.join(path, name))] for name in sorted(os.listdir(path))
            ]
        if not S_ISREG(found.st_mode):
            return []
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            for start in (0, found.st_size // 2, max(0, found.st_size - SAMPLE)):
                file.seek(start)
                digest.update(file.read(SAMPLE))
    except OSError:
        return []  # what opens it says why
    return [found.st_size, found.st_mtime_ns, digest.hexdigest()]


class Checkpoint:
    """What is kept of one job, as named pieces; locked for as long as the job runs.

    Parameters
    ----------
    folder : str
        A folder of the job's own, which only its user can read.
    note : function
        Called once if progress can no longer be kept: the job itself goes on.
    """

    def __init__(self, folder: str, note: Note) -> None:
        self.folder, self._note = folder, note
        self._next = time.monotonic() + LEAST_S
        self._full = False

    def kept(self, name: str) -> bytes | None:
        """Return a piece that was kept; None if there is none."""
        return read_kept(os.path.join(self.folder, name))

    def open(self, name: str) -> IO[bytes] | None:
        """Open a piece that was kept for reading; None if there is none."""
        return open_kept(os.path.join(self.folder, name))

    def names(self, prefix: str) -> list[str]:
        """Return the names of the pieces that begin so."""
        return sorted(name for name in os.listdir(self.folder) if name.startswith(prefix))

    def due(self) -> bool:
        """Return whether it is time to keep progress: it may take a hundredth of a job's time."""
        return time.monotonic() >= self._next and not self._full

    def keep(self, name: str, data: bytes) -> None:
        """Keep a piece, whole or not at all, in place of an earlier one of that name."""
        self.keep_all(name, [data])

    def keep_all(self, name: str, parts: Iterable[bytes]) -> None:
        """Keep a piece that is made part by part, so that memory need not hold it whole."""
        begin = time.monotonic()
        try:
            with write_whole(os.path.join(self.folder, name), follow=False) as file:
                file.writelines(parts)
        except (OSError, KitError) as error:
            reason = getattr(error, "strerror", None) or error
            if not self._full:
                self._note(f"{self.folder}: progress cannot be kept ({reason}); the job goes on")
            self._full = True
        self.spent(time.monotonic() - begin)

    def spent(self, seconds: float) -> None:
        """Count the seconds that keeping progress took; they decide when it is due again."""
        self._next = time.monotonic() + max(LEAST_S, SHARE * seconds)

    def forget(self) -> None:
        """Forget all pieces but what says which job this is."""
        for name in os.listdir(self.folder):
            if name not in NOT_PROGRESS:
                os.unlink(os.path.join(self.folder, name))


def _locked(folder: str) -> int:
    """Make a job's folder and lock it; return the descriptor that holds the lock."""
    path = os.path.join(folder, "lock")
    for _ in range(TRIES):
        try:
            os.makedirs(os.path.dirname(folder), mode=0o700, exist_ok=True)
            with suppress(FileExistsError):
                os.mkdir(folder, 0o700)
            found = os.lstat(folder)
            if not S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
                raise KitError(
                    f"{folder}: is not a folder of your own, closed to others; remove it"
                )
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            continue  # the run before has just ended
        except OSError as error:
            raise KitError(
                f"{folder}: progress cannot be kept ({error.strerror}); run it without --resume"
            ) from None
        try:
            # Not flock: processes that a killed run has left behind would hold it.
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.exists(path) and os.path.samestat(os.fstat(lock), os.stat(path)):
                return lock
        except OSError:
            os.close(lock)
            raise KitError("another run of this job is at work; wait until it ends") from None
        os.close(lock)
    raise KitError(f"{folder}: cannot be made; check the folders above it")


def _job(job: str, options: Mapping[str, object], inputs: Sequence[str]) -> tuple[list[str], str]:
    """Return the inputs' absolute paths, and the folder of a job."""
    import hashlib

    paths = [one if _is_stream(one) else os.path.abspath(one) for one in inputs]
    which = json.dumps([job, paths, dict(options)], sort_keys=True, default=_plain)
    key = hashlib.sha256(which.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return paths, os.path.join(progress_folder(), f"{job.replace(' ', '-')}-{key}")


def open_piece(
    job: str, options: Mapping[str, object], inputs: Sequence[str], name: str
) -> IO[bytes] | None:
    """Open a piece that was kept of a job which may be at work; None if there is none."""
    return open_kept(os.path.join(_job(job, options, inputs)[1], name))


@contextmanager
def checkpoint(
    job: str, options: Mapping[str, object], inputs: Sequence[str], note: Note
) -> Iterator[Checkpoint]:
    """Yield what is kept of a job; it is removed when the block ends without an error.

    Parameters
    ----------
    job : str
        The command's name.
    options : mapping
        What besides the inputs decides the result; with the inputs' paths it says which job it is.
    inputs : sequence of str
        Files, folders and addresses; "-" for standard input.

    Raises
    ------
    KitError
        When an input has changed since progress was kept, and when the job runs already.
    """
    paths, folder = _job(job, options, inputs)
    lock = _locked(folder)
    try:
        for name in os.listdir(folder):
            if name.startswith("."):  # of a run that was killed while it wrote
                os.unlink(os.path.join(folder, name))
        kept = Checkpoint(folder, note)
        files = {one: identity(one) for one in paths if not _is_stream(one)}
        _check_job(kept, {"version": __version__} | files)
        yield kept
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        if os.path.isdir(folder) and set(os.listdir(folder)) <= NOT_PROGRESS:
            shutil.rmtree(folder, ignore_errors=True)  # nothing was kept
        os.close(lock)


def _plain(value: object) -> object:
    """Return what JSON can hold, the same in each run: the order of a set is not."""
    return sorted(map(str, value)) if isinstance(value, frozenset | set) else str(value)


def changed_error(what: str, folder: str) -> KitError:
    """Return the error for an input that is not the one whose progress is kept in a folder."""
    anew = f"to begin anew: rm -r {shlex.quote(folder)}"
    return KitError(f"{what}: has changed since progress was kept; {anew}")


def _check_job(kept: Checkpoint, now: dict[str, Any]) -> None:
    """Raise if the job is not the one whose progress is kept; keep what it is."""
    text = kept.kept("job") if set(os.listdir(kept.folder)) > NOT_PROGRESS else None
    before = json.loads(text) if text else now
    for name, what in now.items():
        if before.get(name) != json.loads(json.dumps(what)):
            changed = "this program" if name == "version" else name
            raise changed_error(changed, kept.folder)
    kept.keep("job", json.dumps(now).encode())
    kept.spent(0)  # it is written once: the first progress need not wait for that


def kept_results(
    kept: Checkpoint, apply: Callable[..., Iterator[Any]]
) -> Callable[..., Iterator[Any]]:
    """Return what applies a function to items as `apply` does, but for results that are kept.

    Calls and their items have to be the same in each run of the job. Results are pickled: that is
    safe, since a job's folder is one that only its user may write.
    """
    import pickle

    calls = count()

    def read(name: str) -> list[Any]:
        data = kept.kept(name)
        with suppress(Exception):  # of an older version of a class
            return [] if data is None else [pickle.loads(data)]
        return []

    def applied(work: Callable[..., Any], items: Sequence[Any], *rest: Any) -> Iterator[Any]:
        call, waiting = next(calls), dict[str, bytes]()
        names = [f"result-{call}-{at}" for at in range(len(items))]
        known = set(kept.names(f"result-{call}-"))
        todo = [item for item, name in zip(items, names, strict=True) if name not in known]
        fresh = apply(work, todo, *rest)
        for item, name in zip(items, names, strict=True):
            if name in known:
                yield from read(name) or [work(item, *rest)]
                continue
            result = next(fresh)
            waiting[name] = pickle.dumps(result)
            if kept.due():
                for one, data in waiting.items():
                    kept.keep(one, data)
                waiting.clear()
            yield result

    return applied
