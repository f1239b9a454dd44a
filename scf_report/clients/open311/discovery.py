"""Reading a discovery document: which roots a server has, and in which formats."""

from dataclasses import dataclass

from scf_report.clients.open311.document import Node, UnreadableError, parse
from scf_report.clients.open311.values import records, text, texts, unwrapped


@dataclass(frozen=True, slots=True)
class DiscoveredEndpoint:
    """One root of the server; ``kind`` is ``production`` or ``test``, ``formats`` are media types."""

    url: str
    specification: str
    kind: str
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a server says of itself. For people to read: addresses in it are never followed (row 25)."""

    contact: str
    key_service: str
    endpoints: tuple[DiscoveredEndpoint, ...]


def read_discovery(body: bytes) -> Discovery:
    """Read GET discovery (GeoReport v2, Service Discovery). Raises UnreadableError."""
    document = unwrapped(parse(body), ("discovery",))
    if not isinstance(document, dict) or "endpoints" not in document:
        raise UnreadableError("no discovery document")
    listed: Node = {"endpoints": document["endpoints"]}
    return Discovery(
        contact=text(document.get("contact")),
        key_service=text(document.get("key_service")),
        endpoints=tuple(
            DiscoveredEndpoint(
                url=text(each.get("url")),
                specification=text(each.get("specification")),
                kind=text(each.get("type")),
                formats=texts(each.get("formats")),
            )
            for each in records(listed, ("endpoints", "endpoint"), ("url",))
        ),
    )
