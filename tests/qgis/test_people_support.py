"""UC④: people who need support × hazard area × presence, from the toolbox."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import QgsProcessingContext, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime
from tomoshibi.analysis.support import HIGH_CARE, RULES, care_degree, support_table
from tomoshibi.casefile.ledger import Ledger
from tomoshibi.processing_provider.output_targets import told_place
from tomoshibi.processing_provider.results import place_in_case
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

PLANTED = "電力 植男"


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("support"), seed=5, meters=2000)


@pytest.fixture
def support_list(drill, tmp_path):
    numbers = drill.case.master(["supply_point", "flow"])
    numbers = numbers.loc[numbers["flow"] == 1, "supply_point"].tolist()[:6]
    care = ["要介護２", "要支援1", "身体２級", "", "要介護五", "要介護3"]
    lines = ["宛名番号,氏名,供給地点特定番号,要介護度"]
    lines += [f"P{place},{PLANTED},{number},{word}" for place, (number, word) in enumerate(zip(numbers, care))]
    lines += [f"P8,{PLANTED},3.1E+20,要介護5", f"P9,{PLANTED},{'9' * 22},要介護1"]
    path = tmp_path / "support.csv"
    path.write_text("\n".join(lines), encoding="cp932")
    return path


def given(drill, support_list, **more):
    return {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(support_list), "OUTPUT": "memory:", **more}


def areas(drill, prefix="99101"):
    layer = QgsVectorLayer(str(drill.open / "areas.geojson"), "areas")
    layer.setSubsetString(f"area_id LIKE '{prefix}%'")
    return layer


@pytest.mark.parametrize(
    ("words", "degree"),
    [
        *[
            ("要支援1", 1),
            ("要支援２", 2),
            ("要介護１", 3),
            ("要介護度5", 7),
            ("要介護 三", 5),
            ("3", 5),
            ("介護度2", 4),
        ],
        *[("障害支援区分６", 7), ("身体障害者手帳1級", 7), ("要介護2・身体1級", 7), ("自立", 0), ("2.0", 4)],
        *[("", None), ("不明", None), ("9", None), ("要介護9", None), ("12", None)],
    ],
)
def test_degrees_of_care_are_read_in_the_words_of_lists(words, degree):
    assert care_degree(words) == degree


def test_no_part_of_the_score_outweighs_the_one_before_it():
    most_care = RULES.care_step * 7
    presences = sorted(RULES.presence.values())
    assert min(b - a for a, b in zip(presences, presences[1:])) > most_care
    hazards = sorted(RULES.hazard.values())
    assert min(b - a for a, b in zip(hazards, hazards[1:])) > presences[-1] + most_care
    assert RULES.care_unknown == HIGH_CARE


def test_what_is_not_known_stands_between_danger_and_none():
    table = support_table(
        ["away", "home", "no_data", "asleep_unknown", "home"],
        np.array([1, 0, 1, 1, -1]),
        ["要介護5", "要介護5", "", "要支援1", ""],
    )
    assert table["priority"].tolist() == [3, 5, 2, 1, 4]
    assert table["in_hazard"].isna().tolist() == [False] * 4 + [True]
    plain = support_table(["away", "home"], None, ["要介護5", "自立"])
    assert plain["priority"].tolist() == [2, 1] and plain["in_hazard"].isna().all()


def test_everybody_is_listed_in_order_and_who_cannot_be_told_is_counted(run, drill, support_list, feedback):
    found = run("evacuationsupport", given(drill, support_list, HAZARD_AREA=areas(drill)))
    listed = rows(found["OUTPUT"])
    assert found["COUNT"] == len(listed) == 8
    assert listed["priority"].tolist() == list(range(1, 9))
    assert listed["score"].is_monotonic_decreasing
    assert found["NO_READINGS"] == 2 and found["NOWHERE"] == 2
    lost = listed[listed["key"].isin(["P8", "P9"])]
    assert set(lost["state"]) == {"no_data"} and lost["in_hazard"].isna().all()
    assert listed.set_index("key").loc["P8", "supply_point"] is None
    assert found["HOME"] + found["AWAY"] + found["UNKNOWN"] == 8
    assert found["INSIDE"] == (listed["in_hazard"] == True).sum()  # noqa: E712
    shapes = {feature["key"]: feature.geometry().isNull() for feature in found["OUTPUT"].getFeatures()}
    assert shapes["P8"] and shapes["P9"] and not shapes["P0"]
    assert any("no coordinates" in warning for warning in feedback.warnings)
    assert any("rows 8" in warning for warning in feedback.warnings)


def test_without_a_hazard_area_nobody_is_counted_as_outside_it(run, drill, support_list):
    assert "INSIDE" not in run("evacuationsupport", given(drill, support_list))


def test_the_hazard_area_comes_before_presence_and_presence_before_care(run, drill, support_list):
    listed = rows(run("evacuationsupport", given(drill, support_list, HAZARD_AREA=areas(drill, "99102")))["OUTPUT"])
    rank = {True: 2, None: 1, False: 0}
    order = {"home": 3, "asleep_unknown": 2, "no_data": 1, "away": 0}
    keys = [(rank[inside], order[state]) for inside, state in zip(listed["in_hazard"], listed["state"])]
    assert keys == sorted(keys, reverse=True) and len(set(keys)) > 1


def test_names_are_copied_only_where_asked_for_and_never_told(run, drill, support_list, feedback):
    quiet = rows(run("evacuationsupport", given(drill, support_list))["OUTPUT"])
    assert not quiet.astype(str).apply(lambda column: column.str.contains(PLANTED)).any().any()
    named = rows(run("evacuationsupport", given(drill, support_list, NAMES=True))["OUTPUT"])
    assert set(named["name"]) == {PLANTED}
    said = feedback.infos + feedback.warnings + feedback.errors
    assert said and not any(PLANTED in line for line in said)
    assert PLANTED not in drill.case.ledger.path.read_text(encoding="utf-8")


def test_a_list_with_own_ids_only_is_linked_by_the_case(run, drill, tmp_path):
    link = (drill.case.folder / "contractors" / "links.csv").read_text(encoding="utf-8").splitlines()[1]
    key, number = link.split(",")
    path = tmp_path / "own.csv"
    path.write_text(f"施設ID,介護度\n{key},4\nnobody,\n", encoding="utf-8")
    listed = rows(run("evacuationsupport", given(drill, path))["OUTPUT"])
    assert number in set(listed.loc[listed["key"] == key, "supply_point"])
    assert listed.set_index("key").loc["nobody", "supply_point"] is None


def sink(drill):
    return f"ogr:dbname='{drill.case.folder / 'layers.gpkg'}' table=\"evacuationsupport\" (geom)"


def test_what_people_entered_stays_with_them_when_the_list_is_made_anew(run, drill, support_list):
    run("evacuationsupport", given(drill, support_list, OUTPUT=sink(drill)))
    place = f"{drill.case.folder / 'layers.gpkg'}|layername=evacuationsupport"
    layer = QgsVectorLayer(place, "support", "ogr")
    moment = QDateTime.fromString("2026-01-19T09:30:00", "yyyy-MM-ddTHH:mm:ss")
    assert layer.startEditing()
    for feature in layer.getFeatures():
        if feature["key"] in ("P1", "P8"):
            feature["response"], feature["response_by"], feature["response_at"] = "needs_help", "第3班", moment
            assert layer.updateFeature(feature)
    assert layer.commitChanges()
    del layer
    again = run("evacuationsupport", given(drill, support_list, OUTPUT=sink(drill), HAZARD_AREA=areas(drill)))
    assert again["KEPT"] == 2
    kept = rows(QgsVectorLayer(place, "support", "ogr")).set_index("key")
    assert kept["response"].dropna().index.tolist() != [] and set(kept["response"].dropna().index) == {"P1", "P8"}
    assert kept.loc["P1", "response_by"] == "第3班"
    assert kept.loc["P1", "response_at"].toString("yyyy-MM-dd HH:mm") == "2026-01-19 09:30"
    entries = [
        entry for entry in Ledger(drill.case.folder / "ledger.jsonl").entries() if "evacuationsupport" in entry.path
    ]
    assert entries and all(entry.personal for entry in entries)


def test_the_form_lets_only_the_responses_be_changed(run_and_load, drill, support_list, tmp_path):
    from qgis.core import QgsProject

    run_and_load("evacuationsupport", given(drill, support_list, OUTPUT=str(tmp_path / "support.gpkg")))
    layer = next(iter(QgsProject.instance().mapLayers().values()))
    form = layer.editFormConfig()
    names = [name for name in layer.fields().names() if name != "fid"]
    open_ = {name for name in names if not form.readOnly(layer.fields().lookupField(name))}
    assert open_ == {"response", "response_by", "response_at", "response_note"}
    assert layer.renderer().type() == "pointDisplacement"


def test_the_form_is_saved_beside_the_data_and_opens_without_the_plugin(run_and_load, drill, support_list, tmp_path):
    from qgis.core import QgsProject

    path = str(tmp_path / "support.gpkg")
    # A second run must neither ask in a window nor take the place of a form that was adapted.
    for _ in range(2):
        QgsProject.instance().clear()
        run_and_load("evacuationsupport", given(drill, support_list, OUTPUT=path))
    QgsProject.instance().clear()
    layer = QgsVectorLayer(path, "support", "ogr")
    assert layer.loadDefaultStyle()[1] and layer.renderer().type() == "pointDisplacement"
    place = layer.fields().lookupField
    assert layer.editorWidgetSetup(place("response")).type() == "ValueMap"
    assert layer.editorWidgetSetup(place("response_at")).type() == "DateTime"
    assert layer.editFormConfig().readOnly(place("priority")) and not layer.editFormConfig().readOnly(place("response"))
    assert len(layer.listStylesInDatabase()[2]) == 1


def test_what_people_entered_is_kept_wherever_the_list_stands_that_is_overwritten(
    run, drill, support_list, feedback, tmp_path
):
    path = str(tmp_path / "shared.gpkg")
    before = run("evacuationsupport", given(drill, support_list, OUTPUT=path))["KEPT"]
    layer = QgsVectorLayer(path, "support", "ogr")
    assert layer.startEditing()
    feature = next(feature for feature in layer.getFeatures() if feature["key"] == "P2")
    feature["response"] = "contacted"
    assert layer.updateFeature(feature) and layer.commitChanges()
    del layer
    numbers = {each["key"]: each.id() for each in QgsVectorLayer(path, "support", "ogr").getFeatures()}
    assert run("evacuationsupport", given(drill, support_list, OUTPUT=path))["KEPT"] == before + 1
    # the rows keep their numbers, so that nobody has to be warned
    assert not any("another person's row" in warning for warning in feedback.warnings)
    again = QgsVectorLayer(path, "support", "ogr")
    assert {each["key"]: each.id() for each in again.getFeatures()} == numbers
    kept = rows(again).set_index("key")["response"].dropna()
    assert kept["P2"] == "contacted" and len(kept) == before + 1


def answered(drill, run, tmp_path, before: str, after: str, feedback):
    """Let the first of a list answer, make the list anew from other lines, and return it and what was told."""
    number = drill.case.master(["supply_point", "flow"]).query("flow == 1")["supply_point"].iloc[0]
    paths = []
    for name, lines in (("before.csv", before), ("after.csv", after)):
        paths.append(tmp_path / name)
        paths[-1].write_text(lines.format(number=number), encoding="utf-8")
    place = str(tmp_path / "support.gpkg")
    run("evacuationsupport", given(drill, paths[0], OUTPUT=place, NAMES=True))
    layer = QgsVectorLayer(place, "support", "ogr")
    assert layer.startEditing()
    feature = min(layer.getFeatures(), key=lambda one: str(one["key"]) + str(one["name"]))
    feature["response"] = "evacuated"
    assert layer.updateFeature(feature) and layer.commitChanges()
    del layer
    feedback.warnings.clear()
    apart = drill.case.folder / "evacuationsupport-responses.csv"
    apart.unlink(missing_ok=True)
    found = run("evacuationsupport", given(drill, paths[1], OUTPUT=place, NAMES=True))
    lines = apart.read_text(encoding="utf-8-sig") if apart.is_file() else ""
    listed = rows(QgsVectorLayer(place, "support", "ogr"))
    told = any("not certain who they are" in line for line in feedback.warnings)
    assert told == bool(lines) == (found["KEPT"] == 0)
    assert not told or "evacuated" in lines, "nothing that was entered is lost"
    return listed


IDS = "宛名番号,氏名,供給地点特定番号\n"
BARE = "氏名,供給地点特定番号\n"


@pytest.mark.parametrize(
    ("before", "after", "who"),
    [
        (IDS + "P1,電力 太郎,{number}", IDS + "P2,通電 花子,{number}\nP1,電力　太郎,{number}", "電力　太郎"),
        (BARE + "電力 太郎,{number}", BARE + "通電 花子,{number}\n電力 太郎,{number}", "電力 太郎"),
        (BARE + "電力 太郎,{number}", IDS + "P7,電力 太郎,{number}", "電力 太郎"),
        (IDS + "P1,電力 太郎,{number}", IDS + "P2,通電 花子,{number}", None),
        (IDS + "P1,電力 太郎,{number}", IDS + "P1,通電 花子,{number}", None),
        (BARE + "電力 太郎,{number}", BARE + "通電 花子,{number}", None),
        (IDS + "P1,電力 太郎,{number}", IDS + "P1,電力 太郎," + "9" * 22, None),
    ],
    ids=["same id", "same name", "id added", "next tenant", "id given again", "other name", "moved"],
)
def test_a_response_stays_with_the_person_and_never_goes_to_another_of_the_same_home(
    run, drill, tmp_path, feedback, before, after, who
):
    listed = answered(drill, run, tmp_path, before, after, feedback)
    assert listed.loc[listed["response"].notna(), "name"].tolist() == ([who] if who else [])


@pytest.mark.parametrize(
    ("destination", "told"),
    [
        (
            "postgres://dbname='saigai' host=10.0.0.5 port=5432 user='hq' password='geheim' "
            'table="public"."support" (geom)',
            "postgres: 10.0.0.5:5432/saigai public.support",
        ),
        ("postgres://service='saigai' authcfg=abc1234 table=\"support\" (geom)", "postgres: saigai support"),
        ("/somewhere/support.gpkg", ""),
        ("memory:support", ""),
    ],
)
def test_a_table_of_a_database_is_told_without_the_account(destination, told):
    assert told_place(destination) == told


def test_the_ledger_never_holds_the_account_of_a_database(drill):
    secret = "postgres://dbname='saigai' host=10.0.0.5 user='hq' password='geheim' table=\"public\".\"support\" (geom)"
    place = place_in_case(drill.case, secret, QgsProcessingContext())
    assert place == "postgres: 10.0.0.5/saigai public.support"


def test_a_list_without_number_and_id_is_refused_with_what_to_do(complaint, drill, tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text("氏名,電話\n電力 太郎,0000000000\n", encoding="utf-8")
    said = complaint("evacuationsupport", given(drill, path))
    assert "供給地点特定番号" in said and "太郎" not in said


def test_readings_that_ended_long_before_the_moment_are_told(run, drill, support_list, feedback):
    run("evacuationsupport", given(drill, support_list, AT="2027-01-01T00:00:00"))
    assert any("hours earlier" in warning for warning in feedback.warnings)
