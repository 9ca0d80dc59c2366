"""One run at a time fills a store."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Optional

from ..messages import message
from .packed_days import StoreError

LOCK_FILE = "ingest.lock"


class IngestLock:
    """One ingest at a time, between processes. The system frees it when its holder ends, however it ends."""

    def __init__(self, path: Path):
        self.path = path
        self._stream: Optional[IO[bytes]] = None

    def __enter__(self) -> IngestLock:
        stream = open(self.path, "ab")
        try:
            _lock(stream)
        except OSError as error:
            stream.close()
            raise StoreError(
                message("Another run is filling the readings of this case. Wait until it has ended, then import again.")
            ) from error
        self._stream = stream
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        # closing frees the lock; the file stays, for another run may be waiting at it
        if self._stream is not None:
            self._stream.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(stream: IO[bytes]) -> None:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
