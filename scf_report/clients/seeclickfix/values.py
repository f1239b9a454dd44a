"""From an answer of APIv2 to plain values: JSON objects, their lists, whole numbers and addresses."""

import json
from collections.abc import Mapping
from urllib.parse import urljoin

from scf_report.clients.open311.document import Node, UnreadableError
from scf_report.clients.open311.values import text
from scf_report.clients.transport import Answer

Record = Mapping[str, Node]

_NO_FACE = "no-avatar"
"""Part of the address of the picture that SeeClickFix shows for people without one [F]."""


def read_record(answer: Answer) -> Record:
    """Read the JSON object that every answer of APIv2 is. Raises UnreadableError for anything else."""
    try:
        document = json.loads(answer.body, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(str(error)) from error
    if not isinstance(document, dict):
        raise UnreadableError("no JSON object")
    return document


def inner(record: Record, name: str) -> Record:
    """Give the object below a name; an empty one for null, for nothing and for anything else."""
    node = record.get(name)
    return node if isinstance(node, dict) else {}


def listed(record: Record, name: str) -> tuple[Record, ...]:
    """Give the objects of a list below a name; none for null and for anything else."""
    node = record.get(name)
    return (
        tuple(each for each in node if isinstance(each, dict)) if isinstance(node, list) else ()
    )


def whole(node: Node) -> int | None:
    """Read a whole number of at most 18 digits, written as such or as text; None if it is none."""
    word = text(node)
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 18 else None


def identity(node: Node) -> str | None:
    """Read an id as text. 0 is nobody: SeeClickFix's number for who is kept anonymous [F]."""
    word = text(node)
    return word if word not in {"", "0"} else None


def address(node: Node, base: str) -> str | None:
    """Read an http(s) address; a path is one on the host that answered [C PHP]; None if it is none.

    The documentation has the word "null" where recorded answers have null.
    """
    word = text(node)
    if not word.startswith(("http://", "https://", "/")):
        return None
    try:
        return urljoin(base, word)
    except ValueError:
        return None


def face(record: Record, base: str) -> str | None:
    """Find a person's picture; None for the stand-in of those who have none."""
    avatar = inner(record, "avatar")
    found = address(avatar.get("square_100x100"), base) or address(avatar.get("full"), base)
    return None if found is None or _NO_FACE in found else found


def photo(record: Record, base: str) -> str | None:
    """Find the photo of an issue or comment.

    ``image_full`` alone proves that there is one: ``representative_image_url`` is an icon where
    there is none [F]. Newer answers have ``images[]`` with ``full`` [C MH].
    """
    media = inner(record, "media")
    candidates = [media.get("image_full")]
    candidates += [each.get("full") for each in listed(media, "images")]
    found = (address(candidate, base) for candidate in candidates)
    return next(filter(None, found), None)
