"""What packages an algorithm needs and lacks, told in the user's language."""

from __future__ import annotations

from .. import dependencies, settings
from ..translate import translate_message


def unmet(needs: tuple[dependencies.Package, ...]) -> str:
    """Return what packages are lacking and how to install them, in the user's language; "" where nothing is."""
    reason = dependencies.explain(needs, settings.packages_folder())
    return translate_message(reason) if reason is not None else ""
