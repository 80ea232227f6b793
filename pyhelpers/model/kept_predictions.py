"""Go on with a batch of predictions where it was killed."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import BinaryIO

from pyhelpers.checkpoint import Checkpoint, Note
from pyhelpers.csvio.blocks import Block
from pyhelpers.csvio.layout import Layout
from pyhelpers.kept_output import KeptOutput, Passed
from pyhelpers.model.batch_predict import OpenedCsv
from pyhelpers.model.new_columns import Unseen


class KeptPredictions:
    """How far a batch of predictions is: what is read of its input and written of its output.

    Attributes
    ----------
    unseen : Unseen
        What of the input so far training never had.

    Parameters
    ----------
    note : function
        Called with a message that says where the batch goes on.
    """

    def __init__(self, kept: Checkpoint, output: KeptOutput, note: Note) -> None:
        self._kept, self._output, self._note = kept, output, note
        self.unseen = Unseen(**output.position.get("unseen", {}))
        self._read = Passed()
        self._waiting: deque[bytes] = deque()  # blocks that are being predicted
        self._file = 0

    def begin(self, file: int) -> bool:
        """Begin the file of a number, from 0; return whether it remains to be read."""
        self._file, self._read = file, Passed()
        return file >= int(self._output.position.get("file", 0))

    def pass_over(self, stream: BinaryIO, layout: Layout) -> int | None:
        """Read the records that are predicted; return their lines, None if there are none.

        Raises
        ------
        KitError
            When the records are not those that were read before.
        """
        self._read.add(layout.head.encode())
        before = self._output.position.get("read")
        if before is None or self._file > int(self._output.position.get("file", 0)):
            return None
        count, checksum = before
        lines = self._read.skip(stream, count, checksum, layout.source)
        self._note(f"{layout.source}: goes on at line {layout.lines + lines + 1}")
        return lines

    def followed(self, opened: OpenedCsv) -> OpenedCsv:
        """Return a CSV whose blocks are counted as they are predicted."""
        return replace(opened, blocks=self._followed(opened.blocks))

    def _followed(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            self._waiting.append(bytes(block.data))
            yield block

    def written(self) -> None:
        """Count a block as written; keep the progress when it is due."""
        self._read.add(self._waiting.popleft())
        if self._kept.due():
            read = [self._read.count, self._read.checksum]
            kept = {"file": self._file, "read": read, "unseen": asdict(self.unseen)}
            self._output.keep(kept)
