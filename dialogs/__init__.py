"""Dialogs fill in an algorithm's parameters and run it; no work of their own."""

from __future__ import annotations

OPTIONS_PAGE = "mTomoshibiOptions"
"""Object name of the page in QGIS's options, by which QGIS opens them on it."""
