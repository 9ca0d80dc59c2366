"""The ways to run an algorithm that are no script: dialog, `qgis_process`, model and batch; each returns OUTPUT."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterFile,
    QgsProject,
)
from tomoshibi.tests.qgis.test_report_brief import batch_dialog, fill
from tomoshibi.tests.qgis.test_report_brief import run as press
from tomoshibi.tests.qgis.test_use_cases_dialog import opened
from tomoshibi.tests.qgis.test_use_cases_dialog import run as press_run

ROOT = Path(__file__).resolve().parents[2]
# Debian's wrapper script hands qgis_process an option that it does not know; the program itself is beside it.
EXECUTABLE = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
Given = dict[str, str]


def by_dialog(provider: Any, name: str, given: Given, output: Path) -> str:
    """Press “Run” in the dialog that QGIS's toolbox opens."""
    with opened(provider.algorithm(name)) as dialog:
        dialog.setParameters({**given, "OUTPUT": str(output)})
        good, results = press_run(dialog)
    assert good
    return str(results["OUTPUT"])


def by_process(name: str, given: Given, output: Path, profile: Path) -> str:
    """Run the program without a window; `profile` an empty folder."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("TOMOSHIBI", "QGIS"))},
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_PLUGINPATH": str(ROOT / "build" / "plugins"),
        "QGIS_CUSTOM_CONFIG_PATH": str(profile),
        "TOMOSHIBI_LANGUAGE": "en",
    }
    words = [f"{key}={value}" for key, value in given.items()]
    for call in (
        ["plugins", "enable", "tomoshibi"],
        ["--json", "run", f"tomoshibi:{name}", "--", *words, f"OUTPUT={output}"],
    ):
        done = subprocess.run(
            [EXECUTABLE, *call], env=environment, capture_output=True, text=True, timeout=900, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return str(json.loads(done.stdout[done.stdout.index("{") :])["results"]["OUTPUT"])


def by_model(name: str, given: Given, output: Path, path: Path) -> str:
    """Run it as a step of a model that was saved to `path` and opened again."""
    model = QgsProcessingModelAlgorithm("step", "step")
    step = QgsProcessingModelChildAlgorithm(f"tomoshibi:{name}")
    step.setChildId("step")
    for key, value in given.items():
        source = QgsProcessingModelChildParameterSource
        step.addParameterSources(
            key, [source.fromModelParameter("CASE") if key == "CASE" else source.fromStaticValue(value)]
        )
    end = QgsProcessingModelOutput("LAYER")
    end.setChildId("step")
    end.setChildOutputName("OUTPUT")
    step.setModelOutputs({"LAYER": end})
    model.addChildAlgorithm(step)
    folder = QgsProcessingParameterFile("CASE", "CASE", QgsProcessingParameterFile.Behavior.Folder)
    model.addModelParameter(folder, QgsProcessingModelParameter("CASE"))
    assert model.toFile(str(path))
    again = QgsProcessingModelAlgorithm()
    assert again.fromFile(str(path))
    (layer,) = [one.name() for one in again.destinationParameterDefinitions()]
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    parameters = {"CASE": given["CASE"], layer: str(output)}
    results, good = again.run(parameters, context, QgsProcessingFeedback(), {}, False)
    assert good
    return str(results[layer])


def by_batch(provider: Any, name: str, given: Given, outputs: list[Path]) -> None:
    """Press “Run” in QGIS's batch dialog, a row an output."""
    with batch_dialog(provider.algorithm(name)) as dialog:
        panel = dialog.mainWidget()
        panel.addRow(len(outputs) - 1)
        for row, output in enumerate(outputs):
            fill(panel, row, {**given, "OUTPUT": str(output)})
        press(dialog)
