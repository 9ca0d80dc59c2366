"""Cases filled with the readings of homes whose presence is known (tests/habits.py), for tests of the estimate."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Optional

import numpy as np
import pandas as pd
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.columns import write_table
from tomoshibi.messages import Progress

HEADER = "需要家特定ID,データ種別,供給/受電地点特定番号,電圧分類,取得年月日時刻コード,30分電力量\r\n"


def number(home: int) -> str:
    """Return the supply point of a home; zeros at its end would look as if a spreadsheet had rounded it."""
    return f"05{home:019d}7"


def codes(begins: np.ndarray) -> np.ndarray:
    """Return the 取得年月日時刻コード of half-hours."""
    moments = pd.DatetimeIndex(begins)
    half = moments.hour * 2 + moments.minute // 30 + 1
    return np.char.add(moments.strftime("%Y%m%d").to_numpy(str), [f"{one:02d}" for one in half])


def make_case(
    folder: Path,
    begins: np.ndarray,
    readings: np.ndarray,
    event: datetime,
    master: Optional[dict[str, list]] = None,
    exporting: tuple[int, ...] = (),
) -> Case:
    """Return a case with the readings (homes, slots) of use in Wh, -1 none.

    `master` columns of マスタ情報, one value a home, besides supply point and place; `exporting` homes of which a meter
    feeds in (受電) too.
    """
    case = Case.create(folder / "case", CaseInfo("訓練", event, "990001", practice=True))
    when = codes(begins)
    lines = [HEADER]
    for home, row in enumerate(readings):
        identity, point = "A" + f"{home:033d}", number(home)
        for flow in (1, 2) if home in exporting else (1,):
            values = zip(when[row >= 0], row[row >= 0])
            lines += [f"{identity},{flow},{point},1,{code},{value / 1000:.3f}\r\n" for code, value in values]
    path = folder / f"990001_C1_reading_{event:%Y%m%d%H%M}.csv"
    path.write_text("".join(lines), encoding="utf-8", newline="")
    case.readings.ingest([path], Profile.load(None), folder, Progress())
    count = len(readings)
    table = {
        "supply_point": [number(home) for home in range(count)],
        "flow": np.ones(count, np.int8),
        "lat": 38.2 + 0.001 * np.arange(count),
        "lon": 135.3 + 0.001 * np.arange(count),
        **(master or {}),
    }
    write_table(case.folder / "tables" / "master", pd.DataFrame(table))
    return case
