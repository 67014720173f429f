"""NAVER's seller and channels: what the calls about them return, as frozen values that keep unknown fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_client.fields import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerAccount:
    """The seller whose token it is.

    Attributes:
        account_id: The seller's sign-in name; ``repr`` leaves it out.
        account_uid: What a token of the type SELLER is asked for with; ``repr`` leaves it out.
        grade: Its values are not published.
    """

    account_id: str = field(repr=False)
    account_uid: str = field(repr=False)
    grade: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            account_id=body.required_text("accountId", may_be_empty=True),
            account_uid=body.required_text("accountUid", may_be_empty=True),
            grade=body.text("grade"),
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerChannel:
    """A channel of the seller's, such as a store.

    Attributes:
        channel_no: What product orders have as ``merchantChannelId``, there as text.
        channel_type: ``STOREFARM`` is a smart store, ``WINDOW`` a window.
    """

    channel_no: int
    channel_type: str
    name: str
    url: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read a channel; raises `ShapeError`."""
        return cls(
            channel_no=row.required_integer("channelNo"),
            channel_type=row.required_text("channelType", may_be_empty=True),
            name=row.required_text("name", may_be_empty=True),
            url=row.text("url"),
            extra=row.rest,
        )
