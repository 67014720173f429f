"""The names of the package: all there, the same to a type checker, and loaded on first use only."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import jumun_client
from jumun_client import public

# Besides the clients, errors and models: what annotations and tests need.
NEEDED = {"AsyncTiming", "BatchItem", "OrderFilters", "Outcome", "RawAnswer", "Settings", "Sighting", "Timing"}


def test_names_agree() -> None:
    """What type checkers see, what is loaded at run time, ``__all__`` and ``dir`` are the same names."""
    tree = ast.parse(inspect.getsource(public))
    imported = {
        name.name: (node.module or "").removeprefix("jumun_client.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("jumun_client.")
        for name in node.names
    }
    assert imported == jumun_client._MODULES
    assert imported.keys() == set(jumun_client.__all__) == set(dir(jumun_client))
    assert set(jumun_client.__all__) >= NEEDED


def test_loaded_on_first_use() -> None:
    """Importing the package loads none of its modules, a name only its own and what that needs, and only once."""
    program = """
import sys
import jumun_client

def loaded():
    return {name for name in sys.modules if name.split(".")[0] in {"jumun_client", "httpx", "bcrypt", "asyncio"}}

assert loaded() == {"jumun_client"}, loaded()
jumun_client.ApiError
assert loaded() == {"jumun_client", "jumun_client.errors"}, loaded()
assert "ApiError" in vars(jumun_client) and "ServerError" not in vars(jumun_client)
jumun_client.BatchItem
assert loaded() == {"jumun_client", "jumun_client.errors", "jumun_client.batch"}, loaded()
for name in jumun_client.__all__:
    assert getattr(jumun_client, name) is getattr(jumun_client, name) is vars(jumun_client)[name]
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_star_import() -> None:
    """``from jumun_client import *`` gives every name."""
    namespace: dict[str, object] = {}
    exec("from jumun_client import *", namespace)  # noqa: S102 - a constant
    assert namespace.keys() >= set(jumun_client.__all__)
