"""Speed and memory of a verified download of 1 GB beside `curl`, from a server process on this computer.

    download.py [--megabytes 1024] [--rounds 3] [--folder build/download]

All write to the same disk in turns; the best round of each counts, since everything that disturbs makes it slower.
The server sends by `sendfile` from the page cache, so that it is not what is measured. Ours compares length and
SHA-256, keeps what it needs to go on after a kill, and has all on the disk at its end. Its rival does the same work:
`curl | tee file | sha256sum`, then the file synced. Bare curl only writes what comes, and need not have it on the disk.
A second download of twice the size shows that memory does not grow with the file. Printed too: how fast this processor
computes SHA-256, which no verified download can pass on one core. Exit code 1 where what came is not what was sent.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "build" / "plugins"
MB = 1 << 20
VERIFIED = 'set -o pipefail; curl -sS --fail "$1" | tee "$2" | sha256sum && sync "$2"'
"""The same work by other means: what comes is kept, its checksum computed beside, and the file is on the disk."""


class Handler(BaseHTTPRequestHandler):
    """The three interfaces that a download needs, of the profile that ships."""

    protocol_version = "HTTP/1.1"
    files: ClassVar[dict[str, dict]] = {}
    folder = Path()

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"accessToken": "benchmark", "expiresIn": 1800})

    def do_GET(self) -> None:
        asked = re.search(r"fileId=(\w+)", self.path)
        if asked is None:
            self.answer({"files": list(self.files.values()), "nextPage": None})
            return
        path = self.folder / asked[1]
        size = path.stat().st_size
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("ETag", f'"{asked[1]}"')
        self.end_headers()
        self.wfile.flush()
        with open(path, "rb") as stream:
            at = 0
            while at < size:
                at += os.sendfile(self.connection.fileno(), stream.fileno(), at, size - at)

    def answer(self, content: dict) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


def serve(folder: Path) -> None:
    """Serve the files of a folder until killed; print the port."""
    Handler.folder = folder
    Handler.files = json.loads((folder / "files.json").read_text())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def fetch(url: str, file_id: str, folder: Path) -> None:
    """Download one file as the plugin does; print seconds."""
    sys.path.insert(0, str(PLUGINS))
    from tomoshibi.aggregator.client import AggregatorClient
    from tomoshibi.aggregator.transfer import download

    with AggregatorClient(url, lambda: ("bench", "mark")) as client:
        files = [file for file in client.list_files("C1") if file.file_id == file_id]
        begin = time.perf_counter()
        report = download(client, files, folder)
        seconds = time.perf_counter() - begin
    if report.failed or [item.verified for item in report.done] != ["sha256"]:
        raise SystemExit(f"the download failed: {[str(item.message) for item in report.failed]}")
    print(seconds)


def make_file(path: Path, size: int) -> dict:
    """Write a file that no compression helps with, and return what the list of files says of it."""
    digest, block = hashlib.sha256(), os.urandom(8 * MB)
    with open(path, "wb") as stream:
        for number in range(size // len(block)):
            piece = number.to_bytes(8, "big") + block[8:]
            digest.update(piece)
            stream.write(piece)
    return {
        "fileId": path.name,
        "fileName": path.name + ".csv",
        "conditionId": "C1",
        "dataKind": "1",
        "size": path.stat().st_size,
        "sha256": digest.hexdigest(),
        "publishedAt": "2026-01-21T06:00:00+09:00",
    }


def measured(command: list[str]) -> tuple[str, float]:
    """Run a command; return what it printed and its peak memory in MB, as the kernel counts it (VmHWM)."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0
    # of rusage the system would count in this process too, from which the child was forked
    while child.poll() is None:
        try:
            found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child.pid}/status").read_text())
        except OSError:
            found = None
        peak = max(peak, int(found[1]) if found else 0)
        time.sleep(0.02)
    printed = child.stdout.read()
    child.stdout.close()
    if child.returncode:
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    return printed, peak / 1024


def ours(url: str, file_id: str, folder: Path) -> tuple[float, float]:
    """Return seconds and peak MB of the plugin's own download."""
    shutil.rmtree(folder, ignore_errors=True)
    printed, peak = measured([sys.executable, __file__, "--fetch", url, file_id, str(folder)])
    shutil.rmtree(folder)
    return float(printed), peak


def curl(url: str, file_id: str, folder: Path) -> tuple[float, float]:
    """Return seconds and peak MB of bare curl."""
    target = folder / "curl.csv"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = ["curl", "-sS", "--fail", "-o", str(target), "-w", "%{time_total}", address_of(url, file_id)]
    printed, peak = measured(command)
    shutil.rmtree(folder)
    return float(printed), peak


def verified(url: str, file_id: str, folder: Path) -> tuple[float, float]:
    """Return seconds of curl with the checksum and the sync, and 0 for the memory of its processes."""
    target = folder / "curl.csv"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    begin = time.perf_counter()
    subprocess.run(
        ["bash", "-c", VERIFIED, "verified", address_of(url, file_id), str(target)], check=True, stdout=subprocess.PIPE
    )
    seconds = time.perf_counter() - begin
    shutil.rmtree(folder)
    return seconds, 0.0


def address_of(url: str, file_id: str) -> str:
    """Return where a file is fetched by the profile that ships."""
    sys.path.insert(0, str(PLUGINS))
    from tomoshibi.aggregator.profile import Profile

    profile = Profile.load(None)
    return f"{url}{profile.interface('download').path}?{profile.key('file_id')}={file_id}"


def hashing() -> float:
    """Return the MB/s of SHA-256 on one core."""
    block, begin = bytes(64 * MB), time.perf_counter()
    digest = hashlib.sha256()
    for _ in range(8):
        digest.update(block)
    return 8 * 64 / (time.perf_counter() - begin)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "download")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--fetch", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve)
        return 0
    if chosen.fetch:
        fetch(chosen.fetch[0], chosen.fetch[1], Path(chosen.fetch[2]))
        return 0
    if shutil.which("curl") is None:
        print("curl is not there to compare with", file=sys.stderr)
        return 1
    source, target = chosen.folder / "source", chosen.folder / "target"
    shutil.rmtree(chosen.folder, ignore_errors=True)
    source.mkdir(parents=True)
    entries = {name: make_file(source / name, size * MB)
               for name, size in (("once", chosen.megabytes), ("twice", 2 * chosen.megabytes))}  # fmt: skip
    (source / "files.json").write_text(json.dumps(entries))
    server = subprocess.Popen([sys.executable, __file__, "--serve", str(source)], stdout=subprocess.PIPE, text=True)
    try:
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        return compare(url, target, chosen.megabytes, chosen.rounds)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
        shutil.rmtree(chosen.folder)


def compare(url: str, target: Path, megabytes: int, rounds: int) -> int:
    """Download in turns and print the table."""
    ways = {"curl": curl, "verified": verified, "tomoshibi": ours}
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    spent = dict.fromkeys(ways, 0.0)
    for number in range(rounds):
        for name, way in ways.items():
            before = processor()
            seconds, peak = way(url, "once", target)
            spent[name] += processor() - before
            results[name].append((seconds, peak))
            print(f"round {number + 1} {name:10} {megabytes / seconds:8.0f} MB/s {peak:6.0f} MB peak", flush=True)
    speed = {name: megabytes / min(seconds for seconds, _ in rows) for name, rows in results.items()}
    peaks = {name: max(peak for _, peak in rows) for name, rows in results.items()}
    _, twice = ours(url, "twice", target)
    for name, rate in speed.items():
        print(
            f"{name:10} {rate:6.0f} MB/s, peak {peaks[name]:4.0f} MB, processor {spent[name] / rounds:6.2f} s a round"
        )
    print(f"SHA-256 alone, one core of {os.cpu_count()}: {hashing():.0f} MB/s")
    print(f"peak {peaks['tomoshibi']:.0f} MB; {twice:.0f} MB for a file of {2 * megabytes} MB")
    print(
        f"= download: {speed['tomoshibi'] / speed['curl']:.2f} × bare curl, "
        f"{speed['tomoshibi'] / speed['verified']:.2f} × curl with sha256sum and sync, "
        f"processor {spent['tomoshibi'] / spent['verified']:.2f} of theirs, peak {peaks['tomoshibi']:.0f} MB"
    )
    return 0


def processor() -> float:
    """Return the seconds of processor that ended children have used; those of the server are not among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
