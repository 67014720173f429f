#!/usr/bin/env bash
# Expected: Flask reads the same body whether the client sends it with Content-Length or in chunks, as under waitress.
# What happens: under hypercorn, and under uvicorn with a2wsgi, Flask reads a chunked body as empty, without an error.
#   Both hosts have the whole body in wsgi.input, but set neither CONTENT_LENGTH nor wsgi.input_terminated, and Flask
#   does not read without one of them.
# Package and version: hypercorn 0.18.0; a2wsgi 1.10.10 with uvicorn 0.54.0; Flask 3.1.3; waitress 3.0.2 to compare.
# Why a user of order APIs meets it: clients that stream what they send (requests with a generator, fetch with a
#   stream, Go with a reader) chunk it. To a webhook receiver or a stand-in of the API, a cancellation or a notification
#   then looks like an empty POST; where an empty body means "the whole order", it is taken so.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
{ python3 -m venv venv && venv/bin/pip --quiet --disable-pip-version-check install \
  hypercorn==0.18.0 a2wsgi==1.10.10 uvicorn==0.54.0 waitress==3.0.2 flask==3.1.3; } ||
  { echo "cannot install the packages" >&2; exit 2; }

cat > shop.py <<'PYTHON'
from a2wsgi import WSGIMiddleware
from flask import Flask, request

app = Flask(__name__)
asgi = WSGIMiddleware(app)


@app.post("/cancel")
def cancel() -> dict[str, object]:
    read = request.get_data().decode()
    left = "" if read else request.environ["wsgi.input"].read().decode()
    return {"Flask reads": read, "left in wsgi.input": left}
PYTHON

cat > probe.py <<'PYTHON'
import http.client
import importlib.metadata
import json
import re
import subprocess
import sys
import threading

BODY = b'{"order_number": "1"}'
COMMANDS = {
    "hypercorn": ["hypercorn", "--bind", "127.0.0.1:0", "wsgi:shop:app"],
    "uvicorn with a2wsgi": ["uvicorn", "--port", "0", "shop:asgi"],
    "waitress": ["waitress", "--listen", "127.0.0.1:0", "shop:app"],
}


def send(port: int, *, chunked: bool) -> dict[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    # http.client chunks an iterator, whose length it cannot know.
    connection.request("POST", "/cancel", iter([BODY]) if chunked else BODY, {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    assert response.status == 200, (response.status, answer)
    return json.loads(answer)


def under(name: str) -> tuple[dict[str, str], dict[str, str]]:
    command = [sys.executable, "-m", *COMMANDS[name]]
    host = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    deadline = threading.Timer(30, host.kill)
    deadline.start()
    log = []
    try:
        for line in host.stdout:
            log.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                threading.Thread(target=host.stdout.read, daemon=True).start()
                break
        else:
            sys.exit("".join([*log, f"{name} did not start"]))
        plain, chunked = send(int(found[1]), chunked=False), send(int(found[1]), chunked=True)
    finally:
        deadline.cancel()
        host.terminate()
        host.wait(20)
    print(f"{name}: with Content-Length: {plain}")
    print(f"{name}: in chunks: {chunked}")
    return plain, chunked


for package in ("hypercorn", "a2wsgi", "uvicorn", "waitress", "flask", "werkzeug"):
    print(package, importlib.metadata.version(package))

read = {"Flask reads": BODY.decode(), "left in wsgi.input": ""}
lost = {"Flask reads": "", "left in wsgi.input": BODY.decode()}
assert under("waitress") == (read, read), "the application itself does not read the body"
as_described = [under(name) == (read, lost) for name in ("hypercorn", "uvicorn with a2wsgi")]
print("as described" if all(as_described) else "CHANGED: Flask reads the chunked body, or it is not in wsgi.input")
sys.exit(not all(as_described))
PYTHON

venv/bin/python probe.py
