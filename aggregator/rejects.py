"""Rows that cannot be used: kept beside the input as `<name>.rejects.csv`, counted, and told once a reason."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Optional, Union

from ..messages import Message, Progress, message
from .outside import SafeWriter
from .values import TOO_EARLY, TOO_LATE

COLUMNS = ("line", "item", "reason", "original")
SUFFIX = ".rejects.csv"


def rejects_path(source: Path, where: Optional[Path] = None) -> Path:
    """Return the rejects file of an input: `where` is a folder, a `.csv` file, or None for "beside the input"."""
    if where is None:
        return source.with_name(source.name + SUFFIX)
    where = Path(where)
    return where if where.suffix.lower() == ".csv" and not where.is_dir() else where / (source.name + SUFFIX)


def name_apart(name: str) -> str:
    """Return a file name from outside so that it is none of a rejects file, which would be written over it."""
    return f"{name[:-4]}_{name[-4:]}" if name.casefold().endswith(SUFFIX) else name


class Rejects:
    """The rejects of one input file. The file is made with the first rejected row; one of an earlier run is removed.

    It holds the original line, so it is personal wherever the input is.
    """

    def __init__(self, source: Path, where: Optional[Path] = None, progress: Optional[Progress] = None):
        """`progress` says the reasons in the language of its user."""
        self.source = Path(source)
        self._say = (progress or Progress()).translate_message
        self.path = rejects_path(self.source, where)
        self.count = 0
        """Rows that were left out."""
        self.doubted = 0
        """Rows that were kept without a value."""
        self._kinds: dict[tuple[str, str, bool], list[Any]] = {}
        self._stream: Optional[IO[str]] = None
        self._writer: Any = None
        self.path.unlink(missing_ok=True)

    def add(self, line: int, item: str, reason: Message, original: Union[str, bytes], left_out: bool = True) -> None:
        """Keep one row: its line (or object) number from 1, the published name of the item, why, and the row itself.

        `left_out`: whether nothing of it is used; else only its value is not.
        """
        if self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # The mark at the beginning lets a spreadsheet read the file as UTF-8.
            self._stream = open(self.path, "w", encoding="utf-8-sig", newline="")
            self._writer = SafeWriter(self._stream)
            self._writer.writerow(COLUMNS)
        text = original.decode("utf-8", "backslashreplace") if isinstance(original, bytes) else original
        self._writer.writerow((line, item, self._say(reason), text.rstrip("\r\n")))
        self.count += left_out
        self.doubted += not left_out
        kind = self._kinds.setdefault((item, reason.template, left_out), [0, line, reason])
        kind[0] += 1
        kind[1] = min(kind[1], line)

    @property
    def unreadable(self) -> int:
        """Rows of which nobody knows what they tell of which meter; those of impossible days are none of them."""
        untimely = {TOO_EARLY.template, TOO_LATE.template}
        told = ((reason, left_out, count) for (_, reason, left_out), (count, *_) in self._kinds.items())
        return sum(count for reason, left_out, count in told if left_out and reason not in untimely)

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def warnings(self) -> list[Message]:
        """Return one message for each reason: how many rows, the first line, and where they are."""
        names = {"file": self.source.name, "rejects": self.path.name}
        return [
            (_left_out if left_out else _not_used)(count=count, line=line, item=item, reason=reason, **names)
            for (item, _, left_out), (count, line, reason) in self._kinds.items()
        ]

    def tell(self, progress: Progress) -> list[Message]:
        """Close the file, warn of every reason, and return the warnings."""
        self.close()
        told = self.warnings()
        for warning in told:
            progress.warn(warning)
        return told


def _left_out(**about: object) -> Message:
    return message(
        "{file}: {count} row(s) left out, first in line {line}, item {item}: {reason} The rows are in"
        " {rejects}; correct them there or ask for the file again.",
        **about,
    )


def _not_used(**about: object) -> Message:
    return message(
        "{file}: of {count} row(s), first in line {line}, item {item} is not used, the rest is: {reason}"
        " The rows are in {rejects}; ask the utility for the right values.",
        **about,
    )
