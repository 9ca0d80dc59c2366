"""A case folder that came from somewhere else can only be read: nothing in it leads out of it.

Names of files and layers that a case tells of are used to read and write; each is held to a form, and links, which
would lead a deletion or a write outside the folder, are refused.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Iterator

from ..aggregator.outside import shown
from ..messages import TomoshibiError, message

LAYER_NAME = re.compile(r"(?!\.)[^\x00-\x1f\x7f/\\:*?\"'<>|\[\]%{}]{1,100}")
"""Names of layers in a case's GeoPackage that are used: no paths, no markup, no expressions."""
_LISTED = 3
"""Links named in a message."""
_REPARSE = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)


class LeadsOutside(TomoshibiError):
    """Something in a case leads out of its folder."""


def is_layer_name(name: object) -> bool:
    """Whether a name of a layer can be used in paths, titles and legends as it is."""
    return isinstance(name, str) and LAYER_NAME.fullmatch(name) is not None


def links_in(folder: Path) -> Iterator[Path]:
    """Yield what in a folder is neither a file nor a folder of its own: links, junctions, pipes, devices.

    Parameters
        folder: the case folder; it may itself be reached by a link.
    Raises
        OSError: a folder cannot be listed.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            kept = entry.stat(follow_symlinks=False)
            link = entry.is_symlink() or bool(getattr(kept, "st_file_attributes", 0) & _REPARSE)
            if link or not (stat.S_ISDIR(kept.st_mode) or stat.S_ISREG(kept.st_mode)):
                yield Path(entry.path)
            elif stat.S_ISDIR(kept.st_mode):
                yield from links_in(Path(entry.path))


def refuse_links(folder: Path) -> None:
    """Raise `LeadsOutside` naming the links in a case folder, where there are any."""
    found = []
    for link in links_in(folder):
        found.append(shown(link.relative_to(folder).as_posix(), 80))
        if len(found) == _LISTED:
            break
    if found:
        raise LeadsOutside(
            message(
                "The case {folder} holds links or special files that lead elsewhere: {links}. Nothing was read. "
                "Replace each by the folder or file itself, or delete it.",
                folder=str(folder),
                links=", ".join(found),
            )
        )


def place_inside(folder: Path, place: str) -> Path:
    """Return a place of a case as a path in it.

    Parameters
        folder: the case folder.
        place: path with `/` as the case tells it.
    Raises
        LeadsOutside: the path is absolute or leaves the folder.
    """
    parts = place.replace("\\", "/").split("/")
    if not place or "\0" in place or place.startswith(("/", "\\")) or ":" in parts[0] or ".." in parts:
        raise LeadsOutside(
            message("The case names a file outside its folder ({place}). It is left alone.", place=shown(place, 80))
        )
    return Path(folder).joinpath(*parts)
