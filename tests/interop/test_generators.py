"""Generators of code take the exported documents without a warning, and what they make calls the mock.

Commands and programs are those of docs/openapi.md, so what the page shows is what works.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from jumun_contracts import load_contract
from jumun_mockserver.examples import export_openapi
from jumun_mockserver.providers import PROVIDERS
from tests.checkout import ROOT
from tests.interop.programs import clean_environment, install, make_once, require, run_well

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jumun_mockserver.live import LiveServer

pytestmark = pytest.mark.slow

ADDRESS = "http://127.0.0.1:8080"
GENERATE_S = 180
# What the OpenAPI Generator says of any document, the smallest one of version 3.1 included, its list of files, and what
# it says of a parameter that NAVER named `from`.
KNOWN_NOISE = (
    "[main] INFO ",
    "OpenAPI 3.1 support is still in beta.",
    "o.o.codegen.utils.ModelUtils - Failed to get the schema name: null",
    "o.o.c.l.AbstractPythonCodegen - From (reserved word) cannot be used as model name.",
)
WARNING = re.compile(r"warn|error|unable|fail|skip|deprecat|could not|cannot|removal", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tool:
    """One generator.

    Attributes:
        section: Its heading in the page.
        packages: The tool and what its code needs, for pip or npm.
        needs: Programs of this machine.
        is_node: Whether it is a package of npm.
        output: The folder that Python finds the generated code in, PROVIDER filled in.
    """

    section: str
    packages: tuple[str, ...]
    needs: tuple[str, ...] = ()
    is_node: bool = False
    output: str = "."


TOOLS = {
    "openapi-python-client": Tool("openapi-python-client", ("openapi-python-client==0.29.1",)),
    "datamodel-codegen": Tool("datamodel-code-generator", ("datamodel-code-generator==0.89.0", "httpx==0.28.1")),
    "openapi-generator-cli": Tool(
        "OpenAPI Generator",
        ("openapi-generator-cli==7.26.0", "pydantic==2.14.3", "python-dateutil==2.9.0.post0", "urllib3==2.8.0"),
        needs=("java",),
        output="PROVIDER_client",
    ),
    "openapi-typescript": Tool(
        "openapi-typescript",
        ("openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3"),
        needs=("node", "npm"),
        is_node=True,
    ),
}


@pytest.fixture(params=TOOLS)
def tool(request: pytest.FixtureRequest) -> str:
    """Each generator, by the name of its command."""
    return str(request.param)


@pytest.fixture
def installed(tool: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generator and what its code needs, made once for each test run."""
    for each in TOOLS[tool].needs:
        require(each)
    packages = TOOLS[tool].packages

    def make(folder: Path) -> None:
        if TOOLS[tool].is_node:
            quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--no-update-notifier")
            install(["npm", "install", *quiet, "--prefix", folder, *packages], folder=folder)
        else:
            pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
            install([*pip, "install", "--target", folder, *packages], folder=folder)

    return make_once(tmp_path_factory, tool, make)


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> str:
    """Both providers, in turn."""
    return str(request.param)


@pytest.fixture
def environment(tool: str, provider: str, installed: Path, tmp_path: Path) -> Mapping[str, str]:
    """What the generator and the generated code run in."""
    commands = installed / ("node_modules/.bin" if TOOLS[tool].is_node else "bin")
    found = clean_environment(tmp_path)
    generated = tmp_path / TOOLS[tool].output.replace("PROVIDER", provider)
    if TOOLS[tool].is_node:
        (tmp_path / "node_modules").symlink_to(installed / "node_modules")
        (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    return {
        **found,
        "PATH": os.pathsep.join([str(commands), found["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(installed), str(generated)]),
    }


def blocks(section: str) -> list[tuple[str, str]]:
    """Language and text of each fenced block below a heading of the page."""
    page = (ROOT / "docs" / "openapi.md").read_text(encoding="utf-8")
    text = page.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def warnings(output: str) -> list[str]:
    """Lines of a generator's output with warnings."""
    lines = [line for line in output.splitlines() if WARNING.search(line)]
    return [line for line in lines if not any(noise in line for noise in KNOWN_NOISE)]


def test_generated_code(
    tool: str, provider: str, server: LiveServer, environment: Mapping[str, str], tmp_path: Path
) -> None:
    """The page's command makes code without a warning; the page's program gets what the mock sends, errors included."""
    (_, command), *programs = blocks(TOOLS[tool].section)
    contract = load_contract(provider, server.session.profile)
    (tmp_path / f"{provider}.json").write_text(json.dumps(export_openapi(contract)), encoding="utf-8")
    generate = shlex.split(command.replace("\\\n", "").replace("naver", provider))
    done = run_well(generate, folder=tmp_path, environment=environment, timeout_s=GENERATE_S)
    assert warnings(done.stdout + done.stderr) == []

    language, program = programs[list(PROVIDERS).index(provider)]
    file = tmp_path / f"program.{language}"
    file.write_text(program.replace(ADDRESS, server.url), encoding="utf-8")
    if language == "ts":
        options = ("--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", "--skipLibCheck")
        run_well(["tsc", *options, file.name], folder=tmp_path, environment=environment, timeout_s=GENERATE_S)
        command_line = ["node", "program.js"]
    else:
        command_line = [sys.executable, file.name]
    answered = run_well(command_line, folder=tmp_path, environment=environment)
    good, bad = expected(provider, server)
    for text in (*good, *bad):
        assert text in answered.stdout, answered


def expected(provider: str, server: LiveServer) -> tuple[list[str], list[str]]:
    """What the mock sends to the page's two calls: ids of the good answer, code of the error."""
    if provider == "naver":
        url = f"{server.url}/external/v1/pay-order/seller/orders"
        headers = {"Authorization": "Bearer your_access_token_here"}
        with httpx.Client(headers=headers, trust_env=False) as http:
            good = http.get(f"{url}/2023010112345/product-order-ids").raise_for_status().json()["data"]
            bad = http.get(f"{url}/9999999999999999/product-order-ids").json()
        return (good["productOrderIds"] if isinstance(good, dict) else good), [bad["code"]]
    url = f"{server.url}/v1/orders?limit=2"
    with httpx.Client(trust_env=False) as http:
        keys = ("your-commerce-client-key", "your-commerce-secret-key")
        good = http.get(url, auth=keys).raise_for_status().json()["list"]
        bad = http.get(url).json()
    return [each["order_number"] for each in good], [str(bad["code"])]
