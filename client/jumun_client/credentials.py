"""Keys and what is made of them: NAVER's bcrypt signature, Bootpay's Basic header. No message shows a key."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Final, Self

import bcrypt

from jumun_client.arguments import check_text

_BCRYPT_ALPHABET: Final = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SALT_LENGTH: Final = 29
_VISIBLE_ASCII: Final = re.compile(r"[\x21-\x7e]+")

# bcrypt reads 72 bytes: '_' and the 13 digits of the milliseconds leave this much.
_CLIENT_ID_MAX_BYTES: Final = 58


def check_key(name: str, value: object) -> str:
    """Give a key as it came; the errors name the parameter and never show the value."""
    key = check_text(name, value, if_empty="is the variable set that it is read from?")
    if key != key.strip():
        raise ValueError(f"{name} begins or ends with white space, as when read from a file: strip() it")
    return key


def is_header_safe(token: str) -> bool:
    """Whether a token fits an Authorization header: visible ASCII, not empty."""
    return _VISIBLE_ASCII.fullmatch(token) is not None


def check_header_key(name: str, value: object) -> str:
    """As `check_key`, for a key that is sent as it is or signed as ASCII."""
    key = check_key(name, value)
    if not is_header_safe(key):
        raise ValueError(f"{name} holds white space, control or non-ASCII characters: copy it again")
    return key


def basic_authorization(*, client_key: object, secret_key: object) -> str:
    """Give Bootpay's Authorization header value: UTF-8, as @bootpay/backend-js 2.13.1 makes it."""
    user, password = check_key("client_key", client_key), check_key("secret_key", secret_key)
    if ":" in user:
        raise ValueError("client_key holds a ':', where Basic ends it: are client_key and secret_key joined?")
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class Signer:
    """NAVER's client id and secret, checked, ready to sign (apicenter docs, exchange-sellers-auth)."""

    client_id: str
    salt: bytes = field(repr=False)

    @classmethod
    def from_keys(cls, *, client_id: object, client_secret: object) -> Self:
        """Check the keys; raises ``TypeError`` or ``ValueError``."""
        name = check_header_key("client_id", client_id)
        if len(name) > _CLIENT_ID_MAX_BYTES:
            raise ValueError(f"client_id has {len(name)} characters; bcrypt can sign {_CLIENT_ID_MAX_BYTES}")
        secret = check_key("client_secret", client_secret)
        _check_salt(secret)
        # The 22nd character of the salt counts with two of its six bits. bcrypt >= 4 refuses one whose other
        # bits are set, as in the documentation's own sample secret; earlier versions and Java ignore them.
        last = _BCRYPT_ALPHABET[_BCRYPT_ALPHABET.index(secret[-1]) & 0b110000]
        return cls(name, (secret[:-1] + last).encode("ascii"))

    def sign(self, timestamp_ms: int) -> str:
        """Give ``client_secret_sign``: base64 of bcrypt(id + '_' + milliseconds, salt = the secret)."""
        password = f"{self.client_id}_{timestamp_ms}".encode("ascii")
        return base64.b64encode(bcrypt.hashpw(password, self.salt)).decode("ascii")


def _check_salt(secret: str) -> None:
    """Raise ``ValueError`` that says what is wrong unless the client secret is a bcrypt salt."""
    rule = f"client_secret must be a bcrypt salt of {_SALT_LENGTH} characters, '$2a$04$' and 22 more"
    quotes = "A shell, PowerShell or .env file replaces what follows a '$': put the secret in single quotes"
    if not re.match(r"\$2[aby]\$", secret):
        raise ValueError(f"{rule}; this one, of {len(secret)}, does not begin with '$2a$'. {quotes}")
    if not re.match(r"(0[4-9]|[12][0-9]|3[01])\$", secret[4:]):
        raise ValueError(f"{rule}; this one has no cost from '04$' to '31$' after its '$2a$'. {quotes}")
    if len(secret) != _SALT_LENGTH:
        raise ValueError(f"{rule}; this one has {len(secret)}: it is cut off, or something is added. {quotes}")
    for place, letter in enumerate(secret[7:], start=8):
        if letter not in _BCRYPT_ALPHABET:
            raise ValueError(f"{rule} out of ./A-Za-z0-9; character {place} of this one is another: copy it again")
