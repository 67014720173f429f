#!/usr/bin/env bash
# Expected: an id that is given to a call is one segment of its path, encoded as both SDKs encode what goes into a query.
# What happens: ids go into the path as they are. order.detail("#1024") asks for the list of all orders, since the HTTP
#   library takes "#" for a fragment, and order.detail("2026/1024") for a path of two segments. Nothing raises.
# Package and version: @bootpay/backend-js 2.13.1 with axios 1.21.1, and bootpay-backend 2.9.0 with requests 2.34.2.
# Why a user of order APIs meets it: shops number their orders so ("#1024" is the form of more than one shop system), and
#   a list looks like a success: what reads the order from it goes on without one.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
{ python3 -m venv venv && venv/bin/pip --quiet --disable-pip-version-check install \
  bootpay-backend==2.9.0 requests==2.34.2 &&
  npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @bootpay/backend-js@2.13.1 axios@1.21.1; } ||
  { echo "cannot install the packages" >&2; exit 2; }

cat > call.js <<'JAVASCRIPT'
const { BootpayCommerce } = require('@bootpay/backend-js')

for (const name of ['@bootpay/backend-js', 'axios']) {
  console.log(name, require(`./node_modules/${name}/package.json`).version)
}
const commerce = new BootpayCommerce({ client_key: 'test-ck', secret_key: 'test-sk' })
commerce.API_ENTRYPOINTS.production = process.argv[2]

async function main() {
  await commerce.order.detail('25071182085082524116')
  await commerce.order.list({ keyword: '만년필 #2' })
  await commerce.order.detail('#1024')
  await commerce.order.detail('2026/1024')
}
main()
JAVASCRIPT

cat > probe.py <<'PYTHON'
import importlib.metadata
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bootpay_backend import BootpayCommerce

received = []


class Recorder(BaseHTTPRequestHandler):
    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        received.append((f"{self.command} {self.path}", (self.headers.get("Authorization") or "none").split()[0]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_PUT = answer

    def log_message(self, *_: object) -> None:
        pass


def from_python(base_url: str) -> None:
    for package in ("bootpay-backend", "requests"):
        print(package, importlib.metadata.version(package))
    commerce = BootpayCommerce(client_key="test-ck", secret_key="test-sk")
    commerce.API_ENTRYPOINTS = {"production": base_url}
    commerce.order.detail("25071182085082524116")
    commerce.order.list({"keyword": "만년필 #2"})
    commerce.order.detail("#1024")
    commerce.order.detail("2026/1024")


def from_node(base_url: str) -> None:
    subprocess.run(["node", "call.js", base_url], check=True, timeout=60)


expected = [
    # As it should be: an order by its number, and a query encoded.
    ("GET /v1/orders/25071182085082524116", "Basic"),
    ("GET /v1/orders?keyword=%EB%A7%8C%EB%85%84%ED%95%84+%232", "Basic"),
    # The surprise.
    ("GET /v1/orders/", "Basic"),
    ("GET /v1/orders/2026/1024", "Basic"),
]
as_described = True
with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for client in (from_python, from_node):
        received.clear()
        client(f"http://127.0.0.1:{server.server_port}/v1")
        for call, scheme in received:
            print(f"  {call}, Authorization {scheme}")
        as_described &= received == expected
    server.shutdown()
print("as described" if as_described else f"CHANGED: expected {expected}")
sys.exit(not as_described)
PYTHON

env -u HTTP_PROXY -u http_proxy NO_PROXY=127.0.0.1 venv/bin/python probe.py
