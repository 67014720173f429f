from __future__ import annotations

import asyncio
import json
import os
import ssl
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import platformdirs
import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from jumun_mockserver import LiveServer
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.proxy import authority
from jumun_mockserver.proxy.authority import TRUST_STORE_PASSWORD, Authority, AuthorityError
from tests.interop.programs import require
from tests.mockserver.world import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path


HOSTS = ("api.shop.test", "Stage.Shop.test")
ANSWERED = b"answered"


@pytest.fixture(scope="module")
def own() -> Authority:
    """One for all tests."""
    return Authority.temporary(HOSTS)


def trust(own: Authority) -> ssl.SSLContext:
    """A client as strict as Python 3.13's."""
    context = ssl.create_default_context(cadata=own.certificate_pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def shake(client: ssl.SSLContext, server: ssl.SSLContext, *, name: str | None) -> ssl.SSLObject:
    """A handshake without a network; the client's side of it."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    theirs = client.wrap_bio(to_client, to_server, server_hostname=name)
    for _ in range(4):
        for side in (theirs, ours):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert theirs.version()
    assert ours.version()
    return theirs


def test_what_is_kept_is_its_owners(tmp_path: Path) -> None:
    """The first load makes folder and file, for the user alone; the second finds the same authority."""
    folder = tmp_path / "cache" / "jumun"
    first = Authority.load(folder)
    assert first.file is not None
    assert list(folder.iterdir()) == [first.file]
    if sys.platform != "win32":
        assert stat.S_IMODE(first.file.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    second = Authority.load(folder)
    assert (second.certificate_pem, second.file) == (first.certificate_pem, first.file)
    shake(trust(first), second.context(HOSTS), name="api.shop.test")


def test_the_folder_is_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder, it is kept where the system keeps caches."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    file = Authority.load().file
    assert file is not None
    assert file.parent == tmp_path / "jumun"


def test_the_key_is_never_shown(own: Authority) -> None:
    """What is for those who trust holds a certificate and nothing else."""
    assert own.certificate_pem.count(b"-----BEGIN") == own.certificate_pem.count(b"-----BEGIN CERTIFICATE-----") == 1
    assert own.file is None


def test_processes_that_start_at_once_share_one(tmp_path: Path) -> None:
    """Whichever is first, all end with the same authority."""
    program = (
        "import sys; from pathlib import Path; from jumun_mockserver.proxy.authority import Authority; import trustme\n"
        "print(flush=True); sys.stdin.readline(); print(Authority.load(Path(sys.argv[1])).certificate_pem.decode())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "jumun")]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii") for _ in range(4)
    ]
    for process in started:
        assert process.stdout
        process.stdout.readline()
    for process in started:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert len({process.communicate(timeout=60)[0] for process in started}) == 1


def test_who_comes_second_takes_what_the_first_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same race, lost for certain: another process keeps its own while this one makes one."""
    create, winners = authority._create, []

    def create_late(hosts: Collection[str], life: timedelta) -> trustme.CA:
        monkeypatch.setattr(authority, "_create", create)
        winners.append(Authority.load(tmp_path))
        return create(hosts, life)

    monkeypatch.setattr(authority, "_create", create_late)
    loser = Authority.load(tmp_path)
    assert loser.certificate_pem == winners[0].certificate_pem
    assert [loser.file] == list(tmp_path.iterdir())


def pem(ca: trustme.CA) -> tuple[bytes, bytes]:
    """Key and certificate."""
    return ca.private_key_pem.bytes(), ca.cert_pem.bytes()


KEY, CERTIFICATE = pem(trustme.CA())
DAMAGE = {
    "empty": b"",
    "no PEM": b"hello",
    "half": (KEY + CERTIFICATE)[:-200],
    "no key": CERTIFICATE,
    "no certificate": KEY,
    "another's key": pem(trustme.CA())[0] + CERTIFICATE,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_refused(tmp_path: Path, damage: str) -> None:
    """The message names the file and the way out, and shows nothing of the key."""
    file = Authority.load(tmp_path).file
    assert file is not None
    file.write_bytes(DAMAGE[damage])
    with pytest.raises(AuthorityError, match="delete the file") as caught:
        Authority.load(tmp_path)
    assert str(caught.value).startswith(f"{file}: ")
    file.unlink()
    assert Authority.load(tmp_path).file == file


@pytest.mark.parametrize("days", [-400_000, 400_000])
def test_one_that_is_out_of_date_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Before its first day and after its last."""
    Authority.load(tmp_path)

    class Then(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override] # noqa: ARG003
            return datetime.now(UTC) + timedelta(days=days)

    monkeypatch.setattr(authority, "datetime", Then)
    with pytest.raises(AuthorityError, match=r"valid from 20\d\d-\d\d-\d\d to 20\d\d-\d\d-\d\d; delete the file"):
        Authority.load(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_can_have_is_refused(tmp_path: Path, mode: int) -> None:
    """It may have been copied or put there by others."""
    file = Authority.load(tmp_path).file
    assert file is not None
    file.chmod(mode)
    with pytest.raises(AuthorityError, match="others can"):
        Authority.load(tmp_path)


def test_without_a_folder_to_write_to_it_is_temporary(tmp_path: Path) -> None:
    """Where no folder can be made, the authority works and says that it is kept nowhere."""
    (tmp_path / "file").touch()
    made = Authority.load(tmp_path / "file" / "jumun")
    assert made.file is None
    shake(trust(made), made.context(HOSTS), name="localhost")


@pytest.mark.parametrize("name", ["api.shop.test", "stage.shop.test", "localhost", "127.0.0.1", "::1"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_strict_client_is_content(own: Authority, name: str, version: ssl.TLSVersion) -> None:
    """All names, and this machine's own, under the rules of RFC 5280 as OpenSSL has them."""
    client = trust(own)
    client.maximum_version = version
    assert shake(client, own.context(HOSTS), name=name).version() == version.name.replace("_", ".")


def leaf(own: Authority) -> x509.Certificate:
    """The certificate of a server."""
    der = shake(trust(own), own.context(HOSTS), name="localhost").getpeercert(binary_form=True)
    assert der
    return x509.load_der_x509_certificate(der)


def test_the_certificate_keeps_the_rules_of_apple_and_go(own: Authority) -> None:
    """No longer than its authority, begun already, names in SAN, key identifiers that match, no authority itself."""
    made, ca = leaf(own), x509.load_pem_x509_certificate(own.certificate_pem)
    now = datetime.now(UTC)
    assert made.not_valid_before_utc < now - timedelta(hours=12)
    assert made.not_valid_after_utc == ca.not_valid_after_utc
    assert made.not_valid_after_utc - made.not_valid_before_utc <= timedelta(days=397)
    constraints = made.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca) == (True, False)
    constraints = ca.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, 0)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["api.shop.test", "stage.shop.test", "localhost"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    authority_id = made.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert authority_id == ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


@pytest.mark.parametrize(
    ("hosts", "name"),
    [(["bank.test"], "bank.test"), (["bank.test"], "localhost"), (["shop.test"], "shop.test")],
)
def test_it_vouches_for_no_other_name(own: Authority, hosts: list[str], name: str) -> None:
    """Even with its key: a certificate for another host is refused, and with it what else is on that certificate."""
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake(trust(own), own.context(hosts), name=name)


def test_how_long_authorities_live(tmp_path: Path) -> None:
    """Years where it is kept, a month in memory, and no certificate of a server longer."""
    kept, temporary = Authority.load(tmp_path, hosts=HOSTS), Authority.temporary(HOSTS)
    for each, days in ((kept, 5 * 365), (temporary, 30)):
        ca, made = x509.load_pem_x509_certificate(each.certificate_pem), leaf(each)
        assert abs(ca.not_valid_after_utc - datetime.now(UTC) - timedelta(days=days)) < timedelta(hours=1)
        assert made.not_valid_after_utc <= ca.not_valid_after_utc


@pytest.mark.parametrize("made_for", [(), ("api.shop.test",), (*HOSTS, "bank.test")], ids=["any", "fewer", "more"])
def test_one_that_is_kept_for_other_hosts_is_refused(tmp_path: Path, made_for: tuple[str, ...]) -> None:
    """Such as one of an earlier version, which could vouch for any."""
    file = Authority.load(tmp_path, hosts=made_for).file
    with pytest.raises(AuthorityError, match=r"api.shop.test, Stage.Shop.test alone; delete the file") as caught:
        Authority.load(tmp_path, hosts=HOSTS)
    assert str(file) in str(caught.value)


def test_openssl_verifies_it_strictly(own: Authority, tmp_path: Path) -> None:
    """As the command does."""
    openssl = require("openssl")
    (tmp_path / "ca.pem").write_bytes(own.certificate_pem)
    made = leaf(own)
    (tmp_path / "leaf.pem").write_text(ssl.DER_cert_to_PEM_cert(made.public_bytes(Encoding.DER)))
    command = [openssl, "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem", "leaf.pem"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "leaf.pem: OK\n", done.stderr


def test_old_tls_is_refused(own: Authority) -> None:
    """TLS 1.1 and older."""
    assert own.context(HOSTS).minimum_version == ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(("offered", "chosen"), [(["h2", "http/1.1"], "http/1.1"), (["h2"], None), ([], None)])
def test_http_1_1_only(own: Authority, offered: list[str], chosen: str | None) -> None:
    """ALPN never ends with HTTP/2."""
    client = trust(own)
    if offered:
        client.set_alpn_protocols(offered)
    assert shake(client, own.context(HOSTS), name="localhost").selected_alpn_protocol() == chosen


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(("name", "asked"), [("API.shop.test", "api.shop.test"), ("127.0.0.1", ""), (None, "")])
def test_each_handshake_asks_once(
    own: Authority,
    name: str | None,
    asked: str,
    again: bool,  # noqa: FBT001 - a case
) -> None:
    """By the name that the client sent, also if it has to say its hello twice because of the curve."""
    names: list[str] = []

    def refuses(host: str) -> bool:
        names.append(host)
        return False

    server, client = own.context(HOSTS, refuses=refuses), trust(own)
    if again:
        server.set_ecdh_curve("secp384r1")
    client.check_hostname = name is not None
    for count in (1, 2):
        shake(client, server, name=name)
        assert names == [asked] * count


class Answerer(asyncio.Protocol):
    """A server that speaks first."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the greeting and close."""
        cast("asyncio.Transport", transport).write(ANSWERED)
        transport.close()


def connect(new_loop: Callable[[], asyncio.AbstractEventLoop], server: ssl.SSLContext, client: ssl.SSLContext) -> bytes:
    """What a client gets from a server on a loop, over a network."""
    troubles: list[object] = []

    async def run() -> bytes:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, trouble: troubles.append(trouble))
        async with await loop.create_server(Answerer, "127.0.0.1", 0, ssl=server) as listening:
            port = listening.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=client, server_hostname="api.shop.test"
            )
            try:
                return await reader.read()
            finally:
                writer.close()
                await writer.wait_closed()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        got = runner.run(run())
    assert not troubles
    return got


def test_a_refused_handshake_says_so(own: Authority, new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Neither loop sends a failed handshake's alert; the client sees it all the same, and the next one is served."""
    answers = iter((True, False))
    server = own.context(HOSTS, refuses=lambda _: next(answers))
    with pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"):
        connect(new_loop, server, trust(own))
    assert connect(new_loop, server, trust(own)) == ANSWERED


def test_a_name_that_is_not_ours_is_refused(own: Authority, new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """A clear failure, even for those who check nothing."""
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"):
        connect(new_loop, own.context(["other.test"]), client)


def test_what_loads_only_when_needed() -> None:
    """Importing the module costs nothing that serving without TLS does not need."""
    program = (
        "import sys, jumun_mockserver.proxy.authority\n"
        "assert not {'trustme', 'cryptography', 'platformdirs'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def certificates(bundle: bytes) -> list[x509.Certificate]:
    """All of a bundle."""
    return x509.load_pem_x509_certificates(bundle)


def test_a_bundle_holds_what_the_system_trusts(own: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours first, then those of SSL_CERT_FILE and of SSL_CERT_DIR, each once, or ours alone."""
    cas = [own.certificate_pem, *(pem(trustme.CA())[1] for _ in range(3))]
    (tmp_path / "file.pem").write_bytes(b"# a comment\n" + cas[1] + cas[2])
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "all.crt").write_bytes(cas[2] + cas[3])
    (tmp_path / "folder" / "one.0").write_bytes(cas[3].rstrip())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "file.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "folder"))
    bundle, store = tmp_path / "bundle.pem", tmp_path / "store.p12"
    own.write_pem_bundle(bundle, with_system=True)
    own.write_java_trust_store(store, with_system=True)
    expected = [certificates(each)[0] for each in cas]
    if sys.platform == "win32":  # whose own stores come along
        assert certificates(bundle.read_bytes())[0] == expected[0]
        assert set(expected) <= set(certificates(bundle.read_bytes()))
    else:
        assert certificates(bundle.read_bytes()) == expected
        assert stored(store) == set(expected)
    own.write_pem_bundle(bundle, with_system=False)
    own.write_java_trust_store(store)
    assert certificates(bundle.read_bytes()) == expected[:1]
    assert stored(store) == set(expected[:1])


def stored(path: Path) -> set[x509.Certificate]:
    """All of a trust store."""
    store = pkcs12.load_pkcs12(path.read_bytes(), TRUST_STORE_PASSWORD.encode())
    assert store.key is None
    return {each.certificate for each in store.additional_certs}


def test_an_authority_that_breaks_the_rules_is_no_trouble(
    own: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Systems trust some that have a serial number below one: Java's store goes without, and no one is warned."""
    command = [require("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=old"]
    command += ["-set_serial", "-5", "-keyout", "key.pem", "-out", "old.pem"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "old.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    own.write_java_trust_store(tmp_path / "store.p12", with_system=True)
    own.write_pem_bundle(tmp_path / "bundle.pem", with_system=True)
    assert set(certificates(own.certificate_pem)) <= stored(tmp_path / "store.p12")
    assert (tmp_path / "bundle.pem").read_bytes().endswith((tmp_path / "old.pem").read_bytes())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has its stores")
def test_a_system_without_authorities_is_said(own: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than a bundle with which no other host can be reached."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError, match="SSL_CERT_FILE"):
        own.write_pem_bundle(tmp_path / "bundle.pem", with_system=True)


NODE = """
const [port, name, key] = process.argv.slice(1);
const here = {address: "127.0.0.1", family: 4};
const lookup = (_, options, done) => options.all ? done(null, [here]) : done(null, here.address, here.family);
require("https").get({host: name, port, path: "/v1/orders", auth: key, lookup}, (answer) => {
  let text = ""; answer.on("data", (part) => text += part).on("end", () => console.log(text));
});
"""
JAVA = """
import java.net.*; import java.util.*;
class Ask {
  public static void main(String[] a) throws Exception {
    var connection = new URL("https://" + a[0] + "/v1/orders").openConnection();
    connection.setRequestProperty("Authorization", "Basic " + Base64.getEncoder().encodeToString(a[1].getBytes()));
    System.out.print(new String(connection.getInputStream().readAllBytes(), "UTF-8"));
  }
}
"""


@pytest.mark.parametrize(
    ("tool", "way"),
    # Node 20 has no proxy of its own: see test_proxy.
    [("curl", "direct"), ("curl", "proxy"), ("node", "direct"), ("java", "direct"), ("java", "proxy")],
)
def test_real_clients(tmp_path: Path, tool: str, way: str) -> None:
    """Their own TLS is content with Jumun's, at the TLS port under the real name and through the proxy."""
    program, name, key = require(tool), "api.bootapi.com", ":".join(KEYS)
    bundle, store = tmp_path / "bundle.pem", tmp_path / "store.p12"
    own = Authority.temporary(
        [host for provider in PROVIDERS.values() for host in provider.contract("documented").hosts]
    )
    own.write_pem_bundle(bundle, with_system=False)
    own.write_java_trust_store(store)
    (tmp_path / "hosts").write_text(f"127.0.0.1 {name}\n")
    (tmp_path / "Ask.java").write_text(JAVA)
    with LiveServer(authority=own) as server:
        direct, port = way == "direct", str(server.tls_port)
        place = f"{name}:{port}" if direct else name
        proxy_port = server.proxy_url.rpartition(":")[2]
        to = {
            "curl": ["--resolve", f"{name}:{port}:127.0.0.1"] if direct else ["-x", server.proxy_url],
            "java": ["-Djdk.net.hosts.file=hosts"]
            if direct
            else ["-Dhttps.proxyHost=127.0.0.1", f"-Dhttps.proxyPort={proxy_port}"],
        }
        command = {
            "curl": ["-sS", "--cacert", str(bundle), "-u", key, *to["curl"], f"https://{place}/v1/orders"],
            "node": ["-e", NODE, "--", port, name, key],
            "java": [
                "-Djavax.net.ssl.trustStore=store.p12",
                f"-Djavax.net.ssl.trustStorePassword={TRUST_STORE_PASSWORD}",
                *to["java"],
                "Ask.java",
                place,
                key,
            ],
        }
        done = subprocess.run(
            [program, *command[tool]],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "NODE_EXTRA_CA_CERTS": str(bundle)},
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["list"]
