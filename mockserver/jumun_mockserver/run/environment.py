"""The environment in which a program that knows nothing of Jumun calls Jumun: variables for each ecosystem."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jumun_mockserver.proxy.authority import TRUST_STORE_PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jumun_mockserver.control.address import Address

_DIRECT = ("localhost", "127.0.0.1", "::1")
_DIRECT_JAVA = "localhost|127.*|[::1]"
# Options there go before those of JAVA_TOOL_OPTIONS: a proxy or a trust store of the user's would undo ours.
_JAVA_STRONGER = ("JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a program is to be connected to.

    Attributes:
        address: The server's URLs, and keys that are good there.
        proxy_url: Of the proxy that routes the providers' hosts to the server, e.g. `http://127.0.0.1:40003`.
        tls_port: Where the server itself speaks TLS.
        hosts: Names of the providers' hosts.
        allowed_hosts: Names of other hosts that may be called.
        ca_file: PEM certificates to trust, the authority's among them.
        trust_store: The same for Java.
        hooks: The folder with `node.cjs` and `python/`, for programs that ignore proxy variables.
    """

    address: Address
    proxy_url: str
    tls_port: int
    hosts: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    ca_file: Path
    trust_store: Path
    hooks: Path


def render_environment(wiring: Wiring, inherited: Mapping[str, str]) -> dict[str, str]:
    """The variables to set on top of those `inherited`; lists of options and paths keep what they had."""
    return {
        **_addresses(wiring),
        **_proxies(wiring),
        **_certificates(wiring),
        **{
            name: _joined(inherited.get(name, ""), *_java_options(wiring))
            for name in ("JAVA_TOOL_OPTIONS", *_JAVA_STRONGER)
            if name == "JAVA_TOOL_OPTIONS" or inherited.get(name)
        },
        "NODE_OPTIONS": _joined(inherited.get("NODE_OPTIONS", ""), f"--require {_quoted_for_node(wiring)}"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(wiring.hooks / "python"), inherited.get("PYTHONPATH", "")))),
    }


def _addresses(wiring: Wiring) -> dict[str, str]:
    address = wiring.address
    return {
        "JUMUN_URL": address.url,
        "JUMUN_PROXY_URL": wiring.proxy_url,
        "JUMUN_RUN_TLS_PORT": str(wiring.tls_port),
        "JUMUN_CA_FILE": str(wiring.ca_file),
        "JUMUN_HOSTS": ",".join(wiring.hosts),
        "JUMUN_ALLOWED_HOSTS": ",".join(wiring.allowed_hosts),
        "NAVER_COMMERCE_BASE_URL": address.naver_base_url,
        "NAVER_COMMERCE_CLIENT_ID": address.naver_client_id,
        "NAVER_COMMERCE_CLIENT_SECRET": address.naver_client_secret,
        "BOOTPAY_COMMERCE_BASE_URL": address.bootpay_base_url,
        "BOOTPAY_COMMERCE_CLIENT_KEY": address.bootpay_client_key,
        "BOOTPAY_COMMERCE_SECRET_KEY": address.bootpay_secret_key,
    }


def _proxies(wiring: Wiring) -> dict[str, str]:
    """The user's NO_PROXY goes: a host in it would be called past the proxy, production's among them."""
    variables: dict[str, str] = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), wiring.proxy_url)
    variables["NO_PROXY"] = ",".join(_DIRECT)
    # Most read both spellings, curl and Ruby only http_proxy in lower case.
    lower = {name.lower(): value for name, value in variables.items()}
    return {**variables, **lower, "NODE_USE_ENV_PROXY": "1"}


def _certificates(wiring: Wiring) -> dict[str, str]:
    # OpenSSL (so Python, Ruby, .NET on Linux) and Go on Linux; requests; curl; Node; Deno.
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "DENO_CERT")
    return dict.fromkeys(names, str(wiring.ca_file))


def _java_options(wiring: Wiring) -> tuple[str, ...]:
    proxy = urlsplit(wiring.proxy_url)
    return (
        _quoted_for_java(f"-Djavax.net.ssl.trustStore={wiring.trust_store}"),
        f"-Djavax.net.ssl.trustStorePassword={TRUST_STORE_PASSWORD}",
        f"-Dhttp.proxyHost={proxy.hostname}",
        f"-Dhttp.proxyPort={proxy.port}",
        f"-Dhttps.proxyHost={proxy.hostname}",
        f"-Dhttps.proxyPort={proxy.port}",
        f"-Dhttp.nonProxyHosts={_DIRECT_JAVA}",
    )


def _quoted_for_java(option: str) -> str:
    """Java knows both quotes and no escapes."""
    quote = "'" if '"' in option else '"'
    return f"{quote}{option}{quote}"


def _quoted_for_node(wiring: Wiring) -> str:
    """Node knows double quotes, and the backslash within them."""
    escaped = str(wiring.hooks / "node.cjs").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _joined(*options: str) -> str:
    return " ".join(filter(None, options))
