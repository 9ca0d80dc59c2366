"""One case that holds what every use case needs, and what a person must give to each: for tests of whole runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Union

import pandas as pd
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.analysis.mesh import secondary_codes
from tomoshibi.casefile.intake import take_in
from tomoshibi.messages import Progress
from tomoshibi.practice.published_files import publish_files
from tomoshibi.tests.drill_case import BOX, Drill, make_drill

NAMES = (
    "shelterpower",
    "survivalclocks",
    "lifesupport",
    "meshoutage",
    "areaoutage",
    "acquisitiongaps",
    "isolatedcommunities",
    "hiddenoutages",
    "outagetimeline",
    "outlook",
    "homeaway",
    "presencetable",
    "evacuationsupport",
    "residenceevidence",
    "visitplan",
    "recoveryindex",
    "restorationplan",
    "powertrucks",
    "situationreport",
)
"""The algorithms of UC① to UC⑨ and of the headquarters, those first that others build on."""
MORNING_BRIEF = (
    "shelterpower",
    "meshoutage",
    "acquisitiongaps",
    "isolatedcommunities",
    "hiddenoutages",
    "survivalclocks",
    "homeaway",
)
"""The maps that the model “morning brief” makes."""

PERSON = "電力 太郎"
TRUCKS = "truck_id,kva,state,lat,lon\nT1,100,待機中,38.20,135.30\nT2,45,発電中,38.21,135.31\n"

Given = dict[str, Union[str, list[str]]]


@dataclass(frozen=True)
class UseCases:
    """A filled case, what the municipality has itself, and lists of people, trucks and a plan."""

    drill: Drill
    lists: Path

    @property
    def case(self) -> Path:
        return self.drill.case.folder

    def given(self, name: str, results: dict[str, str]) -> Given:
        """Return what a person must give to an algorithm; `results` are layers made before, by algorithm."""
        own = self.drill.open
        needed: dict[str, Given] = {
            "shelterpower": {"FACILITIES": str(own / "facilities.geojson")},
            "survivalclocks": {
                "FACILITIES": str(own / "facilities.geojson"),
                "BACKUP": str(own / "backup.csv"),
            },
            "lifesupport": {"PEOPLE": str(own / "devices.csv")},
            "areaoutage": {
                "AREAS": str(own / "municipality.geojson"),
                "AREA_FIELD": "code",
                "NAME_FIELD": "name",
            },
            "isolatedcommunities": {"AREAS": str(own / "areas.geojson")},
            "evacuationsupport": {"SUPPORT_LIST": str(self.lists / "people.csv")},
            "residenceevidence": {"APPLICANTS": str(self.lists / "people.csv")},
            "visitplan": {"LIST": str(self.lists / "people.csv")},
            "restorationplan": {"PLAN": str(self.lists / "plan.csv"), "AREAS": str(own / "areas.geojson")},
            "powertrucks": {
                "NEEDS": [results.get("shelterpower", ""), results.get("isolatedcommunities", "")],
                "TRUCKS": str(self.lists / "trucks.csv"),
            },
        }
        return {"CASE": str(self.case), **needed.get(name, {})}


def make_use_cases(folder: Path, seed: int = 7, meters: int = 2500) -> UseCases:
    """Make the drill, add statistics of use by month (UC⑨) and of the other voltage classes (UC②), write the lists."""
    drill = make_drill(folder, seed=seed, meters=meters)
    scenario, profile = drill.scenario, Profile.load()
    first = datetime.combine(scenario.first_day, time())
    a_year_ago = scenario.months["months"][0].astype("datetime64[s]").astype(datetime)
    wanted = (("uc9", a_year_ago, ["low"], {"low": 1000}), ("uc2", first, ["high", "extra_high"], None))
    for template, begin, voltages, sizes in wanted:
        made = TEMPLATES[template].conditions(
            scenario.municipality,
            begin,
            scenario.now,
            voltages,
            mesh_sizes=sizes,
            secondary_mesh_codes=tuple(secondary_codes(*BOX).tolist()),
        )
        for number, condition in enumerate(made):
            target = drill.case.folder / "received" / f"{template}{voltages[0]}{number}"
            files = publish_files(scenario, condition, profile, target, scenario.now, condition_id=target.name)
            report = take_in(drill.case, files, profile, condition, "unknown", Progress())
            if report.failed or report.rejected:
                raise RuntimeError(f"the drill's own files were refused: {report}")
    lists = folder / "lists"
    lists.mkdir()
    master = drill.case.master(["supply_point", "flow", "voltage"])
    homes = master.loc[(master["flow"] == 1) & (master["voltage"] == 1), "supply_point"].head(5)
    people = pd.DataFrame({"ID": [f"P{place}" for place in range(5)], "氏名": PERSON, "供給地点特定番号": homes})
    people["要介護度"] = ["要介護5", "要支援1", "", "要介護2", "自立"]
    people.to_csv(lists / "people.csv", index=False, encoding="cp932")
    features = json.loads((drill.open / "areas.geojson").read_text(encoding="utf-8"))["features"]
    names = [feature["properties"]["area_name"] for feature in features[:2]]
    plan = f"地区,復旧見込\n{names[0]},2026-01-22 18:00\n{names[1]},未定\n存在しない町,2026-01-22 18:00\n"
    (lists / "plan.csv").write_text(plan, encoding="utf-8")
    (lists / "trucks.csv").write_text(TRUCKS, encoding="utf-8")
    return UseCases(drill, lists)
