"""Trying the connection step by step: profile, address, encryption, token, rights, clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import QgsProcessingContext, QgsProcessingOutputBoolean

from ... import settings
from ...messages import Cancelled, Message, TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr, translate_message

if TYPE_CHECKING:
    from ...aggregator.client import AggregatorClient

CLOCK_TOLERANCE = 120.0
"""Seconds that the two clocks may differ: tokens and half-hours do not mind less."""

OK, FAILED, DOUBTFUL, SKIPPED = "ok", "failed", "doubtful", "skipped"
"""States of a step."""
STEPS = ("profile", "address", "tls", "token", "rights", "clock")
"""The steps, each after those it needs."""


@dataclass(frozen=True)
class Step:
    """What was found at one step."""

    state: str
    message: Message
    """What was found, and what to do where it failed."""


class Findings:
    """The steps done so far."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}

    def note(self, name: str, state: str, what: Message) -> None:
        """Keep the first finding of a step."""
        self.steps.setdefault(name, Step(state, what))

    def all(self) -> dict[str, Step]:
        """Return every step; those not reached are skipped."""
        rest = Step(SKIPPED, message("Not tried, because an earlier step failed."))
        return {name: self.steps.get(name, rest) for name in STEPS}

    def failure(self) -> Optional[Message]:
        """Return what the first failed step says, None where none failed."""
        return next((step.message for step in self.all().values() if step.state == FAILED), None)


class TestConnection(TomoshibiAlgorithm):
    """→ OK, MESSAGE, STEPS. A connection that fails is a result, not an error, so that a model can go on from it."""

    NAME = "testconnection"
    GROUP = "acquire"
    PERSONAL = False
    TAGS = ("接続確認", "疎通", "アクセストークン", "connection", "token", "account", "setsuzoku")

    def title(self) -> str:
        return tr("Test connection")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_connection()
        self.addOutput(QgsProcessingOutputBoolean("OK", tr("Whether the aggregator can be used")))
        self.add_number("MESSAGE", tr("What was found"), text=True)
        self.add_number("STEPS", tr("What was found at each step (JSON)"), text=True)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.ledger import now

        found = Findings()
        client = self._prepared(parameters, context, progress, found)
        count = _converse(client, found, progress) if client is not None else None
        failure = found.failure()
        steps = found.all()
        if failure is None:
            address = self.text(parameters, context, "BASE_URL") or settings.BASE_URL.read()
            settings.CONNECTION_TESTED.save(f"{address} {now().isoformat()}")
            text = translate_message(
                message("The connection works; {count} data conditions are registered for this account.", count=count)
            )
            progress.info(steps["rights"].message)
        else:
            text = translate_message(failure)
            progress.feedback.reportError(text, False)
        if steps["clock"].state == DOUBTFUL:
            progress.warn(steps["clock"].message)
            text += " " + translate_message(steps["clock"].message)
        titles = step_titles()
        rows = [
            {"step": name, "title": titles[name], "state": step.state, "text": translate_message(step.message)}
            for name, step in steps.items()
        ]
        return {"OK": failure is None, "MESSAGE": text, "STEPS": json.dumps(rows, ensure_ascii=False)}

    def _prepared(
        self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress, found: Findings
    ) -> Optional[AggregatorClient]:
        """Check what can be checked without a network; return a client, None where there can be none."""
        from ...aggregator.transport import RetryPolicy, checked_address

        try:
            profile = self.profile(parameters, context)
            found.note("profile", OK, message("“{name}” can be used.", name=profile.name))
        except TomoshibiError as error:
            found.note("profile", FAILED, error.message)
        try:
            address = self.text(parameters, context, "BASE_URL") or settings.BASE_URL.read()
            if address:
                checked_address(address)
            if found.failure() is not None:
                return None
            client = self.client(parameters, context, progress)
        except TomoshibiError as error:
            found.note("address", FAILED, error.message)
            return None
        # A person waits for the answer: fewer attempts than a download makes.
        client.transport.retry_policy = RetryPolicy(attempts=2, connect=5.0, read=20.0)
        return client


def step_titles() -> dict[str, str]:
    """Return the names of the steps as they are shown."""
    return {
        "profile": tr("Interface profile"),
        "address": tr("Address"),
        "tls": tr("Encryption (TLS)"),
        "token": tr("Account and token"),
        "rights": tr("Rights"),
        "clock": tr("Clock of this computer"),
    }


def _converse(client: AggregatorClient, found: Findings, progress: FeedbackProgress) -> Optional[int]:
    """Ask for a token and the conditions; return how many there are, None where it did not come to that."""
    count = None
    try:
        _stage(client.issue_token, "token", found)
        progress.set_fraction(0.5)
        if found.failure() is None:
            found.note("token", OK, message("The aggregator knows the account and issued a token."))
            count = _stage(lambda: len(client.list_conditions()), "rights", found)
        elif client.server_date is None and "token" in found.steps:
            # Without an account the network can be tried all the same: any answer will do.
            call = client.profile.interface("conditions")
            _stage(lambda: client.transport.send(call.method, call.path).response.close(), "address", found)
    finally:
        _reached(client, found)
    if count is not None:
        found.note("rights", OK, message("{count} data conditions can be seen.", count=count))
    return count


def _stage(work: Callable[[], Any], name: str, found: Findings) -> Any:
    """Do one stage; what it fails with is noted at the step it is about."""
    try:
        return work()
    except Cancelled:
        raise
    except TomoshibiError as error:
        found.note(_place(error, name), FAILED, error.message)
        return None


def _place(error: TomoshibiError, stage: str) -> str:
    """Return the step that an error is about."""
    from ...aggregator import errors

    kinds = (
        (errors.CertificateFailure, "tls"),
        ((errors.InsecureAddress, errors.Unreachable, errors.ProxyFailure, errors.NotTheAggregator), "address"),
        ((errors.WrongCredentials, errors.NotActivated, errors.TokenRefused), "token"),
    )
    if stage == "token" and isinstance(error, errors.NotFound):
        return "address"
    return next((step for kind, step in kinds if isinstance(error, kind)), stage)


def _reached(client: AggregatorClient, found: Findings) -> None:
    """Note what any answer proves: that the server is there, encrypted, and what its clock says."""
    if client.server_date is None:
        return
    found.note("address", OK, message("{host} answers.", host=client.transport.host))
    if client.transport.base_url.lower().startswith("https:"):
        found.note("tls", OK, message("The connection is encrypted and the certificate is trusted."))
    else:
        found.note("tls", SKIPPED, message("Not needed: the server is this computer."))
    ahead = (datetime.now(timezone.utc) - client.server_date).total_seconds()
    if abs(ahead) > CLOCK_TOLERANCE:
        found.note(
            "clock",
            DOUBTFUL,
            message(
                "The clock of this computer is {minutes} minutes off the aggregator's. Set it, or times will be wrong.",
                minutes=round(ahead / 60, 1),
            ),
        )
    else:
        found.note("clock", OK, message("The clocks agree."))
