"""The way to the aggregator as QGIS has it: proxy, exclusions, account, authorities, by real connections."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtNetwork import QSslCertificate
from tomoshibi.aggregator import errors
from tomoshibi.aggregator.client import AggregatorClient
from tomoshibi.aggregator.transport import RetryPolicy

spec = importlib.util.spec_from_file_location("local_network", Path(__file__).resolve().parents[1] / "local_network.py")
local_network = sys.modules.setdefault("local_network", importlib.util.module_from_spec(spec))
spec.loader.exec_module(local_network)

NAME, INSIDE = "aggregator.example.jp", "inside.example.jp"
PHRASE = "hi no de@1"
KEYS = ("proxyEnabled", "proxyType", "proxyHost", "proxyPort", "proxyUser", "proxyPassword", "noProxyUrls")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return local_network.Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def qgis_proxy(qgis_app):
    """Return `set(port, …)`, which writes QGIS's proxy settings as its options page does."""
    settings = QgsSettings()

    def enter(port: int, phrase: str = PHRASE, excluded: tuple = (), enabled: bool = True) -> None:
        values = (enabled, "HttpProxy", "127.0.0.1", str(port), "denki", phrase, list(excluded))
        for key, value in zip(KEYS, values):
            settings.setValue(f"proxy/{key}", value)
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()

    yield enter
    for key in KEYS:
        settings.remove(f"proxy/{key}")
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()


@pytest.fixture
def trusted(qgis_app, authority):
    """Put the drill's authority among QGIS's authorities, as its authentication page does."""
    manager = QgsApplication.authManager()
    manager.setMasterPassword("drill only", True)
    certificate = QSslCertificate.fromPath(str(authority.certificate))[0]
    assert manager.storeCertAuthority(certificate)
    manager.rebuildCaCertsCache()
    manager.rebuildTrustedCaCertsCache()
    yield certificate
    manager.removeCertAuthority(certificate)
    manager.rebuildCaCertsCache()
    manager.rebuildTrustedCaCertsCache()


@pytest.fixture
def client(qgis_app):
    from tomoshibi.processing_provider.base import session

    made = []

    def make(address: str) -> AggregatorClient:
        retry_policy = RetryPolicy(attempts=3, first_wait=0.02, connect=3, read=5)
        made.append(AggregatorClient(address, lambda: ("denki", "hinode"), None, session(address), None, retry_policy))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_the_proxy_of_qgis_is_used_with_its_account_and_the_authority_of_qgis_is_trusted(
    client, qgis_proxy, authority, trusted
):
    with local_network.https_server(authority.server(NAME)) as server:
        with local_network.proxy(f"denki:{PHRASE}", {NAME: server.server_port}) as proxy:
            qgis_proxy(proxy.server_port)
            assert client(f"https://{NAME}").list_conditions() == []
            assert proxy.asked == [f"{NAME}:443"] and server.answered == 2


def test_a_wrong_account_for_the_proxy_is_said_once_and_never_shown(client, qgis_proxy):
    with local_network.proxy(f"denki:{PHRASE}", {}) as proxy:
        qgis_proxy(proxy.server_port, phrase="wrong-phrase")
        with pytest.raises(errors.ProxyFailure, match="407") as caught:
            client(f"https://{NAME}").list_conditions()
        assert proxy.asked == [f"{NAME}:443"] and "wrong-phrase" not in str(caught.value)


def test_what_qgis_excludes_goes_past_the_proxy(client, qgis_proxy, authority, trusted):
    with local_network.https_server(authority.server(INSIDE)) as server, local_network.names(INSIDE):
        with local_network.proxy(f"denki:{PHRASE}", {INSIDE: server.server_port}) as proxy:
            qgis_proxy(proxy.server_port, excluded=(f"https://{INSIDE}",))
            assert client(f"https://{INSIDE}:{server.server_port}").list_conditions() == []
            assert proxy.asked == [] and server.answered == 2


def test_a_proxy_that_is_switched_off_in_qgis_is_not_used_nor_is_that_of_the_environment(
    client, qgis_proxy, authority, trusted, monkeypatch
):
    with local_network.https_server(authority.server(INSIDE)) as server, local_network.names(INSIDE):
        with local_network.proxy(f"denki:{PHRASE}", {INSIDE: server.server_port}) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
            qgis_proxy(proxy.server_port, enabled=False)
            assert client(f"https://{INSIDE}:{server.server_port}").list_conditions() == []
            assert proxy.asked == []


def test_a_proxy_that_forbids_the_way_is_named_with_its_status(client, qgis_proxy):
    with local_network.proxy(f"denki:{PHRASE}", {NAME: 1}) as proxy:
        proxy.refuse = 403
        qgis_proxy(proxy.server_port)
        with pytest.raises(errors.ProxyFailure, match="403"):
            client(f"https://{NAME}").list_conditions()
        assert len(proxy.asked) == 1


def test_a_tunnel_that_breaks_is_opened_again(client, qgis_proxy, authority, trusted):
    with local_network.https_server(authority.server(NAME)) as server:
        with local_network.proxy(f"denki:{PHRASE}", {NAME: server.server_port}) as proxy:
            proxy.drop = 2
            qgis_proxy(proxy.server_port)
            assert client(f"https://{NAME}").list_conditions() == []
            assert len(proxy.asked) == 3


def test_the_computer_itself_is_reached_past_any_proxy(client, qgis_proxy, authority, trusted):
    with local_network.https_server(authority.server("localhost")) as server:
        with local_network.proxy(f"denki:{PHRASE}", {}) as proxy:
            qgis_proxy(proxy.server_port)
            assert client(f"https://localhost:{server.server_port}").list_conditions() == []
            assert proxy.asked == []


def test_an_authority_that_qgis_does_not_have_is_not_trusted_whatever_the_environment_says(
    client, authority, monkeypatch
):
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(variable, str(authority.certificate))
    with local_network.https_server(authority.server("localhost")) as server:
        with pytest.raises(errors.CertificateFailure, match="authorities"):
            client(f"https://localhost:{server.server_port}").list_conditions()
        assert server.answered == 0


def test_an_environment_without_the_authority_does_not_hide_that_of_qgis(client, authority, trusted, monkeypatch):
    import requests

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", requests.certs.where())
    with local_network.https_server(authority.server("localhost")) as server:
        assert client(f"https://localhost:{server.server_port}").list_conditions() == []


def test_an_authority_that_qgis_distrusts_is_left_out_although_python_ships_it(qgis_app):
    import ssl

    from qgis.core import QgsAuthCertUtils
    from tomoshibi.processing_provider.base import session

    manager = QgsApplication.authManager()
    manager.setMasterPassword("drill only", True)
    shipped = Path(session("https://localhost").verify).read_text(encoding="utf-8")
    first = "-----BEGIN CERTIFICATE-----" + shipped.split("-----BEGIN CERTIFICATE-----")[-1]
    certificate = QSslCertificate(first.encode())
    der = ssl.PEM_cert_to_DER_cert(first.strip() + "\n")
    assert bytes(certificate.toDer()) == der

    def offered() -> bool:
        blocks = Path(session("https://localhost").verify).read_text(encoding="utf-8").split("-----BEGIN")[1:]
        return any(ssl.PEM_cert_to_DER_cert("-----BEGIN" + block.rstrip() + "\n") == der for block in blocks)

    assert offered()
    policy = QgsAuthCertUtils.CertTrustPolicy
    manager.storeCertTrustPolicy(certificate, policy.Untrusted)
    manager.rebuildCertTrustCache()
    manager.rebuildTrustedCaCertsCache()
    try:
        assert not offered()
    finally:
        manager.removeCertTrustPolicy(certificate)
        manager.rebuildCertTrustCache()
        manager.rebuildTrustedCaCertsCache()
    assert offered()


def test_a_certificate_of_another_name_is_refused_in_words_that_say_so(client, authority, trusted):
    with local_network.https_server(authority.server("elsewhere.example.jp")) as server:
        with pytest.raises(errors.CertificateFailure, match="not one of localhost"):
            client(f"https://localhost:{server.server_port}").list_conditions()
        assert server.answered == 0


def test_an_expired_certificate_is_refused_and_the_clock_mentioned(client, authority, trusted):
    pem = authority.server("localhost", days=-1)
    with local_network.https_server(pem) as server:
        with pytest.raises(errors.CertificateFailure, match="expired") as caught:
            client(f"https://localhost:{server.server_port}").list_conditions()
        assert "clock" in str(caught.value) and server.answered == 0


def test_an_algorithm_leaves_no_connection_open(run, feedback, authority, trusted, monkeypatch):
    import gc

    monkeypatch.setenv("TOMOSHIBI_USER", "denki")
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", "hinode")
    with local_network.https_server(authority.server("localhost")) as server:
        # What an earlier test left open is not this algorithm's.
        gc.collect()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ResourceWarning)
            address = f"https://localhost:{server.server_port}"
            found = run("listconditions", {"BASE_URL": address, "OUTPUT": "TEMPORARY_OUTPUT"})
            gc.collect()
    assert found["COUNT"] == 0
    assert [str(one.message) for one in caught if "socket" in str(one.message)] == []
