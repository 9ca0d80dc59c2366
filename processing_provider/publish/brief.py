"""The morning's brief (朝のまとめ): one PDF, the figures and names first, then the maps, as far as the data go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Container, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsVectorLayer,
)

from ... import settings
from ...messages import Message, message
from ..audited import nothing_judged
from ..base import FeedbackProgress, tr, translate_message
from ..output_targets import by_time, needed_file
from ..permission import left_out
from ..printed_apart import PrintedApart
from .audit_page import pages_of_audit
from .outlook_page import pages_of_outlook
from .printing import (
    add_base_map,
    add_paper,
    base_map,
    missing_of,
    past_of,
    place_of,
    present_time,
    refuse_doubt,
    status_of,
)
from .support_page import page_of_support

if TYPE_CHECKING:
    import pandas as pd

    from ...analysis.key_figures import KeyFigure
    from ...casefile.case import Case
    from ...casefile.data_status import DataStatus
    from ...sheets.brief_page import BriefPage, Column, Tile
    from ...sheets.combined import Opened
    from ...sheets.export import Export
    from ...sheets.headline import Told
    from ...sheets.lists import Page
    from ...sheets.situation import SheetExporter
    from ...sheets.support_page import SupportPage

SHEETS = (
    *(
        "shelterpower",
        "survivalclocks",
        "meshoutage",
        "areaoutage",
        "isolatedcommunities",
        "acquisitiongaps",
        "hiddenoutages",
    ),
    *("homeaway", "recoveryindex", "contractcounts", "restorationplan", "powertrucks", "mapaudit"),
)
"""Themes in the order in which they are read."""
_WHERE_MADE = ("mapaudit",)
"""Printed without being asked for where they were made; nobody makes them every morning."""
_DEFAULT = (*SHEETS[:8], *_WHERE_MADE)
_FIRST, _LAST, _AHEAD, _BEFORE = -1, -2, -3, -4
"""Numbers of the page of figures, of that of support, of those of the outlook and of those of the audit among the pages
that could not be drawn."""
_PAPER = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}
"""Millimetres of the first page."""


class Brief(PrintedApart):
    """One PDF for the headquarters."""

    NAME = "brief"
    GROUP = "publish"
    TAGS = ("朝のまとめ", "まとめ", "災害対策本部", "印刷", "PDF", "brief", "morning", "summary", "asa no matome")

    def title(self) -> str:
        return tr("Make the brief (one PDF)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add_enum(
            "SHEETS",
            tr("Maps"),
            SHEETS,
            tr(
                "Results of the case that are printed behind the first page, in this order. Those that were not made "
                "yet are left out and named."
            ),
            default=list(_DEFAULT),
            multiple=True,
        )
        add_paper(self)
        add_base_map(self)
        self.add(
            needed_file("PDF", tr("Brief"), "PDF (*.pdf)", "reports/brief.pdf"),
            tr(
                "Where it goes: by default into “reports” of the case, in a folder for the time of its data. It holds "
                "personal data and must be disposed of with the case."
            ),
        )
        self.addOutput(QgsProcessingOutputNumber("PAGES", tr("Pages")))
        self.add_number("SKIPPED", tr("What could not be told (one line each)"), text=True)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile.data_status import status_now
        from ...casefile.ledger import now, sha256_of
        from ...sheets.pdf_files import entered_whole

        case = self.case(parameters, context)
        refuse_doubt(case)
        wanted = self.choices(parameters, context, "SHEETS") or list(_DEFAULT)
        not_judged = nothing_judged(case.folder)
        if not_judged and set(wanted) == set(_DEFAULT):
            # nobody asked for its map by name: a page of hatching says no more than the line
            wanted = [kind for kind in wanted if kind not in _WHERE_MADE]
        drawn, skipped = _allowed(case, wanted)
        skipped += [not_judged] if not_judged else []
        beside = _beside(case, wanted)
        present = present_time(case, list(drawn), now())
        status = status_now(case, present, settings.old_hours())
        press = self._press(case, parameters, context, progress, present)
        size = _PAPER[self.choice(parameters, context, "PAPER")]
        path = by_time(
            case.folder,
            Path(self.parameterAsFileOutput(parameters, "PDF", context)),
            status.evidence_until or status.at,
        )
        sources = [place_of(case, part) for _, part in (*drawn, *beside)]
        behind = _Behind(
            tuple(pages_of_outlook(case, size)),
            tuple(pages_of_audit(case, size, progress, skipped)),
            page_of_support(case, size, progress, skipped),
        )
        with entered_whole():
            made, failed = _printed(case, drawn, beside, status, press, skipped, size, behind, path, progress)
            # The first page names facilities, which derive from 個人データ.
            case.ledger.add(f"tomoshibi:{self.NAME}", case.relative(made.path), sources, True, sha256_of(made.path))
        skipped += failed
        for line in skipped:
            progress.info(message("Left out: {what}", what=line))
        return {"PDF": str(made.path), "PAGES": made.pages, "SKIPPED": "\n".join(skipped)}

    def _press(
        self,
        case: Case,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        present: Any,
    ) -> SheetExporter:
        from ...sheets.contents import Data
        from ...sheets.export import template_of
        from ...sheets.situation import SheetExporter

        return SheetExporter(
            template_of("situation_a3"),
            self.choice(parameters, context, "PAPER"),
            [],
            case.folder / "context.gpkg",
            base_map(self.choice(parameters, context, "BASEMAP"), progress),
            case.info,
            present,
            settings.metadata("version"),
            Data(settings.old_hours(), missing_of(case, present), past_of(case), status_of(case)),
        )


def _title(kind: str) -> str:
    from ...sheets.contents import THEMES

    return THEMES[kind].title() if kind in THEMES else tr("First page")


def _allowed(case: Case, wanted: list[str]) -> tuple[list[tuple[str, QgsVectorLayer]], list[str]]:
    """Return what `_results` does, without what the case forbids to print: that is among what is left out."""
    forbidden = {kind: why for kind in wanted if (why := left_out(case, kind)) is not None}
    drawn, skipped = _results(case, [kind for kind in wanted if kind not in forbidden])
    return drawn, [*skipped, *map(translate_message, forbidden.values())]


def _beside(case: Case, wanted: list[str]) -> list[tuple[str, QgsVectorLayer]]:
    """Return the results that are counted on the first page though their maps are not among those `wanted`.

    What lies in the case must not be called “not made”.
    """
    from ...analysis.key_figures import FROM_LAYER

    return _allowed(case, [kind for kind in SHEETS if kind in FROM_LAYER and kind not in wanted])[0]


def _results(case: Case, wanted: list[str]) -> tuple[list[tuple[str, QgsVectorLayer]], list[str]]:
    """Return (kind, layer) of what is printed, a layer for each voltage class, and what was not made yet.

    Of several results of one kind the one named after it is taken, else that of the newest moment.
    """
    from ...layers.project import result_layers
    from ...layers.uris import file_and_layer
    from ...sheets.contents import has_map
    from ...sheets.voltages import by_voltage
    from ..dock.results import precedence

    held: dict[str, QgsVectorLayer] = {}
    names: dict[str, str] = {}
    package = case.folder / "layers.gpkg"
    for kind, layer in result_layers(package) if package.is_file() else ():
        name = file_and_layer(layer.source())[1]
        if kind in _WHERE_MADE and not has_map(layer, kind):
            continue
        if kind not in held or precedence(kind, names[kind]) < precedence(kind, name):
            held[kind], names[kind] = layer, name
    drawn = [
        (kind, part) for kind in SHEETS if kind in wanted and kind in held for _, part in by_voltage(held[kind], kind)
    ]
    return drawn, [tr("{theme}: not made yet").format(theme=_title(kind)) for kind in _lacking(wanted, held)]


def _lacking(wanted: list[str], held: Container[str]) -> list[str]:
    """Return which of the themes wanted were not made; who asks for none by name misses none that is seldom made."""
    seldom = _WHERE_MADE if set(wanted) == set(_DEFAULT) else ()
    return [kind for kind in SHEETS if kind in wanted and kind not in held and kind not in seldom]


@dataclass(frozen=True)
class _Behind:
    """Pages behind the maps, where they were made."""

    outlook: tuple[Page, ...]
    audit: tuple[Page, ...]
    support: Optional[SupportPage]

    def without(self, failed: Container[int]) -> _Behind:
        """Return what is left where pages could not be drawn."""
        return _Behind(
            () if _AHEAD in failed else self.outlook,
            () if _BEFORE in failed else self.audit,
            None if _LAST in failed else self.support,
        )

    @property
    def count(self) -> int:
        """How many pages are numbered with the maps: outlook and audit have numbers of their own, as lists have."""
        return int(self.support is not None)


def _printed(
    case: Case,
    drawn: list[tuple[str, QgsVectorLayer]],
    beside: list[tuple[str, QgsVectorLayer]],
    status: DataStatus,
    press: SheetExporter,
    skipped: list[str],
    size: tuple[float, float],
    behind: _Behind,
    path: Path,
    progress: FeedbackProgress,
) -> tuple[Export, list[str]]:
    """Print the pages; return what was made, and a line for each page that could not be drawn."""
    from ...sheets.combined import export_together

    failed: dict[int, str] = {}

    def skip(place: int, why: Message) -> None:
        number, title = _page_at(place, shown, left)
        failed[number] = f"{title}: {translate_message(why)}"
        progress.warn(why)

    while True:
        known = len(failed)
        shown = [(number, kind, part) for number, (kind, part) in enumerate(drawn) if number not in failed]
        left = behind.without(failed)
        opened = _pages(case, drawn, beside, shown, status, press, [*skipped, *failed.values()], size, left)
        made = export_together(opened, path, progress, skip)
        if len(failed) == known:
            return made, list(failed.values())
        # The first page was drawn before a map could not be: once more, so that it names what is lacking.


def _page_at(place: int, shown: list[tuple[int, str, QgsVectorLayer]], behind: _Behind) -> tuple[int, str]:
    """Return the number and the title of a page by its place in the brief."""
    if not place:
        return _FIRST, _title("")
    if place <= len(shown):
        number, kind = shown[place - 1][:2]
        return number, _title(kind)
    if place <= len(shown) + len(behind.outlook):
        return _AHEAD, behind.outlook[0].head.title
    if place <= len(shown) + len(behind.outlook) + len(behind.audit):
        return _BEFORE, behind.audit[0].head.title
    return _LAST, behind.support.title if behind.support is not None else ""


def _pages(
    case: Case,
    drawn: list[tuple[str, QgsVectorLayer]],
    beside: list[tuple[str, QgsVectorLayer]],
    shown: list[tuple[int, str, QgsVectorLayer]],
    status: DataStatus,
    press: SheetExporter,
    told: list[str],
    size: tuple[float, float],
    behind: _Behind,
) -> list[Callable[[], Opened]]:
    """Return what opens each page: the first, the maps that are `shown`, and those `behind`."""
    from ...sheets.combined import DrawnPage

    count = 1 + len(shown) + behind.count
    first = _first_page(case, drawn, beside, status, press, told, size, count)
    opened: list[Callable[[], Opened]] = [lambda: DrawnPage(first, *size)]
    opened += [_map_page(press, part, kind, page, count) for page, (_, kind, part) in enumerate(shown, 2)]
    opened += [partial(DrawnPage, page, *size) for page in (*behind.outlook, *behind.audit)]
    if behind.support is not None:
        opened.append(partial(DrawnPage, replace(behind.support, number=f"{count} / {count}"), *size))
    return opened


def _map_page(press: SheetExporter, layer: QgsVectorLayer, kind: str, number: int, count: int) -> Callable[[], Opened]:
    def opened() -> Opened:
        from ...sheets.combined import MapPage

        return MapPage(press.opened(layer.clone(), kind, number, count))

    return opened


def _first_page(
    case: Case,
    drawn: list[tuple[str, QgsVectorLayer]],
    beside: list[tuple[str, QgsVectorLayer]],
    status: DataStatus,
    press: SheetExporter,
    skipped: list[str],
    size: tuple[float, float],
    count: int,
) -> BriefPage:
    """Count what the first page tells, each theme from the same features as its sheet."""
    from ...sheets.brief_page import BriefPage
    from ...sheets.brief_words import brief_headline
    from ...sheets.contents import data_words

    # the first page is about now: a map that was wrong two days ago would be read as one of today
    tiles, columns, tables, told = _counted([one for one in drawn if one[0] not in _WHERE_MADE], beside, press)
    lines = data_words(replace(status, missing=status.missing[:2]))
    return BriefPage(
        tr("The situation in brief"),
        tr("As of {time}").format(time=f"{status.at:%Y-%m-%d %H:%M}"),
        case.info.name,
        tr("DRILL") if case.info.practice else "",
        tr("Handle with care"),
        lines,
        brief_headline(tables, told, status.blind),
        tiles,
        columns,
        tuple(skipped),
        tr(
            "Silent meters are not the same as homes without power, and unknown is not power. Check what the maps "
            "behind say before acting."
        ),
        f"1 / {count}",
        *size,
    )


def _counted(
    drawn: list[tuple[str, QgsVectorLayer]], beside: list[tuple[str, QgsVectorLayer]], press: SheetExporter
) -> tuple[tuple[Tile, ...], tuple[Column, ...], dict[str, pd.DataFrame], dict[str, Told]]:
    """Return the numbers, the names of what is drawn, and of each theme what was counted and what its sheet says first.

    The words at the top are of all that the case holds, as the numbers are, whether its map is printed or not.
    """
    from qgis.core import QgsProject

    from ...analysis.key_figures import FROM_LAYER, Figure, told_figures
    from ...layers.districts import Districts
    from ...layers.style import newest_as_of
    from ...sheets.brief_page import Column, Tile
    from ...sheets.contents import figures, moment_of, title_of
    from ...sheets.headline import Around, changed_of, table_of, tell

    around = Around(Districts.of(press.context_gpkg))
    counts: dict[Figure, tuple[KeyFigure, str]] = {}
    columns = []
    tables: dict[str, pd.DataFrame] = {}
    told: dict[str, Told] = {}
    for number, (kind, layer) in enumerate((*drawn, *beside)):
        rows = figures(layer, kind, QgsProject()).rows
        shown_at = newest_as_of(layer)
        past = press.data.past(kind, moment_of(shown_at)) if shown_at.isValid() else None
        if kind in FROM_LAYER:
            # of several voltage classes the first: low voltage, the homes
            tables.setdefault(kind, table_of(kind, rows))
        for count in FROM_LAYER.get(kind, ()):
            counted = count(table_of(kind, rows))
            counts.setdefault(counted.figure, (counted, changed_of(counted.figure, kind, rows, past)))
        said = tell(kind, rows, around)
        if not said.headline:
            continue
        told.setdefault(kind, said)
        if number < len(drawn):
            columns.append(Column(kind, title_of(kind, layer, press.case), said))
    tiles = tuple(Tile(figure, *counts.get(figure, (None, ""))) for figure in told_figures(counts))
    return tiles, tuple(columns), tables, told
