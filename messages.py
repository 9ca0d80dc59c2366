"""What the pure packages say to a person: messages with an English template, errors, the progress of a long job.

The packages below `processing_provider` know no QGIS and so cannot translate. They speak in
`message("literal {item}", item=…)`; the template is collected for translation by `dev/translations.py` and translated
where it is shown (`translate.translate_message`). No personal data goes into a message: file, line, column and count,
never a name or an address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping


@dataclass(frozen=True)
class Message:
    """A sentence for the user, still in English and still with its values apart."""

    template: str
    """English source text with `{name}` places; the key of the translation."""
    values: Mapping[str, object] = field(default_factory=dict)
    """The values for the places."""

    def __str__(self) -> str:
        return self.template.format(**self.values)


def message(template: str, /, **values: object) -> Message:
    """Make a message. `template` must be a literal, or it cannot be collected for translation."""
    return Message(template, values)


class TomoshibiError(Exception):
    """Something the user can understand and mend: what happened, to which item, and what to do next.

    Raise it with `message(...)` that says all three; subclasses exist so that callers can tell kinds apart.
    """

    def __init__(self, what: Message):
        super().__init__(str(what))
        self.message = what

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it travel from another process with its places still apart."""
        return _restored, (type(self), self.message)


def _restored(kind: type[TomoshibiError], what: Message) -> TomoshibiError:
    found = kind.__new__(kind)
    TomoshibiError.__init__(found, what)
    return found


class Cancelled(TomoshibiError):
    """The user stopped the work."""

    def __init__(self) -> None:
        super().__init__(message("Stopped by the user."))


class Progress:
    """What a long job tells its caller, and asks. The base class listens to nothing and never cancels."""

    def set_fraction(self, fraction: float) -> None:
        """The share of the job that is done, 0 to 1."""

    def info(self, what: Message) -> None:
        """A line for the log."""

    def warn(self, what: Message) -> None:
        """A line the user should see: something was left out or is doubtful."""

    def translate_message(self, what: Message) -> str:
        """Return a message as text in the user's language, for files that a job writes. English without QGIS."""
        return str(what)

    def cancelled(self) -> bool:
        """Whether the user wants the job to stop."""
        return False

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` if the user wants the job to stop."""
        if self.cancelled():
            raise Cancelled()
