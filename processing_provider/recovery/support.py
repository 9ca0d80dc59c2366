"""What the list of support and its page of the brief share: the proposal for trucks, and what people entered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Optional

from ...messages import Progress

if TYPE_CHECKING:
    import pandas as pd

    from ...analysis.listed import Listed
    from ...analysis.support_lists import Listing
    from ...analysis.support_requests import Request
    from ...casefile.case import Case
    from ...layers.spreadsheet import Sheet

NEEDS = "rank need_id name kind need_kva reason truck_id truck_kva litres_per_hour fuel_l drums status".split()
"""Fields of the proposal for trucks that lists are made of."""
THEME = "powertrucks"


def needs_of(case: Case) -> pd.DataFrame:
    """Return the rows of the case's proposal for trucks by rank, none where it has none."""
    import pandas as pd

    from ...layers.spreadsheets import plain
    from ..dock.results import layer_names, open_result, package_of

    package = package_of(case.folder)
    rows = []
    if THEME in layer_names(package):
        layer = open_result(package, THEME)
        there = {field.name() for field in layer.fields()}
        for feature in layer.getFeatures():
            values = [feature[name] if name in there else None for name in NEEDS]
            rows.append([None if value is None or str(value) == "NULL" else plain(value) for value in values])
    table = pd.DataFrame(rows, columns=NEEDS, dtype=object)
    return table.sort_values("rank", key=lambda ranks: pd.to_numeric(ranks, errors="coerce"), kind="stable")


def open_requests(listed: Optional[Listed], case: Case, progress: Progress) -> tuple[tuple[Request, ...], int]:
    """Return the requests of a list, none where there is none, and how many values were not understood."""
    from ...analysis.support_requests import requests_in
    from ...analysis.unread import unread_messages

    if listed is None:
        return (), 0
    requests, unread = requests_in(listed, case.info.event_time)
    for what in unread_messages(unread, listed.name):
        progress.warn(what)
    return requests, len(unread)


def sheet_of(listing: Listing, case: Case, written: datetime, personal: bool) -> list[Sheet]:
    """Return the workbook of a list: the list, and what to know of it; in Japanese, as those who get it read it."""
    from ...casefile.papers.paper import PRACTICE
    from ...layers.spreadsheet import Sheet

    about: list[list[object]] = [["案件", case.info.name], ["作成", f"{written:%Y-%m-%d %H:%M}"]]
    if case.info.practice:
        about.insert(0, [PRACTICE, "これは訓練です。"])
    about += [["注記", note] for note in listing.notes]
    if personal:
        info, request = case.info, case.info.request
        about += [
            ["取扱い", "供給地点特定番号を含む。利用目的の範囲でのみ扱い、利用終了後に破棄する。"],
            ["利用目的", info.purpose or "未記入"],
            ["利用規約", info.terms or "未記入"],
            ["利用期間", f"{request.use_from or '未記入'} ～ {request.use_to or '未記入'}"],
        ]
    name = f"【{PRACTICE}】{listing.name}" if case.info.practice else listing.name
    return [Sheet(name, listing.headings, listing.rows), Sheet("説明", ("項目", "内容"), about)]
