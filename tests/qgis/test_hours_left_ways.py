"""Hours left, people on devices, outlook and audit: script, dialog, `qgis_process`, model and batch say the same.

What the dialog and `qgis_process` look like in Japanese stands in test_use_cases_dialog and test_use_cases_process.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from qgis.core import QgsProject, QgsVectorLayer
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows
from tomoshibi.tests.qgis.ways import EXECUTABLE, by_batch, by_dialog, by_model, by_process

NAMES = ("survivalclocks", "lifesupport", "outlook", "mapaudit")
SAID = {
    "survivalclocks": "rank facility_id state fails_earliest fails_latest litres_to_hours assumption".split(),
    "lifesupport": "priority person_id state battery_from battery_until unknown_reason".split(),
    "outlook": "area_id horizon_h expected dark_now low80 high80 on_map unknown_reason".split(),
    "mapaudit": "theme shown_at right wrong unknown".split(),
}
"""What must be the same whichever way it was asked."""
LEAST_ROWS = {"mapaudit": 2}
"""Rows that an answer has at least, where they are few."""


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), seed=7)


@pytest.fixture(autouse=True)
def past_maps(drill, run):
    """Maps of two past moments in the case, which an audit judges."""
    if not (drill.case.folder / "history").is_dir():
        for hours in (8, 20):
            given = {
                **asked(drill, "shelterpower"),
                "AT": f"{drill.case.info.event_time + timedelta(hours=hours):%FT%T}",
            }
            run("shelterpower", given)


def asked(drill, name: str) -> dict[str, str]:
    """Return what a person gives."""
    given = {
        "survivalclocks": {"FACILITIES": "facilities.geojson", "LINKS": "links.csv", "BACKUP": "backup.csv"},
        "lifesupport": {"PEOPLE": "devices.csv"},
        "shelterpower": {"FACILITIES": "facilities.geojson", "LINKS": "links.csv"},
        "outlook": {"AREAS": "areas.geojson"},
        "mapaudit": {"AREAS": "areas.geojson", "FACILITIES": "facilities.geojson", "LINKS": "links.csv"},
    }[name]
    return {"CASE": str(drill.case.folder), **{key: str(drill.open / file) for key, file in given.items()}}


def said(output, name: str) -> list[list[str]]:
    """Return what a layer says, as text."""
    layer = output if isinstance(output, QgsVectorLayer) else QgsVectorLayer(str(output), name, "ogr")
    assert layer.isValid(), output
    table = rows(layer)[SAID[name]]
    return [
        ["" if value is None else value.toString("yyyy-MM-dd hh:mm:ss") if hasattr(value, "toString") else f"{value}"
         for value in row]
        for row in table.itertuples(index=False)
    ]  # fmt: skip


@pytest.fixture
def expected(drill, run, tmp_path):
    """Return `expected(name)`: what the algorithm says when a script runs it."""

    def runner(name: str) -> list[list[str]]:
        found = run(name, {**asked(drill, name), "OUTPUT": str(tmp_path / "script.gpkg")})
        told = said(found["OUTPUT"], name)
        assert len(told) >= LEAST_ROWS.get(name, 10) and len({tuple(row[1:3]) for row in told}) > 1
        return told

    return runner


@pytest.mark.parametrize("name", NAMES)
def test_the_dialog_says_what_a_script_says(drill, provider, expected, name, tmp_path):
    made = by_dialog(provider, name, asked(drill, name), tmp_path / "dialog.gpkg")
    assert said(made, name) == expected(name)
    QgsProject.instance().clear()


@pytest.mark.skipif(EXECUTABLE is None, reason="qgis_process is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_the_program_without_a_window_says_what_a_script_says(drill, expected, name, tmp_path):
    made = by_process(name, asked(drill, name), tmp_path / "process.gpkg", tmp_path / "profile")
    assert said(made, name) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_as_a_step_of_a_model_it_says_what_a_script_says(drill, provider, expected, name, tmp_path):
    made = by_model(name, asked(drill, name), tmp_path / "model.gpkg", tmp_path / "hours.model3")
    assert said(made, name) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_each_row_of_a_batch_says_what_a_script_says(drill, provider, expected, name, tmp_path):
    outputs = [tmp_path / f"batch{number}.gpkg" for number in range(2)]
    by_batch(provider, name, asked(drill, name), outputs)
    told = expected(name)
    for output in outputs:
        assert said(output, name) == told
    QgsProject.instance().clear()
