"""Reading error answers: one extractor for all the shapes that servers use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scf_report.clients.open311.document import Node, UnreadableError, parse
from scf_report.clients.open311.values import text, texts
from scf_report.domain.delivery import Refusal

_WRAPPERS = ("errors", "error", "error_messages", "error_message")
_SENTENCES = ("description", "message")
_NO_FIELDS = ("base", "duplicate", "full_errors", "message")
"""SeeClickFix's names for reasons that are about the whole report."""
_NO_REASONS = ("documentation_url", "code", "status", "token")


@dataclass(frozen=True, slots=True)
class Refused:
    """The reasons given, none if the body could not be read, and whether it is there already."""

    reasons: tuple[Refusal, ...] = ()
    duplicate: bool = False


def read_refusal(body: bytes) -> Refused:
    """Read the body of a 4xx: GeoReport v2 errors in JSON or XML, SeeClickFix's, and other shapes.

    Never raises: HTML and broken documents have no reasons, and nothing of them is shown.
    """
    try:
        document = parse(body)
    except UnreadableError:
        return Refused()
    if not isinstance(document, dict | list):
        return Refused()
    duplicate = isinstance(document, dict) and bool(texts(document.get("duplicate")))
    return Refused(tuple(dict.fromkeys(_reasons(document))), duplicate)


def _reasons(node: Node) -> Iterator[Refusal]:
    if isinstance(node, list):
        for item in node:
            yield from _reasons(item)
    elif isinstance(node, dict):
        inner = [node[name] for name in _WRAPPERS if name in node]
        yield from _reasons(inner) if inner else _of_record(node)
    elif isinstance(node, str) and (message := text(node)):
        yield Refusal(message)


def _of_record(record: Mapping[str, Node]) -> Iterator[Refusal]:
    """Read one error: a sentence as in the standard, else texts under the names of fields."""
    for name in _SENTENCES:
        if isinstance(record.get(name), str):
            yield from _reasons(record[name])
            return
    for name, value in record.items():
        if name not in _NO_REASONS:
            field = None if name in _NO_FIELDS else name
            messages = value if isinstance(value, list) else [value]
            found = (text(each) for each in messages if isinstance(each, str))
            yield from (Refusal(message, field) for message in found if message)
