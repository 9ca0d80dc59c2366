"""The one door to translation: a fixed context, literal English source texts (docs/architecture.md, Translation)."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication

from .messages import Message

CONTEXT = "Tomoshibi"


def tr(text: str) -> str:
    """Return `text` in the user's language. Call it inside functions only, with a literal."""
    return QCoreApplication.translate(CONTEXT, text)


def translate_message(what: Message) -> str:
    """Return a message of the pure packages in the user's language, its values filled in.

    Values may be messages too.
    """
    values = {
        name: translate_message(value) if isinstance(value, Message) else value for name, value in what.values.items()
    }
    return QCoreApplication.translate(CONTEXT, what.template).format(**values)
