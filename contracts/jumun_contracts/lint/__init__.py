"""What contracts and schemas should be beyond what loading demands. `docs/decisions/lint.md` has the reasons.

for remark in iter_schema_remarks(read_sources(Path("order.schema.json"))):
    print(remark)
"""

from jumun_contracts.lint.contract import iter_contract_remarks
from jumun_contracts.lint.rules import RULES, Remark, Source, iter_schema_remarks
from jumun_contracts.lint.sources import is_contract, read_contract_sources, read_sources

__all__ = [
    "RULES",
    "Remark",
    "Source",
    "is_contract",
    "iter_contract_remarks",
    "iter_schema_remarks",
    "read_contract_sources",
    "read_sources",
]
