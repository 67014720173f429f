"""What all of `jumun call` share: where a call goes, with which keys, and how a failure is reported."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

import jumun_client
from jumun_contracts import load_contract
from jumun_mockserver.cli.destination import find_base_urls, read_keys
from jumun_mockserver.cli.visit import VisitError
from jumun_mockserver.examples import PLACEHOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# Provider → the ways to show who one is, each as variable → argument of the client.
_KEYS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "naver": (
        {"NAVER_COMMERCE_ACCESS_TOKEN": "access_token"},
        {"NAVER_COMMERCE_CLIENT_ID": "client_id", "NAVER_COMMERCE_CLIENT_SECRET": "client_secret"},
    ),
    "bootpay": ({"BOOTPAY_COMMERCE_CLIENT_KEY": "client_key", "BOOTPAY_COMMERCE_SECRET_KEY": "secret_key"},),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a client is made for.

    Attributes:
        arguments: Of the client: base_url, keys and settings.
        key_source: Where the keys come from, for who has the wrong ones.
    """

    arguments: Mapping[str, Any] = field(repr=False)
    key_source: str


class _NoAnswer(click.ClickException):
    """Nothing came that could be used."""

    exit_code = 2


def failure(message: str, *, is_refused: bool) -> click.ClickException:
    """What ends a command: exit code 1 where the API refused, 2 where nothing came from it that could be used."""
    return click.ClickException(message) if is_refused else _NoAnswer(message)


MOST_ROWS = 50
"""Rows of a page of Bootpay's."""

personal_option = click.option(
    "--show-personal", is_flag=True, help="Show people's data, and in JSON fields that no contract knows."
)
page_option = click.option("--page", type=click.IntRange(1), help="From 1, which is the default.")


def limit_option(noun: str, *, default: str = "the API's own") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command --limit, up to Bootpay's most."""
    return click.option("--limit", type=click.IntRange(1, MOST_ROWS), help=f"{noun} a page. [default: {default}]")


def call_options(provider: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command options for where its calls go and how it prints, and hand it the `target`.

    What goes wrong in it is reported in a line or two.
    """
    prefix = provider.upper()

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.option(
            "--url",
            envvar=[f"{prefix}_COMMERCE_BASE_URL", "JUMUN_URL"],
            default="",
            metavar="URL",
            help=f"Of the server; by default what {prefix}_COMMERCE_BASE_URL or JUMUN_URL names, else Jumun's usual "
            f"place. Keys come from {_ways(provider)}; else any Jumun takes those of the provider's own samples.",
        )
        @click.option("--yes-production", is_flag=True, help="A provider's own host is meant.")
        @click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
        @click.option(
            "--timeout",
            type=click.FloatRange(0, 3600, min_open=True),
            default=10,
            show_default=True,
            metavar="SECONDS",
            help="For connecting, and for each wait for bytes.",
        )
        @click.option(
            "--deadline",
            type=click.FloatRange(0, 86_400, min_open=True),
            metavar="SECONDS",
            help="For each call with its token, waits and repetitions; none by default.",
        )
        @click.option(
            "--retries",
            type=click.IntRange(0, 10),
            default=2,
            show_default=True,
            metavar="N",
            help="How often a call is repeated after 429, 5xx and faults of the connection.",
        )
        @wraps(command)
        def with_target(
            *, url: str, yes_production: bool, timeout: float, deadline: float | None, retries: int, **arguments: Any
        ) -> None:
            settings: jumun_client.Settings = {"timeout": timeout, "deadline": deadline, "max_retries": retries}
            base_url, given = _destination(provider, url, is_allowed=yes_production)
            keys, source = _keys(provider, given, needs_own=yes_production)
            target = Target(arguments={"base_url": base_url, **keys, **settings}, key_source=source)
            with _told(target):
                command(target=target, **arguments)

        return with_target

    return decorate


def way_out(error: jumun_client.ApiError, target: Target) -> str:
    """A second line where the first, made for programs, does not say what to do here; '' where it does."""
    if isinstance(error, jumun_client.AuthenticationError):
        return f"\nThe keys are those of {target.key_source}."
    if isinstance(error, jumun_client.ConnectionFailedError | jumun_client.UnexpectedAnswerError):
        return f"\nIs the API at {target.arguments['base_url']}? `jumun serve` starts one, --url names another."
    if isinstance(error, jumun_client.TimedOutError):
        return "\n--timeout gives it longer."
    if isinstance(error, jumun_client.DeadlineExceededError):
        return "\n--deadline gives it longer."
    return ""


@contextmanager
def _told(target: Target) -> Iterator[None]:
    try:
        yield
    except jumun_client.ApiError as error:
        is_refused = isinstance(error, jumun_client.StatusError)
        raise failure(f"{error}{way_out(error, target)}", is_refused=is_refused) from error
    except ValueError as error:
        # The client's word for an argument that cannot be sent; it shows no key.
        raise click.UsageError(str(error)) from error


def _destination(provider: str, url: str, *, is_allowed: bool) -> tuple[str, Mapping[str, str]]:
    """Base URL and the environment's keys, as `jumun check --url` finds them.

    A provider's own host is refused unless that is allowed.
    """
    try:
        (base_url,) = find_base_urls([load_contract(provider)], url, is_allowed=is_allowed).values()
        return base_url, read_keys(provider)
    except VisitError as error:
        raise click.UsageError(str(error)) from error


def _keys(provider: str, given: Mapping[str, str], *, needs_own: bool) -> tuple[dict[str, str], str]:
    """The client's arguments and where they come from: the environment, else the placeholders, which are not secret."""
    for way in _KEYS[provider]:
        missing = [name for name in way if name not in given]
        if not missing:
            return {argument: given[name] for name, argument in way.items()}, " and ".join(way)
        if len(missing) < len(way):
            raise click.UsageError(f"{missing[0]} is not set: set {' and '.join(way)}")
    if needs_own:
        raise click.UsageError(f"no keys for {provider}: set {_ways(provider)}")
    arguments = {name: argument for way in _KEYS[provider] for name, argument in way.items()}
    keys = {arguments[name]: value for name, value in PLACEHOLDERS[provider].items()}
    return keys, f"the provider's own samples, since nothing is set: {_ways(provider)}"


def _ways(provider: str) -> str:
    return ", or ".join(" and ".join(way) for way in _KEYS[provider])
