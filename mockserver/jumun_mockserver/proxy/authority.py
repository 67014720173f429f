"""A private certificate authority, so that clients that insist on TLS reach Jumun under the names of the real APIs.

Only programs that are set up to trust it do. Heavy imports come with the first authority, not with this module.
"""

from __future__ import annotations

import re
import secrets
import ssl
import sys
import warnings
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast
from weakref import WeakSet

from jumun_mockserver.whole_file import write_first, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import trustme
    from cryptography import x509

TRUST_STORE_PASSWORD = "changeit"  # noqa: S105 - the customary one of Java's trust stores, which hold nothing secret

_FILE = "authority.pem"
_OWN = ("localhost", "127.0.0.1", "::1")
# Apple and Go refuse certificates of servers for more than 398 days. The day before is for clocks that are late.
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=395)
# Of an authority: what is kept, and may have been imported somewhere, is for years; one in memory is for a process.
_KEPT, _TEMPORARY = timedelta(days=5 * 365), timedelta(days=30)
_OTHERS_MAY = 0o077
_KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


class AuthorityError(Exception):
    """The authority that was kept cannot be used; the message names the file and the way out."""


class Authority:
    """A certificate authority whose key never leaves it, but for its own file.

    Attributes:
        file: Where it is kept, with its key; None if it lives in memory only.
        certificate_pem: Its certificate, for those who are to trust it.
    """

    def __init__(self, ca: trustme.CA, *, file: Path | None = None) -> None:
        self._ca = ca
        self.file = file
        self.certificate_pem = ca.cert_pem.bytes()

    @classmethod
    def load(cls, folder: Path | None = None, *, hosts: Collection[str] = ()) -> Self:
        """The user's authority, made at its first use; `folder` is else the user's cache folder of Jumun.

        If the folder cannot be written or the file not read, one in memory takes its place: see `file`.

        Args:
            hosts: As of `temporary`.

        Raises:
            AuthorityError: What is kept is damaged or out of date or for other hosts, or others can read its key.
        """
        if folder is None:
            from platformdirs import user_cache_path  # noqa: PLC0415

            folder = user_cache_path("jumun")
        file = folder / _FILE
        try:
            if not file.exists():
                _keep(file, hosts)
            pem, mode = file.read_bytes(), file.stat().st_mode
        except OSError:
            return cls.temporary(hosts)
        if sys.platform != "win32" and mode & _OTHERS_MAY:
            raise AuthorityError(
                f"{file}: others can have the key of this authority; delete the file to have a new one"
            )
        return cls(_parse(pem, hosts, file=file), file=file)

    @classmethod
    def temporary(cls, hosts: Collection[str] = ()) -> Self:
        """A new one, in memory only, and good for a month.

        Args:
            hosts: Names that it can vouch for beside this machine's own; no others are believed. Any
                if there are none.
        """
        return cls(_create(hosts, _TEMPORARY))

    def context(self, hosts: Collection[str], *, refuses: Callable[[str], bool] | None = None) -> ssl.SSLContext:
        """A server's TLS for `hosts`, localhost, 127.0.0.1 and ::1: one certificate for all, HTTP/1.1 only.

        A client that asks for another name gets the alert unrecognized_name. `refuses` is asked once for each
        handshake with the name that the client sent, empty if it sent none; True ends it (alert handshake_failure).
        """
        names = dict.fromkeys((*(host.lower() for host in hosts), *_OWN))
        now = datetime.now(UTC)
        until = min(now + _AFTER, _read_until(self.certificate_pem))
        leaf = self._ca.issue_cert(*names, organization_name="Jumun", not_before=now - _BEFORE, not_after=until)
        context = _Context(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        context.sslobject_class = _Connection
        leaf.configure_cert(context)

        asked: WeakSet[ssl.SSLObject] = WeakSet()

        def check(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
            # OpenSSL asks again when it has the client say its hello again.
            if connection in asked:
                return None
            asked.add(connection)
            name = (name or "").lower().rstrip(".")
            if name and name not in names:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            if refuses is not None and refuses(name):
                return ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE
            return None

        context.sni_callback = cast("Any", check)  # the stubs know no SSLObject here
        return context

    def write_pem_bundle(self, path: Path, *, with_system: bool) -> None:
        """Write what a client should trust, as PEM: this authority, and all that the system trusts if so asked.

        Raises:
            OSError: `path` cannot be written, or the system's authorities were not found.
        """
        write_whole(path, b"".join(self._trusted(with_system=with_system)))

    def write_java_trust_store(self, path: Path, *, with_system: bool = False) -> None:
        """Write the same as PKCS #12, for -Djavax.net.ssl.trustStore; its password is TRUST_STORE_PASSWORD.

        Authorities of the system that break RFC 5280 are left out.

        Raises:
            OSError: As above.
        """
        from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12  # noqa: PLC0415
        from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

        entries: list[pkcs12.PKCS12Certificate] = []
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for pem in self._trusted(with_system=with_system):
                # Some old authorities of systems break RFC 5280; cryptography warns, and is going to refuse them.
                with suppress(ValueError, UserWarning):
                    name = f"jumun-{len(entries)}".encode()
                    entries.append(pkcs12.PKCS12Certificate(load_pem_x509_certificate(pem), name))
        encryption = BestAvailableEncryption(TRUST_STORE_PASSWORD.encode())
        write_whole(path, pkcs12.serialize_java_truststore(entries, encryption))

    def _trusted(self, *, with_system: bool) -> Iterator[bytes]:
        yield self.certificate_pem
        if with_system:
            yield from _load_system_authorities()


class _Connection(ssl.SSLObject):
    """One handshake. asyncio and uvloop drop the alert that says why it failed; here it is sent first.

    They send what is to be sent whenever TLS waits for bytes. So a handshake that failed with an alert waits, and fails
    at the next byte or at the end of the connection, which is what a client answers an alert with.
    """

    outgoing: ssl.MemoryBIO
    _failure: ssl.SSLError | None = None

    def do_handshake(self) -> None:
        """Go on with the handshake."""
        if self._failure is not None:
            raise self._failure
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            if not self.outgoing.pending:
                raise
            self._failure = error
            raise ssl.SSLWantReadError from error


class _Context(ssl.SSLContext):
    """A context whose connections know what they are about to send."""

    def wrap_bio(self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, *args: Any, **named: Any) -> ssl.SSLObject:
        """A connection that keeps its outgoing buffer at hand."""
        connection = cast("_Connection", super().wrap_bio(incoming, outgoing, *args, **named))
        connection.outgoing = outgoing
        return connection


def _create(hosts: Collection[str], life: timedelta) -> trustme.CA:
    """An authority for certificates of servers; trustme's own have no constraints, and end in the year 3000."""
    import trustme  # noqa: PLC0415
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Jumun private authority"),
            # So that of two authorities each is found by its name.
            x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, secrets.token_hex(8)),
        ]
    )
    usage = dict.fromkeys(_KEY_USAGES, False) | {"key_cert_sign": True, "crl_sign": True}
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if hosts:
        permitted: list[x509.GeneralName] = [x509.DNSName(host.lower()) for host in hosts]
        permitted += [x509.DNSName(_OWN[0]), *(x509.IPAddress(ip_network(each)) for each in _OWN[1:])]
        builder = builder.add_extension(x509.NameConstraints(permitted, None), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return trustme.CA.from_pem(certificate.public_bytes(Encoding.PEM), key_pem)


def _read_until(pem: bytes) -> datetime:
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    return load_pem_x509_certificate(pem).not_valid_after_utc


def _keep(file: Path, hosts: Collection[str]) -> None:
    """Make an authority and keep it, unless another process was first: then theirs stays."""
    ca = _create(hosts, _KEPT)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_first(file, ca.private_key_pem.bytes() + ca.cert_pem.bytes())


def _parse(pem: bytes, hosts: Collection[str], *, file: Path) -> trustme.CA:
    import trustme  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    way_out = "delete the file to have a new one"
    try:
        certificate, key = load_pem_x509_certificate(pem), load_pem_private_key(pem, password=None)
        ca = trustme.CA.from_pem(pem, pem)
    except (ValueError, TypeError) as error:
        raise AuthorityError(f"{file}: this is not a complete authority; {way_out}") from error
    if certificate.public_key() != key.public_key():
        raise AuthorityError(f"{file}: certificate and key do not belong together; {way_out}")
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not since <= datetime.now(UTC) <= until:
        raise AuthorityError(f"{file}: valid from {since:%Y-%m-%d} to {until:%Y-%m-%d}; {way_out}")
    if hosts and _read_permitted(certificate) != {host.lower() for host in hosts}:
        # Of an earlier version: it could vouch for any host, or not for one that is served now.
        raise AuthorityError(f"{file}: this authority is not for {', '.join(hosts)} alone; {way_out}")
    return ca


def _read_permitted(certificate: x509.Certificate) -> set[str]:
    """The hosts that an authority can vouch for beside this machine; empty for any."""
    from cryptography import x509  # noqa: PLC0415

    try:
        constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return set()
    return {each.value for each in constraints.permitted_subtrees or () if isinstance(each, x509.DNSName)} - {*_OWN}


def _load_system_authorities() -> list[bytes]:
    """The certificates that Python's own TLS trusts on this machine, as PEM."""
    # A folder of certificates is read by OpenSSL only as it needs them, so the context does not know what is in it.
    found = [
        ssl.DER_cert_to_PEM_cert(der).encode() for der in ssl.create_default_context().get_ca_certs(binary_form=True)
    ]
    folder = ssl.get_default_verify_paths().capath
    for file in sorted(Path(folder).iterdir()) if folder else ():
        if file.is_file():
            found += [match + b"\n" for match in _CERTIFICATE.findall(file.read_bytes())]
    if not found:
        raise FileNotFoundError("no authorities of the system were found: name them in SSL_CERT_FILE")
    return list(dict.fromkeys(found))
