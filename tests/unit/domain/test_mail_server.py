"""What stands in SCF_MAIL_URL, and what that means for the connection."""

import pytest

from scf_report.domain.mail_server import MailServer, Tls, read_mail_server

SENDER = "from=report@city.example"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            f"smtps://report:s%40fe%2Fty@mail.city.example?{SENDER}",
            MailServer(
                "mail.city.example",
                465,
                Tls.AT_ONCE,
                "report@city.example",
                "report",
                "s@fe/ty",
            ),
        ),
        (
            f"smtp://mail.city.example:587/?{SENDER}",
            MailServer("mail.city.example", 587, Tls.STARTTLS, "report@city.example"),
        ),
        (
            f"smtp://localhost?{SENDER}",
            MailServer("localhost", 25, Tls.NONE, "report@city.example"),
        ),
        (
            f"smtp://[::1]:2525?{SENDER}",
            MailServer("::1", 2525, Tls.NONE, "report@city.example"),
        ),
        (
            f"smtps://localhost?{SENDER}",
            MailServer("localhost", 465, Tls.AT_ONCE, "report@city.example"),
        ),
    ],
)
def test_address_is_read(url: str, server: MailServer) -> None:
    """Only a server on this very machine is spoken to in the clear."""
    assert read_mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.city.example",
        f"http://mail.city.example?{SENDER}",
        f"smtp://?{SENDER}",
        f"smtp://mail.city.example/inbox?{SENDER}",
        f"smtp://mail.city.example:port?{SENDER}",
        "smtp://mail.city.example",
        "smtp://mail.city.example?from=report",
        "smtp://mail.city.example?from=@city.example",
        "smtp://mail.city.example?from=a%20b@city.example",
        "smtp://mail.city.example?from=a@city.example%0d%0aBcc:x@y.example",
        "smtp://mail.city.example?from=j%C3%B3@city.example",
        f"smtp://mail.city.example?{SENDER}&{SENDER}",
    ],
)
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    """A server without a sender, or a sender that is no address, stops the start."""
    with pytest.raises(ValueError, match=r"must|needs|[Pp]ort"):
        read_mail_server(url)
