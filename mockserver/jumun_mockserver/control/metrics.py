"""`/_jumun/metrics`: what was counted, as Prometheus reads it. Needs prometheus-client, an extra: `jumun[metrics]`."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from jumun_mockserver.core.meter import DURATIONS_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.core import Metric

    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.meter import Kind, Meter, Tally

_BOUNDS = [*map(str, map(float, DURATIONS_S)), "+Inf"]


def render_metrics(dispatch: Dispatch, meter: Meter, *, accept: str) -> tuple[bytes, str]:
    """All metrics as text, and its content type: OpenMetrics where `accept` asks for it, else Prometheus's own."""
    registry = CollectorRegistry()
    registry.register(_Metrics(dispatch, meter))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Metrics(Collector):
    def __init__(self, dispatch: Dispatch, meter: Meter) -> None:
        self._dispatch = dispatch
        self._meter = meter

    def describe(self) -> list[Metric]:
        """Nothing: a registry of one collector cannot have a name twice, and would collect to find that out."""
        return []

    def collect(self) -> Iterator[Metric]:
        """What was counted by now."""
        dispatch, meter = self._dispatch, self._meter
        default = dispatch.store.default
        yield InfoMetricFamily("jumun", "What is served", {"version": version("jumun"), "profile": default.profile})
        yield from _show_calls([*meter])
        yield GaugeMetricFamily("jumun_sessions", "Sessions, the default one included", sum(1 for _ in dispatch.store))
        orders = GaugeMetricFamily("jumun_orders", "Orders of the default session", labels=["provider"])
        for name, provider in dispatch.providers.items():
            orders.add_metric([name], provider.count_orders(default.shops[name]))
        yield orders
        yield CounterMetricFamily(
            "jumun_log_dropped_lines", "Lines of the log that were dropped", meter.count_dropped()
        )
        yield CounterMetricFamily(
            "jumun_refused_connections", "Connections beyond --max-connections", meter.refused_connections
        )


def _show_calls(counted: list[tuple[Kind, Tally]]) -> Iterator[Metric]:
    durations = HistogramMetricFamily(
        "jumun_call_duration_seconds",
        "Time that an answer took to make, with the delay of its scenario",
        labels=["provider", "operation", "status"],
    )
    of_calls: dict[tuple[str, str, int], tuple[list[int], float]] = {}
    for kind, tally in counted:
        key = kind.provider, kind.operation, kind.status
        buckets, seconds = of_calls.get(key, ([0] * len(_BOUNDS), 0.0))
        added = [one + other for one, other in zip(buckets, tally.buckets, strict=True)]
        of_calls[key] = added, seconds + tally.seconds
    for (provider, operation, status), (buckets, seconds) in of_calls.items():
        pairs = [*zip(_BOUNDS, accumulate(buckets), strict=True)]
        durations.add_metric([provider, operation, str(status)], pairs, seconds)
    yield durations

    def total(
        name: str, documentation: str, labels: tuple[str, ...], amount: Callable[[Kind, Tally], int]
    ) -> CounterMetricFamily:
        family = CounterMetricFamily(name, documentation, labels=labels)
        amounts: Counter[tuple[str, ...]] = Counter()
        for kind, tally in counted:
            amounts[tuple(str(getattr(kind, label)) for label in labels)] += amount(kind, tally)
        for key, value in amounts.items():
            if value:
                family.add_metric(key, value)
        return family

    place = ("provider", "operation")
    yield total("jumun_calls", "Calls that were answered", (*place, "status"), lambda _, tally: tally.calls)
    yield total("jumun_errors", "Calls by the code of the provider's error", (*place, "code"), _calls_if("code"))
    yield total("jumun_faults", "Calls whose answer was broken below HTTP", (*place, "fault"), _calls_if("fault"))
    yield total("jumun_findings", "Where requests broke the contract", place, lambda _, tally: tally.findings)
    yield total(
        "jumun_limited_calls",
        "Calls that a limit or the quota refused",
        place,
        _calls_if("is_limited"),
    )


def _calls_if(label: str) -> Callable[[Kind, Tally], int]:
    return lambda kind, tally: tally.calls if getattr(kind, label) else 0
