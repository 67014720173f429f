"""Where webhooks may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.hosts import normal_host

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.hosts import AllowedHosts
    from jumun_mockserver.core.provider import Provider


class WebhookError(ValueError):
    """A webhook of no provider, or to where none may go. The message says what would be right."""


def check_webhooks(webhooks: Mapping[str, str], providers: Mapping[str, Provider[Any]], allowed: AllowedHosts) -> None:
    """Refuse webhooks, given as provider → URL, that cannot be sent.

    Raises:
        WebhookError: It names the provider, and the URL without what may be secret in it.
    """
    able = [name for name, each in providers.items() if each.webhook]
    for name, url in webhooks.items():
        if name not in able:
            what = f"{name} sends no webhook" if name in providers else f"no provider {name!r}"
            raise WebhookError(f"webhook {name}: {what}{did_you_mean(name, able)}")
        place = _split(url)
        if place is None:
            raise WebhookError(f"webhook {name}={_shown(url)}: must be a URL such as http://127.0.0.1:3000/webhook")
        host = normal_host(place.hostname or "")
        if not allowed.allows(host):
            raise WebhookError(
                f"webhook {name}={_shown(url)}: webhooks go to this machine only; name the host with "
                f"--allow-host {host} when the server is started"
            )


def _split(url: str) -> SplitResult | None:
    try:
        place = urlsplit(url)
        fits = place.scheme in ("http", "https") and place.hostname and place.port != 0 and "@" not in place.netloc
    except ValueError:
        return None
    return place if fits and url.isascii() and url.isprintable() and " " not in url else None


def _shown(url: str) -> str:
    """A URL for a message: what follows its path may be a token."""
    text = url.partition("?")[0].partition("#")[0]
    return text if "@" not in text else f"{text.partition('://')[0]}://…"
