"""Reading who is signed in (upstream.md 2.4)."""

from scf_report.clients.open311.document import UnreadableError
from scf_report.clients.open311.values import flag, text
from scf_report.clients.seeclickfix.values import face, identity, inner, read_record
from scf_report.clients.transport import Answer
from scf_report.domain.person import Person


def read_person(answer: Answer) -> Person | None:
    """Read GET profile; None for ``{"id": null}``, which a bad token gets with 200.

    Raises UnreadableError.
    """
    record = read_record(answer)
    if "id" not in record:
        raise UnreadableError("nobody's profile")
    number = identity(record["id"])
    if number is None:
        return None
    may = inner(record, "permissions").get("can_acknowledge")
    return Person(
        id=number,
        name=text(record.get("name")),
        email=text(record.get("email")),
        avatar_url=face(record, answer.url),
        can_acknowledge=flag(may, default=False),
    )
