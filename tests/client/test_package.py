from __future__ import annotations

import subprocess
import sys

import pytest

import jumun_client


def test_public_names() -> None:
    """`__all__` is sorted, every name loads, and each comes from where it claims to be defined."""
    names = jumun_client.__all__
    constants = sorted(name for name in names if name.isupper())
    assert names == constants + sorted(set(names) - set(constants))
    assert dir(jumun_client) == sorted(names)
    for name in names:
        value = getattr(jumun_client, name)
        assert getattr(value, "__name__", name) == name or name == "Outcome"


def test_unknown_name() -> None:
    """A name that is not there is an ordinary AttributeError."""
    with pytest.raises(AttributeError, match="no attribute 'AsyncNothing'"):
        _ = jumun_client.AsyncNothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", ["jumun_client", "jumun_client.pytest_plugin"])
def test_import_is_light(module: str) -> None:
    """What pytest imports in every run loads neither httpx nor bcrypt nor another module of the client."""
    code = (
        f"import sys, pytest, {module}\n"
        "rooms = {'httpx', 'bcrypt', 'jumun_client'}\n"
        "print(*[name for name in sys.modules if name.split('.')[0] in rooms])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert set(loaded.split()) == {"jumun_client", module}


def test_client_stands_alone() -> None:
    """Loading every public name imports no other package of the project."""
    code = (
        "import sys\nfrom jumun_client import *\n"
        "print(*[name for name in sys.modules if name.startswith('jumun_') and 'client' not in name])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not loaded.split()
