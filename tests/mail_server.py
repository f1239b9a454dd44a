"""A real mail server on a port of its own, whose refusals and accidents are told beforehand."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTPUTF8
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Postbox:
    """What arrived, and what to answer: ``rcpt`` and ``data`` replace an answer, ``drop`` hangs up.

    ``drop`` is "before" or "after" keeping the message.
    """

    rcpt: str = ""
    data: str = ""
    drop: str = ""
    password: str = ""
    kept: list[tuple[str, EmailMessage]] = field(default_factory=list)
    asked: int = 0
    """Recipients that were named, whatever became of the message."""

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's names, here and below
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient."""
        self.asked += 1
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a message, or not."""
        if self.drop != "before" and not self.data:
            assert isinstance(envelope.content, bytes)
            parsed = BytesParser(_class=EmailMessage, policy=SMTPUTF8).parsebytes(
                envelope.content
            )
            self.kept += [(to, parsed) for to in envelope.rcpt_tos]
        if self.drop:
            assert server.transport is not None
            server.transport.close()
        return self.data or "250 OK"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        """Let in whoever knows the password."""
        good = isinstance(data, LoginPassword) and data.password == self.password.encode()
        return AuthResult(success=good, handled=False)

    def letters(self, to: str | None = None) -> list[EmailMessage]:
        """Give the messages, those to one address or all."""
        return [message for address, message in self.kept if to in (None, address)]


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(
    postbox: Postbox, *, tls: ssl.SSLContext | None = None, at_once: bool = False
) -> Iterator[int]:
    """Serve on 127.0.0.1; gives the port. ``tls`` offers STARTTLS, or begins with it ``at_once``."""
    options: dict[str, Any] = {"enable_SMTPUTF8": True, "timeout": 30}
    if postbox.password:
        options |= {
            "authenticator": postbox.authenticate,
            "auth_required": True,
            "auth_require_tls": tls is not None and not at_once,
        }
    if tls is not None and not at_once:
        options |= {"tls_context": tls, "require_starttls": True}
    controller = Controller(
        postbox,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=tls if at_once else None,
        **options,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
