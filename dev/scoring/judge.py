"""Runs public algorithms of one checkout in a process of its own, as its parent asks; knows nothing of the truth.

    judge.py CODE HOME

CODE is a checkout of the project, HOME an empty folder. Requests are lines of JSON on standard input: `algorithm`,
`parameters` (those the algorithm does not have are left out, so that older code can be asked the same), `save` (file
for the table of OUTPUT, pickled), `columns` (those of the table that are wanted; none: all). Answers are lines of JSON
behind `MARK`: `result`, or `error` in the code's words.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

MARK = "\x1e"


def start(code: Path, home: Path):
    """Start QGIS without a window with the checkout's provider; return what must be held."""
    plugins = home / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    link = plugins / "tomoshibi"
    if not link.exists():
        link.symlink_to(code.resolve(), target_is_directory=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["TOMOSHIBI_LANGUAGE"] = "en"
    os.environ["QGIS_CUSTOM_CONFIG_PATH"] = str(home / "profile")
    here = Path(__file__).resolve().parent
    sys.path[:] = [str(plugins)] + [entry for entry in sys.path if entry and Path(entry).resolve() != here]
    from qgis.core import QgsApplication

    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append("/usr/share/qgis/python/plugins")
    from processing.core.Processing import Processing

    Processing.initialize()
    from tomoshibi.plugin import TomoshibiPlugin

    plugin = TomoshibiPlugin(None)
    plugin.initProcessing()
    return application, plugin


def table_of(layer, columns=None):
    """Return the attributes of a layer as a table of Python's own values; of `columns` alone where they are named."""
    import pandas as pd
    from qgis.core import NULL

    def plain(value):
        if value is None or value == NULL:
            return None
        return value.toPyDateTime() if hasattr(value, "toPyDateTime") else value

    names = [field.name() for field in layer.fields() if not columns or field.name() in columns]
    places = [layer.fields().indexOf(name) for name in names]
    # one value after the other: all of a feature at once costs a conversion of each
    rows = [[plain(feature[place]) for place in places] for feature in layer.getFeatures()]
    return pd.DataFrame(rows, columns=names)


def answer(request: dict, feedback) -> dict:
    """Run what is asked for and return what goes back."""
    import processing
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProject, QgsVectorLayer

    algorithm = QgsApplication.processingRegistry().algorithmById(f"tomoshibi:{request['algorithm']}")
    if algorithm is None:
        return {"error": f"no algorithm {request['algorithm']}"}
    known = {definition.name() for definition in algorithm.parameterDefinitions()}
    parameters = {name: value for name, value in request["parameters"].items() if name in known}
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    try:
        result = processing.run(algorithm, parameters, context=context, feedback=feedback)
    except Exception as error:
        # whatever the code under test raises is its answer
        return {"error": f"{type(error).__name__}: {error}"}
    if request.get("save"):
        layer = result["OUTPUT"]
        layer = layer if isinstance(layer, QgsVectorLayer) else QgsVectorLayer(str(layer), "layer", "ogr")
        table_of(layer, request.get("columns")).to_pickle(request["save"])
    return {"result": {name: value for name, value in result.items() if isinstance(value, (int, float, str))}}


def main(words: list[str]) -> int:
    """Answer requests until standard input ends."""
    held = start(Path(words[0]), Path(words[1]))
    from qgis.core import QgsProcessingFeedback

    feedback = QgsProcessingFeedback(False)
    sys.stdout.write(f"{MARK}{{}}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(MARK + json.dumps(answer(json.loads(line), feedback), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    held[1].unload()
    # QGIS's own end may hang or crash without a window; nothing is left to be saved
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
