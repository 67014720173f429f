#!/usr/bin/env bash
# Expected: idempotency_key becomes the header Idempotency-Key in every call about cancellations, or is refused where
#   it is not known.
# What happens: list, withdraw, approve and reject send it as the header, and make one up if there is none. The call
#   that asks for the money back, request, sends no such header: idempotency_key goes into the JSON body, without an
#   error. Its types do not name the key, which plain JavaScript and Python do not notice.
# Package and version: @bootpay/backend-js 2.13.1 with axios 1.21.1, and bootpay-backend 2.9.0 with requests 2.34.2.
# Why a user of order APIs meets it: a cancellation that timed out is sent again with the same key, so that it counts
#   once. Where the server looks for the key in the header, as with the other calls, it counts twice.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
{ python3 -m venv venv && venv/bin/pip --quiet --disable-pip-version-check install \
  bootpay-backend==2.9.0 requests==2.34.2 &&
  npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @bootpay/backend-js@2.13.1 axios@1.21.1; } ||
  { echo "cannot install the packages" >&2; exit 2; }

cat > cancel.js <<'JAVASCRIPT'
const { BootpayCommerce } = require('@bootpay/backend-js')

for (const name of ['@bootpay/backend-js', 'axios']) {
  console.log(name, require(`./node_modules/${name}/package.json`).version)
}
const commerce = new BootpayCommerce({ client_key: 'test-ck', secret_key: 'test-sk' })
commerce.API_ENTRYPOINTS.production = process.argv[2]
const cancel = commerce.orderCancel
const order = { order_number: '1', idempotency_key: 'key' }
const cancellation = { order_cancellation_request_id: '1', idempotency_key: 'key' }

async function main() {
  await cancel.request(order)
  await cancel.list(order)
  await cancel.withdraw(cancellation)
  await cancel.approve(cancellation)
  await cancel.reject(cancellation)
}
main()
JAVASCRIPT

cat > probe.py <<'PYTHON'
import importlib.metadata
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bootpay_backend import BootpayCommerce

received = []


class Recorder(BaseHTTPRequestHandler):
    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = f"{self.command} {self.path.partition('?')[0]}"
        received.append((call, self.headers.get("Idempotency-Key"), json.loads(body) if body else None))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_: object) -> None:
        pass


def from_python(base_url: str) -> None:
    for package in ("bootpay-backend", "requests"):
        print(package, importlib.metadata.version(package))
    commerce = BootpayCommerce(client_key="test-ck", secret_key="test-sk")
    commerce.API_ENTRYPOINTS = {"production": base_url}
    cancel = commerce.order_cancel
    order = {"order_number": "1", "idempotency_key": "key"}
    cancellation = {"order_cancellation_request_id": "1", "idempotency_key": "key"}
    cancel.request(order)
    cancel.list(order)
    cancel.withdraw(cancellation)
    cancel.approve(cancellation)
    cancel.reject(cancellation)


def from_node(base_url: str) -> None:
    subprocess.run(["node", "cancel.js", base_url], check=True, timeout=60)


expected = [
    ("POST /v1/order/cancel", None, {"order_number": "1", "idempotency_key": "key"}),
    ("GET /v1/order/cancel", "key", None),
    ("PUT /v1/order/cancel/1/withdraw", "key", {}),
    ("PUT /v1/order/cancel/1/approve", "key", {}),
    ("PUT /v1/order/cancel/1/reject", "key", {}),
]
as_described = True
with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for client in (from_python, from_node):
        received.clear()
        client(f"http://127.0.0.1:{server.server_port}/v1")
        for call, header, body in received:
            print(f"  {call}: Idempotency-Key {header}, body {body}")
        as_described &= received == expected
    server.shutdown()
print("as described" if as_described else f"CHANGED: expected {expected}")
sys.exit(not as_described)
PYTHON

env -u HTTP_PROXY -u http_proxy NO_PROXY=127.0.0.1 venv/bin/python probe.py
