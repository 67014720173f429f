"""Files that are almost right: read to a verdict or refused, and never with a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from tests.attack.mutation import mutate
from tests.attack.outcome import Outcome, rounds
from tests.cli.commands import jumun

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

_PAGE = {"count": 1, "list": [{"order_id": "6f" * 12, "order_name": "x", "price": 1.5, "status": 2}]}
_URL = "https://api.bootapi.com/v1/orders?page=1"
_ROW = {"method": "GET", "url": _URL, "status": 200, "response": {"headers": {}, "body": _PAGE}}
_ENTRY = {
    "request": {"method": "GET", "url": _URL, "headers": []},
    "response": {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": json.dumps(_PAGE)}},
}
_CASSETTE = {
    "interactions": [
        {
            "request": {"method": "GET", "uri": _URL, "headers": {}},
            "response": {"status": {"code": 200}, "headers": {}, "body": {"string": json.dumps(_PAGE)}},
        }
    ]
}
_SEEDS = {
    "body.json": json.dumps(_PAGE),
    "rows.ndjson": f"{json.dumps(_ROW)}\n" * 3,
    "traffic.har": json.dumps({"log": {"version": "1.2", "entries": [_ENTRY] * 2}}),
    "cassette.yaml": yaml.safe_dump(_CASSETTE),
    "cassette.json": json.dumps(_CASSETTE),
}
_DATA = "orders: [{order_id: '2026010100000001', product_order_ids: ['2026010100000011']}]\n"
_WORDS = (
    *(b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"1e999", b"-0", b"\xff", b"\0", b"\\u0000", b"\\ud800"),
    *(b"!!python/name:os.system ", b"&a ", b"*a", b"<<: ", b"\t", b"\n", b"---\n", b"%", b"0x10", b"2026-02-30"),
)


def attack(seconds: float, random: Random, folder: Path) -> Outcome:
    """Have `jumun check` and `jumun data check` read them."""
    outcome = Outcome()
    for number in rounds(seconds):
        name, text = random.choice([*_SEEDS.items(), ("naver/orders.yaml", _DATA)])
        data = mutate(text.encode(), random, words=_WORDS)
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
        command = ("data", "check", str(folder)) if name.startswith("naver/") else ("check", str(file))
        result = jumun(*command)
        outcome.counts[f"{' '.join(command[:-1])} {result.exit_code}"] += 1
        if result.exit_code not in (0, 1, 2) or not isinstance(result.exception, SystemExit | None):
            outcome.broken.append(f"{number}: {name} gave {result.exit_code}, {result.exception!r}")
    return outcome
