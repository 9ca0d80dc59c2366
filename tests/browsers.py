"""Chromium and Firefox driven by their own protocols, for tests of pages: no driver and no package is needed."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
FIREFOX = next((found for name in ("firefox-esr", "firefox") if (found := shutil.which(name))), "")
SIZE = (1400, 1000)
_KEYS = {"Enter": ("\r", 13, "\ue007"), "ArrowDown": ("", 40, "\ue015"), "ArrowRight": ("", 39, "\ue014")}
"""Key → (its text, its code in Chromium, its code in WebDriver)."""


class Browser:
    """A headless browser with one page."""

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it."""
        raise NotImplementedError

    def open(self, path: Path) -> None:
        """Open a file and wait until it is loaded."""
        raise NotImplementedError

    def ask(self, expression: str) -> Any:
        """Return what a JavaScript expression is worth in the page."""
        raise NotImplementedError

    def press(self, key: str) -> None:
        """Press a key of `_KEYS`, or type a text."""
        raise NotImplementedError

    def picture(self) -> bytes:
        """Return a PNG of the page."""
        raise NotImplementedError


class Chromium(Browser):
    """Chromium by its DevTools protocol over two pipes."""

    def __init__(self, profile: Path):
        to_read, self._out = os.pipe()
        self._in, to_write = os.pipe()
        # the protocol is spoken on the descriptors 3 and 4
        command = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        flags += [f"--window-size={SIZE[0]},{SIZE[1]}", f"--user-data-dir={profile}", "--remote-debugging-pipe"]
        self._process = subprocess.Popen(
            ["bash", "-c", command, CHROMIUM, *flags],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._reader = os.fdopen(self._in, "rb")
        self._number = 0
        self.requests: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self._call(f"{domain}.enable")
        self._call(
            "Emulation.setDeviceMetricsOverride", width=SIZE[0], height=SIZE[1], deviceScaleFactor=1, mobile=False
        )

    _session = ""

    def _message(self) -> dict[str, Any]:
        pieces = []
        while (letter := self._reader.read(1)) not in (b"\0", b""):
            pieces.append(letter)
        if not pieces:
            raise EOFError("Chromium ended")
        told: dict[str, Any] = json.loads(b"".join(pieces))
        if told.get("method") == "Network.requestWillBeSent":
            self.requests.append(told["params"]["request"]["url"])
        return told

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        said = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            said["sessionId"] = self._session
        os.write(self._out, json.dumps(said).encode() + b"\0")
        while (told := self._message()).get("id") != self._number:
            pass
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']}")
        return dict(told["result"])

    def open(self, path: Path) -> None:
        self._call("Page.navigate", url=path.as_uri())
        while self._message().get("method") != "Page.loadEventFired":
            pass

    def ask(self, expression: str) -> Any:
        found = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["exception"]["description"])
        return found["result"].get("value")

    def press(self, key: str) -> None:
        if key not in _KEYS:
            self._call("Input.insertText", text=key)
            return
        text, code, _ = _KEYS[key]
        told = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._call("Input.dispatchKeyEvent", type="keyDown", **told, **({"text": text} if text else {}))
        self._call("Input.dispatchKeyEvent", type="keyUp", **told)

    def picture(self) -> bytes:
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._reader.close()
        os.close(self._out)


class Firefox(Browser):
    """Firefox by its Marionette protocol."""

    def __init__(self, profile: Path):
        profile.mkdir(parents=True, exist_ok=True)
        (profile / "user.js").write_text('user_pref("marionette.port", 0);\n', encoding="utf-8")
        command = [FIREFOX, "--headless", "--marionette", "--profile", str(profile)]
        command += ["--width", str(SIZE[0]), "--height", str(SIZE[1])]
        environment = {**os.environ, "HOME": str(profile), "MOZ_REMOTE_SETTINGS_DEVTOOLS": "0"}
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True
        )
        assert self._process.stdout is not None
        port = next((line.split()[-1] for line in self._process.stdout if "Listening on port" in line), "")
        self._socket = socket.create_connection(("127.0.0.1", int(port)))
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._message()
        self._call("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})

    def _message(self) -> Any:
        length = b""
        while (letter := self._stream.read(1)) != b":":
            if not letter:
                raise EOFError("Firefox ended")
            length += letter
        return json.loads(self._stream.read(int(length)))

    def _call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        said = json.dumps([0, self._number, method, parameters]).encode()
        self._socket.sendall(str(len(said)).encode() + b":" + said)
        _, _, error, result = self._message()
        if error:
            raise RuntimeError(f"{method}: {error['message']}")
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def open(self, path: Path) -> None:
        self._call("WebDriver:Navigate", url=path.as_uri())

    def ask(self, expression: str) -> Any:
        return self._call("WebDriver:ExecuteScript", script=f"return {expression}", args=[], sandbox=None)

    def press(self, key: str) -> None:
        letters = [_KEYS[key][2]] if key in _KEYS else list(key)
        actions = [{"type": kind, "value": letter} for letter in letters for kind in ("keyDown", "keyUp")]
        self._call("WebDriver:PerformActions", actions=[{"type": "key", "id": "keys", "actions": actions}])

    def picture(self) -> bytes:
        return base64.b64decode(self._call("WebDriver:TakeScreenshot", full=False))

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.communicate()


BROWSERS: dict[str, tuple[str, type[Browser]]] = {"chromium": (CHROMIUM, Chromium), "firefox": (FIREFOX, Firefox)}
"""Name → (program, "" where there is none; how it is driven)."""
