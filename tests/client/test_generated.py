"""What client/generate.py writes: the forms of each call, and the names that type checkers see."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import os
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import AsyncTiming, Timing
from tests.checkout import ROOT, need_ruff
from tests.client.sides import Side, both_sides
from tests.interop.programs import run_well

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from tests.client.world import Api

CLIENT = ROOT / "client"
PACKAGE = CLIENT / "jumun_client"


def load(path: Path) -> ModuleType:
    """A module from its file."""
    spec = importlib.util.spec_from_file_location(f"loaded_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generator = load(CLIENT / "generate.py")


def classes(source: str) -> list[str]:
    """The classes of a module, whatever their layout."""
    return [ast.unparse(node) for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]


@pytest.mark.parametrize("provider", generator.PROVIDERS)
def test_forms_are_current(provider: str) -> None:
    """The forms in the tree are those that their source makes, as ``make check`` finds to the byte."""
    source = (PACKAGE / f"{provider}.py").read_text("utf-8")
    written = (PACKAGE / f"{provider}_calls.py").read_text("utf-8")
    assert classes(generator.render_calls(source, provider)) == classes(written)


def test_names_are_current() -> None:
    """The names that type checkers see are those of the package."""
    made = generator.render_names((PACKAGE / "__init__.py").read_text("utf-8"))
    assert ast.unparse(ast.parse(made)) == ast.unparse(ast.parse((PACKAGE / "public.py").read_text("utf-8")))


@pytest.mark.slow
def test_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """``--check`` says which module is stale and writes nothing; without it the module is written, once."""
    need_ruff()
    for path in PACKAGE.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    monkeypatch.setattr(generator, "PACKAGE", tmp_path)
    assert generator.main(["--check"]) == 0
    stale = tmp_path / "naver_calls.py"
    before = stale.read_bytes()
    stale.write_bytes(before + b"# changed by hand\n")
    assert generator.main(["--check"]) == 1
    assert "naver_calls.py is not what client/generate.py makes it: run make format" in capsys.readouterr().err
    assert generator.main([]) == 0
    assert stale.read_bytes() == before


MADE_UP = '''
    def seller_channel(self, number: int, /, *names: str, kind: str = "k", **more: bool) -> Question[dict[str, str]]:
        """A made-up call.

        Args:
            number: Of the channel.
        """
        query = f"{number}-{','.join(names)}-{kind}-{','.join(more)}"
        read = lambda body, _: {"name": body.take("name")}
        return self._question("naver.seller.channel", f"/v1/channel/{query}", read)

    def seller_channels(self, pages: int) -> Walk[dict[str, str], str]:
        """A made-up walk."""
        left = list(range(pages))
        return Walk(
            ask=lambda: self.seller_channel(left.pop(0)) if left else None,
            take=lambda channel: channel.values(),
        )

    def _question('''


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The forms of NAVER's calls when two are added to their source, one method each, and its API."""
    source = (PACKAGE / "naver.py").read_text("utf-8")
    assert source.count("\n    def _question(") == 1
    folder = tmp_path_factory.mktemp("made_up")
    (folder / "grown_naver.py").write_text(grown := source.replace("\n    def _question(", MADE_UP), "utf-8")
    (folder / "grown_naver_calls.py").write_text(generator.render_calls(grown, "naver"), "utf-8")
    module = load(folder / "grown_naver_calls.py")
    module.__dict__["Api"] = load(folder / "grown_naver.py").__dict__["NaverApi"]
    return module


def client_of(module: ModuleType, side: Side, transport: httpx.MockTransport) -> Any:
    """A client with the made-up calls."""
    kind = module.AsyncNaverCalls if side.is_async else module.NaverCalls
    timing = AsyncTiming() if side.is_async else Timing()
    client = kind(
        clock=lambda: 0.0, calls_per_s=None, timing=timing, transport=transport, http_client=None, settings={}
    )
    client._api = module.Api(
        client_id=None, client_secret=None, access_token="t", base_url="https://shop.example", clock=lambda: 0.0
    )
    return client


@both_sides
def test_a_new_call_costs_one_method(made_up: ModuleType, side: Side, api: Callable[..., Api]) -> None:
    """One method gives a synchronous, an asynchronous and two raw forms, with its signature and docstring."""
    server = api(httpx.Response(200, json={"name": "shop"}))
    client = client_of(made_up, side, server)
    raw = made_up.AsyncRawNaverCommerceCalls if side.is_async else made_up.RawNaverCommerceCalls
    client.raw = raw(client, client._api)
    with side.driven(client) as calls:
        assert calls.seller_channel(7, "a", "b", kind="other", x=True) == {"name": "shop"}
        assert list(calls.seller_channels(2)) == ["shop", "shop"]
        answer = calls.raw.seller_channel(8)
    assert (answer.status, answer.parse()) == (200, {"name": "shop"})
    assert [request.url.path for request in server.requests] == [
        "/v1/channel/7-a,b-other-x",
        "/v1/channel/0--k-",
        "/v1/channel/1--k-",
        "/v1/channel/8--k-",
    ]
    plain = type(client).seller_channel
    assert inspect.getdoc(plain) == inspect.getdoc(made_up.Api.seller_channel)
    assert str(inspect.signature(plain)) == (
        "(self, number: 'int', /, *names: 'str', kind: 'str' = 'k', **more: 'bool') -> 'dict[str, str]'"
    )


@pytest.mark.parametrize(
    "method",
    [
        'def call(self) -> int:\n        """A call."""',
        'def call(self):\n        """A call."""',
        "def call(self) -> Question[int]:\n        return self.other()",
    ],
)
def test_what_is_no_call(method: str) -> None:
    """A public method that returns no conversation, or has no docstring, is an error that names it."""
    with pytest.raises(SyntaxError, match="call must return one of Question, Walk, Plan, Batch and have a docstring"):
        generator.read_calls(f"class NaverApi:\n    {method}\n", "NaverApi")


def test_script() -> None:
    """The script runs as ``make check`` runs it, and finds the tree as it should be."""
    need_ruff()
    run_well([sys.executable, str(CLIENT / "generate.py"), "--check"], folder=ROOT, environment=os.environ)
