"""Work in several forked processes: parse blocks in shared memory, or map any function."""

import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.columns import Texts
from pyhelpers.machine import cores, keep_freed_memory

if TYPE_CHECKING:
    from pyhelpers.csvio.blocks import Block
    from pyhelpers.csvio.columns import ColumnChunk
    from pyhelpers.csvio.record_ends import Buffer

    Parse = Callable[[Buffer], list[ColumnChunk] | None]
    Parsed = tuple[Block, list[ColumnChunk] | None]

ALONE = 4  # blocks parsed here before others are started
MOST = 3  # more are not faster: this process merges their results
TEXT_ROOM = 8 << 20  # bytes of the largest block that is handed over
ROOM = 5 * TEXT_ROOM  # a number takes a delimiter and a digit, at least, and eight bytes


def useful_processes() -> int:
    """Return how many processes parse best here: one a core, where forking is safe."""
    if not sys.platform.startswith("linux"):
        return 1
    return min(cores(), MOST)


def parsed(blocks: "Iterator[Block]", parse: "Parse", processes: int) -> "Iterator[Parsed]":
    """Yield each block and what `parse` returns for it, in the order of the blocks."""
    first = blocks if processes < 2 else islice(blocks, ALONE)
    yield from ((block, parse(block.data)) for block in first)
    if (block := next(blocks, None)) is None:
        return
    parsers = deque(_Parser(parse) for _ in range(processes))
    try:
        yield from _in_turn(block, blocks, parsers, parse)
    finally:
        for parser in parsers:
            parser.close()
        for parser in parsers:  # not before all are closed: later ones hold the earlier's pipes
            parser.join()


def _in_turn(
    block: "Block | None", blocks: "Iterator[Block]", parsers: "deque[_Parser]", parse: "Parse"
) -> "Iterator[Parsed]":
    """Give each process a new block as soon as its last result has been taken."""
    while block is not None or any(parser.block for parser in parsers):
        parser = parsers[0]
        parsers.rotate(-1)
        done = parser.take(parse) if parser.block else None
        if block is not None:
            parser.give(block)
            block = next(blocks, None)
        if done:
            yield done


class _Parser:
    """A forked process that parses one block at a time."""

    def __init__(self, parse: "Parse") -> None:
        import mmap
        from multiprocessing import get_context

        self.block: Block | None = None
        self._room = mmap.mmap(-1, ROOM)
        context = get_context("fork")
        self._pipe, other = context.Pipe()
        work = (parse, self._room, other, self._pipe)
        self._process = context.Process(target=_work, args=work, daemon=True)
        self._process.start()
        other.close()

    def give(self, block: "Block") -> None:
        """Have a block parsed."""
        self.block, data = block, block.data
        if len(data) <= TEXT_ROOM:
            self._room[: len(data)] = data
            self._pipe.send(len(data))

    def take(self, parse: "Parse") -> "Parsed":
        """Wait for the result of the last block; one that was too large is parsed here."""
        block, self.block = self.block, None
        assert block is not None
        if len(block.data) > TEXT_ROOM:
            return block, parse(block.data)
        try:
            found = self._pipe.recv()
        except EOFError:
            raise KitError("a parsing process was ended; is memory short?") from None
        return block, found and [_unpacked(chunk, self._room) for chunk in found]

    def close(self) -> None:
        """Have the process end, when no other holds its pipe."""
        self._pipe.close()

    def join(self) -> None:
        """Wait for the process to end."""
        self._process.join()


def _work(parse: "Parse", room: Any, pipe: Any, other: Any) -> None:
    """Parse what is given, until the other end closes."""
    keep_freed_memory()
    for size in _received(pipe, other):
        found = parse(room[:size])
        pipe.send(found and _packed(found, room))


def _received(pipe: Any, other: Any) -> Iterator[Any]:
    """Yield what this process is given, until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, whose end is ours
    other.close()
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        yield item


def _packed(chunks: "list[ColumnChunk]", room: Any) -> list[Any]:
    """Put numbers into the shared memory; return their positions, and texts as they are."""
    packed: list[Any] = []
    at = TEXT_ROOM
    for chunk in chunks:
        if isinstance(chunk, Texts) or at + len(chunk) * chunk.itemsize > ROOM:
            packed.append(chunk)
            continue
        data = chunk.tobytes()
        room[at : at + len(data)] = data
        packed.append((at, len(chunk)))
        at += len(data)
    return packed


def _unpacked(chunk: Any, room: Any) -> "ColumnChunk":
    import numpy as np

    if isinstance(chunk, tuple):
        at, count = chunk
        return np.frombuffer(room, np.float64, count, at).copy()
    return chunk  # type: ignore[no-any-return]


def forked(work: "Callable[[Any], Any]", items: "Sequence[Any]", processes: int) -> "Iterator[Any]":
    """Yield work(item) of each item, in order, from forked processes; from this one if few.

    A process is given the next item as soon as its last result has come.
    """
    if processes < 2 or len(items) < 2:
        yield from map(work, items)
        return
    helpers = [_Helper(work) for _ in range(min(processes, len(items)))]
    try:
        yield from _ordered(helpers, items)
    finally:
        for helper in helpers:
            helper.end()


def _ordered(helpers: "list[_Helper]", items: "Sequence[Any]") -> "Iterator[Any]":
    from multiprocessing.connection import wait

    ahead = iter(range(len(items)))
    busy: dict[Any, tuple[_Helper, int]] = {}
    for helper in helpers:
        busy[helper.pipe] = helper, helper.give(items, next(ahead))
    done: dict[int, Any] = {}
    for wanted in range(len(items)):
        while wanted not in done:
            for pipe in wait(list(busy)):
                helper, at = busy.pop(pipe)
                done[at] = helper.take()
                if (following := next(ahead, None)) is not None:
                    busy[pipe] = (helper, helper.give(items, following))
        yield done.pop(wanted)


class _Helper:
    """A forked process that applies a function to one item at a time."""

    def __init__(self, work: "Callable[[Any], Any]") -> None:
        from multiprocessing import get_context

        context = get_context("fork")
        self.pipe, other = context.Pipe()
        self._process = context.Process(target=_apply, args=(work, other, self.pipe), daemon=True)
        self._process.start()
        other.close()

    def give(self, items: "Sequence[Any]", at: int) -> int:
        """Have an item worked on; return its position."""
        self.pipe.send(items[at])
        return at

    def take(self) -> Any:
        """Return the result that has come; raise what the function raised."""
        try:
            result = self.pipe.recv()
        except EOFError:
            raise KitError("a parsing process was ended; is memory short?") from None
        if isinstance(result, Exception):
            raise result
        return result

    def end(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self._process.kill()
        self._process.join()


def _apply(work: "Callable[[Any], Any]", pipe: Any, other: Any) -> None:
    """Work on what is given, until the other end closes."""
    keep_freed_memory()
    for item in _received(pipe, other):
        try:
            result = work(item)
        except Exception as error:
            result = error
        pipe.send(result)
