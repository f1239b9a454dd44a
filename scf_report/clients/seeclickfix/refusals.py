"""Reading the reasons of APIv2, which come in seven shapes (upstream.md 2.1, 2.2)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scf_report.clients.open311.document import Node
from scf_report.clients.open311.values import text
from scf_report.clients.seeclickfix.values import Record, inner
from scf_report.domain.delivery import Refusal

_NO_FIELDS = {
    "base",
    "duplicate",
    "message",
    "request",
    "error",
    "error_description",
    "errors",
    "answers",
}
"""Names under which a reason is about the whole, or about what is named below it."""
_NO_REASONS = {"documentation_url", "metadata", "status", "code"}
_GENERAL = {"message", "documentation_url"}
_WRAPPED = re.compile(r"answers?[.\[]+([^\]\[]+)[\]\[]*")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Refused:
    """The reasons given, none if the body could not be read.

    ``duplicate``: it is there already, as Open311 of the same server says. ``general``: a message
    with the address of the documentation; with 403 that is how callers are told that they are
    blocked (documented).
    """

    reasons: tuple[Refusal, ...] = ()
    duplicate: bool = False
    general: bool = False


def read_refusal(body: bytes) -> Refused:
    """Read the body of a 4xx: fields with their messages, one message, or a list of sentences.

    A field is named as the form names it: a question by its ``primary_key``, however it is
    wrapped. Never raises; HTML and broken JSON have no reasons, and nothing of them is shown.
    """
    try:
        document: Node = json.loads(body)
    except (ValueError, RecursionError):
        return Refused()
    record = document if isinstance(document, dict) else {}
    return Refused(
        _distinct(document),
        duplicate="duplicate" in record or "duplicate" in inner(record, "errors"),
        general=record.keys() == _GENERAL,
    )


def read_errors(record: Record) -> tuple[Refusal, ...]:
    """Read ``errors`` of a body that came with 2xx; an empty one, which is usual, is no failure."""
    return _distinct(record.get("errors"))


def _distinct(node: Node) -> tuple[Refusal, ...]:
    return tuple(dict.fromkeys(_reasons(node, None, _DEEPEST)))


def _reasons(node: Node, field: str | None, depth: int) -> Iterator[Refusal]:
    if isinstance(node, list) and depth:
        for item in node:
            yield from _reasons(item, field, depth - 1)
    elif isinstance(node, dict) and depth:
        # OAuth's ``error`` is a code as long as a description stands beside it (RFC 6749, 5.2).
        coded = {"error"} if "error_description" in node else set()
        for name, value in node.items():
            if name not in _NO_REASONS | coded:
                yield from _reasons(value, _field(name, field), depth - 1)
    elif isinstance(node, str) and (message := text(node)):
        yield Refusal(message, field)


def _field(name: str, outer: str | None) -> str | None:
    """Name the field: ``answers[142]``, ``answers.142`` and 142 below ``answers`` are question 142."""
    if name in _NO_FIELDS:
        return outer
    wrapped = _WRAPPED.fullmatch(name)
    return wrapped[1] if wrapped else name.strip()  # a question's words may end in a line break
