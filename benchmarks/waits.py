"""Where people wait: from the last byte of a download to the first map, a refresh, the brief; and each step's share.

    waits.py [--meters 20000]

The practice aggregator serves a made-up municipality on loopback (build/bench/waits-<meters>, made once). A case is
filled from it, the shelters are mapped, styled and drawn; then the situation is refreshed with nothing new and made all
again, and the brief is printed. Every step is told by clock and by processor time and as a share of its wait; time
spent in a step inside another counts for the inner one only. The rows compare within the run by processor time, which
other programs change least: the first map with a bare SHA-256 of the same files, the others with making all layers; and
they tell how each wait grows from a quarter of the meters to all (1.00: with the meters). There is no limit.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Callable

from _start import ROOT

STEPS = (
    ("aggregator.transfer", "download", "network: bytes, checksum, sync"),
    ("casefile.intake", "take_in", "intake: the rest"),
    ("casefile.intake", "receive_files", "intake: files received (checksums)"),
    ("casefile.intake", "distinct_publications", "intake: repeats found"),
    ("casefile.intake", "recognise_files", "intake: kinds recognised"),
    ("casefile.intake", "enter_received", "intake: ledger"),
    ("casefile.intake", "note", "intake: what was published noted"),
    ("casefile.intake", "take_readings", "intake: readings into the store"),
    ("casefile.intake", "take_tables", "intake: lists and master read"),
    ("casefile.intake.master", "add_master", "intake: master merged"),
    ("casefile.intake.master", "merge_master", "intake: master merged"),
    ("casefile.intake", "_link_contractors", "intake: contractors linked"),
    ("casefile.intake", "tell_doubts", "intake: doubts looked for"),
    ("processing_provider.acquire.downloadpublished", "note_files", "download: lists of files noted"),
    ("processing_provider.acquire.downloadpublished", "keep_contractors", "download: contractors kept"),
    ("dependencies", "load", "packages imported"),
    ("processing_provider.situation.facilities", "read_facilities", "map: list of facilities"),
    ("processing_provider.situation.facilities", "read_facility_links", "map: links to supply points"),
    ("casefile.case_arrays", "newest_of", "map: how far the data reach"),
    ("casefile.case_arrays", "supply_points", "map: evidence of supply points"),
    ("analysis.facilities", "facility_power", "map: states"),
    ("processing_provider.results", "_written", "map: layer written"),
    ("processing_provider.results", "_keep_history", "map: history kept"),
    ("processing_provider.results", "_keep_recipe", "map: recipe and stamp kept"),
    ("processing_provider.stamps", "stamp_of_run", "map: stamp taken"),
    ("processing_provider.stamps", "stamp", "stamp taken"),
    ("processing_provider.publish.brief", "_results", "brief: layers opened"),
    ("processing_provider.publish.brief", "_first_page", "brief: first page counted"),
    ("sheets.combined", "export_together", "brief: pages drawn and printed"),
)
"""(module of the plugin, function, what it is called)."""


class Clock:
    """Time spent in each step, without that of the steps inside it; a thread that helps counts for nobody."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}
        self._open: list[list[float]] = []
        self._thread = threading.get_ident()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Count what is done inside for a step."""
        if threading.get_ident() != self._thread:
            yield
            return
        begin = (time.perf_counter(), time.process_time())
        self._open.append([0.0, 0.0])
        try:
            yield
        finally:
            inner = self._open.pop()
            took = [end - start for start, end in zip(begin, (time.perf_counter(), time.process_time()))]
            held = self.spent.setdefault(title, [0.0, 0.0])
            for which in (0, 1):
                held[which] += took[which] - inner[which]
                if self._open:
                    self._open[-1][which] += took[which]

    def watch(self, module: str, name: str, title: str) -> None:
        """Count a function of the plugin for a step from now on."""
        place = import_module(f"tomoshibi.{module}")
        real = getattr(place, name, None)
        if real is None:
            print(f"  there is no {module}.{name} any more", file=sys.stderr)
            return

        def watched(*given: Any, **named: Any) -> Any:
            with self.step(title):
                made = real(*given, **named)
                # what is made one by one would else be counted for whoever takes it
                return list(made) if isinstance(made, Iterator) else made

        setattr(place, name, watched)

    def tell(self, wait: str, without: str = "") -> Wait:
        """Print the steps since the last time, the largest first; return what all but those `without` took."""
        counted = {title: spent for title, spent in self.spent.items() if not without or not title.startswith(without)}
        seconds, used = (sum(spent[which] for spent in counted.values()) for which in (0, 1))
        print(f"{wait}: {seconds:.2f} s, processor {used:.2f} s, peak {peak():.2f} GB")
        for title, (took, work) in sorted(self.spent.items(), key=lambda item: -item[1][0]):
            share = f"{took / seconds:5.0%}" if title in counted else " apart"
            print(f"  {title:44} {took:8.2f} s {work:8.2f} s {share}")
        largest = max(counted, key=lambda title: counted[title][1], default="")
        share = counted[largest][1] / used if largest and used else 0.0
        self.spent = {}
        return Wait(seconds, used, f"{largest} {share:.0%}")


@dataclass(frozen=True)
class Wait:
    """What somebody waited for."""

    seconds: float
    """By the clock."""
    used: float
    """Seconds of processor."""
    largest: str
    """The step that takes most of it, and its share."""


def peak() -> float:
    """Return the process's peak of memory in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def scenario_of(meters: int) -> Path:
    """Return the folder of the municipality, made where it is not there yet."""
    from tomoshibi.practice.scenario import ScenarioSpec, make_scenario

    folder = ROOT / "build" / "bench" / f"waits-{meters}"
    if not folder.is_dir():
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        begin = time.perf_counter()
        make_scenario(part, seed=5, spec=ScenarioSpec(meters=meters))
        part.rename(folder)
        print(f"made up {meters:,} meters in {time.perf_counter() - begin:.0f} s (once)", flush=True)
    return folder


def draw(package: Path, name: str) -> int:
    """Open a layer of a case as the desk does, and draw it; return its features."""
    from qgis.core import QgsMapRendererParallelJob, QgsMapSettings, QgsVectorLayer
    from qgis.PyQt.QtCore import QSize
    from tomoshibi.layers import style

    layer = QgsVectorLayer(f"{package}|layername={name}", name, "ogr")
    style.apply_style(layer, name)
    view = QgsMapSettings()
    view.setLayers([layer])
    view.setDestinationCrs(layer.crs())
    view.setExtent(layer.extent())
    view.setOutputSize(QSize(1600, 1000))
    job = QgsMapRendererParallelJob(view)
    job.start()
    job.waitForFinished()
    return layer.featureCount()


def hashed(paths: list[Path]) -> float:
    """Return the seconds of processor that a bare SHA-256 of files takes."""
    before = time.process_time()
    for path in paths:
        digest = hashlib.sha256()
        with open(path, "rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return time.process_time() - before


def first_map(run: Callable[..., dict], clock: Clock, server: Any, scenario: Any, case: Path) -> tuple[Wait, str]:
    """Fill a case from the aggregator and put the shelters on the screen; return the wait and how it compares."""
    from tomoshibi.tests.qgis.refresh_drill import Clockwork, register_periodic

    conditions = register_periodic(server, scenario)
    # the aggregator makes its files before anybody waits
    Clockwork(server, scenario, case, conditions).wait_until_published(server.now)
    with clock.step("download: the rest"):
        fetched = run("downloadpublished", {"CASE": str(case), "WAIT_MINUTES": 30})
    with clock.step("map: the rest"):
        run("shelterpower", {"CASE": str(case), "FACILITIES": str(case / "facilities.geojson")})
    with clock.step("screen: open, style, draw"):
        draw(case / "layers.gpkg", "shelterpower")
    received = list((case / "received").rglob("*.csv"))
    size = sum(path.stat().st_size for path in received) / 1e6
    print(f"{fetched.get('FILES', 0)} files, {size:.0f} MB")
    waited = clock.tell("first map after the last byte", without="network")
    floor = hashed(received)
    return waited, f"{waited.used / floor:.1f} × a bare SHA-256 of its {size:.0f} MB"


def refreshes(run: Callable[..., dict], clock: Clock, scenario: Any, case: Path) -> dict[str, Wait]:
    """Make the situation, refresh it with nothing new, with an edited list, and all again; return the waits."""
    areas = str(scenario.folder / "open" / "areas.geojson")
    for name, more in (
        ("acquisitiongaps", {"AREAS": areas}),
        ("hiddenoutages", {}),
        ("isolatedcommunities", {"AREAS": areas}),
    ):
        run(name, {"CASE": str(case), **more})
    clock.spent = {}
    told = {}
    facilities = case / "facilities.geojson"
    for wait, redo in ((NOTHING_NEW, "new"), (EDITED, "new"), (ALL_AGAIN, "all")):
        if wait == EDITED:
            facilities.write_bytes(facilities.read_bytes() + b"\n")
        with clock.step("refresh: the rest"):
            layers = run("refreshcase", {"CASE": str(case), "REDO": redo})["LAYERS"]
        told[wait] = clock.tell(f"{wait}: {layers} layers made")
    return told


NOTHING_NEW, EDITED = "refresh, nothing new", "refresh, an edited list of facilities"
ALL_AGAIN = "refresh, all again"
FIRST_MAP, BRIEF = "first map after the last byte", "brief"
QUARTER = 4


def waits_of(run: Callable[..., dict], clock: Clock, folder: Path, place: Path) -> tuple[dict[str, Wait], str]:
    """Return every wait of a municipality, and how the first map compares."""
    from tomoshibi.practice.scenario import Scenario
    from tomoshibi.practice.server import PracticeServer
    from tomoshibi.tests.qgis.refresh_drill import make_case

    scenario = Scenario.open(folder)
    # what was asked of it in an earlier run would be delivered again
    shutil.rmtree(folder / "aggregator", ignore_errors=True)
    with PracticeServer(folder, build_seconds=0.0) as server:
        user, phrase = server.credentials()()
        os.environ.update(TOMOSHIBI_BASE_URL=server.url, TOMOSHIBI_USER=user, TOMOSHIBI_PASSPHRASE=phrase)
        server.now = scenario.now
        case = make_case(run, scenario, place / "case")
        clock.spent = {}
        first, compared = first_map(run, clock, server, scenario, case)
        del os.environ["TOMOSHIBI_BASE_URL"]
        told = {FIRST_MAP: first, **refreshes(run, clock, scenario, case)}
        with clock.step("brief: the rest"):
            pages = run("brief", {"CASE": str(case)})["PAGES"]
        told[BRIEF] = clock.tell(f"brief of {pages} pages")
    return told, compared


def compare(few: dict[str, Wait], all_: dict[str, Wait], first: str, meters: int) -> None:
    """Print the rows: each wait beside its rival of the same run, its growth, and its largest step."""
    for name, wait in all_.items():
        beside = first if name == FIRST_MAP else f"{wait.used / all_[ALL_AGAIN].used:.2f} of all layers made again"
        growth = math.log(wait.used / few[name].used) / math.log(QUARTER)
        print(f"= waits: {name}: {beside}, growth {growth:.2f}, most of it “{wait.largest}” ({wait.seconds:.1f} s)")
    print(f"= waits: {meters:,} meters, peak {peak():.2f} GB")


def main(meters: int) -> int:
    """Print every wait, of a quarter of the meters first."""
    folders = [scenario_of(count) for count in (meters // QUARTER, meters)]
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory(dir=folders[0].parent) as place:
        os.environ.update(QGIS_CUSTOM_CONFIG_PATH=profile, TOMOSHIBI_LANGUAGE="en")
        from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

        application = QgsApplication([], True)
        application.initQgis()
        from tomoshibi.processing_provider.provider import TomoshibiProvider

        provider = TomoshibiProvider()
        if not QgsApplication.processingRegistry().addProvider(provider):
            raise SystemExit("the provider was refused")

        def run(name: str, given: dict) -> dict:
            algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{name}")
            context = QgsProcessingContext()
            context.setProject(QgsProject.instance())
            results, good = algorithm.run(given, context, QgsProcessingFeedback(False), {}, False)
            if not good:
                raise SystemExit(f"{name} failed")
            return results

        clock = Clock()
        for step in STEPS:
            clock.watch(*step)
        told = []
        for number, folder in enumerate(folders):
            print(f"-- {folder.name}")
            (Path(place) / str(number)).mkdir()
            told.append(waits_of(run, clock, folder, Path(place) / str(number)))
        compare(told[0][0], told[1][0], told[1][1], meters)
        sys.stdout.flush()
        shutil.rmtree(place, ignore_errors=True)
        os._exit(0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=20_000)
    main(parser.parse_args().meters)
