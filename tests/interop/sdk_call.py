"""A call of the official Bootpay SDKs: what it is given, sends and gives back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.interop.bootpay_sdks import Language

BOTH: tuple[Language, ...] = ("node", "python")


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkCall:
    """A call, as both SDKs have it unless `languages` says otherwise.

    In `arguments`, `line`, `sends`, `returns` and `about`, names such as `@paid` and `@paid.number` are those of
    `sdk_stage`.

    Attributes:
        method: In Node's spelling; in Python each part is in snake case.
        given: What it is given, in words.
        line: Method, path and query that go over the wire; '' for nothing sent.
        operation: What they reach; '' for a path that Jumun does not serve.
        sends: The body as JSON; None where the table does not say, or where there is none.
        role: BOOTPAY-ROLE as sent.
        key: Of the header Idempotency-Key, as it was given; `made` for one that the SDK made up; '' for no header.
        code: Of the error that is answered, as the catalogue has it; '' for a success.
        breaks: Whether the request is not as the contract has it, and `strays` what its body has beyond the contract.
        returns: What a success returns, or some of its members.
        fails: How each SDK ends a call for which it sends nothing: `kind` and the class of the error, or members.
        about: An order, contract or invoice, and `after` its state in words, read back.
        is_there: Whether the SDKs have the method; pages of Bootpay's name some that they do not.
    """

    method: str
    arguments: tuple[Any, ...] = ()
    given: str
    line: str = ""
    operation: str = ""
    sends: Any = None
    role: str = "user"
    key: str = ""
    code: str = ""
    breaks: bool = False
    strays: str = ""
    returns: Any = field(default_factory=dict)
    fails: Mapping[Language, str] = field(default_factory=dict)
    about: str = ""
    after: str = ""
    languages: tuple[Language, ...] = BOTH
    is_there: bool = True

    @property
    def title(self) -> str:
        """Method and what it is given: each row has one of its own."""
        return f"`{self.method}`: {self.given}"

    def method_in(self, language: Language) -> str:
        """The method as a language spells it."""
        return to_snake_case(self.method) if language == "python" else self.method


def to_snake_case(method: str) -> str:
    """Node's spelling in Python's."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", method)
