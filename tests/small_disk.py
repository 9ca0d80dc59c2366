"""A disk that takes no more, without a disk of its own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes meanwhile (RLIMIT_FSIZE): a write fails in its middle."""
    # Windows has no such module
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
