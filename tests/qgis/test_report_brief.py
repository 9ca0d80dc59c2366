"""The shipped model “morning brief”: it is offered, and a batch runs it for the cases of four municipalities."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsApplication
from tomoshibi.layers.schema import SPECS
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

THEMES = ("shelterpower", "meshoutage", "acquisitiongaps", "isolatedcommunities", "homeaway")
MUNICIPALITIES = 4


@pytest.fixture(scope="module")
def drills(tmp_path_factory):
    return [
        make_drill(tmp_path_factory.mktemp(f"drill{seed}"), seed=seed, meters=2000)
        for seed in range(11, 11 + MUNICIPALITIES)
    ]


def parameters(drill, folder) -> dict:
    own = {name: str(drill.open / f"{name.lower()}.geojson") for name in ("FACILITIES", "AREAS", "ROADS", "HAZARDS")}
    wanted = {output: "memory:" for output in outputs()}
    sheets = next(name for name in wanted if name.startswith("mapsheets"))
    return {"CASE": str(drill.case.folder), **own, **wanted, sheets: str(folder)}


def outputs() -> list[str]:
    model = QgsApplication.processingRegistry().algorithmById("tomoshibi:morning_brief")
    return [definition.name() for definition in model.destinationParameterDefinitions()]


def test_the_model_is_offered_with_the_inputs_of_a_municipality_and_stays_when_the_toolbox_is_refreshed(provider):
    for _ in range(2):
        model = QgsApplication.processingRegistry().algorithmById("tomoshibi:morning_brief")
        assert model is not None and model.groupId() == "publish"
        names = {definition.name() for definition in model.parameterDefinitions()}
        assert {"CASE", "FACILITIES", "AREAS", "ROADS", "HAZARDS"} <= names
        assert {name.split(":")[0] for name in outputs()} == {*THEMES, "mapsheets"}
        provider.refreshAlgorithms()


def test_a_batch_runs_it_for_four_municipalities_and_every_case_gets_its_layers_and_sheets(run, drills, tmp_path):
    seen = set()
    for number, drill in enumerate(drills):
        folder = tmp_path / str(number)
        found = run("morning_brief", parameters(drill, folder))
        for theme in THEMES:
            key = next(name for name in found if name.split(":")[0] == theme)
            table = rows(found[key])
            assert list(table.columns) == SPECS[theme].names() and len(table), theme
        assert sorted(path.stem for path in Path(folder).glob("*.pdf")) == sorted(THEMES)
        assert all(path.read_bytes().startswith(b"%PDF") for path in Path(folder).glob("*.pdf"))
        shelters = rows(found[next(name for name in found if name.startswith("shelterpower"))])
        seen.add(tuple(shelters["facility_id"] + shelters["state"]))
        sheets = [entry for entry in drill.case.ledger.entries() if entry.algorithm == "tomoshibi:mapsheets"]
        assert len(sheets) == len(THEMES)
    assert len(seen) == len(drills)
