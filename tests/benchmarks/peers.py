"""The servers that are compared: how each is installed, configured with the one answer, and started.

Each runs as its own documentation starts it, and logs what it logs by default, into a file. What it does beside
answering, such as a journal, it does as it comes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jumun_contracts import load_contract, render_openapi
from tests.benchmarks.exchange import ANSWER, ANY_PATH, AUTHORIZATION, BASE, BODY, ORDERS, REFUSAL, ROUTE, list_ids
from tests.benchmarks.installation import find_debian, install_npm, install_pypi
from tests.benchmarks.program import Unavailable, free_port

if TYPE_CHECKING:
    from collections.abc import Callable

_JSON = {"Content-Type": "application/json"}
_COLON_PATH = BASE + ROUTE.replace("{", ":").replace("}", "")
_FLASK, _GUNICORN = "flask==3.1.3", "gunicorn==27.0.1"

_FLASK_APP = f"""\
from flask import Flask, jsonify, request

app = Flask(__name__)


@app.get("{BASE}{ROUTE.replace("{", "<").replace("}", ">")}")
def product_order_ids(orderId):
    if request.headers.get("Authorization") != {AUTHORIZATION!r}:
        return jsonify({REFUSAL!r}), 401
    return jsonify({ANSWER!r})
"""

_NGINX_CONFIGURATION = """\
worker_processes auto;
daemon off;
pid nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log access.log;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  default_type application/json;
  server {{
    listen 127.0.0.1:{port};
    location ~ ^{path}$ {{
      if ($http_authorization != "{authorization}") {{ return 401 '{refusal}'; }}
      return 200 '{body}';
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """A peer that is there."""

    path: Path
    version: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where one start happens. `folder` is empty and its own."""

    installed: Path
    folder: Path
    port: int

    def write(self, name: str, content: str | dict[str, Any]) -> str:
        """The path of a new file in the folder, with text or JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)


@dataclass(frozen=True, slots=True)
class Peer:
    """How one server is brought and started."""

    install: Callable[[Path], Installed]
    """From the cache folder; raises Unavailable."""
    command: Callable[[Place], list[str]]
    """Writes what it needs into the folder."""
    checks_token: bool = True
    """Whether it can refuse a wrong token with 401."""
    loaded: Callable[[Place], list[str]] | None = None
    """What is started for the load in place of `command`: with the orders that are asked for."""


def _install_jumun(cache: Path) -> Installed:  # noqa: ARG001 - it is there already
    command = Path(sys.executable).with_name("jumun")
    if not command.exists():
        raise Unavailable(f"no {command}: run this with the Python of the virtual environment that has Jumun")
    return Installed(command, metadata.version("jumun"))


def _start_jumun(place: Place) -> list[str]:
    return [str(place.installed), "serve", "--port", str(place.port)]


def load_jumun(place: Place) -> list[str]:
    """A server with the orders that are asked for."""
    rows = [{"order_id": order, "product_order_ids": list_ids(order)} for order in ORDERS]
    # JSON is YAML.
    place.write("data/naver/orders.yaml", {"orders": rows})
    return [*_start_jumun(place), "--data", str(place.folder / "data")]


def _install_npm(cache: Path, *, name: str, version: str, file: str, tool: str = "node") -> Installed:
    if not shutil.which(tool):
        raise Unavailable(f"{tool} is not on PATH")
    return Installed(install_npm(name, version, cache) / file, version)


def _start_wiremock(place: Place, *more: str) -> list[str]:
    place.write(
        "mappings/order.json",
        {
            "request": {
                "method": "GET",
                "urlPathPattern": ANY_PATH,
                "headers": {"Authorization": {"equalTo": AUTHORIZATION}},
            },
            "response": {"status": 200, "headers": _JSON, "body": BODY},
        },
    )
    place.write(
        "mappings/refusal.json",
        {
            "priority": 10,
            "request": {"method": "GET", "urlPathPattern": ANY_PATH},
            "response": {"status": 401, "headers": _JSON, "jsonBody": REFUSAL},
        },
    )
    options = ["--port", str(place.port), "--bind-address", "127.0.0.1", "--disable-banner", *more]
    return ["java", "-jar", str(place.installed), *options, "--root-dir", str(place.folder)]


def _start_mockserver(place: Place, *more: str) -> list[str]:
    request = {"method": "GET", "path": ANY_PATH}
    expectations = [
        {
            "priority": 10,
            "httpRequest": {**request, "headers": {"Authorization": [AUTHORIZATION]}},
            "httpResponse": {"statusCode": 200, "headers": _JSON, "body": BODY},
        },
        {"httpRequest": request, "httpResponse": {"statusCode": 401, "headers": _JSON, "body": json.dumps(REFUSAL)}},
    ]
    path = place.write("expectations.json", json.dumps(expectations))
    return ["java", "-jar", str(place.installed), "run", "-p", str(place.port), "--init", path, *more]


def _start_prism(place: Place) -> list[str]:
    document = render_openapi(load_contract("naver"))
    # Prism takes no notice of the path of a server's URL.
    document["paths"] = {BASE + path: item for path, item in document["paths"].items()}
    document["paths"][BASE + ROUTE]["get"]["responses"]["200"]["content"]["application/json"]["example"] = ANSWER
    path = place.write("openapi.json", document)
    options = ["--port", str(place.port), "--host", "127.0.0.1"]
    return ["node", str(place.installed), "mock", *options, path]


def _start_mockoon(place: Place) -> list[str]:
    rule = {
        "target": "header",
        "modifier": "Authorization",
        "value": AUTHORIZATION,
        "invert": False,
        "operator": "equals",
    }
    headers = [{"key": name, "value": value} for name, value in _JSON.items()]
    answer = {"uuid": str(UUID(int=3)), "statusCode": 200, "headers": headers, "body": BODY, "rules": [rule]}
    refusal = {"uuid": str(UUID(int=4)), "statusCode": 401, "headers": headers, "body": json.dumps(REFUSAL)}
    route = {
        "uuid": str(UUID(int=2)),
        "type": "http",
        "method": "get",
        "endpoint": _COLON_PATH.removeprefix("/"),
        "responses": [{**answer, "disableTemplating": True}, {**refusal, "default": True}],
    }
    environment = {
        "uuid": str(UUID(int=1)),
        "lastMigration": 33,
        "name": "order",
        "port": place.port,
        "hostname": "127.0.0.1",
        "rootChildren": [{"type": "route", "uuid": route["uuid"]}],
        "routes": [route],
    }
    path = place.write("environment.json", environment)
    return ["node", str(place.installed), "start", "--data", path, "--repair"]


def _start_mountebank(place: Place) -> list[str]:
    asked = [{"equals": {"method": "GET"}}, {"matches": {"path": ANY_PATH}}]
    stubs = [
        {
            "predicates": [*asked, {"equals": {"headers": {"Authorization": AUTHORIZATION}}}],
            "responses": [{"is": {"statusCode": 200, "headers": _JSON, "body": BODY}}],
        },
        {
            "predicates": asked,
            "responses": [{"is": {"statusCode": 401, "headers": _JSON, "body": REFUSAL}}],
        },
    ]
    imposter = {"protocol": "http", "port": place.port, "host": "127.0.0.1", "stubs": stubs}
    path = place.write("imposters.json", {"imposters": [imposter]})
    options = ["--pidfile", str(place.folder / "mb.pid"), "--host", "127.0.0.1"]
    return ["node", str(place.installed), "start", "--port", str(free_port()), *options, "--configfile", path]


def _start_json_server(place: Place) -> list[str]:
    data = place.write("db.json", {"answer": ANSWER})
    routes = place.write("routes.json", {_COLON_PATH: "/answer"})
    guard = place.write(
        "guard.js",
        f"module.exports = (request, response, next) => request.headers.authorization === {json.dumps(AUTHORIZATION)}"
        f" ? next() : response.status(401).json({json.dumps(REFUSAL)})\n",
    )
    options = ["--port", str(place.port), "--host", "127.0.0.1", "--routes", routes, "--middlewares", guard]
    # --middlewares takes every word after it.
    return ["node", str(place.installed), data, *options]


def _install_flask(cache: Path) -> Installed:
    return Installed(
        install_pypi([_FLASK, _GUNICORN], cache) / "gunicorn",
        f"{_FLASK}, {_GUNICORN}".replace("flask==", "").replace("==", " "),
    )


def _start_flask(place: Place) -> list[str]:
    place.write("app.py", _FLASK_APP)
    return [str(place.installed), "--bind", f"127.0.0.1:{place.port}", "--workers", "1", "app:app"]


def _install_nginx(cache: Path) -> Installed:
    path = find_debian("nginx", "nginx", cache)
    done = subprocess.run([path, "-v"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"nginx -v failed: {done.stderr.strip()}")
    return Installed(Path(path), done.stderr.rpartition("/")[2].strip())


def _start_nginx(place: Place) -> list[str]:
    configuration = _NGINX_CONFIGURATION.format(
        port=place.port, path=ANY_PATH, authorization=AUTHORIZATION, refusal=json.dumps(REFUSAL), body=BODY
    )
    path = place.write("nginx.conf", configuration)
    return [str(place.installed), "-p", str(place.folder), "-e", "stderr", "-c", path]


def _npm(name: str, version: str, file: str, *, tool: str = "node") -> Callable[[Path], Installed]:
    return partial(_install_npm, name=name, version=version, file=file, tool=tool)


_WIREMOCK = _npm("wiremock", "3.13.2", "build/wiremock-standalone-3.13.2.jar", tool="java")
_MOCKSERVER = _npm("mockserver-node", "8.0.0", "mockserver-netty-8.0.0-jar-with-dependencies.jar", tool="java")

PEERS = {
    "jumun": Peer(_install_jumun, _start_jumun, loaded=load_jumun),
    "wiremock": Peer(_WIREMOCK, _start_wiremock),
    "mockserver": Peer(_MOCKSERVER, _start_mockserver),
    # Prism asks for some Bearer token and takes any.
    "prism": Peer(_npm("@stoplight/prism-cli", "5.16.0", "dist/index.js"), _start_prism, checks_token=False),
    "mockoon": Peer(_npm("@mockoon/cli", "9.9.0", "bin/run.js"), _start_mockoon),
    "mountebank": Peer(_npm("@mbtest/mountebank", "2.9.2", "bin/mb"), _start_mountebank),
    "json-server": Peer(_npm("json-server", "0.17.4", "lib/cli/bin.js"), _start_json_server),
    "flask": Peer(_install_flask, _start_flask),
    "nginx": Peer(_install_nginx, _start_nginx),
}
# On demand: without the journal that Jumun keeps.
BARE_PEERS = {
    "wiremock-bare": Peer(
        _WIREMOCK, lambda place: _start_wiremock(place, "--no-request-journal", "--disable-request-logging")
    ),
    "mockserver-bare": Peer(_MOCKSERVER, lambda place: _start_mockserver(place, "--log-level", "WARN")),
}
