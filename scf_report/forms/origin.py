"""Where a state-changing request comes from, judged by what browsers say in its headers."""

from typing import Protocol
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Headers(Protocol):
    """Request headers by name."""

    def get(self, key: str, /) -> str | None:
        """Return the header's value, None if it was not sent."""
        ...


def same_origin(headers: Headers, public_url: str | None, host_url: str) -> bool:
    """Tell whether the request comes from a page of ours; a request that says nothing does not.

    ``Sec-Fetch-Site`` (Fetch Metadata) decides where it was sent. Browsers leave it out on plain
    http; then ``Origin`` (RFC 6454) has to be that of ``public_url``, or of ``host_url``, the
    address under which the request arrived, when no public address is set. ``Origin: null``, as
    sent from a sandboxed frame, is nobody.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    try:
        ours = _origin(public_url or host_url)
    except ValueError:  # a Host header that is no host
        return False
    return headers.get("Origin") == ours


def _origin(url: str) -> str:
    """Write the origin of an http address as browsers do: lower case, IDNA, no default port."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)}:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{parts.port}"
