"""Every algorithm of the provider, held to the rules that all share."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProcessingFeedback, QgsProcessingParameterDefinition
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QTextDocument
from tomoshibi.processing_provider.base import GROUPS, HELP, TomoshibiAlgorithm
from tomoshibi.processing_provider.registry import ALGORITHMS

NAMES = [module.split(".")[1] for module, _ in ALGORITHMS]

IDS = """outagetimeline recoveryindex contractcounts powertrucks restorationplan situationreport createcase editcase
casestatus testconnection registercondition listconditions deletecondition downloadpublished importfiles shelterpower
meshoutage areaoutage acquisitiongaps isolatedcommunities hiddenoutages homeaway presencetable mapsheets createscenario
practiceserver scoredrill meshgrid meshcode matchcontractors registercontractors listcontractors
deletecontractors contractorcsv checkprofile refreshcase importbroute evacuationsupport residenceevidence
visitplan verifycase undoimport setupcase brief openproject overridestate
requestletter disposalreport municipalpackages dispose fieldpackage mergefield
supportrequest handover supportbatches placemap utilityareas outlook mapaudit survivalclocks lifesupport publishpostgis
exportreadings importreadings""".split()
"""The public ids: models and scripts of other people depend on them."""

PARAMETERS = {
    "createcase": "CASE NAME EVENT_TIME MUNICIPALITY REQUEST_KIND REQUEST_DATE USE_FROM USE_TO EVENT_TIMES EVENT_AREA "
    "PURPOSE OPERATOR TERMS EXTENSION_BY NO_EXPORT",
    "editcase": "CASE NAME EVENT_TIMES EVENT_AREA USE_FROM USE_TO PRACTICE PURPOSE OPERATOR TERMS "
    "EXTENSION_BY NO_EXPORT",
    "casestatus": "CASE",
    "testconnection": "BASE_URL AUTH PROFILE",
    "registercondition": "CASE TEMPLATE FROM TO VOLTAGE MESH_SIZE AREA BASE_URL AUTH PROFILE",
    "listconditions": "CONDITION_ID BASE_URL AUTH PROFILE OUTPUT",
    "deletecondition": "CONDITION_ID BASE_URL AUTH PROFILE",
    "downloadpublished": "CASE CONDITION_ID WAIT_MINUTES BASE_URL AUTH PROFILE",
    "importfiles": "CASE FILES SCOPE PROFILE",
    "importbroute": "CASE SUPPLY_POINT FILES METER_CLASS",
    "refreshcase": "CASE CONDITION_ID LAYERS REDO BASE_URL AUTH PROFILE",
    "checkprofile": "PROFILE COPY",
    "shelterpower": "CASE AT FACILITIES LINKS KIND OUTPUT",
    "meshoutage": "CASE AT MESH_SIZE VOLTAGE ALL_TIMES BASELINE OUTPUT",
    "areaoutage": "CASE AT AREAS AREA_FIELD OUTPUT",
    "acquisitiongaps": "CASE AREAS MESH_SIZE FROM TO STEP_HOURS OUTPUT",
    "isolatedcommunities": "CASE AREAS THRESHOLD HOURS ROADS HAZARDS OUTPUT",
    "homeaway": "CASE AT METHOD RESIDENTS ONLY_LISTED AREA CURVES OUTPUT",
    "presencetable": "CASE FROM TO METHOD OUTPUT",
    "evacuationsupport": "CASE SUPPORT_LIST HAZARD_AREA AT METHOD OUTPUT",
    "residenceevidence": "CASE APPLICANTS EVENT_DATE MONTHS OUTPUT PDF",
    "visitplan": "CASE LIST WEEK METHOD OUTPUT XLSX PDF",
    "mapsheets": "CASE SHEET LAYERS COVERAGE DISTRICTS PAPER",
    "brief": "CASE SHEETS PAPER PDF",
    "openproject": "CASE LARGE_TYPE",
    "handover": "CASE FORMATS",
    "verifycase": "CASE OUTPUT",
    "undoimport": "CASE IMPORT_ID",
    "requestletter": "CASE KIND OUTPUT",
    "disposalreport": "CASE OUTPUT",
    "supportrequest": "CASE LIST FACILITIES REQUESTS XLSX CSV",
    "dispose": "CASE CONFIRM DRY_RUN KEEP_STATISTICS REPORT",
    "createscenario": "AREAS POPULATION SHELTERS OUTAGES SEED FOLDER",
    "scoredrill": "SCENARIO CASE OUTPUT",
    "outagetimeline": "CASE AREAS OUTPUT CHART",
    "lifesupport": "CASE PEOPLE OUTPUT XLSX",
    "outlook": "CASE AREAS HORIZONS OUTPUT CHART",
    "mapaudit": "CASE FROM TO OUTPUT",
    "recoveryindex": "CASE AREAS MESH_SIZE MONTHS SEGMENT OUTPUT CHART",
    "contractcounts": "CASE AREAS MESH_SIZE VOLTAGE SINCE AT OUTPUT",
    "powertrucks": "CASE NEEDS TRUCKS HOURS PRIORITY OUTPUT",
    "survivalclocks": "CASE FACILITIES BACKUP HOURS OUTPUT",
    "restorationplan": "CASE PLAN AREAS OUTPUT",
    "situationreport": "CASE HTML XLSX PDF",
    "fieldpackage": "CASE THEMES COLUMNS RECIPIENT AREA FOLDER",
    "mergefield": "CASE PACKAGE OUTPUT",
    "publishpostgis": "CASE CONNECTION SCHEMA THEMES OUTPUT",
    "municipalpackages": "CASE AREAS AREA_FIELD COLUMNS SECTIONS ENCRYPT FOLDER",
    "meshgrid": "AREA MESH_SIZE OUTPUT",
    "meshcode": "INPUT MESH_SIZE OUTPUT",
    "exportreadings": "CASE FROM TO FOLDER",
    "importreadings": "CASE FOLDER PROFILE",
}
"""Parameters of the public page."""

OUTPUTS = {
    "createcase": "CASE",
    "editcase": "CASE",
    "casestatus": "NAME METERS READING_DAYS SNAPSHOTS STATISTICS_DAYS PERSONAL DAYS_LEFT DETAILS",
    "testconnection": "OK MESSAGE STEPS",
    "registercondition": "CONDITION_ID COUNT",
    "listconditions": "OUTPUT COUNT",
    "deletecondition": "COUNT",
    "downloadpublished": "FILES BYTES FOLDER FAILED ROWS REJECTED",
    "importfiles": "FILES ROWS REJECTED FAILED DUPLICATES REPEATED MISSING",
    "importbroute": "FILES ROWS REJECTED STORED LAST",
    "refreshcase": "FILES LAYERS FAILED MESSAGE STATE LAST_SUCCESS DATA_TIME DETAILS",
    "checkprofile": "OK PROBLEMS MESSAGE PUBLIC ASSUMED",
    "shelterpower": "OUTPUT POWERED PARTIAL OUTAGE UNKNOWN",
    "meshoutage": "OUTPUT CELLS MASKED METERS SILENT",
    "areaoutage": "OUTPUT",
    "acquisitiongaps": "OUTPUT AREAS_COUNT",
    "isolatedcommunities": "OUTPUT COUNT",
    "homeaway": "OUTPUT HOME AWAY UNKNOWN HOME_LISTED HOME_NOT_LISTED AWAY_LISTED AWAY_NOT_LISTED",
    "presencetable": "OUTPUT",
    "evacuationsupport": "OUTPUT COUNT HOME AWAY UNKNOWN INSIDE NO_READINGS NOWHERE KEPT",
    "residenceevidence": "OUTPUT PDF LIVED NOT_LIVED REVIEW NO_READINGS SOURCES",
    "visitplan": "OUTPUT XLSX PDF COUNT LONG_ABSENT NO_READINGS",
    "mapsheets": "FOLDER PAGES",
    "brief": "PDF PAGES SKIPPED",
    "openproject": "PROJECT",
    "handover": "FOLDER FILES",
    "verifycase": "OK PROBLEMS OUTPUT",
    "undoimport": "FILES ROWS",
    "requestletter": "OUTPUT BLANKS",
    "disposalreport": "OUTPUT DISPOSED",
    "supportrequest": "XLSX CSV COUNT ASKED GRANTED ARRIVED REFUSED WAITING",
    "dispose": "DELETED REMAINING REPORT",
    "createscenario": "FOLDER METERS",
    "scoredrill": "OUTPUT",
    "outagetimeline": "OUTPUT CHART",
    "lifesupport": "OUTPUT EXHAUSTED SOON UNKNOWN POWERED XLSX",
    "outlook": "OUTPUT CHART",
    "mapaudit": "OUTPUT FAILED_RELAYS",
    "recoveryindex": "OUTPUT CHART",
    "powertrucks": "OUTPUT FUEL_L DRUMS TANKERS",
    "survivalclocks": "OUTPUT FAILING",
    "fieldpackage": "FOLDER ROWS PICTURES PACKAGE_ID",
    "mergefield": "OUTPUT MERGED CONFLICTS UNCHANGED",
    "publishpostgis": "TABLES ROWS TAKEN GIVEN CONFLICTS UNSURE GONE PROJECTS SKIPPED OUTPUT",
    "municipalpackages": "FOLDER PACKAGES LEFT_OUT PASSPHRASES",
    "meshgrid": "OUTPUT",
    "meshcode": "OUTPUT",
    "exportreadings": "FOLDER FILES ROWS MUNICIPALITIES NO_MUNICIPALITY",
    "importreadings": "FILES ROWS REJECTED FAILED DUPLICATES REPEATED CONFLICTS",
}
"""Outputs of the public page."""


@pytest.fixture
def algorithm(provider, request):
    """The algorithm itself, as a run gets it."""
    return provider.algorithm(request.param).create()


def each(names=NAMES):
    return pytest.mark.parametrize("algorithm", names, indirect=True, ids=names)


def test_the_ids_are_the_public_ones(provider):
    assert {algorithm.name() for algorithm in provider.algorithms()} == set(IDS) | {"morning_brief"}
    assert all(algorithm.id() == f"tomoshibi:{algorithm.name()}" for algorithm in provider.algorithms())


def test_the_provider_says_its_name_and_version(provider):
    assert provider.id() == "tomoshibi"
    assert re.fullmatch(r"\d+\.\d+\.\d+", provider.versionInfo())
    assert not provider.icon().isNull()


@each()
def test_an_algorithm_lives_in_the_folder_of_its_group(algorithm):
    module = type(algorithm).__module__.split(".")
    assert algorithm.groupId() == module[-2]
    assert algorithm.groupId() in GROUPS
    assert algorithm.name() == module[-1]


@each()
def test_parameters_and_outputs_of_the_public_page_are_there(algorithm):
    parameters = {parameter.name() for parameter in algorithm.parameterDefinitions()}
    outputs = {output.name() for output in algorithm.outputDefinitions()}
    assert set(PARAMETERS.get(algorithm.name(), "").split()) <= parameters
    assert set(OUTPUTS.get(algorithm.name(), "").split()) <= outputs


@each()
def test_help_is_there_in_both_languages_and_for_every_parameter(algorithm, monkeypatch):
    for tongue, script in (("en", r"[A-Za-z]"), ("ja", r"[ぁ-んァ-ン]")):
        text = (HELP / f"{algorithm.name()}.{tongue}.md").read_text(encoding="utf-8")
        assert len(re.findall(script, text)) > 20
        monkeypatch.setenv("TOMOSHIBI_LANGUAGE", tongue)
        shown = algorithm.shortHelpString()
        assert "\n" not in shown and "<p>" in shown
        assert text.split("**")[0].strip("# \n")[:20] in shown
        plain = re.sub(r"<code>.*?</code>", "", shown)
        assert not re.search(r"\*\*|\*\w[^*]*\*", plain), "emphasis is shown as such, not as stars"
        page = QUrl(algorithm.helpUrl())
        assert page.isLocalFile() and Path(page.toLocalFile()).name.startswith(f"{algorithm.name()}.{tongue}.")
        assert Path(page.toLocalFile()).is_file()
    without = [parameter.name() for parameter in algorithm.parameterDefinitions() if not parameter.help().strip()]
    assert without == []


def bare(text: str) -> str:
    return "".join(text.replace("*", "").replace("`", "").split())


@each()
@pytest.mark.parametrize("tongue", ["en", "ja"])
def test_the_help_as_qgis_lays_it_out_has_each_paragraph_and_each_item_in_its_list(algorithm, tongue, monkeypatch):
    text = (HELP / f"{algorithm.name()}.{tongue}.md").read_text(encoding="utf-8")
    lines = re.sub(r"\n(?! *- |\s*\n|#) *(?=\S)", " ", text.strip()).splitlines()
    items = [(len(line) - len(line.lstrip()), bare(line.lstrip()[2:])) for line in lines if re.match(" *- ", line)]
    monkeypatch.setenv("TOMOSHIBI_LANGUAGE", tongue)
    page = QTextDocument()
    page.setHtml(algorithm.shortHelpString())
    shown, block = [], page.begin()
    while block.isValid():
        if block.textList() is not None:
            shown.append((2 * (block.textList().format().indent() - 1), bare(block.text())))
        block = block.next()
    assert shown == items
    whole = bare(page.toPlainText())
    assert [line for line in lines if bare(line.lstrip("# -")) not in whole] == []


@each()
def test_tags_are_japanese_english_and_latin(algorithm):
    tags = " ".join(algorithm.tags())
    assert re.search(r"[ぁ-んァ-ン一-龥]", tags)
    assert re.search(r"[a-z]{3}", tags)


@each()
def test_a_new_instance_is_of_the_same_kind_and_shares_no_state(algorithm):
    made = algorithm.createInstance()
    assert type(made) is type(algorithm) and made is not algorithm
    assert isinstance(made, TomoshibiAlgorithm)
    assert vars(made) == {}


@each()
def test_initialising_asks_nothing_of_the_network(algorithm, monkeypatch):
    def refuse(*_):
        raise AssertionError("initAlgorithm used the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    made = algorithm.create()
    assert len(made.parameterDefinitions()) == len(algorithm.parameterDefinitions())


@each()
def test_choices_are_words_so_that_models_outlive_a_new_order(algorithm):
    for parameter in algorithm.parameterDefinitions():
        if parameter.type() == "enum":
            assert parameter.usesStaticStrings(), parameter.name()


@each([name for name in NAMES if name != "createcase"])
def test_a_case_folder_that_is_none_is_named_without_a_traceback(algorithm, tmp_path):
    if algorithm.parameterDefinition("CASE") is None:
        pytest.skip("works without a case")
    from qgis.core import QgsProcessingContext
    from tomoshibi.casefile.case import CaseError

    with pytest.raises(CaseError, match=re.escape(str(tmp_path))):
        algorithm.create().case({"CASE": str(tmp_path)}, QgsProcessingContext())


def test_an_error_for_people_becomes_one_message_of_processing(provider, feedback):
    from qgis.core import QgsProcessingContext, QgsProcessingException
    from tomoshibi.messages import Cancelled, TomoshibiError, message

    class Failing(TomoshibiAlgorithm):
        NAME = "failing"
        GROUP = "tools"
        error: Exception = Cancelled()

        def work(self, parameters, context, progress):
            raise self.error

    context = QgsProcessingContext()
    assert Failing().processAlgorithm({}, context, feedback) == {}
    assert feedback.infos == ["Stopped by the user."]
    Failing.error = TomoshibiError(message("{file} is broken. Mend it.", file="a.csv"))
    with pytest.raises(QgsProcessingException, match=r"^a\.csv is broken\. Mend it\.$"):
        Failing().processAlgorithm({}, context, feedback)
    Failing.error = OSError(28, "No space left on device", "b.csv")
    with pytest.raises(QgsProcessingException, match=r"b\.csv cannot be read or written \(No space left on device\)"):
        Failing().processAlgorithm({}, context, feedback)
    # QGIS logs the text of an unforeseen error, and that text may quote a line of the data.
    Failing.error = ValueError("電力 太郎")
    with pytest.raises(QgsProcessingException, match=r"ValueError in base\.py:[0-9]+\. (?!.*太郎)"):
        Failing().processAlgorithm({}, context, feedback)


def test_progress_of_stages_fills_the_bar_in_order():
    from tomoshibi.processing_provider.base import FeedbackProgress

    feedback = QgsProcessingFeedback()
    progress = FeedbackProgress(feedback)
    progress.stage(0.5, 1).stage(0, 0.5).set_fraction(1)
    assert feedback.progress() == pytest.approx(75)
    progress.set_fraction(7)
    assert feedback.progress() == pytest.approx(100)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-01-19T05:46:00", "2026-01-19 05:46:00"),
        ("2026-01-19", "2026-01-19 00:00:00"),
        ("2026-01-18T20:46:00Z", "2026-01-19 05:46:00"),
        ("2026-01-19T05:46:00+09:00", "2026-01-19 05:46:00"),
        (None, "None"),
    ],
)
def test_times_are_japanese_wall_clock_times(provider, given, expected):
    from qgis.core import QgsProcessingContext

    algorithm = provider.algorithm("registercondition").create()
    assert str(algorithm.moment({"FROM": given}, QgsProcessingContext(), "FROM")) == expected


def test_the_end_of_a_bare_day_is_the_midnight_that_ends_it(provider):
    from qgis.core import QgsProcessingContext

    algorithm = provider.algorithm("registercondition").create()
    ends = [
        str(algorithm.end_moment({"TO": given}, QgsProcessingContext()))
        for given in ("2026-01-19", "2026-01-19T00:00:00")
    ]
    assert ends == ["2026-01-20 00:00:00", "2026-01-19 00:00:00"]


def test_advanced_parameters_are_folded_away(provider):
    advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    for name in ("BASE_URL", "AUTH", "PROFILE"):
        assert provider.algorithm("listconditions").parameterDefinition(name).flags() & advanced


def test_the_computer_itself_is_reached_without_proxy_and_others_with_qgis_certificates(qgis_app):
    from tomoshibi.processing_provider.base import session

    assert session("http://127.0.0.1:8080/x").trust_env is False
    assert session("http://[::1]:8080").trust_env is False
    other = session("https://127.0.0.1.example.jp")
    assert other.trust_env is False
    assert b"BEGIN CERTIFICATE" in open(other.verify, "rb").read()


def test_a_proxy_of_qgis_is_used_and_its_exceptions_kept(qgis_app, monkeypatch):
    from qgis.core import QgsNetworkAccessManager
    from qgis.PyQt.QtNetwork import QNetworkProxy
    from tomoshibi.processing_provider.base import session

    manager = QgsNetworkAccessManager.instance()
    before = manager.fallbackProxy()
    proxy = QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "proxy.example.jp", 8080, "denki", "a b@c")
    manager.setFallbackProxyAndExcludes(proxy, ["https://inside.example.jp"], [])
    try:
        assert session("https://outside.example.jp").proxies["https"] == "http://denki:a%20b%40c@proxy.example.jp:8080"
        assert session("https://inside.example.jp/api").proxies == {}
    finally:
        manager.setFallbackProxyAndExcludes(before, [], [])


def test_credentials_come_from_the_configuration_the_environment_or_say_what_is_missing(qgis_app, monkeypatch):
    from qgis.core import QgsAuthMethodConfig
    from tomoshibi.messages import TomoshibiError
    from tomoshibi.processing_provider.base import credentials

    with pytest.raises(TomoshibiError, match="No account is given"):
        credentials("")
    with pytest.raises(TomoshibiError, match="abc1234 cannot be opened"):
        credentials("abc1234")
    monkeypatch.setenv("TOMOSHIBI_USER", "denki")
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", "hinode")
    assert credentials("") == ("denki", "hinode")
    manager = QgsApplication.authManager()
    manager.setMasterPassword("drill only", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("drill")
    config.setConfig("username", "tsuuden")
    config.setConfig("password", "hanako")
    manager.storeAuthenticationConfig(config)
    assert credentials(config.id()) == ("tsuuden", "hanako")
