"""What a refresh leaves as it is: only what it would make the same, whatever a theme was made of."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProject
from tomoshibi import settings
from tomoshibi.casefile import overrides, stamps, years
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.columns import stored_kinds
from tomoshibi.casefile.recipes import keep_recipe, read_recipes
from tomoshibi.processing_provider.stamps import stamp
from tomoshibi.tests.drill_case import make_drill

OF_READINGS = {"acquisitiongaps", "isolatedcommunities", "hiddenoutages", "outagetimeline", "homeaway"}
OF_FIGURES = {"meshoutage", "areaoutage", "utilityareas"}
ALL = {"shelterpower", *OF_READINGS, *OF_FIGURES}
WITH_AREAS = {"acquisitiongaps", "isolatedcommunities", "outagetimeline", "utilityareas"}
"""Themes that were given the file of the areas."""


@dataclass(frozen=True)
class Made:
    """A case with lists, readings and figures, and the open data beside it."""

    case: Path
    opened: Path

    @property
    def layers(self) -> Path:
        return self.case / "layers.gpkg"

    def sink(self, name: str) -> str:
        return f"ogr:dbname='{self.layers}' table=\"{name}\" (geom)"

    def open(self) -> Case:
        return Case.open(self.case)


@pytest.fixture(scope="module")
def made(run_once, tmp_path_factory) -> Made:
    """A case with every layer that can be refreshed; tests work on copies of it."""
    drill = make_drill(tmp_path_factory.mktemp("unchanged") / "made")
    shutil.copy(drill.open / "facilities.geojson", drill.case.folder)
    held = Made(drill.case.folder, drill.open)
    layers(run_once, held)
    return held


@pytest.fixture(scope="module")
def run_once(qgis_app):
    """Run an algorithm of the plugin and return its outputs."""
    import processing
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    registry = QgsApplication.processingRegistry()
    if registry.providerById("tomoshibi") is None:
        registry.addProvider(TomoshibiProvider())
    return lambda name, given: processing.run(f"tomoshibi:{name}", given)


def layers(run, drill: Made) -> None:
    opened = drill.opened
    facilities, areas = str(drill.case / "facilities.geojson"), str(opened / "areas.geojson")
    given = {
        "shelterpower": {"FACILITIES": facilities},
        "acquisitiongaps": {"AREAS": areas},
        "isolatedcommunities": {"AREAS": areas, "ROADS": str(opened / "roads.geojson")},
        "hiddenoutages": {},
        "outagetimeline": {"AREAS": areas},
        "homeaway": {},
        "meshoutage": {},
        "areaoutage": {"AREAS": str(opened / "municipality.geojson"), "AREA_FIELD": "code", "NAME_FIELD": "name"},
        "utilityareas": {"UTILITY_AREAS": areas},
    }
    assert set(given) == ALL
    for name, more in given.items():
        run(name, {"CASE": str(drill.case), "OUTPUT": drill.sink(name), **more})


@pytest.fixture
def drill(made, tmp_path, monkeypatch) -> Made:
    """A copy of the case and its open data, with stamps of its own: no server is asked."""
    monkeypatch.delenv("TOMOSHIBI_BASE_URL", raising=False)
    shutil.copytree(made.opened, tmp_path / "open")
    shutil.copytree(made.case, tmp_path / "case")
    copy = Made(tmp_path / "case", tmp_path / "open")
    # the open data of the copy, so that tests may change them
    case, before, after = copy.open(), made.opened.as_posix(), copy.opened.as_posix()
    for name, recipe in read_recipes(case).items():
        told = json.loads(json.dumps(dict(recipe.parameters)).replace(before, after))
        keep_recipe(case, replace(recipe, parameters=told))
        stamps.keep_stamp(case, name, recipe.made_at, now_stamp(case, name))
    yield copy
    QgsProject.instance().clear()


def now_stamp(case: Case, layer: str) -> str:
    recipe = read_recipes(case)[layer]
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{recipe.algorithm}")
    return stamp(algorithm, recipe.parameters, case)


def changed(drill: Made) -> set[str]:
    """Return the layers whose stamp is another than when they were made."""
    case = drill.open()
    return {layer for layer, (_, kept) in stamps.read_stamps(case).items() if now_stamp(case, layer) != kept}


def refresh(run, drill: Made, **more) -> tuple[set[str], set[str], str]:
    """Return what a refresh made again and what it left as it was, and what it said."""
    told = run("refreshcase", {"CASE": str(drill.case), "LAYERS": ",".join(sorted(ALL)), **more})
    assert told["FAILED"] == 0, told["MESSAGE"]
    details = json.loads(told["DETAILS"])
    return set(details["layers"]), set(details["unchanged"]), told["MESSAGE"]


# -- through the algorithm -------------------------------------------------------------------------------------------


def test_a_layer_made_by_hand_is_left_as_it_is_and_that_is_said(run, made, drill):
    kept = stamps.read_stamps(made.open())
    assert set(kept) == ALL and all(digest for _, digest in kept.values())
    before = drill.layers.read_bytes()
    redone, unchanged, said = refresh(run, drill)
    assert (redone, unchanged) == (set(), ALL)
    since = datetime.fromisoformat(read_recipes(drill.open())["shelterpower"].made_at)
    assert f"Unchanged since {since:%Y-%m-%d %H:%M}: " in said
    assert drill.layers.read_bytes() == before


def test_only_what_the_change_goes_into_is_made_again(run, drill):
    facilities = drill.case / "facilities.geojson"
    facilities.write_text(facilities.read_text(encoding="utf-8").replace("小学校", "小学校分校"), encoding="utf-8")
    assert refresh(run, drill)[:2] == ({"shelterpower", "homeaway"}, ALL - {"shelterpower", "homeaway"})
    assert refresh(run, drill)[:2] == (set(), ALL)
    assert refresh(run, drill, REDO="all")[0] == ALL


def test_new_figures_are_not_made_into_themes_of_readings(run, drill):
    touch(drill, figures(drill))
    drill.open().ledger.add("tomoshibi:importfiles", "tables/statistics", ["x"], False)
    redone, unchanged, _ = refresh(run, drill)
    assert (redone, unchanged) == ({*OF_FIGURES, "shelterpower"}, OF_READINGS)
    # the dock does not ask for a refresh that would change nothing
    from tomoshibi.casefile.recipes import is_stale

    case = drill.open()
    assert not any(is_stale(case, recipe) for recipe in read_recipes(case).values())


def test_a_layer_that_is_gone_is_made_again(run, drill):
    from osgeo import ogr

    package = ogr.Open(str(drill.layers), 1)
    package.DeleteLayer("hiddenoutages")
    del package
    assert refresh(run, drill)[0] == {"hiddenoutages"}


def test_what_changes_while_a_layer_is_made_leaves_it_without_a_stamp(run, drill, monkeypatch):
    from tomoshibi.processing_provider.acquire.refreshcase import RefreshCase

    real = RefreshCase._make

    def meanwhile(self, case, recipe, *more):
        real(self, case, recipe, *more)
        touch(drill, "tables/master/c07.npy")

    monkeypatch.setattr(RefreshCase, "_make", meanwhile)
    assert refresh(run, drill, REDO="all", LAYERS="acquisitiongaps")[0] == {"acquisitiongaps"}
    assert "acquisitiongaps" not in stamps.read_stamps(drill.open())


def test_a_layer_of_another_version_or_without_a_stamp_is_made_again(run, drill):
    case = drill.open()
    stamps.keep_stamp(case, "hiddenoutages", "", "")
    keep_recipe(case, replace(read_recipes(case)["outagetimeline"], made_at="2026-01-01T00:00:00"))
    assert refresh(run, drill)[0] == {"hiddenoutages", "outagetimeline"}
    (drill.case / stamps.STAMPS_FILE).write_text("{", encoding="utf-8")
    assert refresh(run, drill)[0] == ALL


# -- everything a theme is made of -----------------------------------------------------------------------------------


def touch(drill: Made, place: str) -> None:
    """Change the last byte of a file."""
    path = drill.case / place
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def told(drill: Made) -> None:
    line = {"facility_id": "x", "state": "out", "by": "電力 太郎", "at": "2026-01-20T10:00:00", "until": None}
    (drill.case / overrides.TOLD_FILE).write_text(json.dumps(line) + "\n", encoding="utf-8")


def newest_day(drill: Made) -> str:
    days = [path for path in (drill.case / "readings").iterdir() if re.match(r"\d{4}-\d\d-\d\d", path.name)]
    return max(days).relative_to(drill.case).as_posix()


def snapshot(drill: Made) -> str:
    return max((drill.case / "tables" / "outage").glob("*/c00.npy")).relative_to(drill.case).as_posix()


def figures(drill: Made) -> str:
    folder = drill.case / "tables" / "statistics"
    # a time with its highest byte changed is none
    column = max(name for name, kind in stored_kinds(folder).items() if kind != "M")
    stem = json.loads((folder / "columns.json").read_text(encoding="utf-8"))["columns"][column]
    return (folder / f"{stem}.npy").relative_to(drill.case).as_posix()


def parameter(drill: Made, layer: str, **more: object) -> None:
    case = drill.open()
    recipe = read_recipes(case)[layer]
    keep_recipe(case, replace(recipe, parameters={**recipe.parameters, **more}))


def areas(drill: Made) -> Path:
    return drill.opened / "areas.geojson"


def write(path: Path, text: str = "x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


CHANGES = {
    "a half-hour": (lambda d: touch(d, newest_day(d)), ALL),
    "what days there are": (lambda d: touch(d, "readings/index.json"), ALL),
    "a meter": (lambda d: touch(d, "readings/meters.bin"), ALL),
    "readings in finer steps": (lambda d: write(d.case / "readings" / "15" / "meters.bin"), ALL),
    "a list of outages": (lambda d: touch(d, snapshot(d)), ALL),
    "one more list": (lambda d: write(d.case / "tables/outage/20260120190000_C1/columns.json"), ALL),
    "the master": (lambda d: touch(d, "tables/master/c07.npy"), ALL),
    "the contractors": (lambda d: touch(d, "tables/contractors/c00.npy"), ALL),
    "links": (lambda d: touch(d, "contractors/links.csv"), ALL),
    "what was published": (lambda d: touch(d, "publications.jsonl"), ALL),
    "figures": (lambda d: touch(d, figures(d)), {*OF_FIGURES, "shelterpower"}),
    "a B-route log": (lambda d: write(d.case / "tables/broute/columns.json"), {*OF_FIGURES, "shelterpower"}),
    "what meters tell": (lambda d: write(d.case / "tables/events/columns.json"), {*OF_FIGURES, "shelterpower"}),
    "months": (lambda d: write(d.case / "tables/monthly/columns.json"), ALL),
    "an event of the case": (lambda d: edit(d.case / "case.json", '"name": "', '"name": "x'), ALL),
    "a file nobody knows": (lambda d: write(d.case / "notes" / "x.csv"), ALL),
    "a received file": (lambda d: write(d.case / "received" / "byhand" / "x.csv"), ALL),
    "what was asked for": (lambda d: write(d.case / "received" / "C1" / "condition.json", "{}"), ALL),
    "a told state": (told, {"shelterpower"}),
    "a list that was given": (
        lambda d: edit(d.case / "facilities.geojson", "小学校", "校"),
        {"shelterpower", "homeaway"},
    ),
    "areas that were given": (lambda d: edit(areas(d), "area_name", "area_nom"), WITH_AREAS),
    "areas that are gone": (lambda d: areas(d).unlink(), WITH_AREAS),
    "a file beside those areas": (lambda d: write(areas(d).with_suffix(".prj")), WITH_AREAS),
    "a file that waits to be written": (lambda d: write(Path(f"{areas(d)}-wal")), WITH_AREAS),
    "the moment asked for": (lambda d: parameter(d, "hiddenoutages", AT="2026-01-20T10:00:00"), {"hiddenoutages"}),
    "a figure asked for": (lambda d: parameter(d, "acquisitiongaps", STEP_HOURS=6), {"acquisitiongaps"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_anything_a_theme_is_made_of_changes_its_stamp_and_no_others(drill, what):
    assert changed(drill) == set()
    change, expected = CHANGES[what]
    change(drill)
    assert changed(drill) == expected


def test_an_input_of_the_case_counts_for_the_themes_that_take_it(drill, run):
    from tomoshibi.casefile.own_inputs import keep_file

    trucks = drill.case.parent / "trucks.csv"
    trucks.write_text("name,kw\nA,10\n", encoding="utf-8")
    keep_file(drill.open(), "TRUCKS", trucks, 1, "tomoshibi:editcase")
    assert changed(drill) == set()
    facilities = drill.case / "facilities.geojson"
    keep_file(drill.open(), "FACILITIES", facilities, 1, "tomoshibi:editcase")
    asks = {name for name in ALL if "FACILITIES" in taken(name)}
    assert "shelterpower" in asks and "hiddenoutages" not in asks
    assert changed(drill) == asks
    keep_file(drill.open(), "LINKS", drill.case / "contractors" / "links.csv", 1, "tomoshibi:editcase")
    assert changed(drill) == ALL


def taken(name: str) -> set[str]:
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{name}")
    return set(algorithm.own_kinds().values())


def test_versions_and_settings_count_for_every_theme(drill, monkeypatch):
    for change in (
        lambda patch: patch.setattr(settings, "metadata", lambda item: "99.0.0"),
        lambda patch: patch.setenv("TOMOSHIBI_OLD_HOURS", "24"),
        lambda patch: patch.setenv("TOMOSHIBI_LANGUAGE", "ja"),
        lambda patch: patch.setenv("TOMOSHIBI_PROFILE", str(drill.case / "facilities.geojson")),
        lambda patch: patch.setenv("TOMOSHIBI_PRACTICE", "1"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            change(patch)
            assert changed(drill) == ALL
    assert changed(drill) == set()


def test_what_cannot_be_looked_at_has_no_stamp(drill):
    for source in (
        "postgres://dbname='gis' table=\"t\"",
        "delimitedtext:file:///tmp/a.csv",
        "/vsizip//tmp/a.zip",
        "/tmp/a.vrt",
        "case:layers.vrt",
        "http://example.jp/wfs",
    ):
        parameter(drill, "acquisitiongaps", AREAS=source)
        assert now_stamp(drill.open(), "acquisitiongaps") == ""


def test_a_list_of_the_future_counts_once_its_time_has_come_and_an_event_too(drill, monkeypatch):
    case = drill.open()
    event = case.info.event_time
    ahead = event + timedelta(hours=30)
    write(drill.case / "tables" / "outage" / f"{ahead:%Y%m%d%H%M%S}_C1" / "columns.json")

    def at(moment: datetime) -> str:
        monkeypatch.setattr(years, "now", lambda: moment)
        return now_stamp(drill.open(), "hiddenoutages")

    assert at(event - timedelta(hours=1)) != at(event + timedelta(hours=1))
    assert at(event + timedelta(hours=1)) == at(event + timedelta(hours=29)) != at(event + timedelta(hours=31))


def test_in_a_real_disaster_what_was_told_holds_up_to_the_present_and_has_no_stamp(drill):
    case = drill.open()
    case = case.change(replace(case.info, practice=False))
    told(drill)
    assert now_stamp(case, "shelterpower") == "" and now_stamp(case, "hiddenoutages") != ""


def test_a_large_file_counts_by_size_times_and_place(tmp_path, monkeypatch):
    monkeypatch.setattr(stamps, "_WHOLE_BYTES", 10)
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(bytes(100))
    before = stamps._state(path)
    times = path.stat()
    other.write_bytes(bytes(99) + b"x")
    os.replace(other, path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert stamps._state(path) != before
    assert stamps._state(tmp_path / "none") == "none"


# -- nothing is left out that is read --------------------------------------------------------------------------------

SEEN: list[set[str]] = []
"""What Python opens or looks for, while somebody watches; a hook cannot be taken away again."""


def _hook(event: str, arguments: tuple) -> None:
    if SEEN and event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        SEEN[-1].add(os.path.abspath(os.fsdecode(arguments[0])))


sys.addaudithook(_hook)


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_theme_looks_at_nothing_that_its_stamp_leaves_out(run, drill, monkeypatch, name):
    real = os.stat

    def watched(path, *more, **named):
        if SEEN and isinstance(path, (str, bytes, os.PathLike)):
            SEEN[-1].add(os.path.abspath(os.fsdecode(path)))
        return real(path, *more, **named)

    recipe = read_recipes(drill.open())[name]
    given = {"CASE": str(drill.case), "OUTPUT": drill.sink(name)}
    for key, value in recipe.parameters.items():
        inside = isinstance(value, str) and value.startswith("case:")
        given[key] = str(drill.case / value[5:]) if inside else value
    monkeypatch.setattr(os, "stat", watched)
    # which looks at everything itself
    monkeypatch.setattr(stamps, "stamp_of", lambda *asked: "")
    SEEN.append(set())
    try:
        run(name, given)
    finally:
        seen = SEEN.pop()
    places = {Path(one).relative_to(drill.case).as_posix() for one in seen if Path(one).is_relative_to(drill.case)}
    assert any(place.startswith("tables/") for place in places)
    left_out = stamps._LEFT_OUT.get(name, ()) + (() if name == "shelterpower" else (overrides.TOLD_FILE,))
    assert [place for place in places if left_out and place.startswith(left_out)] == []
    unread = [place for place in places if place.startswith(("received/", "sheets/"))]
    assert [place for place in unread if Path(place).suffix not in ("", ".json", ".jsonl")] == []
    assert "imports.jsonl" not in places
    beside = [place for place in places if "/" not in place and Path(place).suffix not in ("", ".json", ".jsonl")]
    known = ("layers.gpkg", "context.gpkg", "facilities.geojson")
    assert name == "homeaway" or [place for place in beside if not place.startswith((".", *known))] == []
    earlier = [place for place in places if re.match(r"history/.*\.npz$", place)]
    # beside what it said, a theme writes who had been heard: what earlier ones said is not opened
    assert len([place for place in earlier if not place.startswith("history/heard/")]) <= 1, "only what is written"
    assert len(earlier) <= 2, "only what is written"
