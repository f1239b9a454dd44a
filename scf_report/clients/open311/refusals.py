"""Reading error answers: one extractor for all the shapes that servers use."""

from collections.abc import Iterator
from dataclasses import dataclass

from scf_report.clients.open311.document import Node, UnreadableError, parse
from scf_report.clients.open311.values import text, texts
from scf_report.domain.delivery import Refusal

_WRAPPERS = ("errors", "error", "error_messages", "error_message")
_SENTENCES = ("description", "message", "full_errors", "base", "duplicate")
"""Names that hold what is to be said, and name no field."""
_NO_REASONS = ("code", "documentation_url", "metadata", "status")


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
        for name, value in node.items():
            if name in _WRAPPERS:
                yield from _reasons(value)
            elif name not in _NO_REASONS:
                yield from _named(name, value)
    elif message := text(node):
        yield Refusal(message)


def _named(name: str, value: Node) -> Iterator[Refusal]:
    # SeeClickFix's "description": [...] is about the field of that name, the standard's is a sentence.
    about_a_field = name not in _SENTENCES or (
        name == "description" and isinstance(value, list)
    )
    for message in texts(value):
        yield Refusal(message, name if about_a_field else None)
