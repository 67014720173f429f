from __future__ import annotations

import base64
import pickle

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_client import BootpayCommerceClient, NaverCommerceClient
from jumun_client.credentials import Signer, basic_authorization

ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def test_official_vector() -> None:
    """The official documentation's sample gives the sign it shows, although bcrypt >= 4 refuses its salt."""
    signer = Signer.from_keys(client_id="aaaabbbbcccc", client_secret="$2a$10$abcdefghijklmnopqrstuv")
    assert (
        signer.sign(1643961623299) == "JDJhJDEwJGFiY2RlZmdoaWprbG1ub3BxcnN0dXVCVldZSk42T0VPdEx1OFY0cDQxa2IuTnpVaUEzbmsy"
    )


@settings(max_examples=30)
@given(st.text(ALPHABET, min_size=22, max_size=22), st.sampled_from("aby"))
def test_every_salt_signs(tail: str, version: str) -> None:
    """Any 22 characters of the alphabet sign; the hash is that of the salt with its spare bits cleared."""
    sign = Signer.from_keys(client_id="id", client_secret=f"$2{version}$04${tail}").sign(1)
    signed = base64.b64decode(sign)
    assert signed[:28].decode() == f"$2{version}$04${tail[:21]}"
    assert bcrypt.checkpw(b"id_1", signed)
    assert len(sign) == 80


@pytest.mark.parametrize(
    ("client_secret", "says"),
    [
        ("", "empty"),
        ("abcdefghijklmnopqrstuuXYZ", "single quotes"),  # "$2a$04$abc…" in a shell that expanded every '$'
        ("a$04$abcdefghijklmnopqrstuu", "does not begin with '$2a$'"),
        ("$2a$abcdefghijklmnopqrstuu", "no cost"),
        ("$2a$99$abcdefghijklmnopqrstuu", "no cost"),
        ("$2a$04$abcdefghijklmnopqrstu", "has 28"),
        ("$2a$04$abcdefghijklmnopqrstuuv", "has 30"),
        ("$2a$04$abcdefghijklmno!qrstuu", "character 23"),
        ("$2a$04$abcdefghijklmnopqrstuu\n", "white space"),
        ("$2a$04$abcdefghijklmnopqrst\ud800u", "surrogate"),
    ],
)
def test_malformed_secret(client_secret: str, says: str) -> None:
    """A secret that is not a bcrypt salt is refused at construction, with the reason and without the secret."""
    with pytest.raises(ValueError, match=r"client_secret") as caught:
        NaverCommerceClient(client_id="id", client_secret=client_secret)
    assert says in str(caught.value)
    for part in ("abcdefgh", "qrst"):
        assert part not in str(caught.value)


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"client_id": "id"},
        {"client_secret": "s"},
        {"client_id": "id", "client_secret": "s", "access_token": "t"},
        {"client_id": "id", "access_token": "t"},
    ],
)
def test_naver_needs_one_kind_of_credentials(keys: dict[str, str]) -> None:
    """Neither, half and both kinds of credentials are refused at construction."""
    with pytest.raises(ValueError, match="client_id and client_secret, or access_token"):
        NaverCommerceClient(**keys)  # type: ignore[arg-type]


@pytest.mark.parametrize("token", ["", "abc def", "abc\r\nX: y", "토큰", "token\n"])
def test_token_that_cannot_be_sent(token: str) -> None:
    """A token that would break the header is refused at construction and not shown."""
    with pytest.raises(ValueError, match="access_token") as caught:
        NaverCommerceClient(access_token=token)
    assert not token or token not in str(caught.value)


def test_client_id_must_fit_bcrypt() -> None:
    """A client id that bcrypt would cut off is refused, as is one that is not ASCII."""
    with pytest.raises(ValueError, match="59 characters"):
        Signer.from_keys(client_id="i" * 59, client_secret="$2a$04$abcdefghijklmnopqrstuu")
    with pytest.raises(ValueError, match="non-ASCII"):
        Signer.from_keys(client_id="아이디", client_secret="$2a$04$abcdefghijklmnopqrstuu")
    longest = Signer.from_keys(client_id="i" * 58, client_secret="$2a$04$abcdefghijklmnopqrstuu")
    assert longest.sign(1643961623299)


def test_basic_is_utf8() -> None:
    """Keys are joined as UTF-8, as the official SDKs do; the documented sample keys give the SDKs' bytes."""
    assert basic_authorization(client_key="test-ck", secret_key="test-sk") == "Basic dGVzdC1jazp0ZXN0LXNr"
    korean = basic_authorization(client_key="키", secret_key="비밀:번호").removeprefix("Basic ")
    assert base64.b64decode(korean).decode("utf-8") == "키:비밀:번호"


@pytest.mark.parametrize(
    ("client_key", "secret_key", "error"),
    [
        ("", "hush", ValueError),
        ("ck", "", ValueError),
        ("ck:hush", "hush", ValueError),
        ("ck", " hush", ValueError),
        ("ck", "hush\ud800", ValueError),
        (None, "hush", TypeError),
        ("ck", b"hush", TypeError),
    ],
)
def test_bootpay_keys(client_key: str, secret_key: str, error: type[Exception]) -> None:
    """Keys that are empty, malformed or of another type are refused at construction and not shown."""
    with pytest.raises(error, match=r"(client|secret)_key") as caught:
        BootpayCommerceClient(client_key=client_key, secret_key=secret_key)
    assert "hush" not in str(caught.value)


def test_signer_hides_its_salt() -> None:
    """Neither the signer's repr nor a client's shows a secret; a signer can be pickled."""
    secret = "$2a$04$abcdefghijklmnopqrstuu"
    signer = Signer.from_keys(client_id="id", client_secret=secret)
    assert "abcdef" not in repr(signer)
    assert pickle.loads(pickle.dumps(signer)) == signer  # noqa: S301
    with NaverCommerceClient(client_id="id", client_secret=secret) as client:
        assert "abcdef" not in repr(client)


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.example.com",
        "ftp://h/x",
        "http:///x",
        "http://h/x?y=1",
        "http://h/x#f",
        "http://h:port",
        "http://h\n/",
        "http://xn--/",
        "http://user:hush@h/",
    ],
)
def test_base_url(base_url: str) -> None:
    """What is not a base URL is refused at construction, without showing a password in it."""
    with pytest.raises(ValueError, match="base_url") as caught:
        NaverCommerceClient(access_token="t", base_url=base_url)
    assert "hush" not in str(caught.value)
