"""PDFs that stand in their place only when they are whole: neither QGIS nor Qt says that the disk was full."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional, Protocol

from ..files import fresh_folder, replace_file


class Gate(Protocol):
    """Who may end this process at any moment, but for the few in which a file takes its place and is entered."""

    def close(self) -> None:
        """Wait until nobody ends the process any more. Raises `Cancelled` where it is to end."""

    def open(self) -> None:
        """Let it be ended again."""


_gates: list[Gate] = []


def set_gate(gate: Optional[Gate]) -> None:
    """Name who ends this process, None for nobody."""
    _gates[:] = [] if gate is None else [gate]


@contextmanager
def entered_whole() -> Iterator[None]:
    """Yield around the making of a file and its line in the ledger: from where it takes its place both are done."""
    try:
        yield
    finally:
        for gate in _gates:
            gate.open()


@contextmanager
def fresh_pdf(path: Path) -> Iterator[Path]:
    """Yield where to write; the file takes its place when the block ends well, and what stood there stays otherwise.

    Raises OSError where the name could not be given.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with fresh_folder(path) as folder:
        part = folder / path.name
        yield part
        for gate in _gates:
            gate.close()
        replace_file(part, path)
