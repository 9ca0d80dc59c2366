"""Where people wait: from the last byte of a download to the first map, a refresh, the brief; and each step's share.

    waits.py [--meters 20000]

The practice aggregator serves a made-up municipality on loopback (build/bench/waits-<meters>, made once). A case is
filled from it, the shelters are mapped, styled and drawn; then the situation is refreshed with nothing new and made all
again, and the brief is printed. Every step is told by clock and by processor time and as a share of its wait; time
spent in a step inside another counts for the inner one only. There is no limit: figures depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
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

    def tell(self, wait: str, without: str = "") -> float:
        """Print the steps since the last time, the largest first; return the seconds of all but those `without`."""
        counted = {title: spent for title, spent in self.spent.items() if not without or not title.startswith(without)}
        seconds, used = (sum(spent[which] for spent in counted.values()) for which in (0, 1))
        print(f"{wait}: {seconds:.2f} s, processor {used:.2f} s, peak {peak():.2f} GB")
        for title, (took, work) in sorted(self.spent.items(), key=lambda item: -item[1][0]):
            share = f"{took / seconds:5.0%}" if title in counted else " apart"
            print(f"  {title:44} {took:8.2f} s {work:8.2f} s {share}")
        self.spent = {}
        return seconds


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


def first_map(run: Callable[..., dict], clock: Clock, server: Any, scenario: Any, case: Path) -> None:
    """Fill a case from the aggregator and put the shelters on the screen."""
    from tomoshibi.tests.qgis.refresh_drill import Clockwork, register_periodic

    conditions = register_periodic(server, scenario)
    # the aggregator makes its files before anybody waits
    Clockwork(server, scenario, case, conditions).wait_until_published(server.now)
    with clock.step("download: the rest"):
        fetched = run("downloadpublished", {"CASE": str(case), "WAIT_MINUTES": 30})
    size = sum(path.stat().st_size for path in (case / "received").rglob("*.csv")) / 1e6
    with clock.step("map: the rest"):
        run("shelterpower", {"CASE": str(case), "FACILITIES": str(case / "facilities.geojson")})
    with clock.step("screen: open, style, draw"):
        draw(case / "layers.gpkg", "shelterpower")
    print(f"{fetched.get('FILES', 0)} files, {size:.0f} MB")
    largest = max((title for title in clock.spent if not title.startswith("network")), key=lambda t: clock.spent[t][0])
    seconds = clock.tell("first map after the last byte", without="network")
    print(f"= waits: first map {seconds:.1f} s after the last byte of {size:.0f} MB, the largest step “{largest}”")


def refreshes(run: Callable[..., dict], clock: Clock, scenario: Any, case: Path) -> None:
    """Make the situation, refresh it with nothing new, with an edited list, and all again."""
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
    for wait, redo in (("nothing new", "new"), ("an edited list of facilities", "new"), ("all again", "all")):
        if wait.startswith("an edited"):
            facilities.write_bytes(facilities.read_bytes() + b"\n")
        with clock.step("refresh: the rest"):
            layers = run("refreshcase", {"CASE": str(case), "REDO": redo})["LAYERS"]
        told[wait] = clock.tell(f"refresh, {wait}: {layers} layers made")
    for wait, seconds in told.items():
        print(f"= waits: refresh, {wait}: {seconds / told['all again']:.2f} of all again")


def main(meters: int) -> int:
    """Print every wait."""
    folder = scenario_of(meters)
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory(dir=folder.parent) as place:
        os.environ.update(QGIS_CUSTOM_CONFIG_PATH=profile, TOMOSHIBI_LANGUAGE="en")
        from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

        application = QgsApplication([], True)
        application.initQgis()
        from tomoshibi.practice.scenario import Scenario
        from tomoshibi.practice.server import PracticeServer
        from tomoshibi.processing_provider.provider import TomoshibiProvider
        from tomoshibi.tests.qgis.refresh_drill import make_case

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
        scenario = Scenario.open(folder)
        with PracticeServer(folder, build_seconds=0.0) as server:
            user, phrase = server.credentials()()
            os.environ.update(TOMOSHIBI_BASE_URL=server.url, TOMOSHIBI_USER=user, TOMOSHIBI_PASSPHRASE=phrase)
            server.now = scenario.now
            case = make_case(run, scenario, Path(place) / "case")
            for step in STEPS:
                clock.watch(*step)
            first_map(run, clock, server, scenario, case)
            del os.environ["TOMOSHIBI_BASE_URL"]
            refreshes(run, clock, scenario, case)
            with clock.step("brief: the rest"):
                pages = run("brief", {"CASE": str(case)})["PAGES"]
            clock.tell(f"brief of {pages} pages")
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=20_000)
    main(parser.parse_args().meters)
