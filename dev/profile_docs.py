"""Keep what is written from the profile in step with it: the JSON schema, and the table of marks in the guide.

profile_docs.py table      print the table: every mark, what the profile says, public or assumed, why
profile_docs.py write      write aggregator/profiles/profile.schema.json and the tables of docs/aggregator-profile.md
profile_docs.py check      exit 1 where one of them is not in step
"""

from __future__ import annotations

import json
import sys

from checkout import ROOT

SCHEMA = ROOT / "aggregator" / "profiles" / "profile.schema.json"
GUIDE = ROOT / "docs" / "aggregator-profile.md"
BEGIN, END = "<!-- marks: written by dev/profile_docs.py -->\n", "<!-- end of marks -->\n"
BASES = {"public": "公開 public", "assumed": "**仮定 assumed**"}
SECTIONS = {
    "interfaces": "呼び出し Interfaces",
    "keys": "JSONのキー Keys",
    "codes": "コード値 Codes",
    "meanings": "マスタ情報の値の意味 Meanings",
    "errors": "エラーコード Errors",
    "conventions": "表記の約束 Conventions",
    "fileNames": "ファイル名 File names",
    "files": "ファイルの形 Files",
    "service": "公開の遅れ Service",
}


def schema() -> str:
    """Return the text of the schema file."""
    from tomoshibi.aggregator.profile_schema import schema as made

    return json.dumps(made(), ensure_ascii=False, indent=1) + "\n"


def table() -> str:
    """Return the marks of the shipped profile as Markdown tables, one a section."""
    from tomoshibi.aggregator.profile import SHIPPED
    from tomoshibi.aggregator.profile_annotations import count_marks, marks

    raw = json.loads(SHIPPED.read_text(encoding="utf-8"))
    counts = count_marks(raw)
    lines = [f"公開 public: {counts['public']} ・ 仮定 assumed: {counts['assumed']}", ""]
    for section, title in SECTIONS.items():
        if section not in raw:
            continue
        lines += [f"### {title}", "", "| 場所 Place | いまの値 Value | 根拠 Basis | 理由 Why |", "|---|---|---|---|"]
        for mark in marks(raw):
            if mark.pointer.split("/")[1] == section:
                value = " ".join(part for part in (mark.item, f"`{_cell(mark.value)}`" if mark.value else "") if part)
                lines.append(f"| `{mark.pointer}` | {value} | {BASES[mark.basis]} | {_cell(mark.why)} |")
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def guide(text: str) -> str:
    """Return the guide with the table between its marks."""
    head, rest = text.split(BEGIN)
    return head + BEGIN + "\n" + table() + "\n" + END + rest.split(END)[1]


def main(words: list[str]) -> int:
    """Do what the words say."""
    verb = words[0] if words else ""
    if verb == "table":
        print(table())
    elif verb == "write":
        SCHEMA.write_text(schema(), encoding="utf-8")
        GUIDE.write_text(guide(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
    elif verb == "check":
        old = GUIDE.read_text(encoding="utf-8")
        late = [
            path.name
            for path, same in ((SCHEMA, SCHEMA.read_text("utf-8") == schema()), (GUIDE, old == guide(old)))
            if not same
        ]
        print(
            f"not in step: {', '.join(late)}; run dev/profile_docs.py write"
            if late
            else "profile: schema and guide are in step"
        )
        return 1 if late else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
