"""A pytest plugin under which ``import httpx`` gives httpx2: ``pytest -p tests.client.under_httpx2 tests/client``.

Programs that have moved to httpx2 call its `alias_httpx`, so that libraries such as this client share its classes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

httpx2.alias_httpx()

ELSEWHERE = {"test_exports.py", "test_package.py", "test_under_httpx2.py"}
"""What would run without the alias, since it starts programs of its own."""

NOT_SO = {"test_base_url[http://xn--/]": "httpx2 takes this host, which no one can resolve, where httpx refuses it"}


def pytest_report_header() -> str:
    """The library and version that the tests run with."""
    return f"httpx is {sys.modules['httpx'].__name__} {httpx2.__version__}"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what the alias does not reach."""
    return True if collection_path.name in ELSEWHERE else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is otherwise in httpx2."""
    config.hook.pytest_deselected(items=[item for item in items if item.name in NOT_SO])
    items[:] = [item for item in items if item.name not in NOT_SO]


def pytest_sessionfinish() -> None:
    """Nothing has got at httpx itself."""
    files = {
        getattr(module, "__file__", None) or "" for name, module in sys.modules.items() if name.startswith("httpx")
    }
    assert not [file for file in files if "/httpx/" in file.replace("\\", "/")], "httpx was imported itself"
