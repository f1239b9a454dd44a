"""From a plain value, however the server writes it, to text, yes or no, time, place and link."""

import html
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scf_report.clients.open311.document import Node, UnreadableError
from scf_report.domain.geography import Point

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(\S*))?")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def text(node: Node) -> str:
    """Text of a scalar; "" for nothing, for Zurich's ``[]`` and ``{}``, and for anything nested."""
    match node:
        case str():
            # Neither a database nor UTF-8 takes what JSON's escapes can smuggle in.
            return node.encode("utf-8", "replace").decode().replace("\0", "").strip()
        case bool():
            return "true" if node else "false"
        case float():
            return (
                f"{node:.0f}" if node.is_integer() else str(node) if math.isfinite(node) else ""
            )
        case int():
            return str(node)
        case _:
            return ""


def prose(node: Node) -> str:
    """Text without markup: FixMyStreet and others send HTML where the standard has plain text."""
    return html.unescape(_TAG.sub("", text(node))).strip()


def texts(node: Node) -> tuple[str, ...]:
    """Every text inside, in order, however it is nested."""
    if isinstance(node, dict):
        return tuple(found for value in node.values() for found in texts(value))
    if isinstance(node, list):
        return tuple(found for value in node for found in texts(value))
    return tuple(filter(None, (text(node),)))


def flag(node: Node, *, default: bool) -> bool:
    """Yes or no in any spelling; the default for nothing and for a word that is neither."""
    word = text(node).lower()
    if word in {"true", "1", "yes", "t", "y"}:
        return True
    return default if word not in {"false", "0", "no", "f", "n"} else False


def moment(node: Node) -> datetime | None:
    """Read a time in UTC; one without a zone or with an impossible zone is taken as UTC; None if it is no time."""
    match = _MOMENT.fullmatch(text(node).upper())
    if match is None:
        return None
    day, clock, zone = match[1], match[2] or "00:00", match[3] or "Z"
    for offset in (zone, "Z"):
        try:
            return datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def point(latitude: Node, longitude: Node) -> Point | None:
    """Read degrees; None when one is absent, no number or out of range (St. Louis sends feet)."""
    try:
        return Point(float(text(latitude)), float(text(longitude)))
    except ValueError:
        return None


def link(node: Node) -> str | None:
    """Find the first http(s) address of a picture in a text, a list or a list of objects; None without one.

    A feed of pictures (San Francisco, 2010) is not a picture.
    """
    for candidate in texts(node):
        try:
            parts = urlsplit(candidate)
        except ValueError:
            continue
        if (
            parts.scheme in {"http", "https"}
            and parts.netloc
            and not parts.path.endswith(".rss")
        ):
            return candidate
    return None


def records(
    document: Node, wrappers: Sequence[str], marks: Sequence[str]
) -> tuple[Mapping[str, Node], ...]:
    """Find the records of a list, wrapped in any of the names or bare, several or one.

    ``marks`` are the names of which a record has at least one. Raises UnreadableError when
    anything else comes, so that an error page is never taken for an empty list.
    """
    inner = unwrapped(document, wrappers)
    if inner is not document and not inner:
        return ()  # an empty element, or Zurich's {} for an empty list
    items = inner if isinstance(inner, list) else [inner]
    return tuple(_record(unwrapped(item, wrappers), marks) for item in items)


def unwrapped(node: Node, wrappers: Sequence[str]) -> Node:
    """Step into wrappers, one in another if need be (Mark-a-Spot), until something else comes."""
    while isinstance(node, dict):
        name = next((name for name in wrappers if name in node), None)
        if name is None:
            break
        node = node[name]
    return node


def _record(node: Node, marks: Sequence[str]) -> Mapping[str, Node]:
    if isinstance(node, dict) and any(name in node for name in marks):
        return node
    raise UnreadableError(f"a record without any of {', '.join(marks)}")
