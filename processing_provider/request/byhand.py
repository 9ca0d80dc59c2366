"""Telling published files from others by a look at their beginnings: for files dropped on QGIS's window."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ... import settings
from ...files import DAMAGED_ZIP
from ...messages import TomoshibiError

if TYPE_CHECKING:
    from ...aggregator.profile import Profile
    from ...aggregator.tabular import Head

SUFFIXES = (".csv", ".json", ".zip", ".txt")
"""What published files end in; others are left to QGIS without a look."""
LOOKED_AT = 3
"""Members of a ZIP that are looked into."""


def holds_published(path: Path) -> bool:
    """Whether a file is a published one, or a ZIP that holds one, as the profile of the settings describes them."""
    from ...aggregator.profile import Profile
    from ...aggregator.tabular import HEAD_BYTES, head_in

    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    try:
        chosen = settings.PROFILE.read()
        profile = Profile.load(Path(chosen) if chosen else None)
        with open(path, "rb") as stream:
            if zipfile.is_zipfile(stream):
                return _zip_holds(stream, profile)
            stream.seek(0)
            return _published(path, head_in(stream.read(HEAD_BYTES)), profile)
    except (TomoshibiError, OSError, RuntimeError, *DAMAGED_ZIP):
        # what cannot be looked at is not ours: QGIS says what is wrong with it
        return False


def _published(path: Path, head: Head, profile: Profile) -> bool:
    """Whether a beginning is that of a published kind; a list of contractors may be any table."""
    from ...aggregator.readers import CONTRACTORS, recognise

    return recognise(path, profile, head) not in (None, CONTRACTORS)


def _zip_holds(file: IO[bytes], profile: Profile) -> bool:
    from ...aggregator.tabular import HEAD_BYTES, head_in

    with zipfile.ZipFile(file) as archive:
        members = [member for member in archive.infolist() if Path(member.filename).suffix.lower() in SUFFIXES]
        for member in members[:LOOKED_AT]:
            with archive.open(member) as stream:
                if _published(Path(member.filename), head_in(stream.read(HEAD_BYTES)), profile):
                    return True
    return False
