"""Handing messages to a mail server (RFC 5321), each at most once."""

import smtplib
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, make_msgid
from socket import SHUT_RDWR
from typing import Any

from typing_extensions import override

from scf_report.domain.mail import Declined, Lost, MailOutcome, NotTaken, Taken
from scf_report.domain.mail_server import MailServer, Tls

READ_SECONDS = 10.0
"""For each read and write."""
ENVELOPE_SECONDS = 30.0
"""From the connection to the accepted recipient, all together."""
DATA_SECONDS = 60.0
"""For the text and the server's answer to it, all together."""
_LONGEST_LINE = 900
"""Below the 998 characters of RFC 5322 section 2.1.1, so that a link in a header is never broken up."""
_ASCII = SMTP.clone(max_line_length=_LONGEST_LINE)
_UTF8 = SMTPUTF8.clone(max_line_length=_LONGEST_LINE)


@dataclass(frozen=True, slots=True)
class Mail:
    """One finished message to one address. ``page_url`` is where its reader ends them."""

    to: str
    subject: str
    text: str
    html: str
    language: str
    page_url: str
    date: datetime


class _Session(smtplib.SMTP):
    """A session that is cut off when its time is up, whatever it waits for.

    smtplib's own timeout begins anew with every read.
    """

    _timer: threading.Timer | None = None

    @override
    def connect(
        self,
        host: str = "localhost",
        port: int = 0,
        source_address: Any = None,
    ) -> tuple[int, bytes]:
        self.allow(ENVELOPE_SECONDS)
        try:
            return super().connect(host, port, source_address)
        except BaseException:
            self._stop()
            raise

    @override
    def close(self) -> None:
        self._stop()
        super().close()

    def allow(self, seconds: float) -> None:
        """Give the session so much time from now on."""
        self._stop()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _cut(self) -> None:
        if self.sock is not None:
            with suppress(OSError):  # the other side was quicker
                self.sock.shutdown(SHUT_RDWR)


class _TlsSession(_Session, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class _Said(Exception):  # noqa: N818  # an answer, not an error
    """What the server answered ends the attempt."""

    def __init__(self, outcome: MailOutcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Mailer:
    """Sends through one server, in the name of one brand."""

    def __init__(self, server: MailServer, brand: str) -> None:
        self._server, self._brand = server, brand
        self._context = ssl.create_default_context()

    def send(self, mail: Mail, begin: Callable[[], bool]) -> MailOutcome:
        """Hand the message over. Never raises for anything that server or network do.

        ``begin`` is called once the server has accepted the recipient, right before the text is
        sent. Whatever it has to commit is committed when it returns True; with False nothing is
        sent.
        """
        try:
            message = self._message(mail)
        except ValueError:
            return Declined("address")
        try:
            session = self._open()
        except (smtplib.SMTPException, OSError) as error:
            return NotTaken(_name(error))
        try:
            return self._converse(session, message, begin)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                session.quit()
            session.close()

    def reach(self) -> str:
        """Connect, encrypt and log in, and send nothing. Returns "", or in a word what went wrong."""
        try:
            session = self._open()
        except (smtplib.SMTPException, OSError) as error:
            return _name(error)
        try:
            self._introduce(session)
        except (smtplib.SMTPException, OSError) as error:
            return _name(error)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                session.quit()
            session.close()
        return ""

    def _converse(
        self, session: _Session, message: EmailMessage, begin: Callable[[], bool]
    ) -> MailOutcome:
        try:
            text = self._envelope(session, message)
        except _Said as said:
            return said.outcome
        except (smtplib.SMTPException, OSError) as error:
            return NotTaken(_name(error))
        if not begin():
            return NotTaken("late")
        session.allow(DATA_SECONDS)
        try:
            return _judge(session.data(text)[0])
        except smtplib.SMTPDataError as error:
            return _judge(error.smtp_code)
        except (smtplib.SMTPException, OSError) as error:
            return Lost(_name(error))

    def _open(self) -> _Session:
        server = self._server
        # Named by the sender's domain, since asking for this machine's own name may take long.
        name = server.sender.rpartition("@")[2]
        if server.tls is Tls.AT_ONCE:
            return _TlsSession(
                server.host, server.port, name, timeout=READ_SECONDS, context=self._context
            )
        return _Session(server.host, server.port, name, timeout=READ_SECONDS)

    def _envelope(self, session: _Session, message: EmailMessage) -> bytes:
        """Introduce ourselves, say from whom and to whom; returns the text as this server takes it."""
        self._introduce(session)
        recipient = message["To"].addresses[0].addr_spec
        options = []
        if not recipient.isascii():  # RFC 6531
            if not session.has_extn("smtputf8"):
                raise _Said(Declined("smtputf8"))
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        code, _ = session.mail(self._server.sender, options)
        if not 200 <= code < 300:  # all our messages have this sender: a matter of the settings
            raise _Said(NotTaken(f"sender {code}"))
        code, _ = session.rcpt(recipient)
        if not 200 <= code < 300:
            raise _Said(Declined(str(code)) if code >= 500 else NotTaken(str(code)))
        return message.as_bytes(policy=_UTF8 if options else _ASCII)

    def _introduce(self, session: _Session) -> None:
        if self._server.tls is Tls.STARTTLS:
            session.starttls(context=self._context)
        session.ehlo_or_helo_if_needed()
        if self._server.user:
            session.login(self._server.user, self._server.password)

    def _message(self, mail: Mail) -> EmailMessage:
        """Make the message. Raises ValueError for an address or subject that cannot stand in one."""
        message = EmailMessage(policy=_UTF8)
        sender = self._server.sender
        message["From"] = Address(self._brand, addr_spec=sender)
        message["To"] = _recipient(mail.to)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(mail.date)
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        message["Auto-Submitted"] = (
            "auto-generated"  # RFC 3834 section 5: nobody's holiday answers
        )
        message["List-Unsubscribe"] = f"<{mail.page_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        message.set_content(mail.text, cte="quoted-printable")
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        message["Content-Language"] = mail.language  # last, or it would go into the first part
        return message


def _recipient(text: str) -> Address:
    local, _, domain = text.rpartition("@")
    if not text.isprintable() or " " in text:
        raise ValueError("no address has such characters")
    return Address(username=local, domain=domain.encode("idna").decode("ascii"))


def _judge(code: int) -> MailOutcome:
    """Read the answer to the text."""
    if 200 <= code < 300:
        return Taken()
    if 400 <= code < 500:
        return NotTaken(str(code))
    return Declined(str(code)) if code >= 500 else Lost("unreadable")


def _name(error: Exception) -> str:
    """Name an error by its kind and code; its words may quote an address."""
    code = getattr(error, "smtp_code", None)
    return type(error).__name__ + (f" {code}" if code is not None else "")
