"""Published files for tests: headers and one row of every kind, with invented people."""

import csv

from tomoshibi.aggregator.profile import Profile
from tomoshibi.messages import Progress

PROFILE = Profile.load()
P1, P2 = "0312340567890123456789", "0312340567890123456790"
HEADERS = {
    kind: [column.name for column in PROFILE.file(kind).columns]
    for kind in ("reading", "master", "outage", "statistics", "flow_statistics")
}
ROWS = {
    "reading": ["A" + "0" * 33, "1", P1, "1", "2024022901", "0.2"],
    "outage": [P1, "M1", "電力 太郎", "石川県輪島市", "20240101", "1630"],
    "statistics": ["1", "2", "5", "2", "", "5636", "20240101", "1", "12", "15"],
    "flow_statistics": ["1", "2", "1", "1", "石川県輪島市", "", "20240101", "3kW以上10kW未満", "120", "3456.5"],
}


def master_row(point=P1, **values):
    row = dict.fromkeys(HEADERS["master"], "")
    names = {column.column: column.name for column in PROFILE.file("master").columns}
    for column, value in {"supply_point": point, "flow": "1", "voltage": "1", **values}.items():
        row[names[column]] = value
    return [row[name] for name in HEADERS["master"]]


ROWS["master"] = master_row(name="通電 花子", lat="37.39", lon="136.9", created_date="20240101", created_time="0005")


class Ear(Progress):
    def __init__(self):
        self.warned = []

    def warn(self, what):
        self.warned.append(str(what))


def write(path, header, rows, encoding="utf-8", bom=False):
    with open(path, "w", encoding=encoding, newline="") as stream:
        if bom:
            stream.write("\ufeff")
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerows([header, *rows] if header else rows)
    return path
