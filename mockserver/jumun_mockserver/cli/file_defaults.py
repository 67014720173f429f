"""Options that a command takes from ./jumun.toml where neither the command line nor the environment has them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from jumun_contracts import DocumentError
from jumun_contracts.spelling import did_you_mean

_FILE = Path("jumun.toml")
# What `jumun check` takes from it is its own.
_TABLES = ("serve", "check")


class CommandWithFile(click.Command):
    """A command whose table in ./jumun.toml, `[NAME]`, has options by their long names: `tls-port = 8443`."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the table first; raises DocumentError for one that is not right."""
        extra.setdefault("default_map", self._read_table())
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.BadParameter as error:
            name, parameter = str(error.param and error.param.name), error.param
            if error.ctx is None or error.ctx.get_parameter_source(name) != ParameterSource.DEFAULT_MAP:
                raise
            key = next(each for each in parameter.opts if each.startswith("--"))[2:] if parameter else name
            raise DocumentError(str(_FILE), f"/{self.name}/{key}", error.message) from None

    def _read_table(self) -> dict[str, Any]:
        try:
            data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise DocumentError(str(_FILE), "", f"cannot be read: {error.strerror}") from None
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            raise DocumentError(str(_FILE), "", f"not TOML: {error}") from None
        for key in data:
            if key not in _TABLES:
                raise DocumentError(str(_FILE), "", f"unknown key {key!r}{did_you_mean(key, _TABLES)}")
        table = data.get(str(self.name), {})
        if not isinstance(table, dict):
            raise DocumentError(str(_FILE), f"/{self.name}", f"must be a table: [{self.name}]")
        known = {name[2:]: each for each in self.params for name in each.opts if name.startswith("--")}
        found = {}
        for key, value in table.items():
            if key not in known:
                hint = did_you_mean(key, known) or f"; known are {', '.join(sorted(known))}"
                raise DocumentError(str(_FILE), f"/{self.name}/{key}", f"is not an option of jumun {self.name}{hint}")
            found[str(known[key].name)] = self._check(known[key], key, value)
        return found

    def _check(self, parameter: click.Parameter, key: str, value: Any) -> Any:
        """The value as click would have it from the command line."""
        found: Any
        if parameter.multiple:
            wanted, found = "a list", [str(each) for each in value] if isinstance(value, list) else None
        elif getattr(parameter, "is_flag", False):
            wanted, found = "true or false", value if isinstance(value, bool) else None
        else:
            wanted, found = "one value", None if isinstance(value, list | dict) else str(value)
        if found is None:
            raise DocumentError(str(_FILE), f"/{self.name}/{key}", f"must be {wanted}")
        return found
