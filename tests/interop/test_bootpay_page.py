"""The sample of the Bootpay page runs against the mock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.interop.programs import clean_environment, run_well
from tests.interop.seeds import read_page_sample

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_mockserver.live import LiveServer


def test_page_sample(server: LiveServer, node: str, npm_packages: Path, tmp_path: Path) -> None:
    """The page's sample, with its own placeholder keys, prints the four orders of January 2025."""
    lines = read_page_sample().splitlines()
    # Two changes, without which it runs nowhere but in production, and not even there: the line that names the
    # server, and a function around it all, because `require` and an `await` outside of functions exclude each other.
    place = lines.index("})") + 1
    lines[place:place] = [f"commerce.API_ENTRYPOINTS.production = '{server.bootpay_base_url}'"]
    program = tmp_path / "sample.js"
    program.write_text("\n".join(["async function main() {", *lines, "}", "main()", ""]), "utf-8")

    before = len(server.session.journal)
    environment = clean_environment(tmp_path, NODE_PATH=str(npm_packages / "node_modules"))
    ended = run_well([node, program], folder=tmp_path, environment=environment)

    assert ended.stdout.startswith("{\n  count: 4,"), ended
    assert ended.stdout.count("order_id:") == 4
    assert ended.stderr == ""
    (exchange,) = list(server.session.journal)[before:]
    assert (exchange.operation, exchange.status, exchange.violations) == ("bootpay.orders.list", 200, ())
