"""Write what follows from the rest of the client: the forms of each call, and the names that type checkers see.

    python client/generate.py            write naver_calls.py, bootpay_calls.py and public.py (make format)
    python client/generate.py --check    exit 1 if they are not what would be written (make check)

A call is a public method of `NaverApi` or `BootpayApi`, which holds the conversation. Signature and docstring are taken
as they are; the type it returns says what its forms return and who drives it. The names are those of ``__init__.py``.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parent / "jumun_client"
PROVIDERS: Final = {"naver": "Naver", "bootpay": "Bootpay"}

# What the forms name besides what the signatures do, and where it comes from.
_OWN_IMPORTS: Final = {
    "AsyncClient": "jumun_client.asynchronous",
    "AsyncGenerator": "collections.abc",
    "BatchItem": "jumun_client.batch",
    "Generator": "collections.abc",
    "RawAnswer": "jumun_client.answer",
    "SyncClient": "jumun_client.sync",
    "TYPE_CHECKING": "typing",
}


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a call.

    Attributes:
        returns: Its type; ``{}`` is the result, of a walk an item.
        value: What it gives; ``{}`` is the conversation.
        is_coroutine: Whether it is awaited.
    """

    returns: str
    value: str
    is_coroutine: bool = False


_SYNC: Final = {
    "Question": Form("{}", "self.converse({}).parse()"),
    "Walk": Form("Generator[{}, None, None]", "self._walk({})"),
    "Plan": Form("{}", "self._carry_out({})"),
    "Batch": Form("list[BatchItem]", "self._ask_all({})"),
}
_ASYNC: Final = {
    "Question": Form("{}", "(await self.converse({})).parse()", is_coroutine=True),
    "Walk": Form("AsyncGenerator[{}, None]", "self._walk({})"),
    "Plan": Form("{}", "await self._carry_out({})", is_coroutine=True),
    "Batch": Form("list[BatchItem]", "await self._ask_all({})", is_coroutine=True),
}
_RAW: Final = {"Question": Form("RawAnswer[{}]", "self._client.converse({})")}
_ASYNC_RAW: Final = {"Question": Form("RawAnswer[{}]", "await self._client.converse({})", is_coroutine=True)}


@dataclass(frozen=True, slots=True)
class Call:
    """A method that holds a conversation.

    Attributes:
        kind: What it returns: ``Question``, ``Walk``, ``Plan`` or ``Batch``.
        result: The type of the result, of a walk that of an item; empty for a batch.
        doc: The docstring, in its quotes.
    """

    name: str
    arguments: ast.arguments
    kind: str
    result: str
    doc: str

    def form(self, form: Form, *, raw_of: str = "") -> str:
        """The source of one form; of a raw one the docstring names the class of the plain one."""
        first = "async def" if form.is_coroutine else "def"
        doc = f'"""As `{raw_of}.{self.name}`, giving the HTTP response too."""' if raw_of else self.doc
        asked = f"self._api.{self.name}({_passed_on(self.arguments)})"
        return (
            f"    {first} {self.name}({ast.unparse(self.arguments)}) -> {form.returns.format(self.result)}:\n"
            f"        {doc}\n"
            f"        return {form.value.format(asked)}\n\n"
        )


def _passed_on(arguments: ast.arguments) -> str:
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)][1:]  # not self
    names += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    names += [f"{each.arg}={each.arg}" for each in arguments.kwonlyargs]
    names += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return ", ".join(names)


def read_calls(source: str, class_name: str) -> list[Call]:
    """The calls of an API's class; raises ``SyntaxError`` for a public method that is none."""
    (api,) = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == class_name)
    methods = (node for node in api.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))
    return [_read_call(node, source) for node in methods]


def _read_call(node: ast.FunctionDef, source: str) -> Call:
    kind, result = _returned(node.returns)
    doc = ast.get_source_segment(source, node.body[0])
    if kind not in _SYNC or doc is None or ast.get_docstring(node) is None:
        raise SyntaxError(f"line {node.lineno}: {node.name} must return one of {', '.join(_SYNC)} and have a docstring")
    return Call(name=node.name, arguments=node.args, kind=kind, result=result, doc=doc)


def _returned(annotation: ast.expr | None) -> tuple[str, str]:
    """The kind of ``Kind``, ``Kind[Result]`` or ``Kind[Result, Item]``, and its last argument."""
    if not isinstance(annotation, ast.Subscript):
        return (ast.unparse(annotation) if annotation else ""), ""
    inner = annotation.slice
    return ast.unparse(annotation.value), ast.unparse(inner.elts[-1] if isinstance(inner, ast.Tuple) else inner)


def render_calls(source: str, provider: str) -> str:
    """The module of a provider's calls, not formatted yet, from the source of the module with its API."""
    name = PROVIDERS[provider]
    calls = read_calls(source, f"{name}Api")
    questions = [call for call in calls if call.kind == "Question"]
    classes = [
        f'class {name}Calls(SyncClient):\n    """The calls, synchronous."""\n\n    _api: {name}Api\n\n',
        *(call.form(_SYNC[call.kind]) for call in calls),
        f'class Async{name}Calls(AsyncClient):\n    """The calls, awaited."""\n\n    _api: {name}Api\n\n',
        *(call.form(_ASYNC[call.kind]) for call in calls),
    ]
    for mode, forms in (("", _RAW), ("Async", _ASYNC_RAW)):
        client = f"{mode}{name}CommerceClient"
        opening = (
            f'class {mode}Raw{name}CommerceCalls:\n    """The calls of `{client}`, giving the HTTP response too."""\n\n'
            f"    def __init__(self, client: {mode or 'Sync'}Client, api: {name}Api) -> None:\n"
            "        self._client = client\n        self._api = api\n\n"
        )
        classes += [
            opening,
            *(call.form(forms[call.kind], raw_of=client) for call in questions),
        ]
    body = "\n".join(classes)
    homes = _OWN_IMPORTS | _imports(source) | {f"{name}Api": f"jumun_client.{provider}"}
    return (
        f'"""Made by client/generate.py from `jumun_client.{provider}`: change that, then ``make format``."""\n\n'
        f"from __future__ import annotations\n\n{_import_lines(body, homes)}\n\n{body}"
    )


def _imports(source: str) -> dict[str, str]:
    """From which module each name of a module is imported."""
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom))
    return {alias.name: node.module or "" for node in found for alias in node.names}


def _import_lines(body: str, homes: dict[str, str]) -> str:
    """The imports that the classes need: bases and defaults at run time, annotations for type checkers alone."""
    tree = ast.parse(body)
    run_time = {"TYPE_CHECKING"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            run_time |= _names(node.bases)
        elif isinstance(node, ast.arguments):
            run_time |= _names([*node.defaults, *(each for each in node.kw_defaults if each is not None)])
    lines = {name: f"from {homes[name]} import {name}" for name in sorted((_names([tree]) | run_time) & homes.keys())}
    first = [line for name, line in lines.items() if name in run_time]
    others = [f"    {line}" for name, line in lines.items() if name not in run_time]
    return "\n".join([*first, "", "if TYPE_CHECKING:", *others])


def _names(nodes: list[ast.expr] | list[ast.Module]) -> set[str]:
    return {each.id for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)}


def formatted(text: str, path: Path) -> str:
    """The text as ruff leaves it at a path."""
    for command in (["check", "--select=I", "--fix", "--quiet"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"]
        text = subprocess.run(ruff, input=text, capture_output=True, check=True, encoding="utf-8").stdout  # noqa: S603
    return text


def render_names(source: str) -> str:
    """The module of the public names from the source of the package's ``__init__.py``."""
    (table,) = (
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_MODULES"
    )
    lines = [f"from jumun_client.{module} import {name} as {name}" for name, module in ast.literal_eval(table).items()]
    made = '"""Made by client/generate.py from ``__init__.py``: the public names, for type checkers alone."""'
    return "\n".join([made, "# ruff: noqa: PLC0414 - an import under its own name is one that is exported", "", *lines])


def main(arguments: list[str]) -> int:
    """Write the modules, or with ``--check`` compare them; the exit code."""
    texts = {"public.py": render_names((PACKAGE / "__init__.py").read_text("utf-8"))}
    for provider in PROVIDERS:
        texts[f"{provider}_calls.py"] = render_calls((PACKAGE / f"{provider}.py").read_text("utf-8"), provider)
    stale = 0
    for name, text in texts.items():
        path = PACKAGE / name
        current = formatted(text, path)
        if path.exists() and path.read_text("utf-8") == current:
            continue
        if arguments == ["--check"]:
            print(f"{path} is not what client/generate.py makes it: run make format", file=sys.stderr)  # noqa: T201
            stale = 1
        else:
            path.write_text(current, "utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
