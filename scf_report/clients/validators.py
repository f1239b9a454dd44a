"""Asking again for what is kept already: conditional requests (RFC 9110, section 13)."""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 500
"""Characters of a validator; those seen have less than 100."""


@dataclass(slots=True)
class Validators:
    """By what a read can be asked for again, as the server wrote it; each answer renews it.

    SeeClickFix documents both (upstream.md section 2.1). A server that knows neither is just
    asked as if for the first time.
    """

    etag: str = ""
    last_modified: str = ""

    def conditions(self) -> dict[str, str]:
        """Give the header fields of a request that wants an answer only if it is another one."""
        fields = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in fields.items() if value}

    def renew(self, headers: Mapping[str, str]) -> None:
        """Take over what an answer names, if it can be sent back."""
        self.etag = _sendable(headers.get("ETag", ""))
        self.last_modified = _sendable(headers.get("Last-Modified", ""))


class UnchangedError(Exception):
    """What is kept still holds (304): no failure, and no content either.

    Raised only by a read that was given validators which some earlier answer has filled.
    """


def _sendable(value: str) -> str:
    return value if value.isascii() and value.isprintable() and len(value) < LONGEST else ""
