"""From the bytes of an answer to plain values, whatever format and casing the server chose."""

import json
import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

Node = dict[str, "Node"] | list["Node"] | str | int | float | bool | None
"""What JSON can say. XML is read into the same: an element is text, or a dict of its children."""

DEEPEST = 24
"""Levels; the deepest answer known (definition, attributes, values, value, key) has six."""

_ALIASES = {
    "dicovery": "discovery",
    "servicerequest_id": "service_request_id",
    "status_note": "status_notes",
    "address_string": "address",
    "datetype": "datatype",
}
"""Misspelled names and who writes them: Klarschiff's documentation, old Mark-a-Spot, St. Louis."""


class UnreadableError(ValueError):
    """The body is not what was asked for: HTML, broken JSON or XML, or a document of another kind."""


def parse(body: bytes) -> Node:
    """Read JSON or XML, told apart by the first character; names come out in lower case.

    The content type is not asked: servers send XML as text/html and HTML as application/json.
    Raises UnreadableError for anything else, for a DTD, and for nesting beyond DEEPEST.
    """
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    try:
        if text.startswith(b"<"):
            root = fromstring(text, forbid_dtd=True)
            if _name(root) == "html":
                raise UnreadableError("a page for people")
            return {_name(root): _element(root, DEEPEST)}
        return _folded(json.loads(text, parse_constant=lambda _: None), DEEPEST)
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableError(str(error)) from error


def _name(element: Element) -> str:
    return _canonical(re.sub(r"^\{.*\}", "", str(element.tag)))


def _canonical(name: str) -> str:
    name = name.strip().lower()
    return _ALIASES.get(name, name)


def _element(element: Element, depth: int) -> Node:
    """Read one element; a name that repeats becomes a list. XML attributes and stray text are left out."""
    if not depth:
        raise UnreadableError("nested too deep")
    if len(element) == 0:
        return (element.text or "").strip() or None
    children: dict[str, list[Node]] = {}
    for child in element:
        children.setdefault(_name(child), []).append(_element(child, depth - 1))
    return {name: found[0] if len(found) == 1 else found for name, found in children.items()}


def _folded(node: Node, depth: int) -> Node:
    if not depth:
        raise UnreadableError("nested too deep")
    if isinstance(node, dict):
        return {_canonical(name): _folded(value, depth - 1) for name, value in node.items()}
    if isinstance(node, list):
        return [_folded(value, depth - 1) for value in node]
    return node
