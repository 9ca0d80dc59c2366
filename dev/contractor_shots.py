"""Pictures of the dialog for 特定契約者, each in a state that a person meets; needs no screen.

    contractor_shots.py IMAGES [NAME …]     write IMAGES/dialog-<name>.png for all of `STATES`, or those named

A state is a function that takes the stage of `dialog_shots` and returns the dialog; see there for what is an error.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[1]
HEADINGS = ["施設ID", "施設名", "契約者氏名", "住所", "供給地点特定番号", "電話番号", "備考"]


def opened(stage, page: str = "lists"):
    """Return the dialog on a page, with the case of the stage."""
    from tomoshibi.dialogs.contractors import ContractorsDialog

    stage.case()
    dialog = ContractorsDialog()
    dialog.open_on(page)
    idle(stage, dialog)
    return dialog


def idle(stage, dialog) -> None:
    """Wait until the dialog does nothing any more."""
    for _ in range(3):
        stage.until(lambda: not dialog.busy)


def names_csv(stage) -> Path:
    """Write a list of facilities as municipalities have them: mostly good, with every usual mistake."""
    from tomoshibi.practice.scenario import Scenario

    meters = Scenario.open(stage.scenario).meters
    columns = ("name", "address", "supply_point", "phone")
    homes = [
        [meters[name][place].decode("utf-8") for name in columns]
        for place in range(len(meters["use"]))
        if meters["use"][place] in (0, 2)
    ][::37][:40]
    rows = [[f"F{number:03d}", f"施設{number}", *home, ""] for number, home in enumerate(homes, 1)]
    rows[2][4] = "3.1E+20"
    rows[4][4] = rows[4][4][1:]
    rows[6][2] = "別人 某"
    rows[8][3] = ""
    rows[10][2] = rows[10][2][0] + "\ue001"
    rows[12][2:5] = rows[11][2:5]
    rows[14][2:6] = ["架空 某", "どこにもない町1-1", "", ""]
    rows[16][2:6] = ["架空 某", "", "", ""]
    path = stage.folder / "重要施設一覧.csv"
    with open(path, "w", encoding="cp932", errors="replace", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS, *rows])
    return path


def columns(stage):
    """Columns guessed by their headings, with examples."""
    dialog = opened(stage, "new")
    dialog.nameEdit.setText("UC1 重要施設")
    dialog.fileEdit.setFilePath(str(names_csv(stage)))
    idle(stage, dialog)
    dialog.helper.show_for(dialog.holderCombo)
    stage.settle()
    return dialog


def doubt(stage):
    """The wrong name is chosen: said where it is decided."""
    dialog = columns(stage)
    dialog.holderCombo.setCurrentIndex(dialog.holderCombo.findData("施設名"))
    stage.settle()
    return dialog


def checked(stage):
    """The rows with their problems; nothing is sent yet."""
    dialog = columns(stage)
    dialog.checkButton.click()
    idle(stage, dialog)
    dialog.rows.selectRow(10)
    stage.settle()
    return dialog


def waiting(stage):
    """Sent, and waiting for the result."""
    dialog = checked(stage)
    stage.server.backend.match_seconds = 30.0
    dialog.sendButton.click()
    stage.until(lambda: "照合に送りました" in dialog.progress.log.toPlainText())
    stage.server.backend.match_seconds = 0.2
    return dialog


def matched(stage):
    """Matched, to be reviewed, and not found."""
    stage.server.backend.match_seconds = 0.2
    dialog = checked(stage)
    dialog.sendButton.click()
    idle(stage, dialog)
    return dialog


def review(stage):
    """Only the rows that are to be settled on the LG-WAN screen."""
    dialog = matched(stage)
    dialog.showCombo.setCurrentIndex(dialog.showCombo.findData("review"))
    dialog.message_bar.clearWidgets()
    stage.settle()
    return dialog


def registered(stage):
    """Registered as 特定契約者."""
    dialog = matched(stage)
    dialog.registerButton.click()
    idle(stage, dialog)
    return dialog


def lists(stage):
    """The lists of the use cases."""
    dialog = registered(stage)
    dialog.nameEdit.setText("UC4 避難行動要支援者")
    dialog.checkButton.click()
    idle(stage, dialog)
    dialog.tabs.setCurrentIndex(0)
    dialog.message_bar.clearWidgets()
    idle(stage, dialog)
    return dialog


def compared(stage):
    """What differs between the case and the aggregator."""
    dialog = lists(stage)
    account_session = next(iter(stage.server.backend.account_sessions.values()))
    for held in account_session.lists.values():
        del held["ids"][:3]
    dialog.lists.topLevelItem(0).setSelected(True)
    dialog.compareButton.click()
    idle(stage, dialog)
    return dialog


def delete(stage):
    """Asking before a registration is deleted."""
    dialog = lists(stage)
    dialog.lists.topLevelItem(0).setSelected(True)
    dialog.deleteButton.click()
    stage.settle()
    return dialog


STATES: dict[str, Callable] = {
    "contractors-columns": columns,
    "contractors-doubt": doubt,
    "contractors-checked": checked,
    "contractors-waiting": waiting,
    "contractors-matched": matched,
    "contractors-review": review,
    "contractors-registered": registered,
    "contractors-lists": lists,
    "contractors-compared": compared,
    "contractors-delete": delete,
}
"""Name of the picture after `dialog-` → state."""


def main(words: list[str]) -> int:
    """Draw the pictures; return 1 where one is too large or clipped."""
    import dialog_shots

    target = Path(words[0])
    target.mkdir(parents=True, exist_ok=True)
    stage = dialog_shots.Stage()
    wrong = []
    for name in words[1:] or STATES:
        window = STATES[name](stage)
        window.grab().save(str(target / f"dialog-{name}.png"))
        wrong += [f"{name}: {complaint}" for complaint in dialog_shots.complaints(window)]
        for job in list(window.jobs):
            job.cancel()
        idle(stage, window)
        window.close()
    stage.close()
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
