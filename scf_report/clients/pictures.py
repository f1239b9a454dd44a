"""Fetching the pictures that an upstream shows, from its own host alone."""

from urllib.parse import parse_qsl

from scf_report.clients.transport import Transport
from scf_report.domain.delivery import Share


class Uncounted:
    """The budget of pictures: they are no calls of an API, and each is fetched once."""

    def take(self, host: str, share: Share) -> float:
        """Let the call through."""
        del host, share
        return 0.0

    def pause(self, host: str, seconds: float) -> None:
        """Slow nobody down."""


class Pictures:
    """Pictures below one address, as the upstream writes it; ``door`` leads there.

    They are bounded in time and size like every answer, and redirects stay on the host.
    """

    def __init__(self, address: str, door: Transport) -> None:
        self._prefix, self._door = f"{address}/", door

    def has(self, url: str) -> bool:
        """Tell whether a picture is one of these."""
        return url.startswith(self._prefix)

    def fetch(self, url: str) -> bytes | None:
        """Return the file; None where there is none, or it is not one of these. Raises UpstreamError."""
        if not self.has(url):
            return None
        path, _, query = url.removeprefix(self._prefix).partition("?")
        params = parse_qsl(query, keep_blank_values=True)
        answer = self._door.get(f"/{path}", params, Share.BACKGROUND)
        return answer.body if answer.status < 300 else None
