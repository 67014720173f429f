#!/usr/bin/env bash
# Expected: a BootpayCommerce whose API_ENTRYPOINTS name a local server sends all its calls there.
# What happens: its calls about messages (alimtalk_*) connect to message.bootapi.com, which is in a second table of
#   addresses, MESSAGE_API_ENTRYPOINTS. That table or set_message_api_url() must be set as well.
# Package and version: bootpay-backend 2.9.0 with requests 2.34.2.
# Why a user of order APIs meets it: a test that plays an order through a stand-in of the API and then notifies the
#   buyer sends a real, paid message to the number in the test's data, and the keys with it. The package's own comments
#   say that this API has no sandbox.
# Nothing leaves the machine here: a local proxy is asked for the connection, notes its target and refuses it.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
{ python3 -m venv venv && venv/bin/pip --quiet --disable-pip-version-check install \
  bootpay-backend==2.9.0 requests==2.34.2; } ||
  { echo "cannot install the packages" >&2; exit 2; }

cat > probe.py <<'PYTHON'
import importlib.metadata
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
from bootpay_backend import BootpayCommerce

received = []


class StandInAndProxy(BaseHTTPRequestHandler):
    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        received.append(f"{self.command} {self.path}")
        # Refuses a connection to elsewhere.
        self.send_response(503 if self.command == "CONNECT" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_CONNECT = answer

    def log_message(self, *_: object) -> None:
        pass


def calls(commerce: BootpayCommerce) -> list[str]:
    received.clear()
    commerce.order.list()
    try:
        commerce.alimtalk_send.send({"template_code": "T1", "to": "01000000000"})
    except requests.exceptions.ProxyError:
        pass
    return list(received)


for package in ("bootpay-backend", "requests"):
    print(package, importlib.metadata.version(package))

with ThreadingHTTPServer(("127.0.0.1", 0), StandInAndProxy) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base_url = f"http://127.0.0.1:{server.server_port}"
    for name in [name for name in os.environ if name.lower() in {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}]:
        del os.environ[name]
    os.environ |= {"HTTPS_PROXY": base_url, "NO_PROXY": "127.0.0.1"}

    commerce = BootpayCommerce(client_key="test-ck", secret_key="test-sk")
    commerce.API_ENTRYPOINTS = {"production": f"{base_url}/v1"}
    pointed = calls(commerce)
    print("with API_ENTRYPOINTS:", pointed)
    commerce.set_message_api_url(base_url)
    pointed_twice = calls(commerce)
    print("with set_message_api_url() too:", pointed_twice)
    server.shutdown()

as_described = pointed == ["GET /v1/orders", "CONNECT message.bootapi.com:443"] and pointed_twice == [
    "GET /v1/orders",
    "POST /alimtalk/send",
]
print("as described" if as_described else "CHANGED: expected a connection to message.bootapi.com, and then none")
sys.exit(not as_described)
PYTHON

venv/bin/python probe.py
