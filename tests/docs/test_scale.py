"""The compose file and the manifest of docs/scale.md, as far as can be seen without containers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from jumun_mockserver.app import create_app
from jumun_mockserver.cli.serve import serve
from tests.mockserver.world import World

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```yaml\n# (?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {
    found["name"]: found["text"] for found in BLOCK.finditer((ROOT / "docs/scale.md").read_text(encoding="utf-8"))
}
COMPOSE: Any = yaml.safe_load(BLOCKS["compose.scale.yaml"])["services"]
OBJECTS: dict[tuple[str, str], Any] = {
    (each["kind"], each["metadata"]["name"]): each["spec"] for each in yaml.safe_load_all(BLOCKS["kubernetes.yaml"])
}
JUMUN = OBJECTS["Deployment", "jumun"]["template"]["spec"]["containers"][0]
STORE = OBJECTS["StatefulSet", "jumun-store"]["template"]["spec"]["containers"][0]


@pytest.mark.parametrize("command", [COMPOSE["jumun"]["command"], JUMUN["args"]], ids=["compose", "kubernetes"])
def test_nodes_are_started_as_the_command_takes_it(command: list[str]) -> None:
    """By options that there are, with the store by the name of its service, in several replicas."""
    name, *options = command
    values = serve.make_context(name, list(options), resilient_parsing=True).params
    host = values["store"].removeprefix("valkey://").partition(":")[0]
    assert host in COMPOSE or ("Service", host) in OBJECTS
    assert COMPOSE["jumun"]["deploy"]["replicas"] == OBJECTS["Deployment", "jumun"]["replicas"] == 3


def test_ports_are_those_of_the_image() -> None:
    """Of the Dockerfile, of Redis's protocol, and of the services in front of them."""
    exposed = int(re.findall(r"^EXPOSE ([0-9]+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)[0])
    assert JUMUN["ports"] == [{"containerPort": exposed}]
    assert OBJECTS["Service", "jumun"]["ports"][0]["targetPort"] == exposed
    assert STORE["ports"][0]["containerPort"] == OBJECTS["Service", "jumun-store"]["ports"][0]["port"] == 6379
    for name in ("jumun", "jumun-store"):
        assert OBJECTS["Service", name]["selector"] == {"app": name}


@pytest.mark.parametrize("probe", ["readinessProbe", "livenessProbe"])
def test_probes_need_no_token(probe: str) -> None:
    """Beyond loopback the control plane is closed without one; what a kubelet asks is not."""
    path = JUMUN[probe]["httpGet"]["path"]
    client = create_app(World().dispatch, control_token="t", control_is_open=False).test_client()
    assert client.get(path).status_code == 200
    assert client.get("/_jumun/clock").status_code in (401, 403)


def test_the_store_keeps_what_was_acknowledged() -> None:
    """On disk before it is, in both."""
    wanted = ["valkey-server", "--appendonly", "yes", "--appendfsync", "always"]
    assert COMPOSE["store"]["command"] == STORE["args"] == wanted
    assert COMPOSE["store"]["volumes"][0].endswith(":/data")
    assert STORE["volumeMounts"][0]["mountPath"] == "/data"
