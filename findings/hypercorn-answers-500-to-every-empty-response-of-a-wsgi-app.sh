#!/usr/bin/env bash
# Expected: a WSGI application's response without a body (HEAD, 204) reaches the client.
# What happens: hypercorn runs the application, then answers 500. It sends the head of a response with the first piece
#   of its body; if there is no piece, the head is never sent, and an UnexpectedMessageError follows.
# Package and version: hypercorn 0.18.0, with Flask 3.1.3 (any WSGI application that returns an empty iterable). Known
#   there: issue 331.
# Why a user of order APIs meets it: webhook receivers and stand-ins of an API answer 204 to notifications and
#   deletions. The work is done, but the sender reads 500 and sends the same again. HEAD, as health checks send it,
#   never passes.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
{ python3 -m venv venv && venv/bin/pip --quiet --disable-pip-version-check install hypercorn==0.18.0 flask==3.1.3; } ||
  { echo "cannot install the packages" >&2; exit 2; }

cat > shop.py <<'PYTHON'
from flask import Flask

app = Flask(__name__)
handled: list[str] = []


@app.get("/orders")
def orders() -> dict[str, list[str]]:
    handled.append("GET or HEAD")
    return {"handled": handled}


@app.post("/notifications")
def notifications() -> tuple[str, int]:
    handled.append("POST")
    return "", 204
PYTHON

cat > probe.py <<'PYTHON'
import http.client
import importlib.metadata
import re
import subprocess
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import shop

REQUESTS = (("GET", "/orders"), ("HEAD", "/orders"), ("POST", "/notifications"), ("GET", "/orders"))


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def exchange(host: str, port: int) -> tuple[list[int], list[bytes]]:
    answers = []
    for method, path in REQUESTS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(method, path)
        response = connection.getresponse()
        answers.append((response.status, response.read()))
        connection.close()
        print(f"{host}: {method} {path} -> {response.status} {answers[-1][1]!r}")
    return [status for status, _ in answers], [body for _, body in answers]


for package in ("hypercorn", "flask", "werkzeug"):
    print(package, importlib.metadata.version(package))

with make_server("127.0.0.1", 0, shop.app, handler_class=Quiet) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    control, _ = exchange("wsgiref", server.server_port)
    server.shutdown()

command = [sys.executable, "-m", "hypercorn", "--bind", "127.0.0.1:0", "wsgi:shop:app"]
host = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
deadline = threading.Timer(30, host.kill)
deadline.start()
log = []
try:
    for line in host.stdout:
        log.append(line)
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            reader = threading.Thread(target=lambda: log.extend(host.stdout))
            reader.start()
            break
    else:
        sys.exit("".join([*log, "hypercorn did not start"]))
    statuses, bodies = exchange("hypercorn", int(found[1]))
finally:
    deadline.cancel()
    host.terminate()
    host.wait(20)
reader.join(20)
errors = sum(line.startswith("hypercorn.utils.UnexpectedMessageError") for line in log)
print("UnexpectedMessageError in its log:", errors)

assert control == [200, 200, 204, 200], f"the application itself answers {control}"
ran = b"POST" in bodies[-1]
print("the handler of the POST ran:", ran)
as_described = statuses == [200, 500, 500, 200] and ran and errors == 2
print("as described" if as_described else "CHANGED: expected 200, 500, 500, 200, the handler run, and 2 errors logged")
sys.exit(not as_described)
PYTHON

venv/bin/python probe.py
