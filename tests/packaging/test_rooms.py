"""The rooms of the source roots: what lies where, and that imports go one way. CONTRIBUTING has the map."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import pytest

from tests.checkout import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = (
    ROOT / "contracts/jumun_contracts",
    ROOT / "fixtures/jumun_fixtures",
    ROOT / "mockserver/jumun_mockserver",
    ROOT / "client/jumun_client",
)

FLAT_AT_MOST = 6
LINES_AT_MOST = 400

USED_BY_ANOTHER_ROOM = {
    "jumun_mockserver.core.state.memory": "one `State` among others; the sessions that open it do not own it",
    "jumun_contracts.schema.strictness": "makes a schema of a schema, and knows nothing of recordings",
    "jumun_mockserver.record.recorder": "what `jumun record` runs; `cli` reads its options only",
    "jumun_mockserver.record.replay": "the other half of recording; `jumun serve --replay` is its option only",
    "jumun_mockserver.run.environment": "what `jumun run` gives its program; `cli` reads its options only",
    "jumun_mockserver.run.summary": "what `jumun run` says at the end; `cli` reads its options only",
    "jumun_mockserver.core.state.valkey.state": "one `State` among others, as that of memory",
}
"""Module that one other folder imports, and no one else → why it does not live there."""

ONE_LONG_CLASS = {
    "jumun_client.bootpay": "the calls of an API, a method each",
    "jumun_client.bootpay_calls": "their forms, written by client/generate.py",
    "jumun_client.naver": "the calls of an API, a method each",
    "jumun_client.naver_calls": "their forms, written by client/generate.py",
    "jumun_mockserver.server.protocol": "a connection, whose reading and answering share all they know",
}
"""Module of more lines than a module has → the one noun that it is."""

DEFINED_BY_A_PACKAGE = {
    "jumun_client.__dir__": "lists the names that it loads",
    "jumun_client.__getattr__": "loads a name when it is asked for, so that `import jumun_client` is cheap",
    "jumun_contracts.__getattr__": "loads what a server does not need when it is asked for",
    "jumun_mockserver.__getattr__": "loads names when they are asked for: pytest imports the package at every start",
    "jumun_mockserver.providers.bootpay.path_not_found": "a field of the record that the package is",
    "jumun_mockserver.providers.naver.path_not_found": "a field of the record that the package is",
}
"""Function or class in an `__init__.py` → why it is there."""


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file of a package.

    Attributes:
        folder: The package that it lies in; of an `__init__.py` the package itself.
        imports: Each module that it names in an import anywhere in it, under TYPE_CHECKING and in functions as well.
    """

    name: str
    folder: str
    source: str
    imports: frozenset[str]

    @property
    def is_package(self) -> bool:
        """Whether it is an `__init__.py`."""
        return self.name == self.folder


def read_modules(*packages: Path) -> dict[str, Module]:
    """Name → module, of the packages and all packages in them. A file in no package is a program of its own."""
    paths = {_name(path, package): path for package in packages for path in package.rglob("*.py") if _is_module(path)}
    modules = {}
    for name, path in paths.items():
        source = path.read_text("utf-8")
        folder = name if path.name == "__init__.py" else name.rpartition(".")[0]
        found = {each for node in ast.walk(ast.parse(source)) for each in _imported(node, folder, known=set(paths))}
        modules[name] = Module(name, folder, source, frozenset(found - {name}))
    return modules


def find_circle(modules: dict[str, Module]) -> list[str]:
    """Modules each of which imports the next, the first and last the same; none where imports go one way."""
    try:
        TopologicalSorter({module.name: module.imports for module in modules.values()}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle[::-1]
    return []


def find_misplaced(modules: dict[str, Module]) -> dict[str, str]:
    """Module → the only folder that imports it, where it lies neither in that folder nor below it."""
    misplaced = {}
    for module in modules.values():
        users = {other.folder for other in modules.values() if module.name in other.imports}
        if len(users) == 1 and not module.is_package:
            (user,) = users
            root = module.name.partition(".")[0]
            if user.partition(".")[0] == root and not f"{module.folder}.".startswith(f"{user}."):
                misplaced[module.name] = user
    return misplaced


@cache
def our_modules() -> dict[str, Module]:
    """All modules of the four source roots."""
    return read_modules(*PACKAGES)


def test_no_circle_between_files() -> None:
    """No file imports itself by way of others, not even for its types."""
    circle = find_circle(our_modules())
    assert not circle, " → ".join(circle)


def test_few_modules_lie_flat() -> None:
    """Beside the folders of contracts and mock server lie few modules: commands and nouns have folders."""
    packages = ("jumun_contracts", "jumun_mockserver")
    flat = [each.name for each in our_modules().values() if each.folder in packages and not each.is_package]
    assert len(flat) <= FLAT_AT_MOST, flat


def test_module_lives_with_its_only_user() -> None:
    """A module that one folder of its source root imports, and no other, lives in that folder or below it."""
    misplaced = find_misplaced(our_modules())
    moves = [f"{name} belongs in {user}" for name, user in misplaced.items() if name not in USED_BY_ANOTHER_ROOM]
    assert not moves
    assert misplaced.keys() == USED_BY_ANOTHER_ROOM.keys(), "an exception that is none any more"


def test_model_of_orders_imports_nothing_of_ours() -> None:
    """What judges the lifecycle of orders shares no line with it: it imports the standard library only."""
    model = ROOT / "tests/mockserver/providers/naver/order_model.py"
    nodes = list(ast.walk(ast.parse(model.read_text("utf-8"))))
    imported = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_no_long_module() -> None:
    """No module has more than 400 lines, but for one class that would have to be cut in two."""
    lengths = {name: len(module.source.splitlines()) for name, module in our_modules().items()}
    assert {name for name, length in lengths.items() if length > LINES_AT_MOST} == ONE_LONG_CLASS.keys()


def test_packages_only_hand_on() -> None:
    """An `__init__.py` imports names and puts them into tables and records; what it defines is listed with a reason."""
    defined = {
        f"{module.name}.{node.name}"
        for module in our_modules().values()
        if module.is_package
        for node in ast.walk(ast.parse(module.source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    assert defined == DEFINED_BY_A_PACKAGE.keys()


def test_map_is_complete() -> None:
    """The tables in CONTRIBUTING name each room that a source root has, and no others."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    sections = dict(re.findall(r"^### `([^`]+)`:.*\n((?:(?!#).*\n)*)", text, re.MULTILINE))
    for package in PACKAGES[:-1]:
        first_cells = re.findall(r"^\|([^|]+)\|", sections[str(package.relative_to(ROOT))], re.MULTILINE)
        named = re.findall(r"`([^`]+)`", "".join(first_cells))
        assert not [name for name in named if not (package / name).exists()]
        assert {name for name in named if "/" not in name.rstrip("/")} == _rooms(package)


@pytest.mark.parametrize(
    "text",
    [
        "import p.b.two",
        "from p.b import two",
        "from p.b.two import name",
        "from ..b import two",
        "from ..b.two import name",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.b.two import Name",
        "def function():\n    import p.b.two",
    ],
)
def test_every_kind_of_import_counts(tmp_path: Path, text: str) -> None:
    """Whatever the form of an import and wherever it is, it closes a circle, and it makes its file a user."""
    files = {"__init__": "", "a/__init__": "", "a/one": text, "b/__init__": "", "b/two": "from p.a.one import name"}
    for name, source in files.items():
        path = tmp_path / f"p/{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    modules = read_modules(tmp_path / "p")
    assert set(find_circle(modules)) == {"p.a.one", "p.b.two"}
    assert find_misplaced(modules) == {"p.a.one": "p.b", "p.b.two": "p.a"}
    (tmp_path / "p/b/two.py").write_text("", "utf-8")
    modules = read_modules(tmp_path / "p")
    assert not find_circle(modules)
    assert find_misplaced(modules) == {"p.b.two": "p.a"}


def _rooms(package: Path) -> set[str]:
    """The folders of a package that hold files, as `name/`, and its modules, as `name.py`."""
    folders = {
        f"{each.name}/"
        for each in package.iterdir()
        if any(path.is_file() and path.suffix != ".pyc" for path in each.rglob("*"))
    }
    return folders | {each.name for each in package.glob("*.py") if each.name != "__init__.py"}


def _is_module(path: Path) -> bool:
    return (path.parent / "__init__.py").exists()


def _name(path: Path, package: Path) -> str:
    return ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")


def _imported(node: ast.AST, folder: str, *, known: set[str]) -> set[str]:
    """The modules among `known` that an import statement names; none for another node."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names} & known
    if not isinstance(node, ast.ImportFrom):
        return set()
    above = folder.split(".")[: folder.count(".") + 2 - node.level] if node.level else []
    origin = ".".join([*above, *([node.module] if node.module else [])])
    named = {f"{origin}.{alias.name}" for alias in node.names}
    return (named | {origin} if named - known else named) & known
