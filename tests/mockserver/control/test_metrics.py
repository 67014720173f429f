"""`/_jumun/metrics`, read as Prometheus reads it: by prometheus_client's own parsers."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import prometheus_client.openmetrics.parser
import prometheus_client.parser
import pytest

from jumun_mockserver import create_app
from jumun_mockserver.control.client import ControlClient
from jumun_mockserver.core.session.limiter import hand_set_rate
from jumun_mockserver.live import LiveServer
from tests.cli.commands import jumun, refusal, started
from tests.cli.test_serve import IDS, KEYS, TOKEN, url_of
from tests.mockserver.wire import Wire, exchange, read_all, request

if TYPE_CHECKING:
    from collections.abc import Mapping

LIST = {"provider": "bootpay", "operation": "bootpay.orders.list"}


class Metrics:
    """What a server shows."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        status, answered, body = exchange(url, "/_jumun/metrics", headers)
        assert status == 200, body
        self.content_type = answered["content-type"]
        is_open = self.content_type.startswith("application/openmetrics-text")
        parser = prometheus_client.openmetrics.parser if is_open else prometheus_client.parser
        self.families = {each.name: each for each in parser.text_string_to_metric_families(body.decode())}
        self.samples = {
            (each.name, frozenset(each.labels.items())): each.value
            for family in self.families.values()
            for each in family.samples
        }

    def get(self, name: str, **labels: str) -> float | None:
        """The value of a series; None where there is none."""
        return self.samples.get((name, frozenset(labels.items())))


def test_calls() -> None:
    """Calls are counted by provider, operation and status, whatever their session, and so are errors by code."""
    with LiveServer(metrics=True) as server:
        assert Metrics(server.url).get("jumun_calls_total", **LIST, status="200") is None
        for _ in range(3):
            assert exchange(server.url, "/v1/orders", KEYS)[0] == 200
        with ControlClient(server.url) as control:
            control.create_session()
            assert exchange(server.url, "/v1/orders", {**KEYS, "jumun-session": control.session or ""})[0] == 200
            # What it had asked for is not forgotten with it.
            control.delete_session()
        exchange(server.url, "/v1/orders")
        exchange(server.url, IDS.format("9999999999999999"), TOKEN)
        exchange(server.url, "/nowhere")
        exchange(server.url, "/v1/nowhere")
        found = Metrics(server.url)
    assert found.get("jumun_calls_total", **LIST, status="200") == 4
    assert found.get("jumun_calls_total", **LIST, status="401") == 1
    assert found.get("jumun_errors_total", **LIST, code="1700") == 1
    assert found.get("jumun_calls_total", provider="", operation="", status="404") == 1
    assert found.get("jumun_calls_total", provider="bootpay", operation="", status="404") == 1
    ids = {"provider": "naver", "operation": "naver.product_order_ids"}
    assert found.get("jumun_errors_total", **ids, code="ORDER_NOT_FOUND") == 1
    assert found.content_type.startswith("text/plain; version=")
    assert {name: family.type for name, family in found.families.items()} == {
        "jumun_info": "gauge",
        "jumun_call_duration_seconds": "histogram",
        **dict.fromkeys(("jumun_sessions", "jumun_orders"), "gauge"),
        **dict.fromkeys(
            ("jumun_calls", "jumun_errors", "jumun_faults", "jumun_findings", "jumun_limited_calls"), "counter"
        ),
        **dict.fromkeys(("jumun_log_dropped_lines", "jumun_refused_connections"), "counter"),
    }


def test_durations() -> None:
    """A call is in the bucket of its duration and in all above, with its scenario's delay; the sum is that of all."""
    with LiveServer(metrics=True, scenario="bootpay.orders.list: slow(300ms), ok") as server:
        for _ in range(2):
            exchange(server.url, "/v1/orders", KEYS)
        found = Metrics(server.url)
    labels = {**LIST, "status": "200"}
    name = "jumun_call_duration_seconds"
    assert found.get(f"{name}_bucket", **labels, le="0.25") == 1
    assert found.get(f"{name}_bucket", **labels, le="0.5") == 2
    assert found.get(f"{name}_bucket", **labels, le="+Inf") == found.get(f"{name}_count", **labels) == 2
    assert 0.3 < (found.get(f"{name}_sum", **labels) or 0) < 0.8


def test_faults_findings_and_limits() -> None:
    """Faults are counted by kind, findings of requests, and what limits refused, without the 429 of a scenario."""
    scenario = "bootpay.orders.list: empty x1, truncate(10) x2, 429 x1, ok *"
    rates = {LIST["operation"]: hand_set_rate(0.001, 5)}
    with LiveServer(metrics=True, scenario=scenario, limits="enforce", rates=rates) as server:
        for _ in range(3):
            assert b"\r\n\r\n{" not in read_all(server.url, request("GET", "/v1/orders"))[:20]
        asked = [exchange(server.url, "/v1/orders?page=x", KEYS)[0] for _ in range(4)]
        found = Metrics(server.url)
    assert asked == [429, 400, 400, 429]
    assert found.get("jumun_faults_total", **LIST, fault="empty") == 1
    assert found.get("jumun_faults_total", **LIST, fault="truncate") == 2
    assert found.get("jumun_findings_total", **LIST) == 2
    assert found.get("jumun_calls_total", **LIST, status="429") == 2
    assert found.get("jumun_limited_calls_total", **LIST) == 1


def test_what_there_is() -> None:
    """Sessions and orders are those that there are: made, placed and gone."""
    with LiveServer(metrics=True, orders=500) as server:
        before = Metrics(server.url)
        counts = {name: before.get("jumun_orders", provider=name) or 0 for name in ("naver", "bootpay")}
        assert min(counts.values()) > 500
        with ControlClient(server.url) as control:
            for name in counts:
                control.place_order(name)
            control.create_session()
            after = Metrics(server.url)
            control.delete_session()
        assert [each.get("jumun_sessions") for each in (before, after, Metrics(server.url))] == [1, 2, 1]
    placed = {name: after.get("jumun_orders", provider=name) for name in counts}
    assert placed == {name: count + 1 for name, count in counts.items()}
    assert after.get("jumun_info", version=version("jumun"), profile="documented") == 1


def test_what_was_refused() -> None:
    """Lines of the log that found no room, and connections beyond the bound, are counted."""
    with started("serve", "--port", "0", "--metrics", "--max-connections", "2") as process:
        url = url_of(process)
        line = b"GET /" + b"x" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        with Wire(url) as wire:
            # The log is not read: what does not fit into the pipe and the memory for it is dropped.
            for _ in range(250):
                wire.ask(line)
            with Wire(url), Wire(url) as third:
                assert third.read().status == 503
                wire.send(b"GET /_jumun/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
                body = wire.read().body.decode()
    values = {line.split()[0]: float(line.split()[1]) for line in body.splitlines() if " " in line and line[0] != "#"}
    assert values["jumun_refused_connections_total"] == 1
    assert 0 < values["jumun_log_dropped_lines_total"] < 250


def test_forms() -> None:
    """Prometheus, which asks for OpenMetrics, gets that; the same numbers."""
    with LiveServer(metrics=True) as server:
        exchange(server.url, "/v1/orders", KEYS)
        found = Metrics(server.url, {"accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"})
        assert found.content_type.startswith("application/openmetrics-text; version=1.0.0")
        assert found.get("jumun_calls_total", **LIST, status="200") == 1
        assert found.samples == Metrics(server.url).samples


@pytest.mark.parametrize("way", ["option", "environment", "flask"])
def test_behind_the_token(way: str) -> None:
    """They are part of the control plane: its token opens them."""
    arguments = ["serve", "--port", "0", "--control-token", "secret", *(["--flask"] if way == "flask" else [])]
    variables = {"JUMUN_METRICS": "1"} if way == "environment" else {}
    with started(*arguments, *([] if variables else ["--metrics"]), **variables) as process:
        url = url_of(process)
        assert exchange(url, "/_jumun/metrics")[0] == 401
        assert exchange(url, "/v1/orders", KEYS)[0] == 200
        assert Metrics(url, {"authorization": "Bearer secret"}).get("jumun_calls_total", **LIST, status="200") == 1


def test_where_nothing_is_counted() -> None:
    """Without --metrics calls are not counted, and the refusal says how they would be."""
    answer = create_app().test_client().get("/_jumun/metrics")
    assert answer.status_code == 501
    assert "jumun serve with --metrics, which needs jumun[metrics]" in answer.text


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that cannot show what it counts does not start, and says what to install."""
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    assert "install jumun[metrics]" in refusal(jumun("serve", "--port", "0", "--metrics"))
