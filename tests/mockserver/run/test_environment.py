from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from jumun_mockserver.control.address import Address
from jumun_mockserver.run.environment import Wiring, render_environment
from tests.interop.programs import require

ADDRESS = Address(
    url="http://127.0.0.1:1",
    naver_base_url="http://127.0.0.1:1/external",
    bootpay_base_url="http://127.0.0.1:1/v1",
    naver_client_id="an-id",
    naver_client_secret="a-salt",
    bootpay_client_key="a-key",
    bootpay_secret_key="a-secret",
)


def wiring(folder: Path) -> Wiring:
    """Files in `folder`, one host of a provider, one other host."""
    return Wiring(
        address=ADDRESS,
        proxy_url="http://127.0.0.1:3",
        tls_port=2,
        hosts=("api.bootapi.com", "stage-api.bootapi.com"),
        allowed_hosts=("a.example", "b.example"),
        ca_file=folder / "ca.pem",
        trust_store=folder / "trust.p12",
        hooks=folder,
    )


FOLDER = Path("folder")
PROXY = "http://127.0.0.1:3"
DIRECT = "localhost,127.0.0.1,::1"
CA = str(FOLDER / "ca.pem")
EXPECTED = {
    "JUMUN_URL": "http://127.0.0.1:1",
    "JUMUN_PROXY_URL": PROXY,
    "JUMUN_RUN_TLS_PORT": "2",
    "JUMUN_CA_FILE": CA,
    "JUMUN_HOSTS": "api.bootapi.com,stage-api.bootapi.com",
    "JUMUN_ALLOWED_HOSTS": "a.example,b.example",
    "NAVER_COMMERCE_BASE_URL": "http://127.0.0.1:1/external",
    "NAVER_COMMERCE_CLIENT_ID": "an-id",
    "NAVER_COMMERCE_CLIENT_SECRET": "a-salt",
    "BOOTPAY_COMMERCE_BASE_URL": "http://127.0.0.1:1/v1",
    "BOOTPAY_COMMERCE_CLIENT_KEY": "a-key",
    "BOOTPAY_COMMERCE_SECRET_KEY": "a-secret",
    "HTTP_PROXY": PROXY,
    "HTTPS_PROXY": PROXY,
    "ALL_PROXY": PROXY,
    "NO_PROXY": DIRECT,
    "http_proxy": PROXY,
    "https_proxy": PROXY,
    "all_proxy": PROXY,
    "no_proxy": DIRECT,
    "NODE_USE_ENV_PROXY": "1",
    "SSL_CERT_FILE": CA,
    "REQUESTS_CA_BUNDLE": CA,
    "CURL_CA_BUNDLE": CA,
    "NODE_EXTRA_CA_CERTS": CA,
    "DENO_CERT": CA,
    "JAVA_TOOL_OPTIONS": (
        f'"-Djavax.net.ssl.trustStore={FOLDER / "trust.p12"}" -Djavax.net.ssl.trustStorePassword=changeit'
        " -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=3 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=3"
        " -Dhttp.nonProxyHosts=localhost|127.*|[::1]"
    ),
    "NODE_OPTIONS": f"--require {json.dumps(str(FOLDER / 'node.cjs'))}",
    "PYTHONPATH": str(FOLDER / "python"),
}
KEPT = ("JAVA_TOOL_OPTIONS", "NODE_OPTIONS", "PYTHONPATH")


def test_an_empty_environment() -> None:
    """These variables are set, and no others."""
    assert render_environment(wiring(FOLDER), {}) == EXPECTED


def test_what_the_user_had_is_replaced() -> None:
    """A variable with an address gets Jumun's, whatever it had: a NO_PROXY above all, and production's keys."""
    assert render_environment(wiring(FOLDER), dict.fromkeys(EXPECTED.keys() - set(KEPT), "of-the-user")) == EXPECTED


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("JAVA_TOOL_OPTIONS", f"-Xmx64m {EXPECTED['JAVA_TOOL_OPTIONS']}"),
        ("NODE_OPTIONS", f"-Xmx64m {EXPECTED['NODE_OPTIONS']}"),
        ("PYTHONPATH", f"{EXPECTED['PYTHONPATH']}{os.pathsep}-Xmx64m"),
    ],
)
def test_what_the_user_had_is_kept(name: str, kept: str) -> None:
    """Lists are added to: a later option wins in Java, an earlier folder in Python."""
    assert render_environment(wiring(FOLDER), {name: "-Xmx64m"}) == {**EXPECTED, name: kept}


@pytest.mark.parametrize("name", ["_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"])
def test_what_java_takes_before_ours(name: str) -> None:
    """Where the user has such options, ours come after them; where not, there are none, for each has a JVM say so."""
    added = render_environment(wiring(FOLDER), {name: "-Dhttps.proxyHost=corporate"})
    assert added == {**EXPECTED, name: f"-Dhttps.proxyHost=corporate {EXPECTED['JAVA_TOOL_OPTIONS']}"}
    assert render_environment(wiring(FOLDER), {name: ""}) == EXPECTED


@pytest.mark.parametrize("name", KEPT)
def test_an_empty_list(name: str) -> None:
    """An empty list is none: an empty entry in PYTHONPATH would be the folder that one is in."""
    assert render_environment(wiring(FOLDER), {name: ""}) == EXPECTED


ODD_NAMES = ["plain", "with blanks in it", "it's", 'say "when"', "back\\slash", "한글"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_node_reads_its_option(name: str, tmp_path: Path) -> None:
    """Node finds the hook in a folder of any name, and still applies what NODE_OPTIONS held before."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "node.cjs").write_text("globalThis.hooked = process.title", encoding="utf-8")
    (folder / "ca.pem").write_text("", encoding="utf-8")
    variables = render_environment(wiring(folder), {"NODE_OPTIONS": "--title=ours"})
    assert run([require("node"), "-p", "hooked"], variables) == "ours\n"


JAVA = """
class Show {
    public static void main(String[] names) {
        for (String name : names) System.out.println(System.getProperty(name));
    }
}
"""


@pytest.mark.skipif(not shutil.which("java"), reason="java is not on PATH")
@pytest.mark.parametrize("name", ["JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"])
def test_java_reads_its_options(tmp_path: Path, name: str) -> None:
    """Java finds the trust store in a folder with blanks and quotes in its name, and its own options beside ours."""
    folder = tmp_path / "it's with blanks"
    folder.mkdir()
    source = tmp_path / "Show.java"
    source.write_text(JAVA, encoding="utf-8")
    variables = render_environment(wiring(folder), {name: "-Dof.user=1 -Dhttps.proxyHost=corporate"})
    names = ("javax.net.ssl.trustStore", "of.user", "https.proxyHost", "https.proxyPort", "http.nonProxyHosts")
    printed = run(["java", str(source), *names], variables)
    assert printed.splitlines() == [str(folder / "trust.p12"), "1", "127.0.0.1", "3", "localhost|127.*|[::1]"]


def run(command: list[str], variables: dict[str, str]) -> str:
    """What a program prints in this environment with `variables`."""
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
