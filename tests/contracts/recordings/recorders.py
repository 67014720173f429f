"""Has a recorder watch two calls: recorders.py TOOL CALLS, with packages in PYTHONPATH.

CALLS is JSON: base, coding, comment, and the file to write; `program` is what to start of tools that are not in Python.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Installed for this program only, so type checkers do not find them.
requests: Any = import_module("requests")

_TOOL, _CALLS = sys.argv[1], json.loads(sys.argv[2])
_FILE = Path(_CALLS["file"])


def ask_both(base: str, ask: Callable[..., object]) -> None:
    """Both calls, one after the other."""
    headers = {"Accept": "application/json", "Accept-Encoding": _CALLS["coding"]}
    ask("GET", f"{base}/v1/orders", headers=headers)
    sent = json.dumps({"commentContent": _CALLS["comment"]}, ensure_ascii=False).encode()
    headers["Content-Type"] = "application/json"
    ask("PUT", f"{base}/external/v1/contents/qnas/1", headers=headers, data=sent)


def record_with_vcrpy() -> None:
    """A cassette in YAML or JSON, as the file's name says."""
    serializer = "json" if _FILE.suffix == ".json" else "yaml"
    with import_module("vcr").use_cassette(str(_FILE), serializer=serializer):
        ask_both(_CALLS["base"], requests.request)


def record_with_betamax() -> None:
    """A cassette, which is JSON."""
    session = requests.Session()
    recorder = import_module("betamax").Betamax(session, cassette_library_dir=str(_FILE.parent))
    with recorder.use_cassette(_FILE.stem, record="all"):
        ask_both(_CALLS["base"], session.request)


async def _run_mitmproxy() -> None:
    options = import_module("mitmproxy.options").Options(
        listen_host="127.0.0.1", listen_port=0, mode=[f"reverse:{_CALLS['base']}"]
    )
    master = import_module("mitmproxy.tools.dump").DumpMaster(options, with_termlog=False, with_dumper=False)
    master.options.update(**{"hardump" if _FILE.suffix == ".har" else "save_stream_file": str(_FILE)})

    async def ask() -> None:
        try:
            (_, port, *_), *_ = master.addons.get("proxyserver").listen_addrs()
            await asyncio.to_thread(ask_both, f"http://127.0.0.1:{port}", requests.request)
        finally:
            master.shutdown()

    class Asker:
        def running(self) -> None:
            self.task = asyncio.create_task(ask())

    asker = Asker()
    master.addons.add(asker)
    await master.run()
    await asker.task


def record_with_mitmproxy() -> None:
    """Flows, or a HAR."""
    asyncio.run(_run_mitmproxy())


@contextmanager
def _started(*command: str | Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            yield process
        finally:
            process.terminate()


def _lines(process: subprocess.Popen[str], text: str, *, count: int = 1) -> Sequence[str]:
    """So many lines of its output with a text in them, once they are there."""
    found: list[str] = []
    for line in process.stdout or ():
        found += [line] * (text in line)
        if len(found) == count:
            return found
    raise SystemExit(f"{process.args!r} ended with {process.wait()} before it had printed {text!r}")


def record_with_mockoon() -> None:
    """The log of transactions of a mock that passes on what it has no route for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "uuid": "00000000-0000-4000-8000-000000000000",
        "lastMigration": 33,
        "name": "shop",
        "port": port,
        "hostname": "127.0.0.1",
        "endpointPrefix": "",
        "latency": 0,
        "proxyMode": True,
        "proxyHost": _CALLS["base"],
        "proxyRemovePrefix": False,
        "tlsOptions": {"enabled": False, "type": "CERT", **dict.fromkeys(("pfxPath", "certPath", "keyPath"), "")},
        "cors": False,
        **{
            name: []
            for name in ("routes", "rootChildren", "folders", "proxyReqHeaders", "proxyResHeaders", "headers", "data")
        },
        "callbacks": [],
    }
    data = _FILE.with_name("environment.json")
    data.write_text(json.dumps(environment))
    options = ("--data", data, "--log-transaction", "--disable-log-to-file")
    with _started("node", _CALLS["program"], "start", *options) as process:
        _lines(process, "Server started")
        ask_both(f"http://127.0.0.1:{port}", requests.request)
        _FILE.write_text("".join(_lines(process, '"transaction"', count=2)), encoding="utf-8")


def record_with_wiremock() -> None:
    """Its journal in the file, and beside it `mappings` and `__files`."""
    options = ("--port", "0", "--bind-address", "127.0.0.1", "--root-dir", _FILE.parent)
    proxy = ("--proxy-all", _CALLS["base"], "--record-mappings", "--disable-banner")
    with _started("java", "-jar", _CALLS["program"], *options, *proxy) as process:
        (line,) = _lines(process, "port:")
        url = f"http://127.0.0.1:{re.sub('[^0-9]', '', line)}"
        ask_both(url, requests.request)
        _FILE.write_bytes(requests.get(f"{url}/__admin/requests", timeout=10).content)


{
    "vcrpy": record_with_vcrpy,
    "betamax": record_with_betamax,
    "mitmproxy": record_with_mitmproxy,
    "mockoon": record_with_mockoon,
    "wiremock": record_with_wiremock,
}[_TOOL]()
