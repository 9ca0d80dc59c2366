"""The algorithms, one row each. A row whose module is missing is an error, not a gap in the toolbox."""

from __future__ import annotations

ALGORITHMS: tuple[tuple[str, str], ...] = (
    ("acquire.createcase", "CreateCase"),
    ("acquire.casestatus", "CaseStatus"),
    ("acquire.testconnection", "TestConnection"),
    ("acquire.checkprofile", "CheckProfile"),
    ("acquire.registercondition", "RegisterCondition"),
    ("acquire.listconditions", "ListConditions"),
    ("acquire.deletecondition", "DeleteCondition"),
    ("acquire.downloadpublished", "DownloadPublished"),
    ("acquire.importfiles", "ImportFiles"),
    ("acquire.refreshcase", "RefreshCase"),
    ("acquire.matchcontractors", "MatchContractors"),
    ("acquire.registercontractors", "RegisterContractors"),
    ("acquire.listcontractors", "ListContractors"),
    ("acquire.deletecontractors", "DeleteContractors"),
    ("acquire.contractorcsv", "ContractorCsv"),
    ("situation.shelterpower", "ShelterPower"),
    ("situation.meshoutage", "MeshOutage"),
    ("situation.areaoutage", "AreaOutage"),
    ("situation.acquisitiongaps", "AcquisitionGaps"),
    ("situation.isolatedcommunities", "IsolatedCommunities"),
    ("situation.hiddenoutages", "HiddenOutages"),
    ("situation.outagetimeline", "OutageTimeline"),
    ("people.homeaway", "HomeAway"),
    ("people.presencetable", "PresenceTable"),
    ("people.evacuationsupport", "EvacuationSupport"),
    ("recovery.recoveryindex", "RecoveryIndex"),
    ("drill.createscenario", "CreateScenario"),
    ("drill.practiceserver", "PracticeServerAlgorithm"),
    ("drill.scoredrill", "ScoreDrill"),
    ("publish.mapsheets", "MapSheets"),
    ("tools.meshgrid", "MeshGrid"),
    ("tools.meshcode", "MeshCode"),
)
"""(module below this package, class). Modules are imported when QGIS loads the provider and must be light."""
