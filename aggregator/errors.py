"""What can go wrong in the conversation with the aggregator, one class a kind, so that callers can tell them apart."""

from __future__ import annotations

from typing import Mapping, Optional

from ..messages import Message, TomoshibiError


class ProfileError(TomoshibiError):
    """The profile file cannot be used; `problems` names every problem in it."""

    def __init__(self, what: Message, problems: tuple[Message, ...] = ()):
        super().__init__(what)
        self.problems = problems


class ConditionError(TomoshibiError):
    """A データ提供条件 that cannot be registered as it stands."""


class AggregatorError(TomoshibiError):
    """Base of everything the server, the network or the transfer answers with."""


class InsecureAddress(AggregatorError):
    """Plain HTTP to something that is not this computer, or an address that is none."""


class Unreachable(AggregatorError):
    """No server, connection refused, name unknown, connection broken, time-out: nothing answered after all attempts."""


class CertificateFailure(AggregatorError):
    """The server's certificate is not one that can be trusted."""


class ProxyFailure(AggregatorError):
    """The proxy refused, or could not be reached."""


class NotTheAggregator(AggregatorError):
    """Something answered, but not the aggregator: HTML of a proxy or login page, or a body nobody understands."""


class WrongCredentials(AggregatorError):
    """Account name or passphrase are wrong, or missing."""


class NotActivated(AggregatorError):
    """The account is not activated: no request (要請) has been accepted yet."""


class TokenRefused(AggregatorError):
    """The server called a fresh access token expired, again."""


class ConditionRejected(AggregatorError):
    """The server rejected a condition; `fields` maps the item to its reason."""

    def __init__(self, what: Message, fields: Optional[Mapping[str, str]] = None):
        super().__init__(what)
        self.fields = dict(fields or {})


class RegistrationUnclear(AggregatorError):
    """A registration whose answer was lost. `registered`: False where it does not stand in the list, None not known."""

    def __init__(self, what: Message, registered: Optional[bool]):
        super().__init__(what)
        self.registered = registered


class NotFound(AggregatorError):
    """The condition, file or list is not there, or is not this municipality's."""


class ServerFailure(AggregatorError):
    """The server went on failing (5xx, 429) or refused for a reason of its own; `status` is the HTTP status."""

    def __init__(self, what: Message, status: int = 0):
        super().__init__(what)
        self.status = status


class PagingFailure(AggregatorError):
    """A paged list that does not end, or repeats itself."""


class TransferFailure(AggregatorError):
    """A file could not be fetched, verified or written."""


class FolderBusy(TransferFailure):
    """Another run is downloading into the same folder."""


class DiskFull(AggregatorError):
    """The folder cannot take more, or cannot be written: no other file would fare better."""
