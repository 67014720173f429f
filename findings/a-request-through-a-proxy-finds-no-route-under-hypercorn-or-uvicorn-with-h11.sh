#!/usr/bin/env bash
# Expected: GET http://shop.example/orders, the form in which clients send requests to a proxy and which HTTP/1.1
#   servers must accept (RFC 9112, 3.2.2), reaches a WSGI application with PATH_INFO /orders.
# What happens: PATH_INFO is http://shop.example/orders under hypercorn, and under uvicorn with a2wsgi if uvicorn
#   parses with h11. With httptools the same uvicorn gives /orders; which it takes depends on what is installed.
# Package and version: hypercorn 0.18.0; uvicorn 0.54.0 with h11 0.16.0 or httptools 0.9.0; a2wsgi 1.10.10. Known at
#   uvicorn: pull request 3097.
# Why a user of order APIs meets it: tests send an unchanged client to a stand-in of the API by naming it as
#   HTTP_PROXY. Every route is then a 404, which reads as "no such order"; with other packages installed it works.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
{ python3 -m venv venv && venv/bin/pip --quiet --disable-pip-version-check install \
  hypercorn==0.18.0 uvicorn==0.54.0 h11==0.16.0 httptools==0.9.0 a2wsgi==1.10.10; } ||
  { echo "cannot install the packages" >&2; exit 2; }

cat > shop.py <<'PYTHON'
from a2wsgi import WSGIMiddleware


def app(environ, start_response):
    path = environ["PATH_INFO"]
    start_response("200 OK" if path == "/orders" else "404 Not Found", [("Content-Type", "text/plain")])
    return [path.encode()]


asgi = WSGIMiddleware(app)
PYTHON

cat > probe.py <<'PYTHON'
import importlib.metadata
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request

COMMANDS = {
    "hypercorn": ["hypercorn", "--bind", "127.0.0.1:0", "wsgi:shop:app"],
    "uvicorn with h11": ["uvicorn", "--port", "0", "--http", "h11", "shop:asgi"],
    "uvicorn with httptools": ["uvicorn", "--port", "0", "--http", "httptools", "shop:asgi"],
}


def get(url: str, proxy: dict[str, str]) -> tuple[int, str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxy))
    try:
        with opener.open(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def under(name: str) -> tuple[tuple[int, str], tuple[int, str]]:
    command = [sys.executable, "-m", *COMMANDS[name]]
    host = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    deadline = threading.Timer(30, host.kill)
    deadline.start()
    log = []
    try:
        for line in host.stdout:
            log.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                threading.Thread(target=host.stdout.read, daemon=True).start()
                break
        else:
            sys.exit("".join([*log, f"{name} did not start"]))
        direct = get(f"{found[0]}/orders", {})
        proxied = get("http://shop.example/orders", {"http": found[0]})
    finally:
        deadline.cancel()
        host.terminate()
        host.wait(20)
    print(f"{name}: asked itself: {direct[0]}, PATH_INFO {direct[1]}")
    print(f"{name}: asked as a proxy: {proxied[0]}, PATH_INFO {proxied[1]}")
    return direct, proxied


for package in ("hypercorn", "uvicorn", "h11", "httptools", "a2wsgi"):
    print(package, importlib.metadata.version(package))

found, whole = (200, "/orders"), (404, "http://shop.example/orders")
expected = {
    "hypercorn": (found, whole),
    "uvicorn with h11": (found, whole),
    "uvicorn with httptools": (found, found),
}
as_described = {name: under(name) for name in expected} == expected
print("as described" if as_described else f"CHANGED: expected {expected}")
sys.exit(not as_described)
PYTHON

venv/bin/python probe.py
