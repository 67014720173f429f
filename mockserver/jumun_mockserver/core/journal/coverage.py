"""Which errors of the catalogues were met: what a run has tested of them, and what it never saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts import Contract


def measure_coverage(contracts: Mapping[str, Contract], met: set[tuple[str, str]]) -> dict[str, Any]:
    """Plain data: for each provider the codes met and never met, and the share that was met, in percent.

    Counted are the codes that the served operations give by themselves in the profile of `contracts`. Others that were
    met, because they were asked for by name, are named apart.

    Args:
        met: (provider, code) of each error that was answered.
    """
    providers = {}
    for name, contract in contracts.items():
        expected = [
            entry.code
            for entry in contract.errors.values()
            if any(entry.belongs_to(operation, contract.profile) for operation in contract.operations)
        ]
        seen = {code for provider, code in met if provider == name}
        providers[name] = {
            "met": [code for code in expected if code in seen],
            "never": [code for code in expected if code not in seen],
            "others": sorted(seen.difference(expected)),
        }
    return _with_totals(providers)


def merge_coverage(measured: list[dict[str, Any]]) -> dict[str, Any]:
    """What several servers met together; codes are counted that any of them counts."""
    providers: dict[str, dict[str, list[str]]] = {}
    for each in measured:
        for name, codes in each["providers"].items():
            merged = providers.setdefault(name, {"met": [], "never": [], "others": []})
            met = dict.fromkeys([*merged["met"], *codes["met"]])
            never = dict.fromkeys([*merged["never"], *codes["never"]])
            merged["met"] = list(met)
            merged["never"] = [code for code in never if code not in met]
            merged["others"] = sorted({*merged["others"], *codes["others"]})
    return _with_totals(providers)


def _with_totals(providers: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    met = sum(len(each["met"]) for each in providers.values())
    total = met + sum(len(each["never"]) for each in providers.values())
    return {
        "percent": round(100 * met / total, 1) if total else 0.0,
        "met": met,
        "total": total,
        "providers": providers,
    }


def render_coverage(measured: dict[str, Any]) -> Iterator[str]:
    """Lines for people."""
    yield f"{measured['met']} of {measured['total']} error codes met ({measured['percent']:g} %)"
    for name, each in measured["providers"].items():
        for word in ("met", "never", "others"):
            if each[word]:
                yield f"{name} {word}: {', '.join(each[word])}"


def render_errors(contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """Every entry of every catalogue as plain data."""
    return [
        {
            "provider": name,
            "code": entry.code,
            "wire_code": entry.wire_code,
            "name": entry.name,
            "status": entry.status,
            "message": entry.message,
            "headers": dict(entry.headers),
            "profiles": entry.profiles,
            "operations": entry.operations,
            "when": entry.when,
            "evidence": entry.evidence,
            "source": entry.source,
            "assumed": entry.assumed,
        }
        for name, contract in contracts.items()
        for entry in contract.errors.values()
    ]
