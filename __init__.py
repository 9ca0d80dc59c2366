"""Tomoshibi (灯): smart-meter data under 電気事業法第34条, turned into maps a disaster HQ can act on."""

from __future__ import annotations


def classFactory(iface):
    """Return the plugin; called once by QGIS. Nothing is imported before it is needed."""
    from .plugin import TomoshibiPlugin

    return TomoshibiPlugin(iface)
