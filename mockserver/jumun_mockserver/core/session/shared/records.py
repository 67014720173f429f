"""What the store has of a session beside its state: what it starts from, as JSON data."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_contracts import RateLimit
from jumun_mockserver.core.data_folder import DataFolder
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.state.valkey.values import read_value, write_value

if TYPE_CHECKING:
    from collections.abc import Mapping


class Record(NamedTuple):
    """What makes a session the same on each node.

    Attributes:
        secret: What its own credentials follow from.
        made_at: Epoch second of the machine that made it.
    """

    options: SessionOptions
    secret: str
    made_at: float

    def write(self) -> bytes:
        """JSON text that `read` takes."""
        return write_value([dump_options(self.options), self.secret, self.made_at])

    @classmethod
    def read(cls, text: bytes) -> Record:
        """From what `write` gives."""
        options, secret, made_at = read_value(text)
        return cls(_load_options(options), secret, made_at)


def dump_options(options: SessionOptions) -> dict[str, Any]:
    """Options as JSON data; of a data folder the texts."""
    values = {each.name: getattr(options, each.name) for each in fields(options)}
    data = options.data
    return values | {
        "data": None if data is None else {"name": data.name, "texts": dict(data.texts)},
        "rates": {operation: asdict(limit) for operation, limit in options.rates.items()},
    }


def _load_options(values: Mapping[str, Any]) -> SessionOptions:
    data, rates = values["data"], values["rates"]
    made = {
        "data": DataFolder(**data) if data else None,
        "rates": {operation: RateLimit(**limit) for operation, limit in rates.items()},
    }
    return SessionOptions(**{**values, **made})
