"""The program of the process that prints. It is started by its path and knows nothing until it has read its request.

Standard library only, up to where the paths are set. What it says are lines of JSON on what was its standard output;
anything that QGIS or a driver writes there goes the way of errors.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any


def main() -> None:
    """Read the request, make QGIS's modules be found as the window finds them, and print."""
    voice = os.dup(1)
    os.dup2(2, 1)

    def say(**words: Any) -> None:
        os.write(voice, json.dumps(words).encode("ascii") + b"\n")

    request = json.loads(sys.stdin.buffer.readline())
    if list(sys.version_info[:3]) != request["version"]:
        say(failed=f"Python {sys.version.split()[0]}")
        return
    sys.path[:] = request["paths"]
    if os.name == "nt":
        # what QGIS's own launcher arranges for its program
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            if os.path.isabs(folder) and os.path.isdir(folder):
                os.add_dll_directory(folder)
    try:
        serve = import_module(f"{request['package']}.processing_provider.apart.work").serve
    except ImportError as error:
        say(failed=f"{type(error).__name__}: {error}")
        return
    serve(request, say, sys.stdin.buffer.readline)


if __name__ == "__main__":
    main()
