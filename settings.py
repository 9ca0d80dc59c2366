"""Every setting once: its name, type, default, the environment variable that overrides it. No secrets are settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsApplication, QgsSettings

PREFIX = "tomoshibi/"
HOME = Path(__file__).resolve().parent
"""The folder of the package."""

CASE_VARIABLE = "tomoshibi_case"
"""Project variable with the folder of the case that the project is about, also from where the project is."""
USER_VARIABLE = "TOMOSHIBI_USER"
"""Environment variable with the account of a headless run; read when needed, never kept."""
PHRASE_FROM = "TOMOSHIBI_PASSPHRASE"
"""Environment variable with the account's passphrase; read when needed, never kept."""


@dataclass(frozen=True)
class Setting:
    """One text setting. An environment variable that is set and not blank comes before what the user saved."""

    name: str
    """Key below `tomoshibi/` in QgsSettings (an organisation may preset it in qgis_global_settings.ini)."""
    default: str
    """Value where neither the environment nor the settings say anything."""
    variable: str
    """Environment variable that overrides it."""
    about: str
    """What it is, for the guide."""

    def read(self) -> str:
        """Return the value in force."""
        override = os.environ.get(self.variable, "").strip()
        return override or str(QgsSettings().value(PREFIX + self.name, self.default, type=str)).strip()

    def save(self, value: str) -> None:
        """Keep `value` for this user."""
        QgsSettings().setValue(PREFIX + self.name, value)


LANGUAGE = Setting("language", "", "TOMOSHIBI_LANGUAGE", "Language of the plugin, e.g. ja or en; blank follows QGIS.")
BASE_URL = Setting("baseUrl", "", "TOMOSHIBI_BASE_URL", "Address of the aggregator.")
AUTH_CONFIG = Setting("authConfig", "", "TOMOSHIBI_AUTH", "Id of QGIS's authentication configuration with the account.")
PROFILE = Setting("profile", "", "TOMOSHIBI_PROFILE", "Interface profile file; blank is the profile that ships.")
MUNICIPALITY = Setting("municipality", "", "TOMOSHIBI_MUNICIPALITY", "Municipality code (6 digits) for new cases.")
UTILITY = Setting("utility", "", "TOMOSHIBI_UTILITY", "The utility asked for the data; a word of UTILITIES.")
CASE_FOLDER = Setting("caseFolder", "", "TOMOSHIBI_CASE_FOLDER", "Folder in which new case folders are made.")
PRACTICE = Setting("practice", "", "TOMOSHIBI_PRACTICE", "1 while practising: only this computer is spoken to.")
CURRENT_CASE = Setting("currentCase", "", "TOMOSHIBI_CASE", "Case folder that the dialogs start with.")
RECENT_CASES = Setting("recentCases", "", "TOMOSHIBI_RECENT", "Case folders opened lately, one a line, newest first.")
KNOWN_CASES = Setting(
    "knownCases",
    "",
    "TOMOSHIBI_KNOWN_CASES",
    "Case folders made or verified in this profile, one a line; * takes every case as it is.",
)
CASE_GROUP = Setting(
    "caseGroup",
    "",
    "TOMOSHIBI_CASE_GROUP",
    "Group of this computer's users that shares the case folders (Linux, macOS); blank keeps them to the user.",
)
CONNECTION_TESTED = Setting(
    "connectionTested",
    "",
    "TOMOSHIBI_CONNECTION_TESTED",
    "Address and time of the last test of the connection that went well.",
)
PARALLEL = Setting("parallelDownloads", "3", "TOMOSHIBI_PARALLEL", "Files downloaded side by side, 1 to 6.")
REFRESH_MINUTES = Setting(
    "refreshMinutes", "10", "TOMOSHIBI_REFRESH_MINUTES", "Minutes between automatic refreshes of the case, 1 to 1440."
)
OLD_HOURS = Setting(
    "oldHours", "12", "TOMOSHIBI_OLD_HOURS", "Hours after which data are old and say nothing about now, 1 to 240."
)
CLUSTER = Setting(
    "dask/address",
    "",
    "TOMOSHIBI_DASK",
    "Where meters are worked on: blank threads, processes, or the address of a Dask scheduler (tcp://…:8786).",
)
CLUSTER_FOLDER = Setting(
    "dask/folder",
    "",
    "TOMOSHIBI_DASK_FOLDER",
    "Folder of the case folders as Dask's workers see it; blank where they see it as this computer does.",
)
DOCK_SHOWN = Setting("dockShown", "", "TOMOSHIBI_DOCK_SHOWN", "1 while the situation dock is shown.")

ALL = (
    LANGUAGE,
    BASE_URL,
    AUTH_CONFIG,
    PROFILE,
    MUNICIPALITY,
    UTILITY,
    CASE_FOLDER,
    PRACTICE,
    CURRENT_CASE,
    RECENT_CASES,
    KNOWN_CASES,
    CASE_GROUP,
    REFRESH_MINUTES,
    OLD_HOURS,
    CONNECTION_TESTED,
    PARALLEL,
    CLUSTER,
    CLUSTER_FOLDER,
    DOCK_SHOWN,
)

UTILITIES = (
    "hokkaido",
    "tohoku",
    "tokyo",
    "chubu",
    "hokuriku",
    "kansai",
    "chugoku",
    "shikoku",
    "kyushu",
    "okinawa",
)
"""The general transmission and distribution utilities (一般送配電事業者), from north to south."""


def language() -> str:
    """Return the two-letter language the plugin speaks: `ja` where it is asked for, otherwise `en`."""
    return "ja" if (LANGUAGE.read() or QgsApplication.locale()).lower().startswith("ja") else "en"


def parallel() -> int:
    """Return how many files are downloaded at once: PARALLEL, 1 to 6, the default where it is no number."""
    chosen = PARALLEL.read()
    return min(max(int(chosen if chosen.isdecimal() else PARALLEL.default), 1), 6)


def refresh_minutes() -> int:
    """Return the minutes between two automatic refreshes: REFRESH_MINUTES, the default where it is no fit number."""
    chosen = REFRESH_MINUTES.read()
    return int(chosen if chosen.isdecimal() and 1 <= int(chosen) <= 1440 else REFRESH_MINUTES.default)


def old_hours() -> float:
    """Return the hours after which data are old: OLD_HOURS, the default where it is no fit number."""
    chosen = OLD_HOURS.read()
    return float(chosen if chosen.isdecimal() and 1 <= int(chosen) <= 240 else OLD_HOURS.default)


def packages_folder() -> Path:
    """Return the folder of the QGIS profile into which a bundle of packages is unpacked."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "python"


def heads_folder() -> Path:
    """Return the folder of the QGIS profile with the heads of the ledgers of cases (`casefile.heads`)."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "tomoshibi" / "heads"


MOST_KNOWN = 200
"""Cases remembered as known."""


def is_known(folder: str) -> bool:
    """Whether a case was made or verified in this profile: the files of any other may be anything."""
    known = KNOWN_CASES.read().splitlines()
    return "*" in known or os.path.realpath(folder) in known


def make_known(folder: str) -> None:
    """Remember a case as known in this profile."""
    path = os.path.realpath(folder)
    known = [each for each in KNOWN_CASES.read().splitlines() if each != path]
    KNOWN_CASES.save("\n".join([path, *known][:MOST_KNOWN]))


def guide_url(page: str) -> str:
    """Return the address of a page on this computer: the HTML that the zip holds, in a checkout the page itself.

    `page`: a Markdown file of the repository, as `docs/user-guide.ja.md`.
    """
    shipped = HOME / "guide" / Path(page).with_suffix(".html")
    return (shipped if shipped.is_file() else HOME / page).as_uri()


def metadata(item: str) -> str:
    """Return one item of metadata.txt, the one source of version and addresses. Raises KeyError where it has none."""
    from configparser import ConfigParser

    parser = ConfigParser(interpolation=None)
    parser.read(HOME / "metadata.txt", encoding="utf-8")
    return parser["general"][item]
