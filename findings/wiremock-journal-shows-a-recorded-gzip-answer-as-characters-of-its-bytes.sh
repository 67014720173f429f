#!/usr/bin/env bash
# Expected: WireMock that records an API (`--proxy-all`) has the JSON of an answer in `response.body` of its journal,
#   `GET /__admin/requests`, whatever the content coding: the mappings that it records of the same calls have it decoded.
# What happens: of an answer that came with `Content-Encoding: gzip`, `response.body` is the compressed bytes read as
#   characters. Most of them are lost (U+FFFD), so that no coding can be undone; only `bodyAsBase64` has them. Of an
#   answer without the coding `response.body` is the JSON.
# Package and version: wiremock 3.13.2 (npm), which holds WireMock's jar. Needs Node and Java.
# Why a user of order APIs meets it: lists of orders come in gzip to each client that accepts it, as HTTP libraries do by
#   themselves, and the journal is what tests and checks of recorded traffic read.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

for tool in java npm python3; do
  command -v "$tool" >/dev/null || { echo "needs $tool" >&2; exit 2; }
done
folder=$(mktemp -d)
server= api=
trap 'kill $server $api 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-package-lock --no-audit --no-fund wiremock@3.13.2 >/dev/null 2>&1 ||
  { echo "cannot install the package" >&2; exit 2; }
jar=$(find node_modules/wiremock -name '*.jar' | head -n 1)
echo "wiremock $(node -p 'require("wiremock/package.json").version'), $(basename "$jar")"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

cat > api.py <<'PYTHON'
import gzip, json
from http.server import BaseHTTPRequestHandler, HTTPServer

ORDERS = json.dumps({"count": 1, "list": [{"order_name": "구독 1회차", "price": 29000}]}, ensure_ascii=False).encode()


class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        coded = self.path.endswith("?coded")
        body = gzip.compress(ORDERS) if coded else ORDERS
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if coded:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Api)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
python3 api.py > api.txt &
api=$!
until [[ -s api.txt ]]; do sleep 0.1; done
java -jar "$jar" --port "$port" --bind-address 127.0.0.1 --proxy-all "http://127.0.0.1:$(cat api.txt)" >log.txt 2>&1 &
server=$!

cat > ask.py <<'PYTHON'
import base64, gzip, json, sys, time, urllib.request

url = f"http://127.0.0.1:{sys.argv[1]}"


def get(path, **headers):
    with urllib.request.urlopen(urllib.request.Request(url + path, headers=headers), timeout=10) as response:
        return response.read()


for _ in range(120):
    try:
        get("/__admin/health")
        break
    except OSError:
        time.sleep(0.5)
gzipped = {"Accept-Encoding": "gzip"}
get("/v1/orders?plain", **gzipped)
get("/v1/orders?coded", **gzipped)
coded, plain = (each["response"] for each in json.loads(get("/__admin/requests"))["requests"])
print("  without a content coding, body:", plain["body"][:40])
lost = coded["body"].count("\ufffd")
print("  with gzip, body begins with   :", ascii(coded["body"][:12]), "and has", lost, "U+FFFD")
data = base64.b64decode(coded["bodyAsBase64"])
is_coded = data[:2] == b"\x1f\x8b"
print("  with gzip, bodyAsBase64 holds :", gzip.decompress(data).decode()[:40] if is_coded else data[:40])
json.loads(plain["body"])
sys.exit(0 if lost and is_coded and json.loads(gzip.decompress(data))["count"] == 1 else 1)
PYTHON
if python3 ask.py "$port"; then
  echo "as described"
else
  echo "CHANGED: expected the bytes of gzip read as characters in body, and the bytes in bodyAsBase64"
  exit 1
fi
