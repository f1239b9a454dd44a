"""The mailer against a real mail server: what arrives, what is refused, and what can never be known."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scf_report.clients import mail as client
from scf_report.clients.mail import Mail, Mailer
from scf_report.domain.mail import Declined, Lost, MailOutcome, NotTaken, Taken
from scf_report.domain.mail_server import MailServer, Tls
from scf_report.storage.mail_queue import LEASE, TEXT_TIME
from tests.mail_server import Postbox, free_port, serving

pytestmark = pytest.mark.enable_socket

NOW = datetime(2026, 11, 24, 15, 41, tzinfo=UTC)
PAGE = f"https://a-rather-long-name.reports.city.example/mail/{'k' * 32}?lang=es"
MAIL = Mail(
    to="robin@example.org",
    subject="El aviso R7F3-K2QX está guardado",
    text="Está guardado.\nhttps://city.example/receipt/x\n.\nuna línea\n",
    html="<p>Está <b>guardado</b>.</p>",
    language="es",
    page_url=PAGE,
    date=NOW,
)


def server(port: int, tls: Tls = Tls.NONE, user: str = "", password: str = "") -> MailServer:
    """Name the test's server."""
    return MailServer("localhost", port, tls, "report@city.example", user, password)


def send(
    where: MailServer, mail: Mail = MAIL, begin: Callable[[], bool] = lambda: True
) -> MailOutcome:
    """Send one message in the name of a brand with a comma and an accent."""
    return Mailer(where, "Avisos, Chicagó").send(mail, begin)


def test_message_arrives_whole() -> None:
    """Both texts, who it is from, and the headers that keep answers away and offer an end."""
    postbox = Postbox()
    with serving(postbox) as port:
        assert send(server(port)) == Taken()
    (letter,) = postbox.letters("robin@example.org")
    assert letter["From"].addresses[0].display_name == "Avisos, Chicagó"
    assert letter["From"].addresses[0].addr_spec == "report@city.example"
    assert letter["To"] == "robin@example.org"
    assert letter["Subject"] == MAIL.subject
    assert letter["Date"].datetime == NOW
    assert letter["Message-ID"].endswith("@city.example>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "es"
    assert letter["List-Unsubscribe"] == f"<{PAGE}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().strip() == MAIL.html
    assert letter.as_bytes().isascii()


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"rcpt": "550 no such user"}, Declined("550")),
        ({"rcpt": "450 busy"}, NotTaken("450")),
        ({"data": "554 spam"}, Declined("554")),
        ({"data": "451 try later"}, NotTaken("451")),
        ({"drop": "before"}, Lost("SMTPServerDisconnected")),
        ({"drop": "after"}, Lost("SMTPServerDisconnected")),
    ],
)
def test_answers_are_told_apart(answers: dict[str, str], outcome: MailOutcome) -> None:
    """A no for good, a no for now, and an answer that got lost after the text."""
    postbox = Postbox()
    for what, answer in answers.items():
        setattr(postbox, what, answer)
    with serving(postbox) as port:
        assert send(server(port)) == outcome
    assert len(postbox.kept) == (answers.get("drop") == "after")


def test_nothing_listens() -> None:
    """Without a server nothing was taken, so it can be tried again."""
    assert send(server(free_port())) == NotTaken("ConnectionRefusedError")


def test_text_is_sent_only_when_it_may_begin() -> None:
    """The recipient is accepted before anything is committed; a no there sends nothing."""
    postbox, seen = Postbox(), []

    def begin() -> bool:
        seen.append(postbox.asked)
        return False

    with serving(postbox) as port:
        assert send(server(port), begin=begin) == NotTaken("late")
    assert (seen, postbox.kept) == ([1], [])


def test_refused_recipient_commits_nothing() -> None:
    """What the server refuses before the text may be tried again by anybody."""

    def begin() -> bool:
        raise AssertionError("begun")

    with serving(Postbox(rcpt="450 busy")) as port:
        assert send(server(port), begin=begin) == NotTaken("450")


@pytest.mark.parametrize(
    "address",
    [
        "robin@example.org\r\nBcc: all@example.org",
        "robin\n@example.org",
        "robin@exa mple.org",
        "robin\x00@example.org",
        "robin@example.org\u2028Bcc: all@example.org",
        f"robin@{'a' * 64}.example",
    ],
)
def test_address_cannot_add_headers(address: str) -> None:
    """An address with a line break, a space or a name too long never reaches a server."""
    postbox = Postbox()
    with serving(postbox) as port:
        assert send(server(port), replace(MAIL, to=address)) == Declined("address")
    assert postbox.asked == 0


def test_subject_cannot_add_headers() -> None:
    """A line break in a subject is refused as a whole."""
    with serving(Postbox()) as port:
        bad = replace(MAIL, subject="Hello\r\nBcc: all@example.org")
        assert send(server(port), bad) == Declined("address")


def test_addresses_beyond_ascii() -> None:
    """A domain of other letters goes in its ASCII form, and a mailbox of them to servers that know how."""
    postbox = Postbox()
    with serving(postbox) as port:
        assert send(server(port), replace(MAIL, to="robin@bücher.example")) == Taken()
        assert send(server(port), replace(MAIL, to="josé@example.org")) == Taken()
    assert [to for to, _ in postbox.kept] == ["robin@xn--bcher-kva.example", "josé@example.org"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for localhost; gives its file and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    public, private = folder / "localhost.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the port does
@pytest.mark.parametrize("tls", [Tls.AT_ONCE, Tls.STARTTLS])
def test_encrypted_with_a_password(
    certificate: tuple[Path, ssl.SSLContext], tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over TLS of either kind the password is given and the message taken; a wrong one is no loss."""
    public, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    postbox = Postbox(password="opens it")
    with serving(postbox, tls=context, at_once=tls is Tls.AT_ONCE) as port:
        assert send(server(port, tls, "report", "opens it")) == Taken()
        wrong = send(server(port, tls, "report", "guessed"))
    assert wrong == NotTaken("SMTPAuthenticationError 535")
    assert len(postbox.kept) == 1


@pytest.mark.parametrize("tls", [Tls.AT_ONCE, Tls.STARTTLS])
def test_unknown_certificate_gets_nothing(
    certificate: tuple[Path, ssl.SSLContext], tls: Tls
) -> None:
    """A server that cannot prove who it is gets neither password nor message."""
    postbox = Postbox()
    with serving(postbox, tls=certificate[1], at_once=tls is Tls.AT_ONCE) as port:
        assert send(server(port, tls)) == NotTaken("SSLCertVerificationError")
    assert postbox.asked == 0


def test_server_without_encryption_gets_nothing() -> None:
    """Where STARTTLS is asked for and not offered, nothing is sent in the clear."""
    postbox = Postbox()
    with serving(postbox) as port:
        assert send(server(port, Tls.STARTTLS)) == NotTaken("SMTPNotSupportedError")
    assert postbox.asked == 0


@contextmanager
def slow(script: list[bytes]) -> Iterator[int]:
    """Serve one connection that gives an answer a command, and then a byte now and then for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def talk() -> None:
        connection, _ = listener.accept()
        with connection:
            for answer in script:
                connection.sendall(answer)
                connection.recv(65536)
            while not over.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        thread.join()
        listener.close()


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ([], NotTaken),
        ([b"220 hello\r\n"], NotTaken),
        (
            [
                b"220 hello\r\n",
                b"250 city\r\n",
                b"250 ok\r\n",
                b"250 ok\r\n",
                b"354 go\r\n",
            ],
            Lost,
        ),
    ],
    ids=["greeting", "hello", "text"],
)
def test_slow_server_is_cut_off(
    script: list[bytes], kind: type[MailOutcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that drips a byte at a time holds a worker no longer than the total limit."""
    monkeypatch.setattr(client, "ENVELOPE_SECONDS", 0.5)
    monkeypatch.setattr(client, "DATA_SECONDS", 0.5)
    started = time.monotonic()
    with slow(script) as port:
        outcome = send(server(port))
    assert isinstance(outcome, kind), outcome
    assert time.monotonic() - started < 5


def test_limits_fit_into_a_lease() -> None:
    """Envelope and text together end before another worker may take the message."""
    text = TEXT_TIME.total_seconds()
    assert text > client.DATA_SECONDS
    assert LEASE.total_seconds() > text + client.ENVELOPE_SECONDS
