"""Reading people and what they say about an issue (upstream.md 2.3)."""

import re

from scf_report.clients.open311.values import moment, text
from scf_report.clients.seeclickfix.values import Record, face, identity, listed, photo
from scf_report.domain.conversation import Comment, Commenter

_ID = re.compile(r"/comments/(\d+)/flag")


def read_commenter(record: Record, base: str) -> Commenter | None:
    """Read a reporter or commenter; None where nothing tells who it was."""
    person = Commenter(
        name=text(record.get("name")),
        id=identity(record.get("id")),
        role=text(record.get("role")),
        avatar_url=face(record, base),
    )
    return person if person.name or person.id else None


def read_comments(issue: Record, base: str) -> tuple[Comment, ...]:
    """Read ``comments`` of an issue with details, oldest first as they come.

    What the system notes ("X assigned this issue to Y") is among them and looks the same [F].
    """
    return tuple(_comment(each, base) for each in listed(issue, "comments"))


def _comment(record: Record, base: str) -> Comment:
    by = record.get("commenter")
    # A comment does not say its number; the address for flagging it does [F].
    number = _ID.search(text(record.get("flag_url")))
    return Comment(
        text=text(record.get("comment")),
        by=(read_commenter(by, base) if isinstance(by, dict) else None) or Commenter(""),
        at=moment(record.get("created_at")),
        id=number[1] if number else None,
        picture_url=photo(record, base),
        edited_at=moment(record.get("last_edited_at")),
    )
