"""What the options page shows of the connection: QGIS's network as it is, and what is wrong with a profile."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtNetwork import QNetworkProxy

from ...messages import TomoshibiError, message
from ..base import tr, translate_message


def proxy_text() -> str:
    """Return how QGIS reaches the network, without any account."""
    manager = QgsNetworkAccessManager.instance()
    proxy = manager.fallbackProxy()
    kinds = {
        QNetworkProxy.ProxyType.HttpProxy: "HTTP",
        QNetworkProxy.ProxyType.HttpCachingProxy: "HTTP",
        QNetworkProxy.ProxyType.Socks5Proxy: "SOCKS5",
    }
    kind = kinds.get(proxy.type())
    if kind is None or not proxy.hostName():
        return tr("Proxy: none set in QGIS; the settings of the system hold.")
    account = tr("with an account") if proxy.user() else tr("without an account")
    lines = [
        tr("Proxy: {host}:{port} ({kind}, {account})").format(
            host=proxy.hostName(), port=proxy.port(), kind=kind, account=account
        )
    ]
    spared = [entry for entry in (*manager.excludeList(), *manager.noProxyList()) if entry]
    if spared:
        lines.append(tr("Reached without it: {addresses}").format(addresses=", ".join(spared)))
    return "\n".join(lines)


def certificates_text() -> str:
    """Return which authorities QGIS trusts beyond the usual ones."""
    count = len(QgsApplication.authManager().databaseCAs())
    own = tr("{count} added in QGIS").format(count=count) if count else tr("none added in QGIS")
    return tr("Certificates: always checked, against the usual authorities and those of QGIS ({own}).").format(own=own)


def profile_problems(path: str) -> tuple[str, list[str]]:
    """Return (name of the profile, []), or ("", every problem in it). A blank path is the profile that ships."""
    from ...aggregator.profile import Profile

    try:
        return Profile.load(Path(path) if path else None).name, []
    except TomoshibiError as error:
        problems = list(getattr(error, "problems", ()))
        return "", [translate_message(what) for what in problems] or [translate_message(error.message)]


def address_problem(address: str, practice: bool) -> str:
    """Return why an address cannot be used, "" where it can; a blank one is not judged."""
    from urllib.parse import urlsplit

    from ...aggregator.transport import checked_address, is_loopback

    if not address:
        return ""
    try:
        checked_address(address)
    except TomoshibiError as error:
        return translate_message(error.message)
    if practice and not is_loopback(urlsplit(address).hostname or ""):
        return translate_message(
            message("In practice mode only this computer may be the address. Leave practice mode to use another.")
        )
    return ""


def municipality_problem(code: str) -> str:
    """Return what is doubtful about a 団体コード, "" where nothing is; a blank one is not judged."""
    import re

    from ...aggregator.conditions import check_digit

    if not code:
        return ""
    if not re.fullmatch(r"[0-9]{6}", code):
        return translate_message(
            message("The municipality code “{code}” must have 6 digits (団体コード). Correct it.", code=code)
        )
    if int(code[5]) != check_digit(code[:5]):
        return translate_message(
            message(
                "The municipality code {code} does not have the check digit {digit}. Compare it with the code list.",
                code=code,
                digit=check_digit(code[:5]),
            )
        )
    return ""
