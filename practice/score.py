"""Results held against a scenario's truth: pure functions, tables in, rows (theme, measure, value) out.

A measure that is not defined (nothing to count, one class only) is NaN, never 0. What a result leaves undecided is
counted
apart, and is left out of the measures of what it decides; the measure's name or its `note` says so.
"""

from __future__ import annotations

from typing import Any, Iterable, Optional

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, ObjectArray

COLUMNS = ("theme", "measure", "value", "note")
STATES = ("powered", "partial", "outage")
SHOWN = (*STATES, "unknown")
DATA_DELAY_HOURS = 13.0
"""通電情報 knows of an outage 12 h after it began; half an hour for the slot and half for its way come on top."""
DAY_HOURS = (6.0, 22.0)
"""Hours of the day that are scored as day; the others are night."""
PERIODS = ("24h", "day", "night")
UNDECIDED = ("asleep_unknown", "no_data")


def _table(theme: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    full = [(theme, row[0], float(row[1]), row[2] if len(row) > 2 else "") for row in rows]
    return pd.DataFrame(full, columns=list(COLUMNS))


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def _mean(values: Array) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def three_states(
    right: BoolArray, decided: BoolArray, reasons: Optional[Iterable[object]] = None
) -> list[tuple[Any, ...]]:
    """Return rows `right wrong unknown` (shares that add up to 1) and `unknown.<reason>` (counts).

    `right`, `decided` bool (n); `reasons` (n): reason codes of what is unknown, missing where it is decided.
    """
    count = len(decided)
    rows: list[tuple[Any, ...]] = [
        ("right", _share((decided & right).sum(), count), "of all"),
        ("wrong", _share((decided & ~right).sum(), count), "of all"),
        ("unknown", _share((~decided).sum(), count), "of all: neither right nor wrong"),
    ]
    if reasons is not None:
        said = pd.Series(list(reasons), dtype=object)[~decided]
        for code, number in said[said.notna()].astype(str).value_counts().sort_index().items():
            if code:
                rows.append((f"unknown.{code}", number, "count, by reason"))
    return rows


def _reasons(both: pd.DataFrame) -> Optional[pd.Series]:
    return both.get("unknown_reason", None)


def score_shelters(result: pd.DataFrame, truth: pd.DataFrame, delay_hours: float = DATA_DELAY_HOURS) -> pd.DataFrame:
    """Score shelter power. `result`: `facility_id state`; `truth`: as `truth.shelter_truth`, for the same moment.

    `dangerous`: shown powered, truly not fully powered; split by whether that is so since less than `delay_hours`,
    when the data
    cannot know it yet. Facilities of one table only are counted as `not_in_truth`, `not_in_result`.
    """
    columns = [name for name in ("facility_id", "state", "unknown_reason") if name in result]
    both = result[columns].merge(truth, on="facility_id", suffixes=("", "_true"))
    shown, true = both["state"].astype(str).to_numpy(), both["state_true"].astype(str).to_numpy()
    rows: list[tuple[Any, ...]] = [
        (f"shown_{one}_true_{other}", np.count_nonzero((shown == one) & (true == other)))
        for one in SHOWN
        for other in STATES
    ]
    decided = np.isin(shown, STATES)
    dangerous = (shown == "powered") & (true != "powered")
    late = dangerous & (both["changed_hours"].to_numpy(float) <= delay_hours)
    rows += [
        ("dangerous", dangerous.sum(), "shown powered, truly not fully powered"),
        ("dangerous_within_data_delay", late.sum(), f"since {delay_hours:g} h or less"),
        ("dangerous_beyond_data_delay", (dangerous & ~late).sum()),
        ("accuracy", _share((shown == true)[decided].sum(), decided.sum()), "unknown left out"),
        ("coverage", _share(decided.sum(), len(both)), "share that is not shown as unknown"),
        *three_states(shown == true, decided, _reasons(both)),
        ("facilities", len(both)),
        ("not_in_truth", len(result) - len(both)),
        ("not_in_result", len(truth) - len(both)),
    ]
    return _table("shelterpower", rows)


def score_mesh(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score outage by mesh.

    `result`: `mesh_code excess_rate low high masked` of one moment; `truth`: `truth.mesh_truth`.

    Rates are shares 0–1 as in the analysis. Masked cells and cells without a rate are counted, and left out of the
    measures. Where the truth says in which cells a relay failed, the main measures are repeated without those cells
    (`…_relays_working`): no data of the aggregator tells them from cells without power.
    """
    columns = ["mesh_code", "excess_rate", "low", "high", "masked"]
    columns += ["unknown_reason"] if "unknown_reason" in result else []
    both = result[columns].merge(truth, on="mesh_code")
    rows = _mesh_rows(both, "")
    low, high, share = (pd.to_numeric(both[name]).to_numpy(float) for name in ("low", "high", "dark_share"))
    bounded = ~both["masked"].astype(bool).to_numpy() & np.isfinite(low) & np.isfinite(high)
    holds = (low - 1e-6 <= share) & (share <= high + 1e-6)
    rows += three_states(holds, bounded, _reasons(both))
    if "relay_lost" in both:
        lost = both["relay_lost"].to_numpy(bool)
        main = ("mae_12h", "least_error", "interval_holds", "cells_scored")
        rows += [row for row in _mesh_rows(both[~lost], "_relays_working") if row[0].startswith(main)]
        rows.append(("cells_relay_lost", lost.sum(), "communication failed, the power may be on"))
    rows.append(("cells_not_in_truth", len(result) - len(both)))
    return _table("meshoutage", rows)


def _mesh_rows(both: pd.DataFrame, suffix: str) -> list[tuple[Any, ...]]:
    masked = both["masked"].to_numpy(bool)
    rate = both["excess_rate"].to_numpy(float)
    low, high = both["low"].to_numpy(float), both["high"].to_numpy(float)
    known = ~masked & np.isfinite(rate)
    bounded = ~masked & np.isfinite(low) & np.isfinite(high)
    long, at_once = both["dark_12h_share"].to_numpy(float), both["dark_share"].to_numpy(float)
    # A count of 0.3 stored with few digits is not outside [0.3, …].
    held = (low - 1e-6 <= long) & (long <= high + 1e-6)
    meters = both["meters"].to_numpy(float)
    error = np.abs(rate - long)[known]
    weight = meters[known]
    rows: list[tuple[Any, ...]] = [
        (f"mae_12h{suffix}", _mean(error), "against the share of meters without power for 12 h"),
        (f"mae_12h_by_meters{suffix}", _share((error * weight).sum(), weight.sum()), "cells weighted by their meters"),
        (f"mae_now{suffix}", _mean(np.abs(rate - at_once)[known]), "against the share of meters without power then"),
        (f"interval_holds_truth{suffix}", _mean(held[bounded]), "share of unmasked cells; without power for 12 h"),
        (f"cells{suffix}", len(both)),
        (f"cells_scored{suffix}", known.sum()),
        (f"cells_masked{suffix}", masked.sum()),
    ]
    if "dark_known_share" in both:
        told = both["dark_known_share"].to_numpy(float)
        inside = (low - 1e-6 <= told) & (told <= high + 1e-6)
        rows += [
            (f"mae_12h_known{suffix}", _mean(np.abs(rate - told)[known]), "against what readings could tell by then"),
            (f"interval_holds_known{suffix}", _mean(inside[bounded]), "what readings could tell by then"),
        ]
    if "silent_known_share" in both:
        best = np.abs(both["silent_known_share"].to_numpy(float) - long)[known]
        rows.append((f"least_error{suffix}", _mean(best), "of an analysis that knows who is silent, and no reason"))
    return rows


def score_gaps(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score acquisition gaps.

    `result`: `area_id begin end excess_gap`; `truth`: `truth.gap_truth` for the same steps.
    """
    keys = ["area_id", "begin"]
    mine, true = result[[*keys, "excess_gap"]].copy(), truth[[*keys, "meters", "dark_share"]].copy()
    for table in (mine, true):
        table["begin"] = pd.to_datetime(table["begin"]).to_numpy(dtype="datetime64[s]")
        table["area_id"] = table["area_id"].astype(str)
    both = mine.merge(true, on=keys)
    gap, share = both["excess_gap"].to_numpy(float), both["dark_share"].to_numpy(float)
    known = np.isfinite(gap) & np.isfinite(share)
    error, weight = np.abs(gap - share)[known], both["meters"].to_numpy(float)[known]
    rows = [
        ("mae", _mean(error), "against the share of meters without power through the step"),
        ("mae_by_meters", _share((error * weight).sum(), weight.sum()), "areas weighted by their meters"),
        ("rows", len(both)),
        ("rows_scored", known.sum()),
        ("rows_not_in_truth", len(mine) - len(both)),
    ]
    return _table("acquisitiongaps", rows)


RECALL_AIM = 0.95
"""Recall down to which a ranking is read for `precision_at_recall`."""


def score_isolated(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score isolated communities.

    `result`: `area_id` and, where there is one, `access_cut`, `rank`; `truth`: `area_id cut_off`.

    All listed areas count as found; with `access_cut` also those alone of which the roads are said to be cut (`cut`);
    with `rank`, `precision_at_recall` is the precision of the list read from the top until `RECALL_AIM` of the areas
    that are cut off are found, NaN where the whole list does not find so many.
    """
    cut = set(truth.loc[truth["cut_off"].astype(int) == 1, "area_id"].astype(str))
    listed = result["area_id"].astype(str)
    kinds = {"": set(listed)}
    if "access_cut" in result:
        kinds["_access_cut"] = set(listed[result["access_cut"].astype(str).isin(("cut", "True", "true", "1"))])
    rows: list[tuple[Any, ...]] = [("cut_off", len(cut)), ("listed", len(kinds[""]))]
    for suffix, found in kinds.items():
        hits = len(found & cut)
        rows += [
            (f"found{suffix}", hits),
            (f"recall{suffix}", _share(hits, len(cut))),
            (f"precision{suffix}", _share(hits, len(found))),
        ]
    if "rank" in result:
        ordered = listed.iloc[np.argsort(result["rank"].to_numpy(float), kind="stable")].isin(cut).to_numpy()
        reached = np.flatnonzero(np.cumsum(ordered) >= RECALL_AIM * len(cut)) if cut else np.zeros(0, int)
        precision = float(ordered[: reached[0] + 1].mean()) if len(reached) else float("nan")
        rows.append(("precision_at_recall", precision, f"list read from the top to recall {RECALL_AIM:g}"))
    return _table("isolatedcommunities", rows)


def score_presence(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score home and away.

    `result`: `supply_point slot_begin state` and, for several, `method`; `truth`: `truth.presence_truth`.

    For each method, for 24 h, by day (06–22 h) and by night. `asleep_unknown` and `no_data` are undecided: left out
    of accuracy,
    balanced accuracy and MCC, counted apart, and `coverage` is the share of homes that got an answer.
    """
    mine = result.copy()
    if "method" not in mine:
        mine["method"] = "result"
    true = truth.copy()
    for table in (mine, true):
        table["slot_begin"] = pd.to_datetime(table["slot_begin"]).to_numpy(dtype="datetime64[s]")
    both = mine[["supply_point", "slot_begin", "state", "method"]].merge(true, on=["supply_point", "slot_begin"])
    moments = pd.to_datetime(both["slot_begin"])
    hour = (moments.dt.hour + moments.dt.minute / 60).to_numpy(float)
    by_day = (hour >= DAY_HOURS[0]) & (hour < DAY_HOURS[1])
    rows: list[tuple[Any, ...]] = []
    for method in sorted(both["method"].astype(str).unique()):
        own = (both["method"].astype(str) == method).to_numpy()
        for period, chosen in zip(PERIODS, (own, own & by_day, own & ~by_day)):
            part = both[chosen]
            for name, value, note in _presence_rows(
                part["state"].astype(str).to_numpy(), part["present"].to_numpy(bool)
            ):
                rows.append((f"{method}.{period}.{name}", value, note))
    rows.append(("rows_not_in_truth", len(mine) - len(both), "not a home of the scenario"))
    return _table("homeaway", rows)


def _presence_rows(state: ObjectArray, present: BoolArray) -> list[tuple[str, float, str]]:
    decided = np.isin(state, ("home", "away"))
    home, there = (state == "home")[decided], present[decided]
    measures = binary_measures(home, there)
    out = "undecided left out"
    rows: list[tuple[str, float, str]] = [(name, value, out) for name, value in measures.items()]
    rows += [
        ("coverage", _share(decided.sum(), len(state)), "share with an answer"),
        ("homes", len(state), ""),
        ("decided", decided.sum(), ""),
    ]
    rows += [(name, np.count_nonzero(state == name), "undecided") for name in UNDECIDED]
    rows += three_states((state == "home") == present, decided)
    really = np.count_nonzero(present & (state == "away"))
    rows.append(
        ("present_called_away", _share(really, np.count_nonzero(present)), "of all present, undecided included")
    )
    return rows


SEEN_AFTER_HOURS = 8.0
"""A hidden outage is looked for from so long after the line is back: six hours of neighbours with power, and the way of
their readings."""


def score_hidden(result: pd.DataFrame, truth: pd.DataFrame, seen_after_hours: float = SEEN_AFTER_HOURS) -> pd.DataFrame:
    """Score hidden outages. `result`: `supply_point` of the meters listed; `truth`: `truth.hidden_truth`.

    `recall`: of the hidden outages whose line has been back for `seen_after_hours` and whose meter the data can show
    (read remotely, with coordinates); `recall_all` of all of them. `precision`: share of the listed meters that are
    hidden outages; a listed meter that is dark with its line is counted as wrong, and as `listed_dark_with_line`;
    `listed_with_power` is the costlier error: a crew is sent for nothing. With `pole` in the truth, `recall_poles` is
    the share of the poles with such outages at which at least one meter is listed: a crew goes to poles.
    """
    undecided = result["certainty"].astype(str) == "undecided" if "certainty" in result else np.zeros(len(result), bool)
    left_open, result = result[undecided], result[~undecided]
    listed = truth["supply_point"].astype(str).isin(set(result["supply_point"].astype(str))).to_numpy()
    hidden, dark = truth["hidden"].to_numpy(bool), truth["dark"].to_numpy(bool)
    due = hidden & (truth["line_hours"].to_numpy(float) >= seen_after_hours)
    seen = due & truth["can_be_seen"].to_numpy(bool)
    rows = [
        ("recall", _share((listed & seen).sum(), seen.sum()), f"line back for {seen_after_hours:g} h, can be seen"),
        ("recall_all", _share((listed & due).sum(), due.sum()), f"line back for {seen_after_hours:g} h"),
        ("precision", _share((listed & hidden).sum(), len(result)), "of the meters listed"),
        ("hidden", hidden.sum()),
        ("hidden_to_be_found", seen.sum()),
        ("listed", len(result)),
        ("undecided", len(left_open), "listed, and said to be undecided: neither right nor wrong"),
        ("listed_dark_with_line", (listed & dark & ~hidden).sum()),
        ("listed_with_power", (listed & ~dark).sum()),
        ("not_in_truth", len(result) - listed.sum()),
    ]
    if "pole" in truth:
        poles = truth["pole"].astype(str).to_numpy()
        there, found = set(poles[seen]), set(poles[seen & listed])
        rows.append(("recall_poles", _share(len(found), len(there)), "poles of which at least one meter is listed"))
    return _table("hiddenoutages", rows)


VERDICTS = ("lived", "not_lived", "cannot_tell")
HOMES = ("lived", "long_absent", "vacant")


def score_residence(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score residence.

    `result`: `supply_point verdict` and, if there, `lived_days counted_days`; `truth`: `truth.residence_truth`.

    `lived_recognised`: share of the homes that are lived in called so; `vacant_called_lived`: of the vacant ones and
    those of the long absent. Who `cannot_tell` applies to counts as not recognised, and not as called lived.
    """
    both = result.merge(truth, on="supply_point", suffixes=("", "_true"))
    said, home = both["verdict"].astype(str).to_numpy(), both["home"].astype(str).to_numpy()
    empty = home != "lived"
    rows: list[tuple[Any, ...]] = [
        (f"said_{one}_true_{other}", np.count_nonzero((said == one) & (home == other)))
        for one in VERDICTS
        for other in HOMES
    ]
    rows += [
        ("lived_recognised", _share(((said == "lived") & ~empty).sum(), (~empty).sum())),
        ("lived_called_not_lived", _share(((said == "not_lived") & ~empty).sum(), (~empty).sum())),
        ("vacant_called_lived", _share(((said == "lived") & empty).sum(), empty.sum()), "vacant and long absent"),
        ("vacant_recognised", _share(((said == "not_lived") & empty).sum(), empty.sum()), "vacant and long absent"),
        ("decided", _share((said != "cannot_tell").sum(), len(both))),
        *three_states(
            (said == "lived") & ~empty | (said == "not_lived") & empty, said != "cannot_tell", _reasons(both)
        ),
        ("homes", len(both)),
        ("not_in_truth", len(result) - len(both)),
    ]
    if "lived_days" in result:
        counted = both["counted_days"].to_numpy(float) > 0
        share = (both["lived_days"] / both["counted_days"].where(counted)).to_numpy(float)
        true = (both["lived_days_true"] / both["days"]).to_numpy(float)
        rows.append(("days_mae", _mean(np.abs(share - true)[counted]), "share of days lived"))
    return _table("residenceevidence", rows)


def score_recovery(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score recovery.

    `result`: `area_id month index municipal_index`; `truth`: `truth.recovery_truth` of the same areas.

    The index is of kWh, the truth of homes lived in; weather lies between them. `…_against_municipality` compares index
    ÷ municipal index with the truth's, which takes the weather out.
    """
    mine = result[["area_id", "month", "index", "municipal_index"]].copy()
    truth = truth.copy()
    for table in (mine, truth):
        table["area_id"] = table["area_id"].astype(str)
        table["month"] = pd.to_datetime(table["month"]).to_numpy(dtype="datetime64[M]").astype("datetime64[s]")
    both = mine.merge(truth, on=["area_id", "month"], suffixes=("", "_true"))
    said, true = both["index"].to_numpy(float), both["index_true"].to_numpy(float)
    known = np.isfinite(said) & np.isfinite(true)
    town = both["municipal_index"].to_numpy(float) / both["municipal_index_true"].to_numpy(float)
    weight = both["homes"].to_numpy(float)
    relative = np.abs(said / town - true)
    months = both.drop_duplicates("month")
    rows = [
        ("mae", _mean(np.abs(said - true)[known]), "index of kWh against share of homes lived in"),
        ("mae_by_homes", _share((np.abs(said - true) * weight)[known].sum(), weight[known].sum()), "weighted by homes"),
        ("mae_against_municipality", _mean(relative[known]), "both divided by the municipality's"),
        (
            "mae_against_municipality_by_homes",
            _share((relative * weight)[known].sum(), weight[known].sum()),
            "weighted by homes",
        ),
        ("mae_municipality", _mean((months["municipal_index"] - months["municipal_index_true"]).abs().to_numpy(float))),
        ("rows", len(both)),
        ("rows_scored", known.sum()),
        ("rows_not_in_truth", len(mine) - len(both)),
    ]
    return _table("recoveryindex", rows)


def binary_measures(said: BoolArray, true: BoolArray) -> dict[str, float]:
    """Return accuracy, balanced accuracy and Matthews correlation (MCC) of a yes/no answer, NaN where not defined."""
    yes = float(np.count_nonzero(said & true))
    no = float(np.count_nonzero(~said & ~true))
    false_yes = float(np.count_nonzero(said & ~true))
    false_no = float(np.count_nonzero(~said & true))
    product = (yes + false_yes) * (yes + false_no) * (no + false_yes) * (no + false_no)
    return {
        "accuracy": _share(yes + no, len(said)),
        "balanced_accuracy": (_share(yes, yes + false_no) + _share(no, no + false_yes)) / 2,
        "mcc": (yes * no - false_yes * false_no) / product**0.5 if product else float("nan"),
    }
