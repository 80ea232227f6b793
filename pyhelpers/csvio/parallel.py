"""Processes that parse blocks beside this one; their numbers come back through shared memory."""

import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.machine import cores

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import Part

    Parse = Callable[[bytes], list[Part] | None]
    Parsed = tuple[bytes, list[Part] | None]

ALONE = 4  # blocks parsed before others are asked: for fewer they would start too late
MOST = 3  # more than one process can take in
TEXT_ROOM = 8 << 20  # bytes of the largest block that is handed over
ROOM = 5 * TEXT_ROOM  # a number takes a delimiter and a digit, at least, and eight bytes


def useful_processes() -> int:
    """Return how many processes parse best here: one a core, where forking is safe."""
    if not sys.platform.startswith("linux"):
        return 1
    return min(cores(), MOST)


def parsed(blocks: Iterator[bytes], parse: "Parse", processes: int) -> "Iterator[Parsed]":
    """Yield each block and what `parse` returns for it, in the order of the blocks."""
    first = blocks if processes < 2 else islice(blocks, ALONE)
    yield from ((block, parse(block)) for block in first)
    if (block := next(blocks, None)) is None:
        return
    workers = deque(_Worker(parse) for _ in range(processes))
    try:
        yield from _in_turn(block, blocks, workers, parse)
    finally:
        for worker in workers:
            worker.close()
        for worker in workers:  # not before all are closed: later ones hold the earlier's pipes
            worker.join()


def _in_turn(
    block: bytes | None, blocks: Iterator[bytes], workers: "deque[_Worker]", parse: "Parse"
) -> "Iterator[Parsed]":
    """Give each worker a new block as soon as its last one has been taken from it."""
    while block is not None or any(worker.block for worker in workers):
        worker = workers[0]
        workers.rotate(-1)
        done = worker.take(parse) if worker.block else None
        if block is not None:
            worker.give(block)
            block = next(blocks, None)
        if done:
            yield done


class _Worker:
    """A forked process that parses one block at a time."""

    def __init__(self, parse: "Parse") -> None:
        import mmap
        from multiprocessing import get_context

        self.block = b""
        self._room = mmap.mmap(-1, ROOM)
        context = get_context("fork")
        self._pipe, other = context.Pipe()
        work = (parse, self._room, other, self._pipe)
        self._process = context.Process(target=_work, args=work, daemon=True)
        self._process.start()
        other.close()

    def give(self, block: bytes) -> None:
        """Have a block parsed."""
        self.block = block
        if len(block) <= TEXT_ROOM:
            self._room[: len(block)] = block
            self._pipe.send(len(block))

    def take(self, parse: "Parse") -> "Parsed":
        """Wait for the block given last; one that was too large is parsed here."""
        block, self.block = self.block, b""
        if len(block) > TEXT_ROOM:
            return block, parse(block)
        try:
            found = self._pipe.recv()
        except EOFError:
            raise KitError("a process that parsed was ended; is memory short?") from None
        return block, found and [_unpacked(part, self._room) for part in found]

    def close(self) -> None:
        """Have the process end, when no other holds its pipe."""
        self._pipe.close()

    def join(self) -> None:
        """Wait for the process to end."""
        self._process.join()


def _work(parse: "Parse", room: Any, pipe: Any, other: Any) -> None:
    """Parse what is given, until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, whose end is ours
    other.close()
    while True:
        try:
            size = pipe.recv()
        except EOFError:
            return
        found = parse(room[:size])
        pipe.send(found and _packed(found, room))


def _packed(parts: "list[Part]", room: Any) -> list[Any]:
    """Put numbers into the shared memory; return where they stand, and texts as they are."""
    packed: list[Any] = []
    at = TEXT_ROOM
    for part in parts:
        if isinstance(part, list) or at + len(part) * part.itemsize > ROOM:
            packed.append(part)
            continue
        data = part.tobytes()
        room[at : at + len(data)] = data
        packed.append((at, len(part)))
        at += len(data)
    return packed


def _unpacked(part: Any, room: Any) -> "Part":
    import numpy as np

    if isinstance(part, tuple):
        at, count = part
        return np.frombuffer(room, np.float64, count, at).copy()
    return part  # type: ignore[no-any-return]
